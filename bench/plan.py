"""Plans of any size for measuring: an issued workbook with true merges, and a database filled from it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from random import Random

from openpyxl import Workbook
from sqlalchemy import func, insert, select, update
from sqlmodel import col

from app.config import Settings
from app.db import Database
from app.installation import add_jurisdiction, command_actor, create_database
from app.models.progress import ProgressReport, ReportingPeriod, ReportState
from app.models.task import Assignment, Task, TaskStatus
from app.reports.cells import Pen
from app.rules.permissions import Viewer
from app.services import imports as import_services

NAME = "责任分解表.xlsx"
YEAR = 2025
JURISDICTION = "测试区"
NOW = datetime(YEAR, 9, 28, 2, tzinfo=UTC)

_HEADERS = ("序号", "目标名称", "工作标准", "区政府分管领导", "牵头责任单位")
_OFFICIALS = ("陈建国", "李卫东", "王秀兰", "赵志强", "刘晓燕", "孙国庆", "周海涛", "吴永红", "郑立新")
_FIELDS = (
    "发展",
    "教育",
    "科技",
    "民政",
    "司法",
    "财政",
    "人社",
    "住建",
    "交通",
    "水利",
    "农业",
    "商务",
    "文旅",
    "卫健",
)
_ENDINGS = ("局", "办", "中心", "委")
_WORK = (
    "深化农村土地制度改革三项试点，大力推进土地精细化综合整治，盘活存量建设用地，激活农村土地潜能。",
    "固定资产投资增长8%。",
    "新建、改造公厕58座，完成老旧小区改造12个，惠及居民3600户。",
    "健全项目推进机制，发挥重大项目办公室作用，保障230个重点产业项目建设，年内完成投资510亿元以上。",
    "全面推进政务公开，扎实做好政务信息系统整合共享工作，让行政权力阳光透明运行。",
)
_PROGRESS = "截至9月下旬，主体工作过半，重点环节按节点推进；已完成招标并进场施工，累计完成投资的六成以上。"


def issued_workbook(tasks: int) -> bytes:
    """A 责任分解表 like that of a district: goals of three to eight tasks, people and units merged where they repeat."""
    chance = Random(tasks)  # noqa: S311 - invents a table, the same one every time
    departments = [field + ending for field in _FIELDS for ending in _ENDINGS]
    book = Workbook()
    sheet = book.worksheets[0]
    pen = Pen(sheet)
    sheet.append([f"{YEAR}年政府工作报告目标任务责任分解表"])
    sheet.append(_HEADERS)
    goal = left = 0
    starts = dict.fromkeys(range(1, len(_HEADERS) + 1), 3)
    for row in range(3, tasks + 3):
        begins = left == 0
        if begins:
            goal, left = goal + 1, chance.randint(3, 8)
        left -= 1
        people = "\n".join(chance.sample(_OFFICIALS, chance.choice((1, 1, 1, 2))))
        units = "\n".join(chance.sample(departments, chance.choice((1, 1, 2, 3))))
        values = [
            goal,
            f"推进第{goal}项重点工作",
            f"{_WORK[row % len(_WORK)]}（第{row - 2}项）",
            people,
            units,
        ]
        repeats = [
            not begins,
            not begins,
            False,
            not begins and chance.random() < 0.5,
            not begins and chance.random() < 0.3,
        ]
        sheet.append([None if repeat else value for value, repeat in zip(values, repeats, strict=True)])
        for column, repeat in enumerate(repeats, 1):
            if not repeat:
                _merge(pen, column, starts[column], row - 1)
                starts[column] = row
    for column, start in starts.items():
        _merge(pen, column, start, tasks + 2)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def empty_database(folder: Path) -> Database:
    """A migrated SQLite file with one jurisdiction in it."""
    database = create_database(Settings(data_dir=folder))
    with database.writing() as session:
        add_jurisdiction(session, JURISDICTION)
    return database


@dataclass(frozen=True, slots=True)
class FilledPlan:
    """A plan of so many tasks, each with one progress report, in a database of its own."""

    folder: Path
    database: Database
    id: int
    tasks: int


def filled_database(folder: Path, tasks: int) -> FilledPlan:
    """Import a plan of this size and report on every task."""
    database = empty_database(folder)
    plan_id = import_plan(database, issued_workbook(tasks))
    actor = supervisor(database)
    with database.writing() as session:
        period = ReportingPeriod(
            jurisdiction_id=actor.jurisdiction_id,
            plan_id=plan_id,
            name="9月",
            starts_on=date(YEAR, 9, 1),
            ends_on=date(YEAR, 9, 30),
            due_on=date(YEAR, 9, 30),
        )
        session.add(period)
        session.flush()
        leads = select(col(Assignment.task_id), func.min(col(Assignment.department_id))).group_by(
            col(Assignment.task_id)
        )
        said = {
            "jurisdiction_id": actor.jurisdiction_id,
            "period_id": period.id,
            "author_name": "联络员",
            "state": ReportState.SUBMITTED,
            "status": TaskStatus.IN_PROGRESS,
            "submitted_at": NOW,
        }
        reports = [
            said
            | {
                "task_id": task_id,
                "department_id": department_id,
                "department_name": "第一单位",
                "completion": task_id % 101,
                "progress": f"{_PROGRESS}（{task_id}）",
            }
            for task_id, department_id in session.execute(leads)
        ]
        session.execute(insert(ProgressReport), reports)
        current = {"status": TaskStatus.IN_PROGRESS, "completion": col(Task.id) % 101, "reported_at": NOW}
        session.execute(update(Task).values(current))
    return FilledPlan(folder, database, plan_id, tasks)


def import_plan(database: Database, content: bytes) -> int:
    """What a person does in two steps: read and preview, then commit. Returns the plan's id."""
    table = import_services.recognise(content, NAME)
    with database.writing() as session:
        actor = command_actor(session)
        batch = import_services.preview(
            session, table, content, NAME, title="目标任务责任分解表", year=YEAR, actor=actor
        )
        return import_services.commit(session, batch, actor=actor).id or 0


def supervisor(database: Database) -> Viewer:
    """The supervision office on a fixed day, so that every run judges the same."""
    with database.reading() as session:
        return replace(command_actor(session), now=NOW)


def _merge(pen: Pen, column: int, first: int, last: int) -> None:
    if last > first:
        pen.merge(first, column, last, column)
