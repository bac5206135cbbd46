"""通知: told in the deed's transaction, each to whom it concerns, read by each person for himself."""

from contextlib import suppress

import pytest
from sqlmodel import select

from app.models.account import User
from app.models.notice import Notice
from app.queries.notices import list_notices, notices_read, unread
from app.services.notices import mark_read, tell_department, tell_official, tell_supervision
from tests.office import USERNAMES, Office


def tell_everybody(office: Office) -> None:
    """One sentence to 发改局, one to 陆秋明, one to the supervision office, and the neighbour's own."""
    ducha, neighbour = office.viewer("ducha"), office.viewer("neighbour")
    with office.database.writing() as session:
        tell_department(session, ducha, office.viewer("fagai").department_id or 0, "填报被退回。", "/todos")
        tell_official(session, ducha, office.viewer("luqiuming").official_id or 0, "有一项逾期。")
        tell_supervision(session, ducha, "有一项新申请。")
        tell_supervision(session, neighbour, "邻区的事。")


def words(office: Office, username: str) -> list[str]:
    with office.database.reading() as session:
        return [notice.words for notice in list_notices(session, office.viewer(username)).items]


@pytest.mark.parametrize(
    ("username", "told"),
    [
        ("fagai", ["填报被退回。"]),
        ("jiaoyu", []),
        ("luqiuming", ["有一项逾期。"]),
        ("ducha", ["有一项新申请。"]),
        ("neighbour", ["邻区的事。"]),
        ("admin", []),
        ("auditor", []),
    ],
)
def test_a_notice_is_for_whom_it_concerns_and_for_nobody_else(
    office: Office, username: str, told: list[str]
) -> None:
    tell_everybody(office)
    assert words(office, username) == told


def test_the_newest_comes_first_page_by_page(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        for number in range(1, 6):
            tell_supervision(session, ducha, f"第 {number} 件。")
    with office.database.reading() as session:
        first = list_notices(session, ducha, size=2)
        last = list_notices(session, ducha, page=3, size=2)
        beyond = list_notices(session, ducha, page=99, size=2)
    assert [notice.words for notice in first.items] == ["第 5 件。", "第 4 件。"]
    assert (first.total, first.pages) == (5, 3)
    assert [notice.words for notice in last.items] == ["第 1 件。"]
    assert beyond.items == []


def test_what_a_person_has_read_is_new_to_a_colleague_still(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        mine = session.exec(select(User).where(User.username == "ducha")).one()
        session.add(
            User(
                **{**mine.model_dump(exclude={"id"}), "username": "clerk", "name": "吴科员", "subject": None}
            )
        )
        tell_supervision(session, ducha, "有一项新申请。")
    with office.database.writing() as session:
        newest = session.exec(select(Notice.id)).one() or 0
        mark_read(session, newest, actor=ducha)
    with office.database.reading() as session:
        assert unread(session, ducha, notices_read(session, ducha)) == 0
        clerk = office.viewer("clerk")
        assert unread(session, clerk, notices_read(session, clerk)) == 1


def test_what_came_after_the_page_was_opened_stays_new(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        tell_supervision(session, ducha, "看到了的。")
        session.flush()
        seen = session.exec(select(Notice.id)).one() or 0
        tell_supervision(session, ducha, "后来的。")
        mark_read(session, seen, actor=ducha)
    with office.database.reading() as session:
        assert [row.words for row in list_notices(session, ducha).items if row.is_new] == ["后来的。"]


def test_reading_an_older_page_makes_nothing_new_again(office: Office) -> None:
    tell_everybody(office)
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        newest = max(session.exec(select(Notice.id)).all(), key=lambda number: number or 0) or 0
        mark_read(session, newest, actor=ducha)
        before = notices_read(session, ducha)
        mark_read(session, 1, actor=ducha)
        assert notices_read(session, ducha) == before > 0


def test_a_number_beyond_all_reads_only_what_is_there(office: Office) -> None:
    tell_everybody(office)
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        mark_read(session, 999_999_999, actor=fagai)
        tell_department(session, office.viewer("ducha"), fagai.department_id or 0, "又一件。")
    with office.database.reading() as session:
        assert unread(session, fagai, notices_read(session, fagai)) == 1


def test_an_undone_deed_told_nobody(office: Office) -> None:
    with suppress(RuntimeError), office.database.writing() as session:
        tell_supervision(session, office.viewer("ducha"), "没有发生的事。")
        raise RuntimeError
    assert all(words(office, username) == [] for username in USERNAMES)
