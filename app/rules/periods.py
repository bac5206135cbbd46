"""填报周期: which period a day belongs to."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PeriodBounds:
    """A period not yet in the database: its name, first and last day, and the day reports are due."""

    name: str
    starts_on: date
    ends_on: date
    due_on: date


def month_of(day: date) -> PeriodBounds:
    """The monthly period (月报) a day falls in; reports are due on its last day."""
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return PeriodBounds(f"{day.year}年{day.month}月", day.replace(day=1), last, last)
