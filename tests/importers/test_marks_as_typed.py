"""Brackets, colons and breaks as offices type them: what a label names is read whatever stands around it."""

import pytest

from importers import read_table

TASKS = ["新建改造农村公路30公里，提升通行能力。", "建成社区养老服务站12个，开展助餐服务。"]
LEADS = [["县交通局"], ["县民政局"]]
HELPERS = [["县财政局", "各镇"], ["县卫健局"]]


def written(
    opening: str = "（", closing: str = "）", colon: str = "：", between: str = "；", end: str = "\n"
) -> str:
    lines = ["青溪县2025年重点工作任务分工方案"]
    for number, (task, leads, helpers) in enumerate(zip(TASKS, LEADS, HELPERS, strict=True), start=1):
        told = f"牵头单位{colon}{'、'.join(leads)}{between}配合单位{colon}{'、'.join(helpers)}"
        lines.append(f"{number}．{task}{opening}{told}{closing}")
    return end.join(lines)


@pytest.mark.parametrize(
    "text",
    [
        *(
            written(*pair)
            for pair in (
                "()",
                "【】",
                "〔〕",
                "［］",
                "〖〗",
                "﹝﹞",
                "｛｝",
                "<>",
                "＜＞",
                "〈〉",
                "「」",
                "『』",
            )
        ),
        *(written(colon=colon) for colon in (":", "∶", "﹕", "︰", " ： ")),
        *(written(between=between) for between in (";", "，", "。", " ", "　　", "\n", "")),
        *(written(end=end) for end in ("\r\n", "\r", "\u2028", "\x0b", "  \n", "\n　　", "\n\t")),
        written(closing=""),
        "\ufeff" + written().replace("单位", "单\u200b位"),
    ],
    ids=ascii,
)
def test_marks_do_not_matter(text: str) -> None:
    table = read_table(text.encode(), "方案.txt")
    assert [task.standard for task in table.tasks] == TASKS
    assert [task.lead_departments for task in table.tasks] == LEADS
    assert [task.supporting_departments for task in table.tasks] == HELPERS
    assert not any(task.issues for task in table.tasks)
