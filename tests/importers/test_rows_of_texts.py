"""Tables of a text whose rows stand on lines: headings without numbers, remarks below, headers of two levels."""

import pytest

from tests.importers.build import read

_TITLE = "云川县2025年重点工作责任分工"
_WORDS = ["序号", "工作任务", "责任领导", "牵头单位", "配合单位", "备注"]
_ROWS = [
    ["招商引资"],
    ["1", "新开工亿元以上产业项目60个，竣工40个。", "王伟", "县发改局", "县财政局、各镇", "省列实事"],
    ["2", "完成全社会固定资产投资260亿元。", "陆秋明", "县统计局", "县经信局", ""],
    ["经济发展"],
    ["3", "新建公租房5200套，改造棚户区1800户。", "王伟", "县住建局", "县房管局", ""],
    ["4", "建成数字化城管平台，接入探头3000个。", "罗玉华", "县城管局", "县公安局", "市列项目"],
    ["项目建设"],
    ["5", "启动县图书馆新馆建设，完成主体工程。", "罗玉华", "县文旅局", "县教育局", ""],
]
_GOALS = ["招商引资", "招商引资", "经济发展", "经济发展", "项目建设"]


@pytest.mark.parametrize("between", ["\t", " | ", "    ", " "])
@pytest.mark.parametrize("blank", ["", "\n"])
def test_headings_without_a_number_stand_over_the_rows_below_them(between: str, blank: str) -> None:
    rows = [[cell for cell in row if cell] if " " in between else row for row in [_WORDS, *_ROWS]]
    table = read(f"{_TITLE}\n\n" + blank.join(between.join(row) + "\n" for row in rows), "表.txt")
    assert [table.goals[task.goal or 0].name for task in table.tasks] == _GOALS
    assert [task.number for task in table.tasks] == [1, 2, 3, 4, 5]
    assert [task.officials for task in table.tasks] == [
        ["王伟"],
        ["陆秋明"],
        ["王伟"],
        ["罗玉华"],
        ["罗玉华"],
    ]
    assert table.tasks[3].extra == {"备注": "市列项目"}


@pytest.mark.parametrize(
    "remarks",
    [
        ["备注：", "1．各单位每月25日前报送进展。", "2．联系人：王明，电话2251203。"],
        ["说明：1、牵头单位负责组织协调。", "2、各镇指各镇人民政府和县开发区管委会。"],
    ],
)
@pytest.mark.parametrize("between", ["\t", "|", "    ", " "])
def test_remarks_below_a_table_are_no_tasks(remarks: list[str], between: str) -> None:
    rows = [between.join(cell for cell in row if cell) for row in [_WORDS[:-1], *[r[:5] for r in _ROWS]]]
    table = read("\n".join([_TITLE, *rows, *remarks]), "表.txt")
    assert [task.number for task in table.tasks] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("between", ["\t", "|"])
@pytest.mark.parametrize("blank", ["\n", "\n\n"])
def test_a_header_of_two_levels_with_three_roles_may_have_blank_lines_and_come_again(
    between: str, blank: str
) -> None:
    head = [
        ["序号", "工作任务", "责任分工", "", "", "完成时限"],
        ["", "", "牵头单位", "主责单位", "配合单位", ""],
    ]
    rows = [
        [str(n), f"改造第{n}批老旧小区12个。", "县住建局", "县房管局", "各镇", "年底前"] for n in range(1, 5)
    ]
    lines = [*head, *rows[:2], *head, *rows[2:]]
    table = read(f"{_TITLE}\n" + blank.join(between.join(row) for row in lines), "表.txt")
    assert [task.number for task in table.tasks] == [1, 2, 3, 4]
    for task in table.tasks:
        assert (task.lead_departments, task.main_departments) == (["县住建局"], ["县房管局"])
        assert (task.supporting_departments, task.due_text) == (["各镇"], "年底前")
