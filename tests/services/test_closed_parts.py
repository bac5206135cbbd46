"""往期: what the parts of a split task said stands under it, and what nobody reviewed is marked."""

import pytest

from app.models.task import Task
from app.queries.snapshots import closed_period, ledger_of, unpack
from app.reports.ledger import ledger_workbook
from app.services import parts
from tests.office import GROWTH, SCHOOL, Office
from tests.services.snapshot_of_version_1 import CONTENT
from tests.services.test_parts import TWO, split
from tests.services.test_parts import report as report_part
from tests.services.test_periods import close_one, on, report
from tests.services.test_snapshots import END_OF_SEPTEMBER, LATE, cells, exported, shown, workbook_texts


def test_the_parts_words_stand_under_their_task_in_page_workbook_and_api(office: Office) -> None:
    first, second = split(office, *TWO)
    report_part(office, first, 50)
    period_id = close_one(office, unreviewed=True)
    (growth,) = [row for row in shown(office, "ducha", period_id).rows if row.task.standard == GROWTH]
    told, silent = [part.words for part in growth.parts]
    number = growth.task.number
    assert told == f"{number}-1 发改局，完成 50 %：【没有审核】完成50%。"
    assert silent == f"{number}-2 发改局：【本期未报】"
    assert f"【本期有 1 个分解项未报】\n{told}\n{silent}" in workbook_texts(office, "ducha", period_id)
    page = office.browser("fagai").get(f"/periods/{period_id}").text
    assert f"{number}-1 发改局，完成 50 %" in page
    assert "完成50%。" in page
    item = office.api("ducha").get(f"/api/v1/periods/{period_id}").json()["items"][0]
    assert [
        (part["id"], part["completion"], part["progress"], part["is_missing"]) for part in item["parts"]
    ] == [
        (first, 50, "完成50%。", False),
        (second, None, "", True),
    ]
    assert "完成50%" not in office.browser("jiaoyu").get(f"/periods/{period_id}").text
    assert "完成50%" not in office.api("jiaoyu").get(f"/api/v1/periods/{period_id}").text


def test_what_the_parts_say_later_changes_nothing_of_the_closed_table(office: Office) -> None:
    first, _ = split(office, *TWO)
    report_part(office, first, 50)
    period_id = close_one(office, unreviewed=True)
    before = exported(office, "ducha", period_id)
    with office.database.writing() as session:
        session.get_one(Task, first).standard = "改过的分解项。"
    report(office, LATE, SCHOOL, "jiaoyu")
    assert exported(office, "ducha", period_id) == before


def test_what_was_split_only_after_the_period_has_no_parts_in_it(office: Office) -> None:
    report(office, END_OF_SEPTEMBER)
    with office.database.writing() as session:
        split_later = on(office.viewer("fagai"), LATE)
        parts.split(session, office.task(session, GROWTH), TWO, actor=split_later)
    closed = shown(office, "ducha", close_one(office, day=LATE, unreviewed=True))
    assert not any(row.parts for row in closed.rows)


def test_reports_nobody_reviewed_are_counted_and_marked(office: Office) -> None:
    report(office, END_OF_SEPTEMBER)
    report(office, END_OF_SEPTEMBER, SCHOOL, "jiaoyu", progress="完成选址。")
    period_id = close_one(office, unreviewed=True)
    closed = shown(office, "ducha", period_id)
    assert closed.unreviewed == 2
    assert {row.task.standard for row in closed.rows if row.is_unreviewed} == {GROWTH, SCHOOL}
    texts = workbook_texts(office, "ducha", period_id)
    assert "截至2018年9月28日　关闭时其中 2 条填报没有审核" in texts
    assert "【没有审核】完成选址。" in texts
    page = office.browser("ducha").get(f"/periods/{period_id}").text
    assert "其中 <strong>2</strong> 条没有审核" in page
    assert page.count("<strong>没有审核</strong>") == 2
    theirs = shown(office, "jiaoyu", period_id)
    assert (theirs.unreviewed, [row.is_unreviewed for row in theirs.rows].count(True)) == (1, 1)
    told = office.api("ducha").get(f"/api/v1/periods/{period_id}").json()
    assert (told["unreviewed"], told["items"][0]["is_unreviewed"]) == (2, True)


@pytest.mark.parametrize("username", ["ducha", "fagai"])
def test_a_table_closed_before_these_were_kept_says_nothing_of_them(office: Office, username: str) -> None:
    closed = closed_period(unpack(CONTENT), office.viewer(username))
    assert closed.unreviewed == 0
    assert not any(row.parts or row.is_unreviewed for row in closed.rows)
    workbook = str(cells(ledger_workbook(ledger_of(unpack(CONTENT), office.viewer(username)))))
    assert "没有审核" not in workbook
