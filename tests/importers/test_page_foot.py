"""The foot of the page a text was copied from: left out and told, and nothing of the plan with it."""

import pytest

from importers.readers.page_foot import without_foot
from tests.importers.build import read

_TABLE = """某区2026年重点任务分解表
序号
工作任务
牵头单位
完成时限
1
新建口袋公园12处。
区园林局
9月底
2
举办健身活动30场。
区体育局
10月底
"""
_PARAGRAPHS = """某区2026年重点任务分解表
一、城市管理
1．新建口袋公园12处。
牵头单位：区园林局
2．举办健身活动30场。
牵头单位：区体育局
"""
_FEET = (
    "【打印】 【关闭】",
    "附件下载\n1. 某区2026年重点任务分解表.docx\n责任编辑：许婧",
    "上一篇：关于开展义诊的通知\n下一篇：招聘公告\n预约挂号\n急救电话：0000-120\nCopyright © 某区人民医院",
    "友情链接：市国资委   市属国企招聘网\n技术支持：数字科技公司    站长统计",
    "责任分解表.docx\n责任编辑：区政府办\n打印本页\n关闭窗口",
    "地址：某市人民东路118号   急救电话：0398-6612120\nCopyright © 某市人民医院 All Rights Reserved",
    "____________\n预约挂号  来院路线  联系我们  投诉建议\n地址: 某市解放路88号   邮编: 325400   浙ICP备05011234号-1",
    "* * *\n\n[关于我们](/about/) | [联系我们](/lxwm/)\n某县人民政府办公室主办",
    "责任编辑：信息科\n主办：某区人民政府　承办：某区大数据中心\n网站标识码：6209110003",
    "相关链接\n  * 某县召开工作会议\n  * 某县2020年引进人才公示\n\n中共某县委组织部主办    举报电话：12380",
    "相关链接\n义诊通知\n主办：某区政府办公室  网站标识码：3600000000\n某ICP备00000000号",
)


@pytest.mark.parametrize("foot", _FEET, ids=range(len(_FEET)))
@pytest.mark.parametrize("plan", [_TABLE, _PARAGRAPHS], ids=["cells", "paragraphs"])
def test_a_foot_is_no_task_and_changes_none(plan: str, foot: str) -> None:
    alone, below = read(plan, "页.txt"), read(f"{plan}\n{foot}\n", "页.txt")

    assert below.tasks == alone.tasks
    assert [issue.message for issue in below.issues if "页脚" in issue.message]


@pytest.mark.parametrize(
    "task",
    ["关闭煤矿5处。", "打印社保卡自助点布设到位", "收藏品市场改造完成", "审核办结时限压缩一半", "扫一扫"],
)
def test_what_a_foot_might_hold_is_a_task_where_it_stands_as_one(task: str) -> None:
    table = read(f"{_TABLE}3\n{task}\n区民政局\n11月底\n", "页.txt")

    assert [(row.number, row.standard, row.lead_departments) for row in table.tasks][2:] == [
        (3, task, ["区民政局"])
    ]


def test_lines_of_the_plan_below_a_foot_of_its_first_page_are_kept() -> None:
    lines = [
        "1．新建公园。",
        "牵头单位：区园林局",
        "【打印】 【关闭】",
        "2．举办活动。",
        "牵头单位：区体育局",
    ]

    assert without_foot(lines) == (lines, "")


def test_a_table_below_the_links_of_the_page_is_no_foot() -> None:
    links = "首页 | 网站地图 | 联系我们"
    text = f"{links}\n某区重点任务分解表\n|任务|责任单位|\n|新建公园|园林处|\n|举办活动|体育处|\n|改造路灯|照明处|\n"

    assert [task.standard for task in read(text, "页.txt").tasks] == ["新建公园", "举办活动", "改造路灯"]


def test_a_foot_keeps_the_lines_above_it_in_their_places() -> None:
    kept, told = without_foot(["1．新建公园。", "责任编辑：许婧", "", "版权所有：某区政府"])

    assert kept == ["1．新建公园。", "", "", ""]
    assert told == "第2行起“责任编辑：许婧”等 2 行是网页的页脚，没有读入"
