"""How migrations find the database: the caller gives the address, no file holds it."""

from typing import Any

from alembic import context
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.models.types import UtcDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations import nothing from the application: write our own type as what it is in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = create_engine(context.config.attributes["url"])
    with engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
        )
        context.run_migrations()
    engine.dispose()


run()
