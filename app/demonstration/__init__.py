"""The demonstration: the real table of 2018 with invented progress, every word of it marked as such."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from app import security
from app.clock import utcnow
from app.config import OFFICE_ZONE, PROJECT_ROOT
from app.db import Database
from app.demonstration import story
from app.demonstration.people import at
from app.errors import Conflict
from app.installation import add_jurisdiction, command_actor
from app.models.account import Role
from app.queries import accounts as account_queries
from app.queries import directory as directory_queries
from app.rules.passwords import DEMONSTRATION_PASSWORD
from app.rules.permissions import Viewer
from app.services import accounts as account_services
from app.services import imports as import_services
from app.services.accounts import AccountForm

JURISDICTION = "武进区"
TABLE = PROJECT_ROOT / "examples" / "武进区2018年目标任务责任分解表.xlsx"
TITLE, YEAR = "2018年政府工作报告目标任务责任分解表", 2018
TODAY = date(2018, 9, 28)
PASSWORD = DEMONSTRATION_PASSWORD


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
    actor = at(command_actor(session, JURISDICTION), datetime(YEAR, 1, 15, 9, tzinfo=OFFICE_ZONE))
    content = TABLE.read_bytes()
    table = import_services.recognise(content, TABLE.name)
    batch = import_services.preview(session, table, content, TABLE.name, title=TITLE, year=YEAR, actor=actor)
    plan = import_services.commit(session, batch, actor=actor)
    _open_accounts(session, actor)
    story.tell(session, actor, plan)


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
