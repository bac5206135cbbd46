"""工作日调整: the office says that it works on a day, or does not, and due days move with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.plan import Plan
from app.models.progress import CalendarDay
from app.queries.working_days import EARLIEST_YEAR, LATEST_YEAR, preview_notice, work_calendar
from app.rules.permissions import Action, Viewer, require
from app.rules.text import plain
from app.rules.working_days import WorkCalendar, is_published_working
from app.services import events
from app.services.period_settings import keep_gone, move_due_days

LONGEST_NOTE = 100
LONGEST_NOTICE = 5000


@dataclass(frozen=True, slots=True)
class DayDecision:
    """A day on which the office works, or does not, whatever the published calendar says."""

    day: date
    is_working: bool
    note: str = ""


def set_day(session: Session, day: date | None, is_working: bool | None, note: str, *, actor: Viewer) -> None:
    """Keep one day; what was decided about it before is replaced."""
    require(actor, Action.MANAGE_PERIODS)
    fields: dict[str, str] = {}
    if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        fields["day"] = "请选择日期，写成 2018-09-29 的样子。"
    if is_working is None:
        fields["is_working"] = "请选择上班还是休息。"
    if len(plain(note)) > LONGEST_NOTE:
        fields["note"] = f"依据最多 {LONGEST_NOTE} 字。"
    if fields or day is None or is_working is None:
        raise InvalidInput("工作日没有调整。", fields=fields)
    _set(session, [DayDecision(day, is_working, plain(note))], actor)


def keep_notice(session: Session, text: str, year: int, days: int | None = None, *, actor: Viewer) -> int:
    """Keep every day of a pasted notice that is not so already; how many.

    ``days`` is how many the person was shown: where it would be others now, ``Conflict`` is raised.
    """
    require(actor, Action.MANAGE_PERIODS)
    if len(text) > LONGEST_NOTICE:
        raise InvalidInput(
            "通知太长。", fields={"text": f"最多 {LONGEST_NOTICE} 字，请只粘贴放假安排的几行。"}
        )
    found = preview_notice(session, actor, text, year)
    if days is not None and days != len(found.days):
        raise Conflict("您核对期间，工作日已有变化，没有保存。", "请重新核对下面的日期后再保存。")
    _set(session, [DayDecision(each.day, each.is_working, each.note) for each in found.days], actor)
    return len(found.days)


def remove_day(session: Session, day: date, *, actor: Viewer) -> None:
    """The published calendar counts again for this day; nothing happens where it does already."""
    require(actor, Action.MANAGE_PERIODS)
    kept = _kept(session, actor).get(day)
    if kept is None:
        return
    calendar = work_calendar(session, actor.jurisdiction_id)
    session.delete(kept)
    session.flush()
    before = "上班" if kept.is_working else "休息"
    after = "上班" if is_published_working(day) else "休息"
    _record(session, actor, [{"day": day, "before": before, "after": after, "note": "取消调整"}], calendar)


def _set(session: Session, decisions: Iterable[DayDecision], actor: Viewer) -> None:
    kept = _kept(session, actor)
    calendar = work_calendar(session, actor.jurisdiction_id)
    changed: list[dict[str, Any]] = []
    for each in decisions:
        row = kept.get(each.day)
        if row is not None and (row.is_working, row.note) == (each.is_working, each.note):
            continue
        before = "上班" if calendar.is_working(each.day) else "休息"
        row = row or CalendarDay(jurisdiction_id=actor.jurisdiction_id, day=each.day, is_working=True)
        row.is_working, row.note = each.is_working, each.note
        session.add(row)
        after = "上班" if each.is_working else "休息"
        changed.append({"day": each.day, "before": before, "after": after, "note": each.note})
    session.flush()
    if changed:
        _record(session, actor, changed, calendar)


def _kept(session: Session, actor: Viewer) -> dict[date, CalendarDay]:
    query = select(CalendarDay).where(col(CalendarDay.jurisdiction_id) == actor.jurisdiction_id)
    return {row.day: row for row in session.execute(query).scalars()}


def _record(session: Session, actor: Viewer, days: list[dict[str, Any]], before: WorkCalendar) -> None:
    """One event for the change, naming the due days that moved with it."""
    calendar = work_calendar(session, actor.jurisdiction_id)
    query = (
        select(Plan)
        .where(col(Plan.jurisdiction_id) == actor.jurisdiction_id, col(Plan.undone_at).is_(None))
        .order_by(col(Plan.id))
    )
    plans = session.execute(query).scalars().all()
    for plan in plans:
        keep_gone(session, plan, before, calendar, actor.today)
    moved = [
        {"plan": plan.title, **each}
        for plan in plans
        for each in move_due_days(session, plan, calendar, actor.today)
    ]
    events.record(session, actor, "calendar_changed", days=days, moved=moved)
