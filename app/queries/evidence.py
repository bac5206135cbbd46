"""佐证材料 as it stands beside a task; what the files hold is only read when one of them is opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.imports import StoredFile
from app.models.progress import Attachment, ProgressReport, ReportingPeriod, ReportState
from app.models.task import Assignment, AssignmentRole, Task
from app.queries.own import own_row
from app.queries.tasks import progress_shares_of
from app.queries.visible import holds
from app.rules.evidence import KINDS, Kind
from app.rules.permissions import Action, Share, Viewer, can, require


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One file beside a task: what it is called, who put it there, and where it is opened."""

    id: int
    task_id: int
    period_id: int
    period: str
    name: str
    size: int
    kind: str
    """What it is, in the office's word (图片、PDF、Word …)."""
    is_image: bool
    is_shown: bool
    department: str
    uploaded_by: str
    uploaded_at: datetime
    address: str
    may_remove: bool

    @property
    def size_in_words(self) -> str:
        if self.size >= 1_000_000:
            return f"{self.size / 1_000_000:.1f} MB"
        return f"{max(1, self.size // 1_000)} KB"


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file to be opened."""

    name: str
    kind: Kind
    content: bytes


def of_task(session: Session, viewer: Viewer, task: Task, period_id: int | None = None) -> list[EvidenceRow]:
    """The task's files, of one period or of all, in order of time; none for a viewer who may not see its progress."""
    return of_tasks(session, viewer, [task.id or 0], period_id).get(task.id or 0, [])


def of_tasks(
    session: Session, viewer: Viewer, task_ids: Sequence[int], period_id: int | None = None
) -> dict[int, list[EvidenceRow]]:
    """The same for many tasks, with as many statements as for one; most sheets have no file yet, and cost one."""
    query: Select[*tuple[Any, ...]] = (
        select(
            Attachment,
            col(StoredFile.name),
            col(StoredFile.size),
            col(ReportingPeriod.name).label("period"),
            col(ReportingPeriod.closed_at),
            func.coalesce(col(Task.closed_at), col(Task.withdrawn_at)).label("task_ended_at"),
        )
        .join(StoredFile, col(StoredFile.id) == col(Attachment.file_id))
        .join(ReportingPeriod, col(ReportingPeriod.id) == col(Attachment.period_id))
        .join(Task, col(Task.id) == col(Attachment.task_id))
        .where(
            col(Attachment.jurisdiction_id) == viewer.jurisdiction_id,
            col(Attachment.task_id).in_(task_ids),
            col(Attachment.removed_at).is_(None),
        )
        .order_by(col(Attachment.id))
    )
    if period_id is not None:
        query = query.where(col(Attachment.period_id) == period_id)
    kept = session.execute(query).all() if task_ids else []
    with_files = sorted({row.Attachment.task_id for row in kept})
    shares = _shares(session, viewer, with_files)
    wholes = _wholes(session, with_files)
    of_wholes = _shares(session, viewer, sorted(set(wholes.values())))
    seen = {
        task_id
        for task_id in with_files
        if can(
            viewer,
            Action.VIEW_PROGRESS,
            [*shares.get(task_id, ()), *of_wholes.get(wholes.get(task_id, 0), ())],
        )
    }
    rows = [row for row in kept if row.Attachment.task_id in seen]
    found: dict[int, list[EvidenceRow]] = {}
    approved = _approved(session, [row.Attachment.task_id for row in rows])
    for row in rows:
        attachment: Attachment = row.Attachment
        kind = KINDS[attachment.media_type]
        is_open = row.closed_at is None and row.task_ended_at is None
        found.setdefault(attachment.task_id, []).append(
            EvidenceRow(
                id=attachment.id or 0,
                task_id=attachment.task_id,
                period_id=attachment.period_id,
                period=row.period,
                name=row.name,
                size=row.size,
                kind=kind.word,
                is_image=kind.is_image,
                is_shown=kind.is_shown,
                department=attachment.department_name,
                uploaded_by=attachment.uploaded_by,
                uploaded_at=attachment.uploaded_at,
                address=f"/evidence/{attachment.id}",
                may_remove=is_open
                and is_own(viewer, attachment)
                and may_add(viewer, shares.get(attachment.task_id, ()))
                and not _relied_on(approved, attachment),
            )
        )
    return found


def may_add(viewer: Viewer, shares: Sequence[Share]) -> bool:
    """Whether the viewer may put files beside a task with these shares."""
    return can(viewer, Action.REPORT_PROGRESS, shares) or can(viewer, Action.CONTRIBUTE, shares)


def get_attachment(session: Session, viewer: Viewer, attachment_id: int) -> Attachment:
    """The entry itself, to be opened or removed. Raises ``NotFound``, and ``Forbidden`` where its task's progress is hidden."""
    attachment = own_row(session, viewer, Attachment, attachment_id)
    if attachment is None:
        raise NotFound("没有找到这份佐证材料。", "它可能已被移除，请从任务页重新打开。")
    task = session.get_one(Task, attachment.task_id)
    require(viewer, Action.VIEW_PROGRESS, progress_shares_of(session, task, viewer.today))
    return attachment


def open_file(session: Session, viewer: Viewer, attachment_id: int) -> EvidenceFile:
    """What the file holds. One that was removed is not there any more, for anybody."""
    attachment = get_attachment(session, viewer, attachment_id)
    if attachment.removed_at is not None:
        raise NotFound("这份佐证材料已被移除。", f"移除人：{attachment.removed_by}。")
    file = session.get_one(StoredFile, attachment.file_id)
    return EvidenceFile(file.name, KINDS[attachment.media_type], file.content)


def is_own(viewer: Viewer, attachment: Attachment) -> bool:
    """Whether the viewer's unit put it there; the supervision office has none, and answers for its own hand."""
    if viewer.department_id is None:
        return viewer.name == attachment.uploaded_by
    return viewer.department_id == attachment.department_id


def is_approved(session: Session, attachment: Attachment) -> bool:
    """Whether the report that rests on the file has been approved."""
    return _relied_on(_approved(session, [attachment.task_id]), attachment)


Newest = dict[tuple[int, int, int | None], ReportState]
"""Task, period and unit (None: whichever spoke last) → what became of the newest report."""


def _approved(session: Session, task_ids: Sequence[int]) -> Newest:
    query = (
        select(
            col(ProgressReport.task_id),
            col(ProgressReport.period_id),
            col(ProgressReport.department_id),
            col(ProgressReport.state),
        )
        .where(col(ProgressReport.task_id).in_(set(task_ids)))
        .order_by(col(ProgressReport.id))
    )
    newest: Newest = {}
    for row in session.execute(query) if task_ids else ():
        newest[row.task_id, row.period_id, row.department_id] = row.state
        newest[row.task_id, row.period_id, None] = row.state
    return newest


def _relied_on(newest: Newest, attachment: Attachment) -> bool:
    """A supporting unit makes no report of its own: its files stand with the joint one."""
    joint = newest.get((attachment.task_id, attachment.period_id, None))
    own = newest.get((attachment.task_id, attachment.period_id, attachment.department_id), joint)
    return own is ReportState.APPROVED


def _wholes(session: Session, task_ids: Sequence[int]) -> dict[int, int]:
    """Part → the task it is a part of: who answers for the whole sees its parts."""
    query = select(col(Task.id), col(Task.parent_id)).where(
        col(Task.id).in_(task_ids), col(Task.parent_id).is_not(None)
    )
    return {row.id: row.parent_id for row in session.execute(query)} if task_ids else {}


def _shares(session: Session, viewer: Viewer, task_ids: Sequence[int]) -> dict[int, list[Share]]:
    query = select(
        col(Assignment.task_id),
        col(Assignment.role),
        col(Assignment.department_id),
        col(Assignment.official_id),
    ).where(
        col(Assignment.jurisdiction_id) == viewer.jurisdiction_id,
        col(Assignment.task_id).in_(task_ids),
        holds(viewer.today),
    )
    found: dict[int, list[Share]] = {}
    for row in session.execute(query) if task_ids else ():
        role: AssignmentRole = row.role
        found.setdefault(row.task_id, []).append(Share(role, row.department_id, row.official_id))
    return found
