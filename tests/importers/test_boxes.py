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


PAGES = """某县2009年重点工作责任分解表
┌──┬──────────┬────┬─────┬────┐

│序号│   重 点 工 作    │分管领│ 责任单位 │完成时│

│  │          │ 导 │     │ 限 │

├──┴──────────┴────┴─────┴────┤

│一、工业经济                                │

├──┬──────────┬────┬─────┬────┤

│1 │新增规上企业20家。│汪 峰│县经信局、│12月底│

│  │          │   │县发改局  │前   │

├──┼──────────┤   ├─────┼────┤

│2 │完成技改投入10亿│   │县经信局  │年内 │

│  │元。         │   │     │    │

├──┼──────────┼────┼─────┼────┤

│3 │推进园区二期建设│李强 │县工业园区│6月底│

└──┴──────────┴────┴─────┴────┘

┌──┬──────────┬────┬─────┬────┐

│  │，力争年底投产。│   │管委会   │前  │

├──┼──────────┼────┼─────┼────┤

│4 │发展旅游。    │李强 │县文旅局 │  │

└──┴──────────┴────┴─────┴────┘
"""


def test_a_heading_across_the_box_is_a_goal_and_blank_lines_do_not_part_it() -> None:
    table = read(PAGES, "表.txt")
    assert [goal.name for goal in table.goals] == ["一、工业经济"]
    assert [task.number for task in table.tasks] == [1, 2, 3, 4]
    assert [task.officials for task in table.tasks] == [["汪峰"], ["汪峰"], ["李强"], ["李强"]]


def test_a_row_cut_over_two_boxes_is_put_together() -> None:
    task = read(PAGES, "表.txt").tasks[2]
    assert task.standard == "推进园区二期建设，力争年底投产。"
    assert task.lead_departments == ["县工业园区管委会"]
    assert task.due_text == "6月底前"


def test_a_row_whose_lines_do_not_fit_the_header_is_told() -> None:
    torn = PAGES.replace("│4 │发展旅游。    │李强 │县文旅局 │  │", "│4 │发展旅游。 │李强\n│5 │养鱼。│李强 │")
    assert "框线与表头对不上" in "".join(issue.message for issue in read(torn, "表.txt").issues)


def test_a_table_typed_with_plus_and_bar_is_drawn_too() -> None:
    table = read(
        "+----+------------+----------+\n"
        "| 序号 | 工作任务   | 责任单位 |\n"
        "+----+------------+----------+\n"
        "| 1  | 新建学校2  | 教育局、 |\n"
        "|    | 所。       | 财政局   |\n"
        "+----+------------+----------+\n"
        "| 2  | 新建医院。 | 卫健局   |\n"
        "+----+------------+----------+\n",
        "表.txt",
    )
    assert [task.standard for task in table.tasks] == ["新建学校2所。", "新建医院。"]
    assert [task.lead_departments for task in table.tasks] == [["教育局", "财政局"], ["卫健局"]]
