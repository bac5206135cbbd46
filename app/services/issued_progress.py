"""What an imported table already tells of a task's progress: the parts of its first report."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.models.task import TaskStatus
from app.rules.status import REPORTABLE, STATUS_LABELS

_PERCENT = re.compile(r"(?P<whole>\d{1,3})(?:\.\d+)?(?P<sign>[%％])?")
Columns = list[dict[str, Any]]
_STATUS_OF_LABEL = {STATUS_LABELS[status]: status for status in REPORTABLE}


@dataclass(frozen=True, slots=True)
class Told:
    """The first report (进展填报) of a task, as far as the file tells it."""

    progress: str
    problems: str
    next_steps: str
    completion: int | None
    status: TaskStatus
    moves_task: bool
    """Whether the file says that work has begun or ended, or how far it is."""


def told_by(columns: Columns, row: dict[str, Any]) -> Told | None:
    """Progress, 存在问题, 下一步措施, 完成率 and 状态 of a row, or None where all of them are blank."""
    if not (row["progress"] or row["extra"]):
        return None
    problems, next_steps = _words(columns, row, "problems"), _words(columns, row, "next_steps")
    completion, stated = percent(_words(columns, row, "completion")), _stated(_words(columns, row, "status"))
    progress = "\n".join(filter(None, (row["progress"], _headed(columns, row, "evaluation", "plan"))))
    if completion is not None or stated is not None:
        progress = progress or _headed(columns, row, "completion", "status")
    if not (progress or problems or next_steps):
        return None
    status = _status(stated, completion, under_way=bool(row["progress"]))
    if status is TaskStatus.COMPLETED:
        completion = 100
    moves = bool(row["progress"]) or completion is not None or stated is not None
    return Told(progress, problems, next_steps, completion, status, moves)


def first_reports(columns: Columns, rows: Iterable[dict[str, Any]]) -> list[tuple[str, int]]:
    """Of rows that would become tasks, how many bring a first report, by the status it states (推进中 3)."""
    told = Counter(words.status for row in rows if (words := told_by(columns, row)))
    return [(STATUS_LABELS[status], told[status]) for status in REPORTABLE if told[status]]


def percent(words: str) -> int | None:
    """A plain share of the work (65%, 65); more than all of it or a lone 1, which may mean the whole, is none."""
    found = _PERCENT.fullmatch(words.strip())
    if found is None or (not found["sign"] and "." in words) or (not found["sign"] and found["whole"] == "1"):
        return None
    whole = int(found["whole"])
    return whole if whole < 100 or float(words.strip().rstrip("%％")) == 100 else None


def _stated(words: str) -> TaskStatus | None:
    """A status in our own words; any other word is kept and means nothing here."""
    return _STATUS_OF_LABEL.get("".join(words.split()))


def _status(stated: TaskStatus | None, completion: int | None, *, under_way: bool) -> TaskStatus:
    """What is stated holds unless the figure beside it says otherwise (已完成 at 65%, 未启动 at 10%)."""
    if stated is TaskStatus.COMPLETED and completion in (None, 100):
        return stated
    if stated is TaskStatus.NOT_STARTED and not completion:
        return stated
    return TaskStatus.IN_PROGRESS if stated or under_way or completion else TaskStatus.NOT_STARTED


def _words(columns: Columns, row: dict[str, Any], kind: str) -> str:
    filled = _filled(columns, row, kind)
    if len(filled) == 1:
        return filled[0][1]
    return "\n".join(f"{header}：{text}" for header, text in filled)


def _headed(columns: Columns, row: dict[str, Any], *kinds: str) -> str:
    return "\n".join(f"{header}：{text}" for header, text in _filled(columns, row, *kinds))


def _filled(columns: Columns, row: dict[str, Any], *kinds: str) -> list[tuple[str, str]]:
    return [
        (column["header"], text)
        for column in columns
        if column["kind"] in kinds and (text := row["extra"].get(column["header"]))
    ]
