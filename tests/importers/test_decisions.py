"""What a person settles while checking is how the file is read: columns, names, blanks."""

from io import BytesIO

from openpyxl import Workbook

from importers import Decision, DecisionKind, Decisions, RecognisedTable, read_table


def workbook(rows: list[list[str | None]], merges: tuple[str, ...] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(data: bytes, *decisions: Decision) -> RecognisedTable:
    return read_table(data, "a.xlsx", decisions=Decisions.of(decisions))


def questions(table: RecognisedTable, kind: DecisionKind) -> list[str]:
    return [
        issue.question.words for issue in table.all_issues() if issue.question and issue.question.kind is kind
    ]


ODD_HEADER = workbook(
    [
        ["序号", "工作任务", "何人负总责", "牵头单位"],
        ["1", "新建公园3处。", "陆秋明", "园林局"],
        ["2", "改造公厕58座。", "是峰", "城管局"],
    ]
)


def test_a_column_nobody_has_a_word_for_is_kept_and_can_be_named() -> None:
    before = read(ODD_HEADER)
    assert before.tasks[0].officials == []
    assert before.tasks[0].extra == {"何人负总责": "陆秋明"}
    after = read(ODD_HEADER, Decision(DecisionKind.COLUMN, "何人负总责", "official"))
    assert [task.officials for task in after.tasks] == [["陆秋明"], ["是峰"]]
    assert after.tasks[0].extra == {}


RUN_TOGETHER = workbook(
    [
        ["序号", "工作任务", "牵头单位"],
        ["1", "新建公园3处。", "发改局经信局"],
        ["2", "改造公厕58座。", "城管局"],
    ]
)


def test_a_doubtful_name_asks_and_the_answer_is_taken() -> None:
    before = read(RUN_TOGETHER)
    assert questions(before, DecisionKind.NAME) == ["发改局经信局"]
    after = read(RUN_TOGETHER, Decision(DecisionKind.NAME, "发改局经信局", "发改局经信局联席办"))
    assert after.tasks[0].lead_departments == ["发改局经信局联席办"]
    assert questions(after, DecisionKind.NAME) == []


BLANK = workbook(
    [
        ["序号", "工作任务", "分管领导", "牵头单位"],
        ["1", "新建公园3处。", "陆秋明", "园林局"],
        ["2", "改造公厕58座。", None, "城管局"],
    ]
)


def test_a_blank_asks_and_either_answer_is_taken() -> None:
    (asked,) = questions(read(BLANK), DecisionKind.BLANK)
    carried = read(BLANK, Decision(DecisionKind.BLANK, asked, "carry"))
    assert carried.tasks[1].officials == ["陆秋明"]
    left = read(BLANK, Decision(DecisionKind.BLANK, asked, "leave"))
    assert left.tasks[1].officials == []
    for settled in (carried, left):
        assert questions(settled, DecisionKind.BLANK) == []


def test_a_later_decision_goes_before_an_earlier_one() -> None:
    table = read(
        ODD_HEADER,
        Decision(DecisionKind.COLUMN, "何人负总责", "other"),
        Decision(DecisionKind.COLUMN, "何人负总责", "official"),
    )
    assert table.tasks[0].officials == ["陆秋明"]


PLAIN_LIST = workbook(
    [
        ["序号", "工作任务", "责任单位", "完成时限"],
        ["1", "新建公园3处。", "园林局、财政局、住建局", "12月底前"],
        ["2", "改造公厕58座。", "城管局", "6月底前"],
    ]
)
MARKED_LIST = workbook(
    [
        ["序号", "工作任务", "牵头单位"],
        ["1", "新建公园3处。", "园林局、财政局"],
        ["2", "改造公厕。", "城管局"],
    ]
)
FIRST_LEADS = Decision(DecisionKind.RULE, "first_listed_leads", "yes")


def test_of_units_listed_without_marks_all_lead_unless_the_office_says_the_first() -> None:
    assert read(PLAIN_LIST).tasks[0].lead_departments == ["园林局", "财政局", "住建局"]
    task = read(PLAIN_LIST, FIRST_LEADS).tasks[0]
    assert (task.lead_departments, task.supporting_departments) == (["园林局"], ["财政局", "住建局"])


def test_under_a_header_that_says_lead_all_lead_whatever_the_rule() -> None:
    assert read(MARKED_LIST, FIRST_LEADS).tasks[0].lead_departments == ["园林局", "财政局"]


def test_names_the_directory_knows_join_and_part_what_a_cell_holds() -> None:
    data = workbook(
        [
            ["序号", "工作任务", "分管领导", "牵头单位"],
            ["1", "新建公园3处。", "欧阳春兰", "城乡融合\n试验片区"],
            ["2", "改造公厕58座。", "是峰", "绿建区开发总公司财政局"],
        ]
    )
    known = [
        Decision(DecisionKind.UNIT, name, name) for name in ("城乡融合试验片区", "绿建区开发总公司", "财政局")
    ]
    table = read(data, *known, Decision(DecisionKind.PERSON, "欧阳春兰", "欧阳春兰"))
    assert table.tasks[0].lead_departments == ["城乡融合试验片区"]
    assert table.tasks[0].officials == ["欧阳春兰"]
    assert table.tasks[1].lead_departments == ["绿建区开发总公司", "财政局"]
    assert questions(table, DecisionKind.NAME) == []


TWICE = workbook(
    [
        ["序号", "工作任务", "牵头单位"],
        ["1", "新建公园3处。", "园林局"],
        ["2", "改造公厕58座。", "城管局"],
        ["3", "新建 公园３处", "园林局"],
        ["4", "改造公厕58座。", "住建局"],
    ]
)


def test_a_task_that_stands_twice_stays_until_a_person_says_it_is_one() -> None:
    before = read(TWICE)
    assert len(before.tasks) == 4
    (asked,) = questions(before, DecisionKind.REPEAT)
    assert asked == "2@Sheet 第4行"
    once = read(TWICE, Decision(DecisionKind.REPEAT, asked, "drop"))
    assert [task.number for task in once.tasks] == [1, 2, 4]
    twice = read(TWICE, Decision(DecisionKind.REPEAT, asked, "keep"))
    assert [task.number for task in twice.tasks] == [1, 2, 3, 4]
    for settled in (once, twice):
        assert questions(settled, DecisionKind.REPEAT) == []


def test_the_same_words_for_another_unit_are_only_told() -> None:
    told = [issue for issue in read(TWICE).tasks[3].issues if "文字相同" in issue.message]
    assert [(issue.level, issue.question) for issue in told] == [("note", None)]


def test_the_same_words_under_another_goal_are_no_repetition() -> None:
    rows = [
        ["目标", "工作任务", "牵头单位"],
        ["公园", "完成前期工作。", "甲局"],
        ["公厕", "完成前期工作。", "甲局"],
    ]
    assert not list(read(workbook(rows)).all_issues())


UNREADABLE = workbook(
    [
        ["序号", "工作任务", "牵头单位", "完成时限"],
        ["1", "新建公园3处。", "园林局", "6底前"],
        ["2", "改造公厕58座。", "城管局", "6底 前"],
        ["3", "修路2条。", "住建局", "6月前"],
        ["4", "修渠3条。", "水利局", "6月底前、9月底前"],
        ["5", "修桥1座。", "住建局", "立行立改"],
        ["6", "种树9棵。", "园林局", "9月底前"],
    ]
)


def read_2025(data: bytes, *decisions: Decision, year: int | None = 2025) -> RecognisedTable:
    return read_table(data, "a.xlsx", year=year, decisions=Decisions.of(decisions))


def test_each_deadline_in_doubt_asks_with_the_day_as_it_was_read() -> None:
    asked = [
        (issue.question.words, issue.question.meaning)
        for issue in read_2025(UNREADABLE).all_issues()
        if issue.question
    ]
    assert asked == [
        ("6底前", ""),
        ("6底前", ""),
        ("6月前", "2025-06-30"),
        ("6月底前、9月底前", "2025-09-30"),
        ("立行立改", ""),
    ]


def test_the_day_a_person_says_goes_before_the_words_which_stay() -> None:
    said = [Decision(DecisionKind.DUE, "6底前", "2025-06-15"), Decision(DecisionKind.DUE, "6月前", "全年")]
    table = read_2025(UNREADABLE, *said)
    assert [(task.due_text, str(task.due_on), task.due_certainty) for task in table.tasks[:3]] == [
        ("6底前", "2025-06-15", "exact"),
        ("6底 前", "2025-06-15", "exact"),
        ("6月前", "2025-12-31", "exact"),
    ]
    told = [(issue.level, issue.message) for task in table.tasks[1:3] for issue in task.issues]
    assert told == [
        ("note", "完成时限“6底 前”按核对时填的 2025-06-15 计"),
        ("note", "完成时限“6月前”按核对时说的全年计"),
    ]


def test_a_day_said_of_an_earlier_file_holds_in_the_same_year_only() -> None:
    earlier = Decision(DecisionKind.DUE, "6底前", "2025-06-15", of_earlier_file=True)
    assert str(read_2025(UNREADABLE, earlier).tasks[0].due_on) == "2025-06-15"
    for year in (2024, 2026, None):
        table = read_2025(UNREADABLE, earlier, year=year)
        assert (table.tasks[0].due_on, questions(table, DecisionKind.DUE)[0]) == (None, "6底前")
    whole = Decision(DecisionKind.DUE, "6底前", "全年", of_earlier_file=True)
    assert str(read_2025(UNREADABLE, whole, year=2026).tasks[0].due_on) == "2026-12-31"
    own = Decision(DecisionKind.DUE, "6底前", "2026-03-31")
    assert str(read_2025(UNREADABLE, earlier, own).tasks[0].due_on) == "2026-03-31"
