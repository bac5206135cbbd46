"""Work on thousands of rows at once: in portions, and without the collector of cycles getting in the way."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, cast

from sqlalchemy import Dialect, Table, bindparam, insert, inspect
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

_lock = Lock()
_busy = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection inside: each pass would walk over every row just made, and find them all in use.

    Several threads may be inside at once; the last one out switches it on again.
    """
    global _busy
    with _lock:
        _busy += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _busy -= 1
            if not _busy:
                gc.enable()


def in_portions(ids: list[int]) -> Iterator[list[int]]:
    """A statement holds only so many values."""
    for start in range(0, len(ids), 5000):
        yield ids[start : start + 5000]


def insert_rows(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Thousands with one statement, each with the keys of the first; what they leave out takes its default.

    The library's own way looks at every row four times; what it knows of the statement is asked once here, and the
    rows go to the driver as they are.
    """
    if not rows:
        return
    into = cast(Table, inspect(table).local_table)
    left_out = {
        column.name: column.default.arg
        for column in into.c
        if column.name not in rows[0] and isinstance(column.default, ScalarElementColumnDefault)
    }
    connection = session.connection()
    names = [*rows[0], *left_out]
    statement = insert(into).values({name: bindparam(name) for name in names})
    told = statement.compile(dialect=connection.dialect)
    asked = [(name, _bound(into.c[name].type, connection.dialect)) for name in told.positiontup or names]
    whole = [{**left_out, **row} for row in rows] if left_out else rows
    given: list[Any]
    if told.positional:
        given = [tuple([bound(row[name]) if bound else row[name] for name, bound in asked]) for row in whole]
    else:
        given = [{name: bound(row[name]) if bound else row[name] for name, bound in asked} for row in whole]
    connection.exec_driver_sql(str(told), given)


def _bound(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of ours one of the driver's, if anything needs to."""
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found
