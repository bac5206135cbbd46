"""A task worded anew beyond recognition: the officer says that it is the same one, and its progress stays."""

from app.models.task import Task, TaskStatus
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, Office
from tests.services.test_revise_plan import report
from tests.web.test_imports import HEAD, update, upload, value

ANEW = "提升群众如厕体验，完成城乡环境卫生三年行动年度任务。"
NEXT = (
    HEAD
    + f"1\t主要预期目标\t{GROWTH}\t陆秋明\t发改局\t\t\n"
    + f"2\t主要预期目标\t{HOSPITAL}\t陆秋明、薛红霞\t卫健局\t发改局\t6月底前\n"
    + f"3\t改善民生\t{SCHOOL}\t薛红霞\t教育局\t\t\n"
    + f"4\t改善民生\t{ANEW}\t是峰\t城管局\t\t\n"
)


def test_a_row_that_goes_is_joined_with_one_that_comes_and_parted_again(office: Office) -> None:
    toilets = "新建、改造公厕58座。"
    browser = office.browser("ducha")
    with office.database.writing() as session:
        task_id = report(session, office, toilets)
    batch = upload(browser, NEXT, title=PLAN)
    page = browser.get(batch).text
    assert page.count("是同一项</button>") == 2  # beside the row that comes, and beside the one that goes
    pair = {"old": str(task_id), "new": "3"}
    for _ in range(2):  # pressing twice is harmless
        assert browser.post(f"{batch}/pairs", data=pair | {"verdict": "join"}).status_code == 303
    page = browser.get(batch).text
    assert "您已指明是同一项，原来的进展保留" in page
    assert "已报进展" not in page
    assert browser.post(f"{batch}/pairs", data=pair | {"verdict": "part"}).status_code == 303
    assert "已报进展 1 次" in browser.get(batch).text
    browser.post(f"{batch}/pairs", data=pair | {"verdict": "join"})
    assert update(browser, batch) == 303
    with office.database.reading() as session:
        task = session.get_one(Task, task_id)
        assert (task.standard, task.completion, task.withdrawn_at) == (ANEW, 70, None)
        assert task.status is TaskStatus.IN_PROGRESS
    assert browser.post(f"{batch}/undo").status_code == 303
    with office.database.reading() as session:
        task = session.get_one(Task, task_id)
        assert (task.standard, task.completion, task.withdrawn_at) == (toilets, 70, None)


def test_nothing_chosen_changes_nothing(office: Office) -> None:
    browser = office.browser("ducha")
    batch = upload(browser, NEXT, title=PLAN)
    shown = value(browser.get(batch).text, "shown")
    answer = browser.post(f"{batch}/pairs", data={"old": "", "new": "3", "verdict": "join"})
    assert answer.status_code == 422
    assert "请先选择是哪一项任务" in answer.text
    assert value(browser.get(batch).text, "shown") == shown


def test_in_the_same_place_with_the_same_unit_leader_and_deadline_it_is_offered_first(office: Office) -> None:
    browser = office.browser("ducha")
    lines = NEXT.splitlines(keepends=True)
    batch = upload(browser, lines[0] + lines[1] + lines[2] + lines[4] + lines[3], title=PLAN)
    page = browser.get(f"{batch}?show=doubtful").text
    assert f'逐行对照里有 <a href="{batch}?show=doubtful#comparison">1</a> 项待核对' in page
    assert "疑似原来的一项" in page
    form = page.split("疑似原来的一项")[1].split("</form>")[0]
    first = form.split("<option")[1]
    assert "新建、改造公厕58座。" in first
    assert "请选择" not in form
