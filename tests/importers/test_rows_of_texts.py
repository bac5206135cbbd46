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


def _spaced(*lines: str) -> str:
    return "\n".join([_TITLE, *lines]) + "\n"


def test_names_typed_wide_between_single_spaces_stay_names() -> None:
    rows = [
        "1 完善监测网络。 县商务局 各镇街 张  菁 年内",
        "2 改造公厕58座。 县城管局 县财政局 陆 秋 明 6月底前",
        "3 修桥2座。 县交通局 各镇街 王  伟 年内",
    ]
    table = read(_spaced("序 号 工作任务 牵头单位 配合单位 责任领导 时 限", *rows), "表.txt")
    assert [task.officials for task in table.tasks] == [["张菁"], ["陆秋明"], ["王伟"]]
    assert [task.supporting_departments for task in table.tasks] == [["各镇街"], ["县财政局"], ["各镇街"]]
    assert [task.due_text for task in table.tasks] == ["年内", "6月底前", "年内"]


@pytest.mark.parametrize("number", ["序号 ", ""])
def test_a_header_of_two_levels_between_single_spaces_has_its_roles_in_place(number: str) -> None:
    head = [f"{number}工作任务 分管领导 责任分工 完成时限", "牵头部门 主责单位 配合部门"]
    tasks = [
        "实施国省道新改建项目12个。",
        "优化公交线网，新开线路20条。",
        "开行中欧班列160列以上。",
        "推进城乡公交一体化。",
    ]
    rows = [
        f"{n if number else f'{n}.'}{' ' if number else ''}{task} 王伟 县交通局 县公路局、县水利局 各镇、县财政局 年底前"
        for n, task in enumerate(tasks, start=1)
    ]
    table = read(_spaced(*head, *rows[:2], *head, *rows[2:]), "表.txt")
    assert [task.standard for task in table.tasks] == tasks
    for task in table.tasks:
        assert (task.officials, task.lead_departments) == (["王伟"], ["县交通局"])
        assert task.main_departments == ["县公路局", "县水利局"]
        assert (task.supporting_departments, task.due_text) == (["各镇", "县财政局"], "年底前")


def test_a_category_before_the_number_may_end_as_a_sentence_does() -> None:
    rows = [
        "做强主导产业。 1 技改投入10亿元。 县经信局 年内",
        "2 新增规上企业5家。 县经信局 年内",
        "改善民生。 3 新建公厕20座。 县城管局 年内",
    ]
    table = read(_spaced("类 别 序 号 工作任务 责任单位 完成时限", *rows), "表.txt")
    assert [table.goals[task.goal or 0].name for task in table.tasks] == ["做强主导产业。"] * 2 + [
        "改善民生。"
    ]
    assert [task.standard for task in table.tasks] == [
        "技改投入10亿元。",
        "新增规上企业5家。",
        "新建公厕20座。",
    ]


def test_a_gap_wider_than_the_others_holds_a_blank_cell() -> None:
    blank = " " * 6
    rows = [
        ["1", "新开工项目60个。", "县发改局", "各镇", "县财政局"],
        ["2", "改造公厕58座。", "县城管局", blank, "县住建局"],
        ["3", "修桥2座。", "县交通局", "各镇", blank],
        ["4", "新建公园3处。", "县园林局"],  # the text ends here
    ]
    head = ["序号", "工作任务", "牵头单位", "主责单位", "配合单位"]
    table = read(f"{_TITLE}\n" + "\n".join("    ".join(row) for row in [head, *rows]), "表.txt")
    assert [task.lead_departments for task in table.tasks] == [
        ["县发改局"],
        ["县城管局"],
        ["县交通局"],
        ["县园林局"],
    ]
    assert [task.main_departments for task in table.tasks] == [["各镇"], [], ["各镇"], []]
    assert [task.supporting_departments for task in table.tasks] == [["县财政局"], ["县住建局"], [], []]


def test_header_words_broken_by_single_spaces_fit_the_widest_row() -> None:
    rows = [
        "(1) 新增公办幼儿园学位1260个 县教育局 县财政局,县住建局 续建",
        "(2) 改造农村寄宿制学校8所 县教育局 县财政局,各有关乡镇 新增",
        "(3) 完成适龄妇女免费检查1.3万人 县卫健局 县妇联,各镇",
    ]
    table = read(_spaced("序 号 项 目 内 容 及 目 标 牵头 责任单位 配合 单位 备 注", *rows), "表.txt")
    assert [task.lead_departments for task in table.tasks] == [["县教育局"], ["县教育局"], ["县卫健局"]]
    assert table.tasks[1].supporting_departments == ["县财政局", "各有关乡镇"]
    assert table.tasks[0].extra == {"备注": "续建"}


def test_rows_without_a_number_begin_with_their_task_and_two_spaces_part_names() -> None:
    rows = [
        "新建、改扩建中小学校6所，新增学位2800个 韦  莉 县教育局 城关镇  河口镇 县财政局  县住建局",
        "为农村义务教育阶段学生提供免费午餐补助 陆秋明 县教育局 各乡镇 县市场监管局",
        "城镇新增就业3500人，开发公益性岗位1800个 覃  勇   韦  莉 县人社局 各乡镇 县农业农村局  县总工会",
        "新增城区停车泊位1200个、充电桩260个 陆秋明 县城管局 县城投集团 县公安局交警大",
    ]
    table = read(_spaced("民生实事项目及内容 分管县领导 牵头单位 主责单位 配合单位", *rows), "表.txt")
    assert [task.officials for task in table.tasks] == [["韦莉"], ["陆秋明"], ["覃勇", "韦莉"], ["陆秋明"]]
    assert table.tasks[0].main_departments == ["城关镇", "河口镇"]
    assert table.tasks[2].supporting_departments == ["县农业农村局", "县总工会"]
    assert len(table.tasks) == 4


def test_a_last_row_cut_off_does_not_hide_that_rows_end_with_a_bar() -> None:
    text = (
        f"{_TITLE}\n序号 | 项目内容 | 进展情况 | 责任单位 |\n1 | 学校建成7所。 | 已建4所。 | 县教育局 |\n"
        "2 | 驿站建成7家。 | 已建好。 | 县卫健局 |\n托位增加500个。 | 已增600个。 | ||\n3 | 线路增加3条。 | 已开"
    )
    table = read(text, "表.txt")
    assert [task.standard for task in table.tasks] == [
        "学校建成7所。",
        "驿站建成7家。",
        "托位增加500个。",
        "线路增加3条。",
    ]
    assert table.tasks[2].lead_departments == ["县卫健局"]


def test_a_number_again_on_the_next_page_goes_on_with_its_task() -> None:
    head = "序号 | 目标任务 | 责任领导 | 牵头单位 | 配合单位"
    rows = [
        "1 | 植树造林2.5万亩。 | 王伟 | 县林业局 | 各镇",
        "2 | 加快城市规划修编，完成老城区黄山路、将军 | 陆秋明 | 县住建局 | 县规划局，县城管局",
        "— 2 —",
        head,
        "2 | 路改造，开工建设公园二期。 |  |  | 城关镇政府",
        "3 | 新开工保障性住房2100套。 | 陆秋明 | 县住建局 | 县财政局",
    ]
    table = read("\n".join([_TITLE, head, *rows]), "表.txt")
    assert [task.number for task in table.tasks] == [1, 2, 3]
    assert table.tasks[1].standard == "加快城市规划修编，完成老城区黄山路、将军路改造，开工建设公园二期。"
    assert table.tasks[1].supporting_departments == ["县规划局", "县城管局", "城关镇政府"]


def test_who_carries_out_beside_who_leads_is_the_third_tier() -> None:
    rows = [
        ["序号", "实事内容", "牵头单位", "主办单位", "协办单位"],
        ["1", "建幼儿园2所。", "县教育局", "县住建局", "县财政局"],
    ]
    task = read("\n".join("\t".join(row) for row in rows), "表.txt").tasks[0]
    assert (task.lead_departments, task.main_departments) == (["县教育局"], ["县住建局"])
    assert task.supporting_departments == ["县财政局"]


def test_a_first_row_of_short_cells_is_no_second_level_of_the_header() -> None:
    text = """工作任务 | 责任单位 | 完成情况
1.新建公园3处。 | 市园林局、市财政局 | 已开工
2.改造公厕58座。 | 市城管局、市财政局 | 已完成
"""
    assert [task.standard for task in read(text).tasks] == ["新建公园3处。", "改造公厕58座。"]
