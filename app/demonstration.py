"""The demonstration: the real table of 2018 with invented progress, every word of it marked as such."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from random import Random

from sqlmodel import Session

from app import security
from app.clock import utcnow
from app.config import OFFICE_ZONE, PROJECT_ROOT
from app.db import Database
from app.errors import Conflict
from app.installation import add_jurisdiction, command_actor
from app.models.account import Role
from app.models.event import EventSource
from app.models.plan import Plan
from app.models.task import TaskStatus
from app.queries import accounts as account_queries
from app.queries import directory as directory_queries
from app.queries.tasks import TaskRow, all_tasks, get_task
from app.rules.pace import pace
from app.rules.passwords import DEMONSTRATION_PASSWORD
from app.rules.permissions import Viewer
from app.services import accounts as account_services
from app.services import imports as import_services
from app.services.accounts import AccountForm
from app.services.progress import Statement, report_progress

JURISDICTION = "武进区"
TABLE = PROJECT_ROOT / "examples" / "武进区2018年目标任务责任分解表.xlsx"
TITLE, YEAR = "2018年政府工作报告目标任务责任分解表", 2018
TODAY = date(2018, 9, 28)
PASSWORD = DEMONSTRATION_PASSWORD
MARK = "【演示】"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One way into the demonstration."""

    username: str
    label: str
    name: str
    role: Role
    department: str = ""
    official: str = ""


ACCOUNTS = (
    DemoAccount("duban", "督查室", "督查室", Role.SUPERVISION),
    DemoAccount("fagaiju", "发改局联络员", "发改局联络员", Role.LIAISON, department="发改局"),
    DemoAccount("luqiuming", "分管领导陆秋明", "陆秋明", Role.LEAD_OFFICIAL, official="陆秋明"),
    DemoAccount("admin", "系统管理员", "系统管理员", Role.ADMINISTRATOR),
    DemoAccount("auditor", "审计员", "审计员", Role.AUDITOR),
)


def ensure(database: Database) -> None:
    """Fill an empty database with the demonstration; leave an existing one as it is.

    Raises ``Conflict`` on a real installation: no demonstration account may ever get in there.
    """
    with database.writing() as session:
        if directory_queries.is_empty(session):
            _fill(session)
            return
        found = directory_queries.find_jurisdiction(session, JURISDICTION)
        if found is None or found.demonstration_date is None:
            raise Conflict(
                "这个数据目录里是正式数据，不能用作演示，未作任何改动。",
                "请用 --data 换一个目录，或用 duban serve 启动正式服务。",
            )


def refuse(database: Database) -> None:
    """Real work never happens on a demonstration, whose passwords everybody knows. Raises ``Conflict``."""
    with database.reading() as session:
        if account_queries.has_demonstration(session):
            raise Conflict(
                "这个数据目录里是演示数据，密码人人知道，不能用作正式服务。",
                "请用 --data 换一个目录并执行 duban init；要看演示请执行 duban demo。",
            )


def _fill(session: Session) -> None:
    add_jurisdiction(session, JURISDICTION, TODAY)
    actor = _at(command_actor(session, JURISDICTION), date(YEAR, 1, 15))
    content = TABLE.read_bytes()
    table = import_services.recognise(content, TABLE.name)
    batch = import_services.preview(session, table, content, TABLE.name, title=TITLE, year=YEAR, actor=actor)
    plan = import_services.commit(session, batch, actor=actor)
    _open_accounts(session, actor)
    _invent_progress(session, actor, plan)


def _open_accounts(session: Session, actor: Viewer) -> None:
    password_hash = security.hash_password(PASSWORD)
    for account in ACCOUNTS:
        _, department_id, official_id = directory_queries.find_bearer(
            session, actor, account.department, account.official
        )
        account_services.open_account(
            session,
            AccountForm(account.username, account.name, account.role, department_id, official_id),
            jurisdiction_id=actor.jurisdiction_id,
            password_hash=password_hash,
            now=utcnow(),
            actor=replace(actor, role=Role.ADMINISTRATOR),
            must_change_password=False,
        )


def _invent_progress(session: Session, actor: Viewer, plan: Plan) -> None:
    """Some months of reports through the same service as real ones, in order of time, the same on every machine."""
    chance = Random(2018)  # noqa: S311 - invents a demonstration
    told = [
        (_working_hour(day, chance), row.id, row.responsibility.lead_departments[0], statement)
        for row in all_tasks(session, actor, plan)
        if row.responsibility.lead_departments
        for day, statement in _story(row, plan, chance)
    ]
    for moment, task_id, unit, statement in sorted(told, key=lambda each: each[:2]):
        author = Viewer(
            jurisdiction_id=actor.jurisdiction_id,
            role=Role.LIAISON,
            name=f"{unit.name}联络员",
            now=moment,
            department_id=unit.id,
            department_name=unit.name,
            source=EventSource.PAGE,
        )
        report_progress(session, get_task(session, actor, task_id), statement, actor=author)


PACES = (0.45, 0.78, 0.92, 0.95, 0.97, 1.0, 1.0, 1.02, 1.03, 1.18, 1.4)
"""How fast invented tasks go, against time; most are on pace."""
MONTHS = (3, 5, 7, 8, 9)
STAGES = (
    (20, "工作方案已印发，任务分解到科室和责任人。"),
    (45, "已召开推进会，首批事项落地，其余按计划铺开。"),
    (70, "主体工作过半，重点环节按节点推进。"),
    (99, "主要内容已完成，正在查漏补缺、准备验收。"),
    (100, "全部内容已完成，相关资料已归档。"),
)
PROBLEMS = ("部分事项需与上级部门衔接，批复时间尚不确定。", "个别点位协调难度较大。", "资金拨付进度偏慢。")
NEXT_STEPS = ("倒排工期，每周会商一次。", "请分管领导专题协调。", "对照年度目标逐项销号。")


def _story(row: TaskRow, plan: Plan, chance: Random) -> Iterator[tuple[date, Statement]]:
    speed = chance.choice(PACES)
    silent_in_september = chance.random() < 0.12
    if chance.random() < 0.05:
        return
    for month in MONTHS:
        if month == 9 and silent_in_september:
            return
        day = date(YEAR, month, chance.randint(20, 27))
        completion = min(100, round(pace(plan.starts_on, row.due_on, day) * speed))
        slow = speed < 0.9
        done = completion >= 100
        yield (
            day,
            Statement(
                status=TaskStatus.COMPLETED if done else TaskStatus.IN_PROGRESS,
                completion=completion,
                progress=f"{MARK}截至{month}月下旬，{next(words for most, words in STAGES if completion <= most)}",
                problems=MARK + chance.choice(PROBLEMS) if slow else "",
                next_steps=MARK + chance.choice(NEXT_STEPS) if not done else "",
            ),
        )
        if done:
            return


def _at(viewer: Viewer, day: date) -> Viewer:
    return Viewer(
        jurisdiction_id=viewer.jurisdiction_id,
        role=viewer.role,
        name=viewer.name,
        now=datetime.combine(day, time(9), OFFICE_ZONE).astimezone(UTC),
        source=viewer.source,
    )


def _working_hour(day: date, chance: Random) -> datetime:
    moment = time(chance.randint(9, 17), chance.randint(0, 59))
    return datetime.combine(day, moment, OFFICE_ZONE).astimezone(UTC)
