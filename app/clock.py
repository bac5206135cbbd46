"""What time it is for the office. A demonstration stands still on one date, so that its figures stay true."""

from datetime import UTC, date, datetime

from app.config import OFFICE_ZONE


def utcnow() -> datetime:
    return datetime.now(UTC)


def office_now(demonstration_date: date | None) -> datetime:
    """The moment business is dated with: now, or the same time of day on the demonstration's date."""
    now = utcnow().astimezone(OFFICE_ZONE)
    if demonstration_date is not None:
        now = datetime.combine(demonstration_date, now.timetz())
    return now.astimezone(UTC)


def office_date(moment: datetime) -> date:
    return moment.astimezone(OFFICE_ZONE).date()


def short_day(day: date, year: int) -> str:
    """A day as one says it, with its year where that is not the one spoken of (1月2日, 2019年1月2日)."""
    return f"{'' if day.year == year else f'{day.year}年'}{day.month}月{day.day}日"
