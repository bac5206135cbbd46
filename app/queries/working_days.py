"""工作日: the office's own exceptions to the published calendar."""

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.progress import CalendarDay
from app.rules.working_days import WorkCalendar


def work_calendar(session: Session, jurisdiction_id: int) -> WorkCalendar:
    """On which days this office works."""
    query = select(col(CalendarDay.day), col(CalendarDay.is_working)).where(
        col(CalendarDay.jurisdiction_id) == jurisdiction_id
    )
    return WorkCalendar({row.day: row.is_working for row in session.execute(query)})
