"""Tokens that are valid no more: refused, and on record where they once were valid."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlmodel import col

from app.clock import utcnow
from app.models.account import ApiToken
from app.models.directory import Jurisdiction
from app.models.event import Event
from tests.forgery import verify
from tests.office import HOME, NEIGHBOUR, Office
from tests.web.accounts import change_user


def change_tokens(office: Office, **values: Any) -> None:
    with office.database.writing() as session:
        for token in session.execute(select(ApiToken)).scalars():
            for name, value in values.items():
                setattr(token, name, value)
            session.add(token)


def refused(office: Office) -> list[Event]:
    with office.database.reading() as session:
        found = select(Event).where(col(Event.kind) == "sign_in_refused").order_by(col(Event.id))
        return list(session.execute(found).scalars())


@pytest.mark.parametrize("why", ["revoked", "expired", "disabled"])
def test_a_token_valid_no_more_is_on_record_with_its_name_and_account(office: Office, why: str) -> None:
    system = office.api("fagai")
    if why == "disabled":
        change_user(office, "fagai", is_active=False)
    else:
        column = {"revoked": "revoked_at", "expired": "expires_at"}[why]
        change_tokens(office, **{column: utcnow() - timedelta(seconds=1)})
    assert system.get("/api/v1/plans").status_code == 401
    (event,) = refused(office)
    assert event.detail == {"username": "fagai", "reason": "token", "name": "测试", "why": why}
    assert (event.actor_id, event.source, event.address) == (None, "api", "testclient")
    said = {"revoked": "已停用", "expired": "已过期", "disabled": "，账号已停用"}[why]
    page = office.browser("auditor").get("/trail?kind=sign_in_refused").text
    assert f"代表“fagai”的令牌“测试”{said}" in page
    assert verify(office).is_whole


def test_a_system_that_calls_on_and_on_is_on_record_once_a_minute(office: Office) -> None:
    with office.database.writing() as session:  # the demonstration's clock stands still
        place = session.execute(select(Jurisdiction).where(col(Jurisdiction.name) == HOME)).scalar_one()
        place.demonstration_date = None
    system = office.api("fagai")
    change_tokens(office, revoked_at=utcnow())
    office.browser().post("/login", data={"username": "fagai", "password": "x"})
    with time_machine.travel(utcnow(), tick=False) as clock:
        for _ in range(5):
            assert system.get("/api/v1/plans").status_code == 401
            assert system.post("/api/v1/tasks/1/progress", json={}).status_code == 401
        assert [event.detail["reason"] for event in refused(office)] == ["password", "token"]
        clock.shift(timedelta(seconds=61))
        assert system.get("/api/v1/plans").status_code == 401
    assert len(refused(office)) == 3


def test_it_stands_in_the_trail_of_the_tokens_own_jurisdiction(office: Office) -> None:
    system = office.api("neighbour")
    change_tokens(office, revoked_at=utcnow())
    assert system.get("/api/v1/plans").status_code == 401
    with office.database.reading() as session:
        where = session.get(Jurisdiction, refused(office)[0].jurisdiction_id)
        assert where is not None
        assert where.name == NEIGHBOUR


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic eDp5", "", "Bearer \u00e4"])
def test_what_was_never_a_token_leaves_no_trace(office: Office, header: str) -> None:
    headers = {b"authorization": header.encode("latin-1")}
    assert office.api().get("/api/v1/plans", headers=headers).status_code == 401
    assert refused(office) == []


def test_a_valid_token_and_a_page_leave_none_either(office: Office) -> None:
    system = office.api("fagai")
    assert system.get("/api/v1/plans").status_code == 200
    change_tokens(office, revoked_at=utcnow())
    assert system.get("/account").status_code == 303
    assert refused(office) == []
