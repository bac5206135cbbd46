"""报表: workbooks to download."""

from fastapi import APIRouter, Request, Response

from app.downloads import attachment
from app.queries.ledger import ledger
from app.queries.periods import closed_periods
from app.reports.ledger import FILE_NAME, WORKBOOK_TYPE, ledger_workbook
from app.reports.names import name_of_table
from app.rules.permissions import Action, needs
from app.templating import render
from app.web.deps import PlanDep, SessionDep, ViewerDep

router = APIRouter()


@router.get("/plans/{plan_id}/reports")
@needs(Action.VIEW_PLAN)
def show_reports(request: Request, plan: PlanDep, viewer: ViewerDep, session: SessionDep) -> Response:
    closed = closed_periods(session, viewer, plan)
    return render(request, "reports/index.html", plan=plan, closed=closed, today=viewer.today)


@router.get("/plans/{plan_id}/ledger.xlsx")
@needs(Action.VIEW_PLAN)
def download_ledger(plan: PlanDep, viewer: ViewerDep, session: SessionDep) -> Response:
    content = ledger_workbook(ledger(session, viewer, plan))
    return attachment(content, name=name_of_table(FILE_NAME, plan.title), media_type=WORKBOOK_TYPE)
