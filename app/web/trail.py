"""办理记录, for the auditor: looked through, checked, taken out. Each of the three stands in it too."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from app.downloads import attachment
from app.errors import Conflict, InvalidInput
from app.models.event import EventSource
from app.queries import trail as trail_queries
from app.queries.page import Page
from app.queries.trail import TrailFilter, TrailRow, Verification, findable
from app.reports.trail import CSV_TYPE, WORKBOOK_TYPE, EventWords, trail_csv, trail_workbook
from app.rules.permissions import Action, Viewer, needs
from app.services import trail as trail_services
from app.templating import (
    event_in_words,
    event_kinds,
    filter_in_words,
    render,
    with_query,
)
from app.web.deps import DatabaseDep, SessionDep, ViewerDep

router = APIRouter()
CHECKED_AT_ONCE = 50_000
"""As many as are checked within seconds; the whole of a longer trail is checked by duban audit verify."""
WORKBOOK_ROWS, CSV_ROWS = 20_000, 200_000
LABELS = {
    "since": "从",
    "until": "到",
    "person": "办理人",
    "kind": "事项",
    "source": "途径",
    "address": "来源地址",
    "task": "任务序号",
    "text": "内容",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An event and what the office calls it."""

    event: TrailRow
    words: EventWords


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The choices of the filter bar, what is on, and the link that takes each away."""

    kinds: dict[str, dict[str, str]]
    sources: list[tuple[EventSource, str]]
    chips: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, and what in it nobody can understand: that narrows nothing, and is said."""

    wanted: TrailFilter
    odd: list[str]

    @property
    def understood(self) -> TrailFilter:
        """For what leaves the house, where nobody reads a line above it. Raises ``InvalidInput``."""
        if self.odd:
            raise InvalidInput(
                f"看不懂的条件：{'；'.join(self.odd)}，没有导出。", "请在办理记录页面重新筛选后再导出。"
            )
        return self.wanted


def asked_for(
    request: Request,
    since: str = "",
    until: str = "",
    person: str = "",
    kind: str = "",
    source: str = "",
    address: str = "",
    task: str = "",
    text: str = "",
) -> Asked:
    wanted = TrailFilter(
        since=_day(since),
        until=_day(until),
        person=findable(person),
        kind=kind.strip() if any(kind.strip() in words for words in event_kinds().values()) else "",
        source=EventSource(source) if source in list(EventSource) else None,
        address=findable(address),
        task=findable(task),
        text=findable(text),
    )
    asked = request.query_params
    odd = [
        f"{label}“{_shortened(asked[name])}”"
        for name, label in LABELS.items()
        if asked.get(name, "").strip() and not getattr(wanted, name)
    ]
    odd += [f"“{_shortened(name)}”" for name in asked if name not in (*LABELS, "page")]
    return Asked(wanted, odd)


AskedDep = Annotated[Asked, Depends(asked_for)]


@router.get("/trail")
@needs(Action.VIEW_TRAIL)
def show_trail(
    request: Request,
    asked: AskedDep,
    viewer: ViewerDep,
    session: SessionDep,
    database: DatabaseDep,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    wanted = asked.wanted
    context = _page(session, viewer, wanted, page)
    if not trail_services.is_looking(session, actor=viewer):
        with database.writing() as own:
            trail_services.note_look(own, wanted, actor=viewer)
    return render(request, "trail/index.html", **{**context, "odd": asked.odd})


@router.post("/trail/verification")
@needs(Action.VIEW_TRAIL)
def verify(request: Request, viewer: ViewerDep, database: DatabaseDep) -> Response:
    with database.reading() as session:  # it may take seconds, in which others must be able to write
        found = trail_queries.verify(session, viewer, newest=CHECKED_AT_ONCE)
        context = _page(session, viewer, TrailFilter(), 1, found)
    with database.writing() as session:
        trail_services.note_verification(session, found, actor=viewer)
    return render(request, "trail/index.html", **context)


@router.get("/trail.xlsx")
@needs(Action.VIEW_TRAIL)
def download_workbook(asked: AskedDep, viewer: ViewerDep, database: DatabaseDep) -> Response:
    wanted, title = asked.understood, f"{viewer.jurisdiction_name}办理记录"

    def written(rows: Iterable[TrailRow], count: int) -> bytes:
        note = f"{filter_in_words(wanted.as_query())}，共 {count} 条。"
        return trail_workbook(rows, tell, title=title, note=note)

    content = _exported(database, viewer, wanted, WORKBOOK_ROWS, "xlsx", written)
    return attachment(content, name=f"{title}.xlsx", media_type=WORKBOOK_TYPE)


@router.get("/trail.csv")
@needs(Action.VIEW_TRAIL)
def download_csv(asked: AskedDep, viewer: ViewerDep, database: DatabaseDep) -> Response:
    def written(rows: Iterable[TrailRow], _count: int) -> str:
        return "".join(trail_csv(rows, tell))

    content = _exported(database, viewer, asked.understood, CSV_ROWS, "csv", written)
    return attachment(content, name=f"{viewer.jurisdiction_name}办理记录.csv", media_type=CSV_TYPE)


def tell(event: TrailRow) -> EventWords:
    return EventWords(*event_in_words(event.kind, event.detail, event.source))


def _exported(
    database: DatabaseDep,
    viewer: Viewer,
    wanted: TrailFilter,
    most: int,
    form: str,
    written: Callable[[Iterable[TrailRow], int], Any],
) -> Any:
    with database.reading() as session:
        count = trail_queries.count_trail(session, viewer, wanted)
        if count > most:
            raise Conflict(
                f"符合条件的有 {count} 条，一次最多导出 {most} 条，没有导出。",
                "请缩小时间范围分几次导出，或请系统管理员在服务器上执行 duban audit export。",
            )
        content = written(trail_queries.read_trail(session, viewer, wanted), count)
    with database.writing() as session:
        trail_services.note_export(session, wanted, count, form, actor=viewer)
    return content


def _page(
    session: Session,
    viewer: Viewer,
    wanted: TrailFilter,
    number: int,
    verification: Verification | None = None,
) -> dict[str, Any]:
    found = trail_queries.list_trail(session, viewer, wanted, page=number)

    def href(number: int) -> str:
        return with_query("/trail", {**wanted.as_query(), "page": number if number > 1 else ""})

    lines = [Line(event, tell(event)) for event in found.items]
    return {
        "wanted": wanted,
        "odd": [],
        "bar": _filter_bar(wanted),
        "head": trail_queries.head_of(session, viewer),
        "page": Page(lines, found.number, found.size, found.total, href),
        "verification": verification,
        "exports": [with_query(f"/trail.{form}", wanted.as_query()) for form in ("xlsx", "csv")],
    }


def _filter_bar(wanted: TrailFilter) -> FilterBar:
    chips = [
        (filter_in_words({name: value}), with_query("/trail", wanted.without(name)))
        for name, value in wanted.as_query().items()
    ]
    sources = [(source, event_in_words("", {}, source)[2]) for source in EventSource]
    return FilterBar(event_kinds(), sources, chips)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None


def _shortened(text: str) -> str:
    text = "".join(letter for letter in text.strip() if letter.isprintable())
    return text if len(text) <= 30 else f"{text[:30]}…"
