"""What every test with a database relies on."""

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from app.models.directory import Jurisdiction


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_begins_with_an_empty_database(session: Session, turn: str) -> None:
    assert session.exec(select(Jurisdiction)).all() == []

    jurisdiction = Jurisdiction(name="武进区", created_at=datetime(2018, 6, 1, tzinfo=UTC))
    session.add(jurisdiction)
    session.commit()

    assert jurisdiction.id == 1
