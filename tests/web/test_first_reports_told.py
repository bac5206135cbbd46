"""Before the commit, the page of an import says what becomes of the progress that the file already tells."""

from sqlalchemy import func, select

from app.models.progress import ProgressReport
from tests.office import GROWTH, HOSPITAL, PLAN, SCHOOL, TOILETS, Office
from tests.web.test_imports import update, upload

HEAD = "序号\t工作标准\t牵头单位\t进展情况\n"
PARK = "建成城市公园3处。"
TOLD = (
    HEAD + f"1\t{PARK}\t城管局\t已建成2处。\n2\t新建公厕5座。\t教育局\t正在选址。\n3\t修路2条。\t住建局\t\n"
)
UNTOLD = TOLD.replace("已建成2处。", "").replace("正在选址。", "")


def test_the_progress_of_the_file_is_announced_before_it_becomes_first_reports(office: Office) -> None:
    browser = office.browser("ducha")
    page = browser.get(upload(browser, TOLD)).text
    assert "2 项任务带有进展，导入后作为第一条填报（状态推进中）" in page


def test_several_states_are_counted_one_by_one(office: Office) -> None:
    browser = office.browser("ducha")
    text = TOLD.replace("进展情况", "进展情况\t状态").replace("已建成2处。", "已建成3处。\t已完成")
    page = browser.get(upload(browser, text)).text
    assert "2 项任务带有进展，导入后作为第一条填报（推进中 1 项、已完成 1 项）" in page


def test_of_a_newer_version_only_what_is_new_begins_with_it(office: Office) -> None:
    browser = office.browser("ducha")
    standing = enumerate((GROWTH, HOSPITAL, TOILETS, SCHOOL), 4)
    known = "".join(f"{at}\t{each}\t发改局\t已办。\n" for at, each in standing)
    assert "2 项新增的任务带有进展" in browser.get(upload(browser, TOLD + known, title=PLAN)).text


def test_of_tasks_the_plan_has_it_is_said_that_their_progress_in_the_file_is_not_entered(
    office: Office,
) -> None:
    browser = office.browser("ducha")
    known = f"1\t{GROWTH}\t发改局\t增长6%。\n2\t{HOSPITAL}\t卫健局\t\n3\t{TOILETS}\t城管局\t已建20座。\n"
    batch = upload(browser, HEAD + known, title=PLAN)
    page = browser.get(batch).text
    assert "文件里有 2 项现有的任务也带有进展，不作为填报写入：现有的任务以已报的进展为准" in page
    assert f'<a href="{batch}/original">原文件</a>' in page.partition('id="confirm"')[2]
    assert update(browser, batch) == 303
    with office.database.reading() as session:
        assert session.execute(select(func.count()).select_from(ProgressReport)).scalar_one() == 0


def test_a_newer_version_without_progress_on_them_says_nothing_of_it(office: Office) -> None:
    browser = office.browser("ducha")
    standing = enumerate((GROWTH, HOSPITAL, TOILETS, SCHOOL), 4)
    known = "".join(f"{at}\t{each}\t发改局\t\n" for at, each in standing)
    page = browser.get(upload(browser, TOLD + known, title=PLAN)).text
    assert "2 项新增的任务带有进展" in page
    assert "现有的任务也带有进展" not in page


def test_a_file_without_progress_says_nothing_of_it(office: Office) -> None:
    browser = office.browser("ducha")
    assert "带有进展" not in browser.get(upload(browser, UNTOLD)).text
