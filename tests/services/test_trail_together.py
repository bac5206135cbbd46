"""Deeds at the same moment: nobody waits for somebody who waits for him, and each sees what the other did."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlmodel import Session

from app.clock import utcnow
from app.errors import InvalidInput
from app.models.account import User
from app.models.task import TaskStatus
from app.services import accounts, events
from app.services.progress import Statement, report_progress
from app.services.tokens import issue_token
from tests.conftest import Databases
from tests.office import GROWTH, Office

AWHILE = 0.5
"""Long enough for the other to come as far as the trail."""


@pytest.fixture(params=[pytest.param("postgresql", marks=pytest.mark.postgres)])
def databases(postgresql_databases: Databases) -> Databases:
    """SQLite has one writer at a time: there is no moment to share."""
    return postgresql_databases


@pytest.fixture
def two(office: Office) -> Iterator[tuple[Session, Session]]:
    engine = office.database.engine
    with Session(engine, expire_on_commit=False) as one, Session(engine, expire_on_commit=False) as other:
        yield one, other


def end_beside(one: Session, other: Session) -> None:
    """``other`` ends while ``one`` still has its rows in hand; then ``one`` ends too."""
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(other.commit)
        sleep(AWHILE)
        one.commit()
        ending.result(timeout=20)


def test_an_account_is_disabled_while_its_holder_signs_out(
    office: Office, two: tuple[Session, Session]
) -> None:
    one, other = two
    admin, fagai = office.viewer("admin"), office.viewer("fagai")
    accounts.disable_account(one, one.get_one(User, fagai.user_id), actor=admin, now=utcnow())
    events.record(other, fagai, "signed_out")
    end_beside(one, other)


def test_no_token_is_left_to_an_account_being_disabled(office: Office, two: tuple[Session, Session]) -> None:
    one, other = two
    admin, fagai = office.viewer("admin"), office.viewer("fagai")
    seen = other.get_one(User, fagai.user_id)
    accounts.disable_account(one, one.get_one(User, fagai.user_id), actor=admin, now=utcnow())
    with ThreadPoolExecutor(1) as pool:
        issuing = pool.submit(issue_token, other, seen, "OA", utcnow(), actor=admin)
        sleep(AWHILE)
        one.commit()
        with pytest.raises(InvalidInput):
            issuing.result(timeout=20)


def test_a_task_is_reported_on_while_its_hand_over_is_noted(
    office: Office, two: tuple[Session, Session]
) -> None:
    one, other = two
    fagai, ducha = office.viewer("fagai"), office.viewer("ducha")
    task = office.task(one, GROWTH)
    report_progress(one, task, Statement(TaskStatus.IN_PROGRESS, 40, "过半。"), actor=fagai)
    events.record(other, ducha, "task_handed_over", plan_id=task.plan_id, task_id=task.id)
    end_beside(one, other)
