"""佐证材料: a unit puts files beside what it claims, and takes away what it put there."""

from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, FileRefused, InvalidInput, NotFound, TooLarge
from app.models.directory import Department
from app.models.imports import StoredFile
from app.models.plan import Plan
from app.models.progress import Attachment, ReportingPeriod
from app.models.task import AssignmentRole, Task
from app.queries.evidence import is_approved, is_own, may_add
from app.queries.tasks import shares_of
from app.rules.evidence import MOST_FILES, TAKEN_IN_WORDS, claimed_kind, fitting_name, kind_of
from app.rules.permissions import Action, Share, Viewer, require
from app.rules.stages import require_reporting
from app.services import events, figures
from app.services.periods import require_open

LARGEST = 20_000_000


class Upload(NamedTuple):
    """A file as it arrives, its name made safe by the door it came through."""

    content: bytes
    name: str


def add_all(
    session: Session,
    task: Task,
    period: ReportingPeriod,
    uploads: list[Upload],
    *,
    actor: Viewer,
    limit: int = LARGEST,
) -> list[Attachment]:
    """Put several files beside the task (上传佐证材料), or none of them when one is refused."""
    if not uploads:
        _require_part(actor, shares_of(session, task, actor.today))
        raise InvalidInput("没有上传任何文件。", "请先选择文件。", {"files": "请先选择文件。"})
    return [
        add(session, task, period, upload.content, upload.name, actor=actor, limit=limit)
        for upload in uploads
    ]


def add(
    session: Session,
    task: Task,
    period: ReportingPeriod,
    data: bytes,
    name: str,
    *,
    actor: Viewer,
    limit: int = LARGEST,
) -> Attachment:
    """Put one file beside the task for the period. The same file sent twice is one."""
    figures.lock(session, task)  # two colleagues with one file, or with the twentieth and another
    shares = shares_of(session, task, actor.today)
    _require_part(actor, shares)
    _refuse_unless_open(session, task, period)
    if not data:
        raise FileRefused(f"“{name}”是空文件，没有上传。", "请打开看一看，保存后重新上传。")
    if len(data) > limit:
        raise TooLarge(
            f"“{name}”超过了 {limit // 1_000_000} MB 的上限，没有上传。", "请压缩图片或拆分后再上传。"
        )
    kind = kind_of(data, name)
    if kind is None:
        if claimed := claimed_kind(name):
            raise FileRefused(
                f"“{name}”打不开，没有上传：名称写的是“{claimed.word}”，内容却不是。",
                "可能只改过后缀、没有下载完整、设了密码或带有宏。请用原来的程序打开，重新另存一份再上传；"
                "仍打不开的，请重新下载或导出。",
            )
        raise FileRefused(
            f"“{name}”不是可以上传的文件，没有上传。",
            f"可以上传{TAKEN_IN_WORDS}；压缩包请解开后逐个上传，带宏的文件请另存为不带宏的。",
        )
    digest = sha256(data).hexdigest()
    there = _files_there(session, task, period)
    if digest in there:
        return there[digest]
    if len(there) >= MOST_FILES:
        raise Conflict(
            f"这项任务本期已有 {len(there)} 份佐证材料，不能再加。", "请先移除用处不大的，或合并成一个文件。"
        )
    department = session.get_one(Department, _department(actor, shares))
    file = StoredFile(
        jurisdiction_id=task.jurisdiction_id,
        name=fitting_name(name, kind),
        size=len(data),
        sha256=digest,
        content=data,
        uploaded_at=actor.now,
    )
    session.add(file)
    session.flush()
    attachment = Attachment(
        jurisdiction_id=task.jurisdiction_id,
        task_id=task.id or 0,
        period_id=period.id or 0,
        department_id=department.id or 0,
        department_name=department.name,
        file_id=file.id or 0,
        media_type=kind.media_type,
        uploaded_by=actor.name,
        uploaded_at=actor.now,
    )
    session.add(attachment)
    session.flush()
    _record(session, actor, "evidence_added", task, attachment, file.name, period)
    return attachment


def remove(session: Session, attachment: Attachment, *, actor: Viewer) -> None:
    """Take a file away again (移除佐证材料), as long as nobody has relied on it. A second press finds it gone."""
    task = session.get_one(Task, attachment.task_id)
    figures.lock(session, task)
    session.refresh(attachment, with_for_update=True)
    _require_part(actor, shares_of(session, task, actor.today))
    if attachment.removed_at is not None:
        return
    if not is_own(actor, attachment):
        raise Conflict(
            f"这份材料是{attachment.department_name}上传的，没有移除。",
            "只有上传的单位可以移除；如不合适，可在审核时退回并说明。",
        )
    period = session.get_one(ReportingPeriod, attachment.period_id)
    _refuse_unless_open(session, task, period)
    if is_approved(session, attachment):
        raise Conflict("填报已审核通过，佐证材料不能移除。", "如上传有误，请联系督查室退回后再改。")
    attachment.removed_at, attachment.removed_by = actor.now, actor.name
    session.add(attachment)
    name = session.execute(
        select(col(StoredFile.name)).where(col(StoredFile.id) == attachment.file_id)
    ).scalar_one()
    _record(session, actor, "evidence_removed", task, attachment, name, period)


def _require_part(actor: Viewer, shares: list[Share]) -> None:
    if not may_add(actor, shares):
        require(actor, Action.REPORT_PROGRESS, shares)


def _refuse_unless_open(session: Session, task: Task, period: ReportingPeriod) -> None:
    if period.plan_id != task.plan_id:
        raise NotFound("没有找到这一期填报。", "请从填报页重新打开。")
    require_open(session, period)
    plan = session.get_one(Plan, task.plan_id)
    require_reporting(plan)
    whole = task if task.parent_id is None else session.get_one(Task, task.parent_id)
    if task.withdrawn_at is not None or whole.withdrawn_at is not None or plan.undone_at is not None:
        raise Conflict("这项任务已撤回，佐证材料不能再改动。", "请从台账查看现行任务。")
    if task.closed_at is not None or whole.closed_at is not None:
        raise Conflict("这项任务已办结，佐证材料不能再改动。", "如需补充，请与督查室联系。")


def _files_there(session: Session, task: Task, period: ReportingPeriod) -> dict[str, Attachment]:
    query = (
        select(col(StoredFile.sha256), Attachment)
        .join(StoredFile, col(StoredFile.id) == col(Attachment.file_id))
        .where(
            col(Attachment.task_id) == task.id,
            col(Attachment.period_id) == period.id,
            col(Attachment.removed_at).is_(None),
        )
    )
    return {row.sha256: row.Attachment for row in session.execute(query)}


def _department(actor: Viewer, shares: list[Share]) -> int:
    """The actor's own unit; for the supervision office, the unit it files the material for."""
    if actor.department_id is not None:
        return actor.department_id
    for role in (AssignmentRole.LEAD, AssignmentRole.MAIN, AssignmentRole.SUPPORTING):
        for share in shares:
            if share.role is role and share.department_id is not None:
                return share.department_id
    raise Conflict("这项任务没有责任单位，不能上传佐证材料。", "请先在责任分解表中明确牵头单位。")


def _record(
    session: Session,
    actor: Viewer,
    kind: str,
    task: Task,
    attachment: Attachment,
    name: str,
    period: ReportingPeriod,
) -> None:
    events.record(
        session,
        actor,
        kind,
        plan_id=task.plan_id,
        task_id=task.id,
        attachment=attachment.id,
        file=name,
        period=period.name,
        department=attachment.department_name,
    )
