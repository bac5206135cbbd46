"""September of the invented year, half done: something of every kind waits for somebody."""

from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from app.config import OFFICE_ZONE
from app.demonstration.people import liaison, supervision
from app.demonstration.words import MARK
from app.models.application import ApplicationKind
from app.models.plan import Plan
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import Rating, Task, TaskStatus
from app.queries.tasks import TaskRow, all_tasks, get_task
from app.rules.drafts import Change
from app.rules.permissions import Viewer
from app.services import applications, drafts, ratings, review, targets, urging
from app.services.applications import Wish
from app.services.drafts import Place
from app.services.progress import Statement, report_progress

UNREPORTED = {"23", "24", "26", "39"}
"""Tasks of 发改局 that it has still to report on, so that its sheet shows every state of a row."""
RETURNED, DRAFTED, UNRATED, COUNTED = "1", "23", "40", "51"


class Scene(NamedTuple):
    """Who plays, in which table."""

    session: Session
    actor: Viewer
    plan: Plan
    rows: dict[str, TaskRow]

    def task(self, number: str) -> Task:
        return get_task(self.session, self.actor, self.rows[number].id)

    def slowest_of(self, unit: str) -> str:
        """The task of the unit that is furthest behind its time."""
        led = [
            row
            for row in self.rows.values()
            if row.responsibility.lead_departments and row.responsibility.lead_departments[0].name == unit
        ]
        behind = {row.number: (row.judgement.pace or 0) - (row.judgement.completion or 0) for row in led}
        return max(behind, key=lambda number: behind[number])

    def first_finished(self) -> str:
        return next(row.number for row in self.rows.values() if row.status is TaskStatus.COMPLETED)

    def unit(self, number: str, day: int, hour: int) -> Viewer:
        """The liaison of the task's first lead unit, at that hour."""
        return liaison(self.actor, self.rows[number].responsibility.lead_departments[0], _at(day, hour))


def tell(session: Session, actor: Viewer, plan: Plan) -> None:
    """The supervision office has begun to review; units have applied, and one has begun its sheet."""
    scene = Scene(session, actor, plan, {row.number: row for row in all_tasks(session, actor, plan)})
    period = session.execute(
        select(ReportingPeriod).where(
            col(ReportingPeriod.plan_id) == plan.id, col(ReportingPeriod.closed_at).is_(None)
        )
    ).scalar_one()
    _count_a_figure(scene)
    _review(scene, period)
    _urge(scene)
    _apply(scene)
    _begin_a_draft(scene, period)


def _count_a_figure(scene: Scene) -> None:
    task = scene.task(COUNTED)
    office = supervision(scene.actor, _at(25, 9))
    targets.set_target(scene.session, task, name="新建、改造公厕", target="58", unit="座", actor=office)
    said = Statement(
        TaskStatus.IN_PROGRESS,
        None,
        f"{MARK}截至9月下旬，新建公厕18座、改造25座，其余15座正在施工。",
        next_steps=f"{MARK}10月底前全部完工。",
        actual=43,
    )
    report_progress(scene.session, task, said, actor=scene.unit(COUNTED, 26, 11))


def _review(scene: Scene, period: ReportingPeriod) -> None:
    office = supervision(scene.actor, _at(27, 10))
    waiting = select(ProgressReport).where(
        col(ProgressReport.period_id) == period.id, col(ProgressReport.state) == ReportState.SUBMITTED
    )
    reports = list(scene.session.execute(waiting.order_by(col(ProgressReport.id))).scalars())
    returned = next(report for report in reports if report.task_id == scene.rows[RETURNED].id)
    reason = f"{MARK}进展不具体，请写明前三季度的增速和测算口径。"
    review.return_report(scene.session, returned, reason, actor=office)
    early = [report for report in reports if report.id != returned.id][: len(reports) // 2]
    review.approve_all(scene.session, early, actor=office)
    reason = f"{MARK}所涉规划正在调整，规划明确前暂不评价。"
    ratings.rate(scene.session, scene.task(UNRATED), Rating.UNRATED, reason, actor=office)


def _urge(scene: Scene) -> None:
    office = supervision(scene.actor, _at(27, 15))
    demand = urging.Demand(
        f"{MARK}这项任务明显落后于序时进度，请说明原因和赶上进度的措施。", date(2018, 9, 30)
    )
    urging.urge_for_task(scene.session, scene.task(scene.slowest_of("发改局")), demand, actor=office)


def _apply(scene: Scene) -> None:
    wish = Wish(
        ApplicationKind.COMPLETION, f"{MARK}年度目标已经完成，申请办结。", f"{MARK}相关资料已归档，可供核实。"
    )
    finished = scene.first_finished()
    task = scene.task(finished)
    applications.make_application(scene.session, task, wish, actor=scene.unit(finished, 27, 16))


def _begin_a_draft(scene: Scene, period: ReportingPeriod) -> None:
    place = Place(scene.plan.id or 0, period.id or 0, scene.rows[DRAFTED].id)
    typed = {"status": "in_progress", "progress": f"{MARK}三季度新签约项目", "completion": ""}
    changes = {name: Change("", text) for name, text in typed.items()}
    drafts.save(scene.session, place, changes, actor=scene.unit(DRAFTED, 27, 17))


def _at(day: int, hour: int) -> datetime:
    return datetime.combine(date(2018, 9, day), time(hour), OFFICE_ZONE)
