"""台账 as a whole: the one set of rows that page, API and workbook are made of."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from app.models.plan import Plan
from app.queries.tasks import TaskRow, all_tasks
from app.queries.workload import Bearer, WorkloadRow, workload
from app.rules.permissions import Viewer
from app.rules.stages import heading_of


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column of the issued table: header as written and what it holds (kinds of the importer)."""

    header: str
    kind: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything the progress workbook (进展情况表) says, as of one day, as one viewer may see it."""

    title: str
    heading: str
    year: int
    as_of: date
    columns: list[LedgerColumn]
    tasks: list[TaskRow]
    officials: list[WorkloadRow]
    departments: list[WorkloadRow]
    demonstration: bool
    period: str = ""
    """The closed period (往期) it is the table of; empty for the living table."""
    unreviewed: int = 0
    """How many reports of that period nobody had judged when it was closed."""

    tells_extensions: bool = True
    """Whether a table without 完成时限 has a column for approved extensions (延期); older closed ones have none."""

    def titled(self, title: str) -> str:
        """A title that says of which period the table is."""
        return f"{title}（{self.period}）" if self.period else title


def ledger(session: Session, viewer: Viewer, plan: Plan) -> Ledger:
    return Ledger(
        title=plan.title,
        heading=heading_of(plan),
        year=plan.year,
        as_of=viewer.today,
        columns=[LedgerColumn(column["header"], column["kind"]) for column in plan.columns],
        tasks=all_tasks(session, viewer, plan),
        officials=workload(session, viewer, plan, Bearer.OFFICIAL),
        departments=workload(session, viewer, plan, Bearer.DEPARTMENT),
        demonstration=viewer.demonstration_date is not None,
    )
