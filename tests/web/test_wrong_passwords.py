"""Wrong passwords: slowed down, locked out, recorded, and never a hindrance elsewhere."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlmodel import col

from app import security
from app.clock import utcnow
from app.config import Settings
from app.errors import Busy
from app.main import create_app
from app.models.account import LoginFailure
from app.security import Apart
from app.services.sign_in import Place, finish_sign_in
from tests.office import PASSWORD, Office
from tests.web.accounts import sign_in, told, user_of

HERE = "testclient"


def wrong_before(office: Office, count: int, *, username: str = "fagai", address: str = HERE) -> None:
    """So many wrong passwords a moment ago, some seconds apart."""
    with office.database.writing() as session:
        for number in range(count):
            at = utcnow() - timedelta(seconds=5 * number)
            session.add(LoginFailure(username=username, address=address, at=at))


def failures(office: Office) -> int:
    with office.database.reading() as session:
        return session.execute(select(func.count(col(LoginFailure.id)))).scalar_one()


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that was really compared."""
    seen: list[str] = []
    original = security.password_matches

    def watched(password: str, password_hash: str | None) -> bool:
        seen.append(password)
        return original(password, password_hash)

    monkeypatch.setattr(security, "password_matches", watched)
    return seen


def test_the_third_wrong_one_costs_two_seconds_and_the_wait_is_said(
    office: Office, hashed: list[str]
) -> None:
    with time_machine.travel(utcnow(), tick=False) as clock:
        assert [sign_in(office, "fagai", "x").status_code for _ in range(3)] == [401, 401, 401]
        sent_away = sign_in(office, "fagai")
        assert sent_away.status_code == 429
        assert "请 2 秒后再试" in sent_away.text
        assert sent_away.headers["retry-after"] == "2"
        clock.shift(2)
        assert sign_in(office, "fagai").status_code == 303
    assert hashed == ["x", "x", "x", PASSWORD], "whoever is sent away costs no hash"


def test_the_right_password_forgets_the_wrong_ones(office: Office) -> None:
    wrong_before(office, 2)
    assert sign_in(office, "fagai").status_code == 303
    assert failures(office) == 0


def test_being_sent_away_never_makes_the_wait_longer(office: Office) -> None:
    wrong_before(office, 10)
    with time_machine.travel(utcnow(), tick=False) as clock:
        for minutes in (0, 5, 9):
            clock.shift(timedelta(minutes=minutes))
            assert sign_in(office, "fagai").status_code == 429
        clock.shift(timedelta(minutes=1, seconds=1))
        assert sign_in(office, "fagai").status_code == 303


def test_a_lock_out_here_is_none_elsewhere_nor_for_a_colleague(office: Office) -> None:
    wrong_before(office, 10, address="10.0.0.9")
    assert sign_in(office, "fagai").status_code == 303
    wrong_before(office, 10)
    assert sign_in(office, "jiaoyu").status_code == 303


def test_fifty_wrong_ones_from_one_address_pause_it_for_everybody(office: Office) -> None:
    for number in range(10):
        wrong_before(office, 5, username=f"user{number}")
    answer = sign_in(office, "jiaoyu")
    assert answer.status_code == 429
    assert "已暂停从这台电脑登录" in answer.text


def test_an_account_guessed_from_everywhere_is_still_its_owners(office: Office, hashed: list[str]) -> None:
    for number in range(20):
        wrong_before(office, 5, address=f"10.0.0.{number}")
    start = utcnow()
    first = sign_in(office, "fagai")
    assert first.status_code == 429
    assert "这个账号正被人反复试密码，从没有登录过的电脑要先等一等。请 15 分钟后再试一次" in first.text
    with time_machine.travel(start + timedelta(minutes=10)):
        assert sign_in(office, "fagai").status_code == 429
    assert hashed == []
    with time_machine.travel(start + timedelta(minutes=15, seconds=2)):
        wrong_before(office, 100, address="10.9.9.9")
        assert sign_in(office, "fagai").status_code == 303, "one real try, although the guessing goes on"


def test_a_known_place_is_not_hindered_by_guessing_elsewhere(office: Office) -> None:
    with office.database.writing() as session:
        finish_sign_in(session, user_of(office, "fagai"), Place(HERE), utcnow(), Settings())
    for number in range(20):
        wrong_before(office, 5, address=f"10.0.0.{number}")
    assert sign_in(office, "fagai").status_code == 303


def test_wrong_passwords_are_recorded_with_the_name_as_typed(office: Office) -> None:
    sign_in(office, "fagai", "geheim")
    sign_in(office, "n" * 80, "geheim")
    recorded = told(office, "sign_in_refused")
    assert recorded == [
        {"username": "fagai", "reason": "password"},
        {"username": "n" * 50, "reason": "password"},
    ]
    page = office.browser("auditor").get("/trail").text
    assert "未登录" in page
    assert "登录被拒绝" in page
    assert HERE in page
    assert "geheim" not in page


def test_a_pause_is_recorded_once_and_not_for_every_try(office: Office) -> None:
    wrong_before(office, 9)
    with time_machine.travel(utcnow() + timedelta(seconds=200)):
        sign_in(office, "fagai", "x")
        for number in range(4):
            assert sign_in(office, "fagai", f"{number}").status_code == 429
    (pause,) = told(office, "sign_in_paused")
    assert (pause["username"], pause["because"]) == ("fagai", "account")
    assert len(told(office, "sign_in_refused")) == 1


def test_guessing_from_many_places_is_recorded_when_it_is_noticed(office: Office) -> None:
    for number in range(33):
        wrong_before(office, 3, address=f"10.0.0.{number}")
    assert sign_in(office, "fagai", "x").status_code == 401, "the hundredth"
    assert sign_in(office, "fagai", "x").status_code == 429
    (pause,) = told(office, "sign_in_paused")
    assert (pause["username"], pause["because"]) == ("fagai", "guessed")


def test_wrong_passwords_of_yesterday_are_forgotten(office: Office) -> None:
    with office.database.writing() as session:
        session.add(LoginFailure(username="x", address="y", at=utcnow() - timedelta(days=2)))
    sign_in(office, "fagai", "x")
    assert failures(office) == 1


def test_the_same_question_is_answered_at_the_turnstile(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong_before(office, 10)
    asked: list[Any] = []
    browser = office.browser()
    first = browser.post("/login", data={"username": "fagai", "password": "a", "next": "/trail"})
    monkeypatch.setattr("app.web.login.begin_try", lambda *each: asked.append(each))
    again = browser.post("/login", data={"username": "fagai", "password": "b", "next": "/trail"})
    assert (again.status_code, again.text, dict(again.headers)) == (429, first.text, dict(first.headers))
    assert asked == []


def test_a_reset_password_is_noticed_within_seconds(office: Office) -> None:
    wrong_before(office, 10)
    browser, form = office.browser(), {"username": "fagai", "password": PASSWORD}
    with time_machine.travel(utcnow(), tick=False) as clock:
        assert browser.post("/login", data=form).status_code == 429
        with office.database.writing() as session:
            session.execute(LoginFailure.__table__.delete())  # type: ignore[attr-defined]
        clock.shift(6)
        assert browser.post("/login", data=form).status_code == 303


def test_another_persons_question_is_another_question(office: Office) -> None:
    wrong_before(office, 10)
    browser = office.browser()
    assert browser.post("/login", data={"username": "fagai", "password": "a"}).status_code == 429
    assert browser.post("/login", data={"username": "jiaoyu", "password": PASSWORD}).status_code == 303


def test_more_than_can_wait_are_told_so_at_once_and_known_places_go_first() -> None:
    apart, gate = Apart(), threading.Event()

    async def crowd() -> list[Any]:
        waiting = [asyncio.ensure_future(apart.run(False, gate.wait)) for _ in range(10)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="同时登录的人太多"):
            await apart.run(False, gate.wait)
        waiting += [asyncio.ensure_future(apart.run(True, gate.wait)) for _ in range(16)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await apart.run(True, gate.wait)
        gate.set()
        return await asyncio.gather(*waiting)

    assert asyncio.run(crowd()) == [True] * 26
    assert asyncio.run(apart.run(False, int)) == 0, "the places are free again"


def test_a_try_the_crowd_kept_from_being_checked_does_not_count(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(is_known: bool, work: Callable[[], Any]) -> Any:
        raise Busy("同时登录的人太多，这一次没有处理。", "请过几秒钟再试一次。")

    monkeypatch.setattr(security.apart, "run", full)
    answer = sign_in(office, "fagai")
    assert answer.status_code == 503
    assert "请过几秒钟再试一次" in answer.text
    assert failures(office) == 0


def test_while_passwords_are_checked_others_are_served(office: Office, database_url: str) -> None:
    """Two slow checks at once leave the only worker thread to everybody else."""
    app = create_app(Settings(database_url=database_url, threads=1))
    with TestClient(app, headers={"origin": "http://testserver"}) as client:
        gate = threading.Event()
        held = [security.apart._threads.submit(gate.wait) for _ in range(security.AT_ONCE)]
        waiting = threading.Thread(
            target=lambda: client.post("/login", data={"username": "fagai", "password": "x"})
        )
        waiting.start()
        assert client.get("/login").status_code == 200
        gate.set()
        waiting.join(20)
        assert all(each.done() for each in held)
    app.state.database.engine.dispose()
