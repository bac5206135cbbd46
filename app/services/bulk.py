"""Work on thousands of rows at once: in portions, and without the collector of cycles getting in the way."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import JSON, Connection, Dialect, Table, bindparam, insert, inspect
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

from importers import Listener

Row = TypeVar("Row")

PORTION = 1000
"""Rows between two words to whoever waits."""
_MOST_VALUES = 900
"""In one statement; the oldest SQLite takes 999."""

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


def nobody(step: str, done: int = 0, total: int = 0) -> None:
    """Who listens where nobody waits to hear how far the work has come."""


def told_of(rows: list[Row], step: str, listener: Listener) -> Iterator[list[Row]]:
    """Some rows at a time; after each portion the listener is told how many are done."""
    for start in range(0, len(rows), PORTION):
        portion = rows[start : start + PORTION]
        yield portion
        listener(step, start + len(portion), len(rows))


def in_portions(ids: list[int]) -> Iterator[list[int]]:
    """A statement holds only so many values."""
    for start in range(0, len(ids), 5000):
        yield ids[start : start + 5000]


def insert_rows(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Thousands at once, each with the keys of the first; what they leave out takes its default.

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
    order = told.positiontup or names
    columns = (
        [row[name] for row in rows] if name in rows[0] else [left_out[name]] * len(rows) for name in order
    )
    bound = (
        _bound(into.c[name].type, connection.dialect, values)
        for name, values in zip(order, columns, strict=True)
    )
    given = list(zip(*bound, strict=True))
    if told.positional:
        _insert(connection, str(told), given)
    else:
        connection.exec_driver_sql(str(told), [dict(zip(order, row, strict=True)) for row in given])


def _bound(kind: Any, dialect: Dialect, values: list[Any]) -> list[Any]:
    """A column's values as the driver wants them; the same day or status is worked out once."""
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    return list(map(process if isinstance(kind, JSON) else lru_cache(typed=True)(process), values))


def _insert(connection: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """SQLite takes several rows in one statement in half the time of as many statements."""
    together = max(1, _MOST_VALUES // len(rows[0]))
    whole = len(rows) - len(rows) % together
    one = statement.rpartition(" VALUES ")[2]
    portions = [tuple(chain.from_iterable(rows[at : at + together])) for at in range(0, whole, together)]
    if portions:
        connection.exec_driver_sql(statement + f", {one}" * (together - 1), portions)
    if whole < len(rows):
        connection.exec_driver_sql(statement, rows[whole:])
