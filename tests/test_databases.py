"""What every test with a database relies on."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from app import db
from app.models.directory import Jurisdiction
from tests.conftest import PostgresDatabases


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_begins_with_an_empty_database(session: Session, turn: str) -> None:
    assert session.exec(select(Jurisdiction)).all() == []

    jurisdiction = Jurisdiction(name="武进区", created_at=datetime(2018, 6, 1, tzinfo=UTC))
    session.add(jurisdiction)
    session.commit()

    assert jurisdiction.id == 1


@pytest.mark.postgres
def test_connections_that_a_restarted_server_ended_are_made_anew(
    postgresql_databases: PostgresDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "REST_SECONDS", 0)
    url = postgresql_databases.migrated()
    database, elsewhere = (db.Database(db.make_engine(url)) for _ in range(2))
    with database.reading() as one, database.reading() as two:  # both go back into the pool
        for session in (one, two):
            assert session.exec(select(Jurisdiction)).all() == []
    with elsewhere.reading() as session:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        ended = session.execute(text(f"{others} AND pid <> pg_backend_pid()")).scalars().all()
    assert ended == [True, True]
    with database.reading() as one, database.reading() as two:
        for session in (one, two):
            assert session.exec(select(Jurisdiction)).all() == []
    for opened in (database, elsewhere):
        opened.engine.dispose()
    postgresql_databases.give_back(url)
