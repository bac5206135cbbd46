"""The days of a person as an iCalendar feed, for the calendar program of a desk or a telephone."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from app.queries.calendars import Day

CALENDAR_TYPE = "text/calendar; charset=utf-8"
FILE_NAME = "督办日历.ics"
ASKED_AGAIN = timedelta(hours=6)


def calendar_feed(days: Iterable[Day], *, name: str, house: str, written_at: datetime) -> bytes:
    """One all-day entry a day. ``house`` is our own address, before every page's."""
    calendar = Calendar()
    calendar.add("prodid", "-//Duban//Duban//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASKED_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for day in days:
        event = Event()
        event.add("uid", f"{day.key}@duban")
        event.add("dtstamp", written_at)
        event.add("dtstart", day.on)
        event.add("summary", day.title)
        event.add("description", day.words)
        event.add("url", f"{house}{day.address}")
        event.add("transp", "TRANSPARENT")  # nobody is busy all day because something is due
        calendar.add_component(event)
    return calendar.to_ical()
