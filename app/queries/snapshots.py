"""定格: a closed period's table as it was, shown and exported again from its snapshot alone."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import InternalError, NotFound
from app.models.progress import PeriodSnapshot, ReportingPeriod
from app.models.task import AssignmentRole, TaskStatus
from app.queries.due_reports import DueReport, UnitReports, silence, unit_reports
from app.queries.frozen import FrozenPart, FrozenReport, FrozenTask
from app.queries.ledger import Ledger, LedgerColumn
from app.queries.owed import SilentDepartment
from app.queries.own import own_row
from app.queries.plans import get_plan
from app.queries.tasks import COUNTED_STATES, Named, TaskRow
from app.queries.workload import Standing, WorkloadRow
from app.rules.permissions import Action, Viewer, can
from app.rules.status import Light, counts_in_average

VERSION = 1
"""Of what is packed. A field that comes later gets a default here, so that what was packed before can still be read."""
LEVEL = 6
MISSING, UNREVIEWED = "本期未报", "没有审核"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is kept of a closed period, as the supervision office saw it."""

    version: int
    name: str
    starts_on: date
    ends_on: date
    due_on: date
    title: str
    heading: str
    year: int
    as_of: date
    columns: list[LedgerColumn]
    yellow_points: int
    red_points: int
    is_demonstration: bool
    taken_at: datetime
    taken_by: str
    officials: list[Named]
    """In the order of the directory of that day, as are the departments."""
    departments: list[Named]
    tasks: list[FrozenTask]
    missing: list[DueReport] = field(default_factory=list)
    given: list[DueReport] | None = None
    """The reports that were owed and came; None where that was not kept."""
    urged: dict[int, int] = field(default_factory=dict)
    """How many slips (催办单) each department was sent for the period."""
    unreviewed: list[int] | None = None
    """The task or part of every report that nobody had judged; None where that was not kept."""
    averages_all: bool = True
    """Whether a task in hand without a figure is at 0 in the means, as in what was kept before they left it out."""
    tells_extensions: bool = False
    """Whether its workbook has a column for 延期 where the table has none for 完成时限; those before had not."""


@dataclass(frozen=True, slots=True)
class ClosedPart:
    """A part (分解项) under its task, with what its own unit said of it."""

    part: FrozenPart
    is_missing: bool
    is_unreviewed: bool

    @property
    def report(self) -> FrozenReport | None:
        return self.part.told

    @property
    def name(self) -> str:
        """Its number, its unit and how far it says to be (43-1 教育局，完成 50 %)."""
        units = "、".join(unit.name for unit in self.part.departments)
        told = self.report
        done = 100 if told and told.status is TaskStatus.COMPLETED else told.completion if told else None
        figure = "" if done is None else f"，完成 {done} %"
        return f"{self.part.number} {units}{figure}"

    @property
    def mark(self) -> str:
        return MISSING if self.is_missing else UNREVIEWED if self.is_unreviewed else ""

    @property
    def progress(self) -> str:
        """Words of an earlier period are told with its name."""
        if self.report is not None:
            return self.report.progress
        before = self.part.before
        return f"{before.period}：{before.progress}" if before and before.progress else ""

    @property
    def words(self) -> str:
        return f"{self.name}：{_marked(self.mark)}{self.progress}"


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """One line of the closed table with the report of its period, as this viewer may see it."""

    task: TaskRow
    report: FrozenReport | None
    mark: str = ""
    """本期未报, where a report was owed and did not come; for a task that was split, on how many of its parts."""
    words_of: str = ""
    """The earlier period that the words of such a line come from."""
    is_unreviewed: bool = False
    """Whether a report on it was never judged (没有审核)."""
    parts: tuple[ClosedPart, ...] = ()

    @property
    def is_missing(self) -> bool:
        return bool(self.mark)

    @property
    def words(self) -> str:
        """The progress with its marks, so that nobody takes old words for this period's; below, what the parts say."""
        told = self.task.progress
        if self.mark and told and self.words_of:
            told = f"{self.words_of}：{told}"
        unreviewed = UNREVIEWED if self.is_unreviewed else ""
        own = f"{_marked(self.mark)}{_marked(unreviewed)}{told}"
        return "\n".join(each for each in (own, *(part.words for part in self.parts)) if each)


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """The closed period as this viewer may see it."""

    snapshot: Snapshot
    rows: list[ClosedRow]
    standing: Standing
    due: int
    """应报: tasks, or parts of them, that a report of the period was owed on; ``reported`` of these came."""
    reported: int
    units: list[UnitReports]
    """What each unit owed, as far as the viewer may know: a liaison of its own unit."""
    silent: list[SilentDepartment]
    groups: list[SilentDepartment]
    """Groups (各镇街) that nobody could report for, and what they owed."""

    @property
    def unreviewed(self) -> int:
        """How many of the reports the viewer sees nobody had judged (没有审核)."""
        seen = {row.task.id for row in self.rows if row.task.judgement.light is not Light.HIDDEN}
        seen |= {part.part.id for row in self.rows for part in row.parts}
        return sum(each in seen for each in self.snapshot.unreviewed or ())

    def urgings(self, department_id: int) -> int:
        return self.snapshot.urged.get(department_id, 0)


@dataclass(frozen=True, slots=True)
class ClosedFilter:
    """What narrows the rows of a closed period."""

    light: Light | None = None
    department: int | None = None
    silent: bool = False
    """Only tasks whose report did not come."""

    def matches(self, row: ClosedRow) -> bool:
        people = row.task.responsibility
        units = (*people.lead_departments, *people.main_departments, *people.supporting_departments)
        return (
            (self.light is None or row.task.judgement.light is self.light)
            and (self.department is None or self.department in {unit.id for unit in units})
            and (not self.silent or row.is_missing)
        )

    def as_query(self) -> dict[str, Any]:
        values = {"light": self.light, "department": self.department, "silent": "1" if self.silent else ""}
        return {name: value for name, value in values.items() if value not in (None, "")}

    def without(self, name: str) -> dict[str, Any]:
        """The other settings, for the link that clears this one."""
        return {key: value for key, value in self.as_query().items() if key != name}


def pack(snapshot: Snapshot) -> bytes:
    return zlib.compress(orjson.dumps(snapshot, option=orjson.OPT_NON_STR_KEYS), LEVEL)


def unpack(content: bytes) -> Snapshot:
    """The snapshot that was packed, by this version of the program or an earlier one."""
    return _adapter().validate_json(zlib.decompress(content))


def get_closed_period(session: Session, viewer: Viewer, period_id: int) -> ReportingPeriod:
    """Raises ``NotFound`` when it does not exist for this viewer, or is not closed yet."""
    period = own_row(session, viewer, ReportingPeriod, period_id)
    if period is None or not can(viewer, Action.VIEW_CLOSED_PERIODS):
        raise NotFound("没有找到这一期。", "请从“报表”页面的往期中重新选择。")
    get_plan(session, viewer, period.plan_id)
    if period.closed_at is None:
        raise NotFound(f"“{period.name}”还没有关闭，没有定格。", "现在的情况请看台账。")
    return period


def snapshot_of(session: Session, period: ReportingPeriod) -> Snapshot:
    """What was kept when the period was closed."""
    query = select(PeriodSnapshot).where(col(PeriodSnapshot.period_id) == period.id)
    kept = session.execute(query).scalar_one()
    if sha256(kept.content).hexdigest() != kept.sha256:
        raise InternalError("这一期定格的内容已损坏，不能显示。", "请系统管理员从备份中恢复。")
    return unpack(kept.content)


def closed_period(snapshot: Snapshot, viewer: Viewer) -> ClosedPeriod:
    """The table of that time with everything the viewer may see of it."""
    rows = list(_rows(snapshot, viewer))
    seen = {row.task.id for row in rows if row.task.judgement.light is not Light.HIDDEN}
    missing = [each for each in snapshot.missing if each.task_id in seen]
    given = [each for each in _given(snapshot) if each.task_id in seen]
    units = unit_reports(missing, given, snapshot.departments)
    silent = silence(units)
    reported = {each.about for each in given}
    return ClosedPeriod(
        snapshot,
        rows,
        standing_of(snapshot, rows),
        len(reported | {each.about for each in missing}),
        len(reported),
        [unit for unit in units if viewer.department_id in (None, unit.id)],
        silent.units,
        silent.groups,
    )


def standing_of(snapshot: Snapshot, rows: Iterable[ClosedRow]) -> Standing:
    """How these lines of the closed table stand, counted by light."""
    standing = Standing()
    for row in rows:
        _count(standing, snapshot, row.task)
    return standing


def ledger_of(snapshot: Snapshot, viewer: Viewer) -> Ledger:
    """The progress workbook's content as it was when the period was closed."""
    closed = closed_period(snapshot, viewer)
    tasks = [replace(row.task, progress=row.words) for row in closed.rows]
    people = [(task, [(AssignmentRole.OFFICIAL, each.id) for each in _officials(task)]) for task in tasks]
    units = [(task, _departments(task)) for task in tasks]
    return Ledger(
        title=snapshot.title,
        heading=snapshot.heading,
        year=snapshot.year,
        as_of=snapshot.as_of,
        columns=snapshot.columns,
        tasks=tasks,
        officials=_workload(snapshot, people, snapshot.officials),
        departments=_workload(snapshot, units, snapshot.departments),
        demonstration=snapshot.is_demonstration,
        period=snapshot.name,
        unreviewed=closed.unreviewed,
        tells_extensions=snapshot.tells_extensions,
    )


def _given(snapshot: Snapshot) -> list[DueReport]:
    """The reports that came; where these were not kept, by the lines that have one, for the units that answered."""
    if snapshot.given is not None:
        return snapshot.given
    return [
        DueReport(task.id, unit.id, unit.name, task.id)
        for task in snapshot.tasks
        if task.report is not None and task.report.state in COUNTED_STATES
        for unit in (*task.lead_departments, *task.main_departments)
    ]


def _rows(snapshot: Snapshot, viewer: Viewer) -> Iterator[ClosedRow]:
    """Each line, marked where a report was owed on it and did not come, as far as the viewer may know."""
    owed: dict[int, list[DueReport]] = {}
    for each in snapshot.missing:
        owed.setdefault(each.task_id, []).append(each)
    unreviewed = set(snapshot.unreviewed or ())
    for task in snapshot.tasks:
        row = task.as_row(viewer)
        if row.judgement.light is Light.HIDDEN:
            yield ClosedRow(row, None)
            continue
        missing = owed.get(task.id, [])
        on = {each.reported_on for each in missing}
        parts = [ClosedPart(part, part.id in on, part.id in unreviewed) for part in task.parts]
        words_of = _words_of(task) if missing else ""
        yield ClosedRow(row, task.report, _mark(task, missing), words_of, task.id in unreviewed, tuple(parts))


def _mark(task: FrozenTask, missing: list[DueReport]) -> str:
    if not missing:
        return ""
    parts = {each.reported_on for each in missing} - {0, task.id}
    if parts:
        return f"本期有 {len(parts)} 个分解项未报"
    return MISSING if task.report is None else "本期未报，退回后没有再报"


def _words_of(task: FrozenTask) -> str:
    """The period of the words that stand, where they are none of this period's."""
    told = task.report is not None and task.report.state in COUNTED_STATES
    return task.before.period if task.before is not None and not told else ""


def _marked(mark: str) -> str:
    return f"【{mark}】" if mark else ""


def _officials(task: TaskRow) -> list[Named]:
    return task.responsibility.officials


def _departments(task: TaskRow) -> list[tuple[AssignmentRole, int]]:
    roles = (AssignmentRole.LEAD, AssignmentRole.MAIN, AssignmentRole.SUPPORTING)
    return [(role, each.id) for role in roles for each in task.responsibility.of(role)]


def _workload(
    snapshot: Snapshot,
    carried: Iterable[tuple[TaskRow, list[tuple[AssignmentRole, int]]]],
    bearers: list[Named],
) -> list[WorkloadRow]:
    """The same count as ``queries/workload`` makes of the living table, from the lines that were kept."""
    rows = {bearer.id: WorkloadRow(bearer.id, bearer.name, Standing(), {}) for bearer in bearers}
    for task, shares in carried:
        for role, bearer_id in shares:
            row = rows[bearer_id]
            _count(row.standing, snapshot, task)
            row.roles[role] = row.roles.get(role, 0) + 1
    return sorted(rows.values(), key=lambda row: -row.standing.total)


def _count(standing: Standing, snapshot: Snapshot, task: TaskRow) -> None:
    averaged = snapshot.averages_all or counts_in_average(task.status, task.judgement.completion)
    standing.add(task.judgement, 1, is_averaged=averaged)


@cache
def _adapter() -> TypeAdapter[Snapshot]:
    return TypeAdapter(Snapshot)
