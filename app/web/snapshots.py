"""往期: a closed period shown and exported as it was."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.downloads import attachment
from app.models.progress import ReportingPeriod
from app.queries import periods as period_queries
from app.queries import snapshots as snapshot_queries
from app.queries.page import Page
from app.queries.snapshots import ClosedFilter, ClosedPeriod, ClosedRow
from app.reports.ledger import FILE_NAME, WORKBOOK_TYPE, ledger_workbook
from app.reports.names import name_of_table
from app.rules.permissions import Action, needs
from app.rules.status import Light
from app.templating import render, with_query
from app.web.deps import RowId, SessionDep, ViewerDep
from app.web.forms import whole_number

router = APIRouter()
PAGE_SIZE = 150


@router.get("/periods/{period_id}")
@needs(Action.VIEW_CLOSED_PERIODS)
def show_closed_period(
    request: Request,
    period_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    light: str = "",
    department: str = "",
    silent: str = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    period = snapshot_queries.get_closed_period(session, viewer, period_id)
    snapshot = snapshot_queries.snapshot_of(session, period)
    closed = snapshot_queries.closed_period(snapshot, viewer)
    wanted = ClosedFilter(
        light=Light(light) if light in list(Light) else None,
        department=whole_number(department),
        silent=bool(silent),
    )
    return render(
        request,
        "snapshots/show.html",
        plan=period_queries.plan_of(session, viewer, period),
        period=period,
        closed=closed,
        snapshot=snapshot,
        wanted=wanted,
        counted=snapshot_queries.standing_of(
            snapshot, (row for row in closed.rows if replace(wanted, light=None).matches(row))
        ),
        chips=_chips(period, closed, wanted),
        page=_page_of(period, closed, wanted, page),
    )


@router.get("/periods/{period_id}/ledger.xlsx")
@needs(Action.VIEW_CLOSED_PERIODS)
def download_closed_ledger(period_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    period = snapshot_queries.get_closed_period(session, viewer, period_id)
    snapshot = snapshot_queries.snapshot_of(session, period)
    content = ledger_workbook(snapshot_queries.ledger_of(snapshot, viewer))
    return attachment(
        content, name=name_of_table(f"{period.name}{FILE_NAME}", snapshot.title), media_type=WORKBOOK_TYPE
    )


def _page_of(
    period: ReportingPeriod, closed: ClosedPeriod, wanted: ClosedFilter, number: int
) -> Page[ClosedRow]:
    rows = [row for row in closed.rows if wanted.matches(row)]
    begin = (number - 1) * PAGE_SIZE

    def href(other: int) -> str:
        return with_query(f"/periods/{period.id}", {**wanted.as_query(), "page": other if other > 1 else ""})

    return Page(rows[begin : begin + PAGE_SIZE], number, PAGE_SIZE, len(rows), href)


def _chips(period: ReportingPeriod, closed: ClosedPeriod, wanted: ClosedFilter) -> list[tuple[str, str]]:
    """What is on, and the link that takes each away."""
    named = {each.id: each.name for each in closed.snapshot.departments}
    words = {
        "light": wanted.light.label if wanted.light else "",
        "department": named.get(wanted.department or 0, ""),
        "silent": "本期没有报",
    }
    return [
        (words[name], with_query(f"/periods/{period.id}", wanted.without(name)))
        for name in wanted.as_query()
        if words[name]
    ]
