"""应报、已报、未报 of a closed period, unit by unit, from what was kept of it."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import orjson
from sqlalchemy import select
from sqlmodel import Session, col

from app.models.plan import Plan
from app.models.progress import PeriodSnapshot, ReportingPeriod
from app.queries.owed import Silent, SilentDepartment
from app.queries.tasks import Named
from app.rules.permissions import Viewer, sees_all_progress


@dataclass(frozen=True, slots=True)
class DueReport:
    """A report that a unit owed on a task (or on a part of it), whether it came or not."""

    task_id: int
    department_id: int
    department: str
    reported_on: int = 0
    """The task itself, or the part (分解项) of it that the report is about; 0 where that was not kept."""
    is_group: bool = False
    """Whether it was a group (各镇街) that nobody could report for."""

    @property
    def about(self) -> int:
        return self.reported_on or self.task_id


@dataclass(slots=True)
class UnitReports:
    """What one unit owed for the period. Of a task that several lead, one report does for all of them."""

    id: int
    name: str
    is_group: bool = False
    reported: int = 0
    missing: int = 0

    @property
    def due(self) -> int:
        return self.reported + self.missing


def unit_reports(
    missing: Iterable[DueReport], given: Iterable[DueReport], directory: Sequence[Named]
) -> list[UnitReports]:
    """Every unit that owed anything, those who still owe most first, then in the order of the directory."""
    units: dict[int, UnitReports] = {}
    for each in missing:
        unit = units.setdefault(each.department_id, UnitReports(each.department_id, each.department))
        unit.missing += 1
        unit.is_group = unit.is_group or each.is_group
    for each in given:
        units.setdefault(each.department_id, UnitReports(each.department_id, each.department)).reported += 1
    order = {named.id: index for index, named in enumerate(directory)}
    return sorted(units.values(), key=lambda unit: (-unit.missing, order.get(unit.id, len(order))))


def silence(units: Iterable[UnitReports]) -> Silent:
    """Those who still owe something, groups apart."""
    owing = [unit for unit in units if unit.missing]
    return Silent(
        [SilentDepartment(unit.id, unit.name, unit.missing) for unit in owing if not unit.is_group],
        [SilentDepartment(unit.id, unit.name, unit.missing) for unit in owing if unit.is_group],
    )


@dataclass(frozen=True, slots=True)
class ClosedSilence:
    """What was missing when a period was closed, how many reports and whose, and how many there were."""

    missing: int
    silent: Silent
    reported: int | None
    """How many had come; None where that was not kept."""


def closed_silence(session: Session, viewer: Viewer, plan: Plan) -> dict[int, ClosedSilence]:
    """By closed period of the plan. Only these few lines are read of each table, for there may be many."""
    if not sees_all_progress(viewer):
        return {}
    query = (
        select(col(PeriodSnapshot.period_id), col(PeriodSnapshot.content), col(PeriodSnapshot.sha256))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(PeriodSnapshot.period_id))
        .where(col(ReportingPeriod.plan_id) == plan.id)
    )
    found = {}
    for row in session.execute(query):
        if sha256(row.content).hexdigest() == row.sha256:  # the table itself says when it was damaged
            found[row.period_id] = _silence_in(row.content)
    return found


@lru_cache(maxsize=24)  # a year of half months; what was kept never changes
def _silence_in(content: bytes) -> ClosedSilence:
    kept = orjson.loads(zlib.decompress(content))
    missing = [DueReport(**each) for each in kept.get("missing", [])]
    directory = [Named(**each) for each in kept["departments"]]
    given = kept.get("given")
    return ClosedSilence(
        len({each.about for each in missing}),
        silence(unit_reports(missing, (), directory)),
        None if given is None else len({DueReport(**each).about for each in given}),
    )
