"""催办单: its number, its first sentence, and when an answer is wanted."""

from datetime import date, timedelta

from app.rules.status import SLOW, Light
from app.rules.working_days import WorkCalendar

ANSWER_DAYS = timedelta(days=3)
FARTHEST_ANSWER = timedelta(days=366)
REPORT_REQUIREMENT = (
    "请收到本单后抓紧办理，在答复期限前补报进展；确有困难不能按期办理的，请说明原因和下一步打算。"
)
TASK_REQUIREMENT = "请收到本单后加快办理，在答复期限前填报最新进展，写明存在的问题和下一步措施。"


def slip_words(year: int, number: int) -> str:
    """The slip's number as offices write it."""
    return f"催办单〔{year}〕第{number}号"


def answer_day(today: date, calendar: WorkCalendar) -> date:
    """When an answer is usually wanted: three days on, or the working day after."""
    return calendar.after(today, ANSWER_DAYS)


def reports_missing(period: str, due_on: date, tasks: int, today: date) -> str:
    """The first sentence of a slip about missing reports."""
    due = f"{due_on.year}年{due_on.month}月{due_on.day}日"
    late = f"应于{due}前报送，至今未报" if today > due_on else f"请于{due}前报送，目前还未报送"
    return f"你单位承担的下列 {tasks} 项任务，{period}的进展{late}。"


def after_close(period: str, missing: int) -> str:
    """What a slip about missing reports still asks for once their period is closed, and can be given no more."""
    if not missing:
        return f"{period}已关闭，这些任务都已报送，不用再答复。"
    return f"{period}已关闭，不能再补报，请在下一期一并说明。"


def task_behind(light: Light) -> str:
    """The first sentence of a slip about one task."""
    if light in SLOW:
        return f"你单位承担的下列任务目前为“{light.label}”，需要加快办理。"
    return "你单位承担的下列任务需要抓紧办理。"
