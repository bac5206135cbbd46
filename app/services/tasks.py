"""What every decision on a task begins with."""

from sqlmodel import Session

from app.errors import Conflict, InvalidInput
from app.models.plan import Plan
from app.models.task import Task
from app.queries.withdrawn import withdrawn_as
from app.rules.stages import require_open
from app.rules.text import plain
from app.services import figures

LONGEST_WORDS = 1000


def hold(session: Session, task: Task) -> Plan:
    """Take the task in hand until the transaction ends, and give its plan. Refuses what is not worked on any more.

    Two people on one task take turns; each then decides on what the other left.
    """
    figures.lock(session, task)
    plan = session.get_one(Plan, task.plan_id, populate_existing=True)
    if withdrawn_as(session, task) is not None or plan.undone_at is not None:
        raise Conflict("这项任务已撤回，不能再办理。", "请从台账查看现行任务。")
    require_open(plan)
    return plan


def words_of(text: str, field: str, label: str, *, missing: str = "", longest: int = LONGEST_WORDS) -> str:
    """A text as it is kept. ``missing`` is the sentence for one left empty. Raises ``InvalidInput`` at the field."""
    words = plain(text)
    if missing and not words:
        raise InvalidInput("有内容需要修改，尚未保存。", fields={field: missing})
    if len(words) > longest:
        sentence = f"{label}最多 {longest} 字，现有 {len(words)} 字，请精简。"
        raise InvalidInput("有内容需要修改，尚未保存。", fields={field: sentence})
    return words


def task_words(task: Task) -> str:
    """The task in a sentence to somebody: its number and how it begins."""
    text = task.standard if len(task.standard) <= 30 else f"{task.standard[:29]}…"
    return f"第 {task.number} 项“{text}”" if task.number else f"“{text}”"
