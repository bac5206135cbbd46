"""One small office everyone in the tests knows.

青山区 has a supervision officer, liaisons of 发改局 and 教育局, the lead official 陆秋明, an administrator and an
auditor; its plan has two goals and four tasks. 河口区 next door has a supervision officer of its own, and no plan.
青山区's clock stands on 28 September 2018.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from app import security
from app.clock import utcnow
from app.config import Settings
from app.db import Database, make_engine
from app.headway import Headways
from app.installation import add_jurisdiction, command_actor, command_actor_in
from app.main import create_app
from app.models.account import Role, User
from app.models.event import EventSource
from app.models.plan import Plan
from app.models.task import Task
from app.queries import accounts as account_queries
from app.queries import plans as plan_queries
from app.queries import tasks as task_queries
from app.queries.directory import find_bearer
from app.rules.permissions import Viewer
from app.services import imports as import_services
from app.services import sign_in as sign_in_services
from app.services import tokens as token_services
from importers import Column, ImportedRow, Layout, ReadGoal, RecognisedTable

HOME, NEIGHBOUR = "青山区", "河口区"
TODAY = date(2018, 9, 28)
PLAN = "2018年政府工作报告责任分解表"
PASSWORD = "correct horse 2018"

GROWTH, HOSPITAL, TOILETS, SCHOOL = (
    "地区生产总值增长8%。",
    "区医院新院投入使用。",
    "新建、改造公厕58座。",
    "新建学校2所。",
)

TABLE = RecognisedTable(
    title="《政府工作报告》目标任务责任分解表",
    layout=Layout.TABLE,
    columns=[
        Column("序号", "number"),
        Column("目标名称", "goal"),
        Column("工作标准", "task"),
        Column("区政府分管领导", "official"),
        Column("牵头责任单位", "lead_department"),
        Column("配合单位", "supporting_department"),
        Column("完成时限", "due"),
    ],
    goals=[ReadGoal(1, "主要预期目标"), ReadGoal(2, "改善民生")],
    tasks=[
        ImportedRow(1, 0, GROWTH, ["陆秋明"], ["发改局"], place="Sheet1 第3行"),
        ImportedRow(
            2,
            1,
            HOSPITAL,
            ["陆秋明", "薛红霞"],
            ["卫健局"],
            [],
            ["发改局"],
            due_text="6月底前",
            due_on=date(2018, 6, 30),
            place="Sheet1 第4行",
        ),
        ImportedRow(3, 1, TOILETS, ["是峰"], ["城管局"], place="Sheet1 第5行", inherited=["goal"]),
        ImportedRow(4, 1, SCHOOL, ["薛红霞"], ["教育局"], [], ["发改局", "住建局"], place="Sheet1 第6行"),
    ],
)

PEOPLE = (
    # username, name, role, department, official
    ("ducha", "王督查", Role.SUPERVISION, "", ""),
    ("fagai", "李发改", Role.LIAISON, "发改局", ""),
    ("jiaoyu", "赵教育", Role.LIAISON, "教育局", ""),
    ("luqiuming", "陆秋明", Role.LEAD_OFFICIAL, "", "陆秋明"),
    ("admin", "钱管理", Role.ADMINISTRATOR, "", ""),
    ("auditor", "孙审计", Role.AUDITOR, "", ""),
)
USERNAMES = tuple(person[0] for person in PEOPLE)


END_OF_RUN = ExitStack()
"""What is closed when the last test is over."""


@cache
def portal() -> BlockingPortal:
    """The way into one event loop for all requests; a client left to itself starts one for each, and threads in it."""
    return END_OF_RUN.enter_context(start_blocking_portal("asyncio"))


@cache
def password_hash() -> str:
    return security.hash_password(PASSWORD)


@cache
def usual_settings() -> Settings:
    return Settings()


@cache
def the_app() -> FastAPI:
    """Put together once; each test gives it a database of its own."""
    folder = Path(END_OF_RUN.enter_context(TemporaryDirectory(prefix="duban-tests-")))
    return create_app(Settings(database_url="sqlite:///never-opened.db", data_dir=folder))


def at(viewer: Viewer, day: date) -> Viewer:
    """The same person at the same time of day on another day, so that what is done later on a day stays later."""
    return replace(viewer, now=viewer.now + (day - viewer.today))


@dataclass
class Office:
    """The office in one database, with its people as viewers, browsers and tokens."""

    database: Database

    @property
    def app(self) -> FastAPI:
        app = the_app()
        app.state.database = self.database
        app.state.told_to_wait = {}
        return app

    @property
    def headways(self) -> Headways:
        """Where the imports under way are told of; all offices of a run have one folder."""
        return cast(Headways, self.app.state.headways)

    def close(self) -> None:
        self.database.engine.dispose()

    def viewer(self, username: str) -> Viewer:
        with self.database.reading() as session:
            user = account_queries.get_user(session, username)
            return account_queries.viewer_of_user(session, user.id or 0, EventSource.PAGE)

    def browser(self, username: str = "") -> TestClient:
        """A browser, signed in unless no name is given. It sends Origin, as browsers do."""
        client = TestClient(self.app, headers={"origin": "http://testserver"}, follow_redirects=False)
        client.portal = portal()
        if username:
            with self.database.writing() as session:
                user = account_queries.get_user(session, username)
                place = sign_in_services.Place("127.0.0.1")
                key = sign_in_services.finish_sign_in(session, user, place, utcnow(), usual_settings()).key
            client.cookies.set("duban_session", key)
        return client

    def api(self, username: str = "") -> TestClient:
        """An OA system with a token of this account; without any when no name is given."""
        client = TestClient(self.app, follow_redirects=False)
        client.portal = portal()
        if username:
            with self.database.writing() as session:
                user = account_queries.get_user(session, username)
                actor = command_actor_in(session, user.jurisdiction_id, Role.ADMINISTRATOR)
                key = token_services.issue_token(session, user, "测试", utcnow(), actor=actor)
            client.headers["authorization"] = f"Bearer {key}"
        return client

    def plan(self, session: Session) -> Plan:
        return plan_queries.find_plan(session, command_actor(session, HOME), PLAN)

    def task(self, session: Session, standard: str) -> Task:
        actor = command_actor(session, HOME)
        rows = task_queries.all_tasks(session, actor, self.plan(session))
        found = next(row for row in rows if row.standard == standard)
        return task_queries.get_task(session, actor, found.id)

    def task_id(self, standard: str) -> int:
        with self.database.reading() as session:
            return self.task(session, standard).id or 0

    @property
    def plan_id(self) -> int:
        with self.database.reading() as session:
            return self.plan(session).id or 0


def open_office(database_url: str) -> Office:
    database = Database(make_engine(database_url))
    with database.writing() as session:
        add_jurisdiction(session, HOME, TODAY)
        add_jurisdiction(session, NEIGHBOUR)
        actor = command_actor(session, HOME)
        batch = import_services.preview(
            session, TABLE, b"original", "分解表.xlsx", title=PLAN, year=2018, actor=actor
        )
        import_services.commit(session, batch, actor=actor)
        for username, name, role, department, official in PEOPLE:
            _, department_id, official_id = find_bearer(session, actor, department, official)
            _add_user(session, actor.jurisdiction_id, username, name, role, department_id, official_id)
        neighbour = command_actor(session, NEIGHBOUR)
        _add_user(session, neighbour.jurisdiction_id, "neighbour", "周邻区", Role.SUPERVISION)
    return Office(database)


def _add_user(
    session: Session,
    jurisdiction_id: int,
    username: str,
    name: str,
    role: Role,
    department_id: int | None = None,
    official_id: int | None = None,
) -> None:
    session.add(
        User(
            jurisdiction_id=jurisdiction_id,
            username=username,
            name=name,
            role=role,
            department_id=department_id,
            official_id=official_id,
            password_hash=password_hash(),
            created_at=utcnow(),
        )
    )
