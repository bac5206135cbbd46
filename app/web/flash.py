"""What the last step did, said once on the next page. The cookie holds only a word of this table."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse

COOKIE = "duban_flash"
SENTENCES = {
    "progress_reported": "进展已报送。",
    "plan_imported": "导入完成，责任分解表已可使用。",
    "draft_imported": "已导入，现在是草稿，各单位还不能填报。下一步：发出征求意见；定稿后交办（印发），各单位签收、填报。",
    "plan_revised": "责任分解表已按新版更新，已报的进展和办理记录都保留。",
    "import_undone": "这次导入已撤销。",
    "import_removed": "这份待核对的文件已移除，需要时可以重新上传。",
    "import_repeated": "这份文件已导入过，没有变化。",
    "doubt_settled": "已采用，文件已按此重新识别。",
    "decision_forgotten": "这处认法已忘记，以后的文件重新判断。",
    "names_judged": "名称已按勾选的统一，导入时登记为别名；没有勾选的按两个单位读入。",
    "members_set": "成员单位已保存。",
    "department_saved": "单位已保存。",
    "department_retired": "已登记撤销，以后不再列入现有单位。",
    "department_merged": "已并入，任务、联络员和名称都归承接单位。",
    "department_reinstated": "单位已恢复。",
    "official_saved": "领导信息已保存。",
    "told_apart": "已记下是两个单位，以后不再询问。",
    "order_saved": "次序已调整。",
    "directory_imported": "名录已按上传的表更新。",
    "handed_over": "交接已办理，任务已转到接收方名下。",
    "hand_over_planned": "交接已安排，到那天自动生效；生效前可以取消。",
    "hand_over_called_off": "交接已取消，任务仍由原来的一方承担。",
    "password_changed": "密码已修改，其他电脑上的登录已退出。",
    "session_ended": "那一处登录已退出。",
    "sessions_ended": "其他登录都已退出。",
    "second_factor_on": "动态口令已启用，下次登录时输入。",
    "second_factor_off": "动态口令已停用。",
    "second_factor_reset": "动态口令已重置，本人下次登录只用密码，可再设置。",
    "account_opened": "账号已建立，本人用单位的身份系统登录。",
    "account_changed": "账号已修改。",
    "account_disabled": "账号已停用，它的登录和令牌都已失效。",
    "account_enabled": "账号已恢复，可以登录。",
    "sessions_of_account_ended": "这个账号的登录都已退出。",
    "token_revoked": "令牌已停用。",
    "comment_round_opened": "已发出征求意见，各单位会在待办中看到。",
    "comment_round_ended": "征求意见已结束。",
    "comments_given": "意见已提交。",
    "comment_settled": "已答复这条意见。",
    "plan_issued": "已交办，各责任单位会在待办中看到签收。",
    "plan_renamed": "名称已修改，已关闭的各期仍用原来的名称。",
    "plan_closed": "全表已办结，不再填报。",
    "plan_reopened": "已重新启用，可以继续填报。",
    "plan_archived": "已归档。",
    "tasks_signed": "已签收。",
    "task_split": "已拆分，进度由各分解项得出。",
    "part_saved": "分解项已保存。",
    "target_set": "量化指标已保存。",
    "target_removed": "量化指标已取消。",
    "periods_set": "填报周期已保存。",
    "calendar_changed": "工作日已调整。",
    "period_opened": "这一期填报已开启。",
    "period_closed": "这一期已关闭并定格，以后随时可以原样查看和导出。",
    "draft_saved": "草稿已保存。",
    "reports_submitted": "已报送。",
    "contribution_sent": "配合情况已送牵头单位。",
    "evidence_added": "佐证材料已上传。",
    "evidence_removed": "佐证材料已移除。",
    "report_approved": "已审核通过。",
    "reports_approved": "所选填报已审核通过。",
    "report_returned": "已退回，填报单位会在待办中最先看到。",
    "task_rated": "评定已保存，原来的判断仍列在旁边。",
    "task_rating_lifted": "评定已取消，恢复按数据判断。",
    "urging_issued": "催办单已发出。",
    "urging_issued_to_some": "催办单已发出；今天已经催办过的单位没有重复发。",
    "urging_repeated": "今天已经为此催办过，没有重复发催办单。",
    "urging_received": "催办单已签收。",
    "urging_voided": "催办单已作废，单位会在通知中看到原因。",
    "application_made": "申请已提出，等待督查室审批。",
    "application_withdrawn": "申请已撤回。",
    "application_approved": "已同意这项申请。",
    "application_refused": "已答复不同意，申请单位会看到您的理由。",
    "task_verified": "核实情况已登记，可以办结。",
    "task_completed": "任务已办结。",
    "task_reopened": "任务已恢复办理。",
    "task_suspended": "任务已中止，暂不评价。",
    "task_resumed": "任务已恢复。",
    "notices_read": "通知都已标为已读。",
    "calendar_address_revoked": "日历地址已停用，订阅它的日程不再更新。",
}


NOTHING_DONE = {"urging_repeated", "import_repeated"}
"""Words that say why nothing was done: no success, and no mistake either."""


@dataclass(frozen=True, slots=True)
class Flash:
    """One sentence above the page."""

    level: str
    text: str


def read_flash(request: Request) -> list[Flash]:
    done = request.cookies.get(COOKIE, "")
    sentence = SENTENCES.get(done)
    return [Flash("note" if done in NOTHING_DONE else "success", sentence)] if sentence else []


def redirect(address: str, done: str = "") -> RedirectResponse:
    """Post, then redirect: the back button and a reload repeat nothing."""
    response = RedirectResponse(address, status_code=303)
    if done:
        response.set_cookie(COOKIE, done, max_age=60, httponly=True, samesite="lax")
    return response
