"""Migrations from nothing give exactly the tables the models describe, on both engines, and can be undone."""

import re
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, inspect
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.db import alembic_config, make_engine, migrate


def test_migrations_from_nothing_equal_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrated_tables_have_the_checks_of_the_models(engine: Engine) -> None:
    """Alembic does not compare CHECK constraints, so a forgotten one would only show in an office."""
    in_models = {
        (table.name, str(constraint.name))
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    inspector = inspect(engine)
    in_database = {
        (table, str(constraint["name"]))
        for table in inspector.get_table_names()
        for constraint in inspector.get_check_constraints(table)
    }
    assert in_database == in_models


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(database_url)


def test_migrations_can_be_undone_to_an_empty_database(empty_database_url: str) -> None:
    migrate(empty_database_url)
    command.downgrade(alembic_config(empty_database_url), "base")

    engine = make_engine(empty_database_url)
    try:
        assert inspect(engine).get_table_names() == ["alembic_version"]
    finally:
        engine.dispose()


def test_migrations_form_one_line() -> None:
    scripts = ScriptDirectory.from_config(alembic_config("sqlite://"))
    assert len(scripts.get_heads()) == 1


def test_migration_files_begin_with_their_date() -> None:
    scripts = ScriptDirectory.from_config(alembic_config("sqlite://"))
    names = [Path(script.path).name for script in scripts.walk_revisions()]
    assert [name for name in names if not re.fullmatch(r"20\d{6}_[a-z0-9_]+\.py", name)] == []
