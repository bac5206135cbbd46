"""User names at sign-in: capitals and full-width letters are the hand's, not the person's."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.models.account import Credential, LoginFailure
from tests.office import PASSWORD, Office
from tests.web.accounts import account_id, change_user, sign_in, told
from tests.web.single_sign_on import SignOn


def whose(office: Office, username: str) -> Any:
    """Whose page a sign-in under this name opens."""
    browser = office.browser()
    answer = browser.post("/login", data={"username": username, "password": PASSWORD})
    assert answer.status_code == 303
    return browser.get("/account").text


@pytest.mark.parametrize("typed", ["Fagai", "FAGAI", "ｆａｇａｉ", "  FaGai "])
def test_a_name_in_capitals_or_full_width_finds_its_account(office: Office, typed: str) -> None:
    assert "<dd>fagai</dd>" in whose(office, typed)


def test_a_name_kept_in_capitals_is_found_and_shown_as_it_was_typed(office: Office) -> None:
    for kept in ("ZhangSan", "ＺｈａｎｇＳａｎ", "张San"):
        change_user(office, "fagai", username=kept)
        assert f"<dd>{kept}</dd>" in whose(office, kept.lower())
        change_user(office, kept, username="fagai")


def test_two_old_accounts_that_differ_by_capitals_go_on_under_their_own_names(office: Office) -> None:
    change_user(office, "jiaoyu", username="FAGAI")
    assert "赵教育" in whose(office, "FAGAI")
    assert "李发改" in whose(office, "fagai")
    assert sign_in(office, "Fagai").status_code == 401, "whose it would be cannot be told"


def test_other_capitals_are_no_way_round_the_wait_for_wrong_passwords(office: Office) -> None:
    assert [sign_in(office, typed, "x").status_code for typed in ("fagai", "Fagai", "FAGAI")] == [401] * 3
    assert sign_in(office, "ＦＡＧＡＩ").status_code == 429
    assert [each["username"] for each in told(office, "sign_in_refused")] == ["fagai", "Fagai", "FAGAI"]
    with office.database.reading() as session:
        assert set(session.execute(select(col(LoginFailure.username))).scalars()) == {"fagai"}


def test_a_name_nobody_has_is_counted_as_one_too(office: Office) -> None:
    assert [sign_in(office, typed, "x").status_code for typed in ("Nobody", "nobody", "NOBODY")] == [401] * 3
    assert sign_in(office, "nobody").status_code == 429


def test_a_reset_and_the_right_password_forget_wrong_ones_under_any_capitals(office: Office) -> None:
    change_user(office, "fagai", username="FaGai")
    for _ in range(2):
        sign_in(office, "fagai", "x")
    assert sign_in(office, "FAGAI").status_code == 303
    sign_in(office, "fagai", "x")
    assert (
        office.browser("admin").post(f"/accounts/{account_id(office, 'FaGai')}/password").status_code == 200
    )
    with office.database.reading() as session:
        assert session.execute(select(LoginFailure)).all() == []


def test_two_lines_of_a_workbook_may_not_differ_by_capitals_alone(office: Office) -> None:
    from app.services.account_batches import Draft, check_drafts

    drafts = [Draft("第1行", "Wang", "王", "督查室"), Draft("第2行", "ｗａｎｇ", "汪", "督查室")]
    with office.database.reading() as session:
        checked = check_drafts(session, drafts, actor=office.viewer("admin"))
    assert [bool(each.reasons) for each in checked] == [False, True]


def test_the_single_sign_on_may_write_the_name_in_capitals(sign_on: SignOn) -> None:
    sign_on.provider.know("8a1", preferred_username="FAGAI")
    assert sign_on.sign_in(sign_on.browser()).status_code == 303
    assert sign_on.subject("fagai") == f"{sign_on.provider.issuer}|8a1"


def test_the_command_finds_the_account_too(office: Office) -> None:
    from app.queries.accounts import find_user

    change_user(office, "fagai", credential=Credential.LDAP)
    with office.database.reading() as session:
        found = find_user(session, "FaGai")
        assert found is not None
        assert found.username == "fagai"
