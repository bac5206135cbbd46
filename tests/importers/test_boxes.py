"""Tables drawn with line characters, with △ before each task."""

from tests.importers.build import goal_of, read

DRAWN = """某市2025年重点工作任务
┌──────────────┬───┬────────┬────┐
│   工 作 任 务    │分管领│牵头组织实施单位│完成时限│
│              │ 导 │        │    │
├──────────────┼───┼────────┼────┤
│抓好财税金融工作      │梁志强│各县(市、区)政│年内见成│
├──────────────┤   │府，市财政局、国│ 效  │
│△调整支出结构，加大教育投入│   │家税务局、人民银│    │
│力度。           │   │行       │    │
│              │   ├────────┤    │
│△加强财政监督。      │   │各县(市、区)政│    │
│△加强税源监控。      │   │府，市财政局  │    │
├──────────────┼───┼────────┼────┤
│加快交通建设        │汪  峰│市交通局    │6月底完│
├──────────────┤吴蓓蓓│        │成   │
│△建成快速通道。      │   │        │    │
└──────────────┴───┴────────┴────┘
"""


def test_a_drawn_table_is_put_back_into_cells() -> None:
    table = read(DRAWN, "表.txt")
    assert [column.header for column in table.columns] == [
        "工作任务",
        "分管领导",
        "牵头组织实施单位",
        "完成时限",
    ]
    assert [goal_of(table, task) for task in table.tasks] == ["抓好财税金融工作"] * 3 + ["加快交通建设"]
    assert table.tasks[0].standard == "调整支出结构，加大教育投入力度。"
    assert table.tasks[0].lead_departments == ["各县(市、区)政府", "市财政局", "国家税务局", "人民银行"]
    assert table.tasks[0].officials == ["梁志强"]
    assert table.tasks[0].due_text == "年内见成效"


def test_tasks_in_one_cell_share_the_units_beside_them() -> None:
    table = read(DRAWN, "表.txt")
    assert [task.standard for task in table.tasks[1:3]] == ["加强财政监督。", "加强税源监控。"]
    assert all(task.lead_departments == ["各县(市、区)政府", "市财政局"] for task in table.tasks[1:3])


def test_two_officials_under_each_other_are_two() -> None:
    assert read(DRAWN, "表.txt").tasks[3].officials == ["汪峰", "吴蓓蓓"]
