"""Where the header of a table stands and what each column is."""

from datetime import date

import pytest

from importers import UnreadableFile
from tests.importers.build import document, goal_of, messages, read, xlsx

HEADER = ["序号", "工作任务", "责任单位"]


def test_the_header_is_found_below_annex_title_and_preamble() -> None:
    table = read(
        xlsx(
            [
                ["附件2"],
                ["某区2024年重点工作任务分解表"],
                ["为做好全年工作，现将任务分解如下。"],
                [],
                HEADER,
                [1, "新建公厕58座。", "城管局"],
            ]
        ),
        year=None,
    )
    assert table.title == "某区2024年重点工作任务分解表"
    assert [task.standard for task in table.tasks] == ["新建公厕58座。"]
    assert table.tasks[0].place == "Sheet1 第6行"


def test_a_header_over_two_rows_is_read_as_one() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "责任单位", None, "完成时限"],
                [None, None, "牵头单位", "配合单位", None],
                [1, "推进老旧小区改造。", "住建局", "财政局、城管局", "6月底前"],
            ],
            merges=["A1:A2", "B1:B2", "C1:D1", "E1:E2"],
        )
    )
    (task,) = table.tasks
    assert task.lead_departments == ["住建局"]
    assert task.supporting_departments == ["财政局", "城管局"]
    assert task.due_on == date(2025, 6, 30)
    assert [column.header for column in table.columns] == [
        "序号",
        "工作任务",
        "牵头单位",
        "配合单位",
        "完成时限",
    ]


def test_a_header_over_two_rows_is_read_without_merges_too() -> None:
    table = read(
        "序号,工作任务,责任单位,,完成时限\n,,牵头单位,配合单位,\n1,推进老旧小区改造。,住建局,财政局,6月底前\n",
        "表.csv",
    )
    assert table.tasks[0].supporting_departments == ["财政局"]


def test_short_words_under_a_wide_header_are_read_together() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "牵头", None],
                [None, None, "领导", "单位"],
                [1, "推进老旧小区改造。", "陆秋明", "住建局"],
            ],
            merges=["A1:A2", "B1:B2", "C1:D1"],
        )
    )
    assert (table.tasks[0].officials, table.tasks[0].lead_departments) == (["陆秋明"], ["住建局"])


def test_roles_under_responsible_units_tell_them_apart() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "责任单位", None],
                [None, None, "牵头", "配合"],
                [1, "新增造林1万亩。", "林业局", "财政局"],
            ],
            merges=["C1:D1"],
        )
    )
    assert table.tasks[0].lead_departments == ["林业局"]
    assert table.tasks[0].supporting_departments == ["财政局"]


@pytest.mark.parametrize(
    "header", ["牵头责仼单位", "牵 头 单 位", "牵头\n部门", "牵头单位（第一位为主）", "主要责任单位"]
)
def test_mistyped_and_spaced_headers_are_understood(header: str) -> None:
    table = read(xlsx([["编号", "工 作 内 容", header], [1, "推进老旧小区改造。", "住建局"]]))
    assert table.columns[2].kind == "lead_department"


@pytest.mark.parametrize(
    ("header", "kind"),
    [("进度要求", "due"), ("时间安排", "due"), ("重点领域", "section"), ("反馈问题", "section")],
)
def test_further_words_of_headers_are_known(header: str, kind: str) -> None:
    table = read(xlsx([["编号", header, "工作内容", "责任单位"], [1, "6月底前", "推进改造。", "住建局"]]))
    assert table.columns[1].kind == kind


def test_responsible_units_lead_when_no_column_says_lead_and_support_when_one_does() -> None:
    alone = read(xlsx([HEADER, [1, "改造公厕。", "城管局、财政局"]]))
    assert alone.tasks[0].lead_departments == ["城管局", "财政局"]
    beside = read(xlsx([["序号", "工作任务", "牵头单位", "责任单位"], [1, "改造公厕。", "城管局", "财政局"]]))
    assert beside.tasks[0].lead_departments == ["城管局"]
    assert beside.tasks[0].supporting_departments == ["财政局"]


def test_a_third_tier_of_units_is_kept_apart() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "牵头单位", "主体责任单位", "配合单位"],
                [1, "治理河道。", "水利局", "各镇街", "财政局"],
            ]
        )
    )
    (task,) = table.tasks
    assert task.main_departments == ["各镇街"]
    assert task.supporting_departments == ["财政局"]


@pytest.mark.parametrize(
    ("header", "read_as"),
    [
        (["牵头单位", "主要责任单位", "协助单位"], (["教育局"], ["中心学校"], ["财政局"])),
        (["主要责任单位", "责任单位", "协助单位"], (["教育局"], [], ["中心学校", "财政局"])),
        (["责任单位", "落实单位", "协助单位"], (["教育局"], ["中心学校"], ["财政局"])),
    ],
)
def test_a_main_unit_leads_where_nobody_stands_above_it(
    header: list[str], read_as: tuple[list[str], list[str], list[str]]
) -> None:
    rows = [["序号", "工作任务", *header], [1, "新建学生宿舍12栋。", "教育局", "中心学校", "财政局"]]
    (task,) = read(xlsx(rows)).tasks
    assert (task.lead_departments, task.main_departments, task.supporting_departments) == read_as
    labelled = "\n".join(f"{label}：{unit}" for label, unit in zip(header, rows[1][2:], strict=True))
    (task,) = read(f"某区任务分解\n\n1.新建学生宿舍12栋，年底建成。\n{labelled}\n", "某区.txt").tasks
    assert (task.lead_departments, task.main_departments, task.supporting_departments) == read_as


def test_a_second_lead_column_is_the_third_tier() -> None:
    header = ["序号", "工作任务", "牵头单位", "主办单位", "协办单位"]
    (task,) = read(xlsx([header, [1, "治理河道。", "水利局", "各镇街", "财政局"]])).tasks
    assert (task.lead_departments, task.main_departments) == (["水利局"], ["各镇街"])
    (task,) = read(xlsx([[*header[:2], *header[3:]], [1, "治理河道。", "水利局", "财政局"]])).tasks
    assert (task.lead_departments, task.main_departments) == (["水利局"], [])


def test_a_category_column_is_a_goal_above_the_task() -> None:
    table = read(
        xlsx(
            [
                ["类别", "序号", "重点任务", "责任单位"],
                ["经济", 1, "培育企业。", "工信局"],
                [None, 2, "招商引资。", "商务局"],
            ],
            merges=["A2:A3"],
        )
    )
    assert [goal_of(table, task) for task in table.tasks] == ["经济", "经济"]
    assert [task.number for task in table.tasks] == [1, 2]
    assert table.tasks[1].inherited == ["goal"]


def test_a_task_column_that_spans_the_measures_holds_the_goals() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "工作措施", "责任单位"],
                [1, "推进改革", "完成机构改革。", "编办"],
                [None, None, "优化审批流程。", "行政审批局"],
            ],
            merges=["A2:A3", "B2:B3"],
        )
    )
    assert [goal_of(table, task) for task in table.tasks] == ["推进改革", "推进改革"]
    assert table.goals[0].number == 1
    assert [task.number for task in table.tasks] == [1, 2]


def test_the_header_on_every_page_is_no_task_and_the_goal_goes_on() -> None:
    header = ["序号", "目标名称", "工作标准", "牵头责任单位"]
    table = read(
        xlsx(
            [
                header,
                [1, "强化改革", "完成改革。", "编办"],
                ["序 号", "目标名称", "工作标准", "牵头责任单位"],
                [1, "强化改革", "优化审批。", "政务办"],
            ]
        )
    )
    assert len(table.goals) == 1
    assert len(table.tasks) == 2


def test_notes_sums_and_telephones_are_no_tasks() -> None:
    table = read(
        xlsx(
            [
                HEADER,
                [1, "改造公厕。", "城管局"],
                ["合计", None, None],
                ["注：本表由政府办负责解释。"],
                ["监督电话：0557-6031710"],
            ],
            merges=["A4:C4"],
        )
    )
    assert len(table.tasks) == 1
    assert "监督电话" in messages(table)


def test_a_column_nobody_has_a_word_for_is_named_by_its_content_and_asked_about() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "谁来办"],
                [1, "改造公厕。", "区城管局"],
                [2, "清理河道。", "区水利局、各镇街"],
            ]
        )
    )
    assert [task.lead_departments for task in table.tasks] == [["区城管局"], ["区水利局", "各镇街"]]
    assert "按内容判断，认作责任单位，请核对" in messages(table)


def test_a_list_of_telephones_is_no_plan() -> None:
    with pytest.raises(UnreadableFile):
        read(
            xlsx(
                [
                    ["序号", "单位名称", "联系人", "电话"],
                    [1, "区城管局", "王伟", "86310001"],
                    [2, "区水利局", "李强", "86310002"],
                ]
            )
        )


def test_the_title_is_the_line_nearest_the_table_not_the_letter_that_sends_it() -> None:
    table = read(
        document(
            "某县人民政府办公室关于印发2025年重点工作任务分解的通知",
            "各乡镇人民政府，县直各单位：",
            "现印发给你们，请认真落实。",
            "某县2025年重点工作任务分解表",
            [HEADER, ["1", "改造公厕。", "县城管局"]],
        ),
        "表.docx",
    )
    assert table.title == "某县2025年重点工作任务分解表"


def test_a_unit_of_measure_is_nobody_responsible() -> None:
    rows = [
        ["序号", "指标名称", "单位", "目标值"],
        [1, "地区生产总值", "亿元", 800],
        [2, "粮食产量", "万吨", 23],
    ]
    with pytest.raises(UnreadableFile):
        read(xlsx(rows))


def test_a_measure_beside_the_responsible_unit_is_kept_as_extra() -> None:
    rows = [
        ["序号", "目标任务", "单位", "责任单位"],
        [1, "地区生产总值", "亿元", "区发改局"],
        [2, "粮食产量", "万吨", "区农业农村局"],
    ]
    table = read(xlsx(rows))
    assert [task.lead_departments for task in table.tasks] == [["区发改局"], ["区农业农村局"]]
    assert table.tasks[0].extra == {"单位": "亿元"}


def test_a_short_header_is_believed_when_its_cells_bear_it_out() -> None:
    table = read(xlsx([["任务", "单位"], ["改造公厕。", "区城管局"], ["清理河道。", "区水利局"]]))
    assert [task.lead_departments for task in table.tasks] == [["区城管局"], ["区水利局"]]


def test_of_two_full_columns_the_one_with_sentences_holds_the_tasks() -> None:
    table = read(
        xlsx(
            [
                ["序号", "实事项目", "工作目标", "责任单位"],
                [1, "交通提升", "新改建农村公路100公里", "交通局"],
                [2, "供水保障", "新建水厂1座，改造管网30公里", "水务局"],
            ]
        )
    )
    assert table.tasks[0].standard == "新改建农村公路100公里"
    assert [goal.name for goal in table.goals] == ["交通提升", "供水保障"]


def test_whatever_body_leads_or_helps_is_a_unit() -> None:
    table = read(
        xlsx([["序号", "任务", "牵头站所", "配合站所"], [1, "化解积案。", "平安办", "派出所、司法所"]])
    )
    assert table.tasks[0].lead_departments == ["平安办"]
    assert table.tasks[0].supporting_departments == ["派出所", "司法所"]


def test_units_under_a_header_nobody_knows_are_not_left_out_in_silence() -> None:
    rows = [[1, "建设水库。", "水利局", "水投公司"], [2, "修缮古城。", "文旅局", "文旅集团"]]
    table = read(xlsx([["序号", "任务", "责任单位", "业主"], *rows]))
    assert table.tasks[0].extra == {"业主": "水投公司"}
    assert "“业主”一栏像是单位或姓名" in messages(table)


def test_beside_a_leader_a_column_of_units_answers_too() -> None:
    rows = [[1, "建设水库。", "王伟", "水利局"], [2, "修缮古城。", "李强", "文旅局"]]
    table = read(xlsx([["序号", "任务", "责任领导", "落实方"], *rows]))
    assert [task.lead_departments for task in table.tasks] == [["水利局"], ["文旅局"]]
    assert "“落实方”一栏：表头不认识，按内容判断" in messages(table)


def test_a_list_of_funds_is_read_with_a_doubt_about_the_whole_file() -> None:
    funds = "序号,项目名称,实施单位,资金来源,金额（万元）\n1,农村公路养护,县交通局,省级补助,120\n2,水渠整修,县水利局,县级,80\n"
    assert "可能不是责任分解表" in messages(read(funds, "表.csv"))
    plan = "序号,项目名称,责任单位,总投资（万元）\n1,农村公路养护,县交通局,120\n2,水渠整修,县水利局,80\n"
    assert "可能不是责任分解表" not in messages(read(plan, "表.csv"))


def test_heads_of_units_below_a_word_for_units_are_no_units() -> None:
    table = read(
        xlsx(
            [
                ["序号", "工作任务", "责任单位", "", "", "完成时限"],
                ["", "", "牵头单位", "配合单位", "项目责任人", ""],
                [1, "沥青路面摊铺全线通车", "市政管理处", "市交警支队", "万志勇", "9月底"],
                [2, "二期生化池土建完工", "市排水中心", "市水务集团", "吴彬", "11月底"],
            ],
            merges=["A1:A2", "B1:B2", "C1:E1", "F1:F2"],
        )
    )
    assert [task.supporting_departments for task in table.tasks] == [["市交警支队"], ["市水务集团"]]
    assert [task.extra for task in table.tasks] == [{"项目责任人": "万志勇"}, {"项目责任人": "吴彬"}]


def test_of_two_columns_of_numbers_the_one_written_anew_in_each_row_numbers_the_tasks() -> None:
    table = read(
        xlsx(
            [
                ["序号", "反馈问题", "编号", "整改措施", "责任单位"],
                [1, "河道整治不彻底", "1-1", "对37个排口逐一溯源", "区水务局"],
                ["", "", "1-2", "完成截污干管修复", "区住建局"],
                ["", "", "1-3", "建立日常巡查机制", "区河长办"],
                [2, "扬尘问题突出", "2-1", "关停无手续消纳点", "区城管局"],
            ],
            merges=["A2:A4", "B2:B4"],
        )
    )
    assert [task.number for task in table.tasks] == ["1-1", "1-2", "1-3", "2-1"]
    assert [task.extra["序号"] for task in table.tasks] == ["1", "1", "1", "2"]


def test_a_row_that_signs_the_table_takes_no_part_in_what_the_numbers_count() -> None:
    header = ["序号", "项目名称", "年度推进任务", "牵头单位", "完成时限"]
    rows = [[n, f"第{n}号园区", f"完成第{n}号园区厂房封顶", "县园区管委会", "12月底"] for n in range(5, 13)]
    table = read(xlsx([header, *rows, ["填表人：余洁", "", "审核人：何志强", "", "填表日期：2025.3.5"]]))

    assert [task.number for task in table.tasks] == list(range(5, 13))


@pytest.mark.parametrize("header", ["重点工作及完成时限", "工作内容和办结时间", "整改措施及时限要求"])
def test_a_column_of_tasks_and_their_deadlines_holds_the_tasks(header: str) -> None:
    rows = [
        [1, "举办第六届读书月活动（5月底前）", "宣传教育部"],
        [2, "新建创新工作室20家（9月底前）", "经济部"],
    ]
    table = read(xlsx([["序号", header, "责任部门"], *rows]))
    assert [(task.standard, task.due_text) for task in table.tasks] == [
        ("举办第六届读书月活动（5月底前）", "5月底前"),
        ("新建创新工作室20家（9月底前）", "9月底前"),
    ]


@pytest.mark.parametrize("header", ["任务完成时限", "工作时限", "整改时限"])
def test_a_column_of_deadlines_of_tasks_holds_no_tasks(header: str) -> None:
    table = read(
        xlsx([["序号", "工作内容", header, "责任部门"], [1, "举办读书月活动", "5月底前", "宣传教育部"]])
    )
    assert [(task.standard, task.due_text) for task in table.tasks] == [("举办读书月活动", "5月底前")]
