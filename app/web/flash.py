"""What the last step did, said once on the next page. The cookie holds only a word of this table."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse

COOKIE = "duban_flash"
SENTENCES = {
    "progress_reported": "进展已报送。",
    "plan_imported": "导入完成，责任分解表已可使用。",
    "plan_revised": "责任分解表已按新版更新，已报的进展和办理记录都保留。",
    "import_undone": "这次导入已撤销。",
    "doubt_settled": "已采用，文件已按此重新识别。",
    "decision_forgotten": "这处认法已忘记，以后的文件重新判断。",
    "alias_registered": "别名已登记，以后的文件也按此识别。",
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
}


@dataclass(frozen=True, slots=True)
class Flash:
    """One sentence above the page."""

    level: str
    text: str


def read_flash(request: Request) -> list[Flash]:
    sentence = SENTENCES.get(request.cookies.get(COOKIE, ""))
    return [Flash("success", sentence)] if sentence else []


def redirect(address: str, done: str = "") -> RedirectResponse:
    """Post, then redirect: the back button and a reload repeat nothing."""
    response = RedirectResponse(address, status_code=303)
    if done:
        response.set_cookie(COOKIE, done, max_age=60, httponly=True, samesite="lax")
    return response
