"""交接: both sides are told, when it is arranged and when it is called off."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.models.directory import Department, Official
from app.models.notice import Notice
from app.queries.directory import find_bearer
from app.services.hand_over import call_off, confirm_hand_over
from tests.office import Office

DAY = date(2018, 10, 8)

CASES = (
    # giver, taker, what the giver and what the taker reads
    (
        "发改局",
        "教育局",
        "从2018年10月8日起，本单位的 3 项任务交接给教育局",
        "从2018年10月8日起，发改局的 3 项任务交接给本单位",
    ),
    (
        "陆秋明",
        "是峰",
        "从2018年10月8日起，您分管的 2 项任务交接给是峰",
        "从2018年10月8日起，陆秋明的 2 项任务交接给您",
    ),
)


@pytest.mark.parametrize(("giver", "taker", "to_giver", "to_taker"), CASES)
def test_both_sides_are_told_of_a_hand_over_and_that_it_was_called_off(
    office: Office, giver: str, taker: str, to_giver: str, to_taker: str
) -> None:
    ducha, is_unit = office.viewer("ducha"), giver.endswith("局")
    with office.database.writing() as session:
        found = [
            find_bearer(session, ducha, *((name, "") if is_unit else ("", name))) for name in (giver, taker)
        ]
        ids = [(department if is_unit else official) or 0 for _, department, official in found]
        table = Department if is_unit else Official
        first, second = (session.get_one(table, each) for each in ids)
        done = confirm_hand_over(session, first, second, effective_on=DAY, reason="", actor=ducha)
        call_off(session, done, actor=ducha)
        told = list(session.execute(select(Notice).order_by(col(Notice.id))).scalars())
        whose = [each.department_id if is_unit else each.official_id for each in told]
        assert whose == [*ids, *ids]
        off = "，这次交接已取消。"
        assert [each.words for each in told] == [
            f"{to_giver}。",
            f"{to_taker}。",
            to_giver + off,
            to_taker + off,
        ]
        pages = {each.address for each in told}
    browser = office.browser("ducha")
    assert [browser.get(page).status_code for page in pages] == [200, 200]
