"""序时进度: how much of a task's time has gone by."""

from calendar import monthrange
from datetime import date, timedelta


def pace(starts_on: date, due_on: date, today: date) -> float:
    """The share of the task's time gone by at the end of ``today``, in percent from 0 to 100.

    Offices count in months: a year's task stands at 11/12 = 91.7 % on 30 November, however many days the
    months have. Within a month the days count evenly.
    """
    begin = _months(starts_on - timedelta(days=1))
    end = _months(due_on)
    if end <= begin:
        return 100.0 if today >= due_on else 0.0
    gone = (_months(today) - begin) / (end - begin)
    return 100 * min(1.0, max(0.0, gone))


def _months(day: date) -> float:
    """Months from year 0 to the end of this day."""
    return day.year * 12 + day.month - 1 + day.day / monthrange(day.year, day.month)[1]
