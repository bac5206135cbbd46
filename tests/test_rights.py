"""Every route, as every kind of viewer, does what the rights table says; the page and the docs are that table."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import event, func, select
from sqlmodel import SQLModel, col

from app.clock import utcnow
from app.headway import Headway
from app.models.account import Role, User
from app.models.application import Application, ApplicationKind
from app.models.directory import Department
from app.models.imports import ImportBatch
from app.models.progress import Attachment, ProgressReport, ReportingPeriod
from app.models.task import TaskStatus
from app.models.urging import Urging
from app.queries.tasks import shares_of
from app.rules.permissions import (
    ACTION_LABELS,
    ALLOWED,
    RELATION_LABELS,
    Action,
    Relation,
    Viewer,
    can,
    may_ever,
    needed,
)
from app.services import evidence
from app.services.applications import Wish, make_application
from app.services.progress import Statement, report_progress
from app.services.urging import urge_for_task, usual_demand
from docs.rights import PAGE, page, routes
from tests.office import GROWTH, Office, open_office, the_app

VIEWERS = ("ducha", "fagai", "jiaoyu", "luqiuming", "admin", "auditor", "neighbour")
"""GROWTH is led by fagai's unit under luqiuming; jiaoyu's unit has no part in it."""

TICKET = "1234567890123456789012"
"""Of an import that 青山区 has under way."""
CLERK = "clerk"
"""An account of 青山区 that others look after."""

ROUTES = [(method, path, handler) for method, path, handler in routes(the_app())]
NAMES = [f"{method} {path}" for method, path, _ in ROUTES]
REPORT = {"status": "in_progress", "completion": 50, "progress": "推进中。"}
PICTURE = b"\x89PNG\r\n\x1a\n"
BODIES: dict[str, dict[str, Any]] = {
    "POST /tasks/{task_id}/progress": {"data": {**REPORT, "completion": "50"}},
    "POST /api/v1/tasks/{task_id}/progress": {"json": REPORT},
    "POST /plans/{plan_id}/sheet": {"data": {"period": "987654"}},
    "POST /plans/{plan_id}/sheet/words/draft": {"json": {"period": 1, "task": 987654}},
    "POST /plans/{plan_id}/sheet/words/send": {"json": {"period": 1, "task": 987654}},
    "PUT /api/v1/plans/{plan_id}/sheet/draft": {"json": {"period": 1, "task": 987654}},
    "POST /api/v1/plans/{plan_id}/sheet/submit": {"json": {"period": 1, "task": 987654}},
    "PUT /api/v1/plans/{plan_id}/sheet/words": {"json": {"period": 1, "task": 987654}},
    "POST /api/v1/plans/{plan_id}/sheet/words": {"json": {"period": 1, "task": 987654}},
    "POST /plans/{plan_id}/sheet/draft": {"json": {"period": 1, "task": 987654}},
    "POST /plans/{plan_id}/sheet/submit": {"json": {"period": 1, "task": 987654}},
    "POST /plans/{plan_id}/sheet/submit-all": {"json": {"rows": []}},
    "POST /api/v1/tasks/{task_id}/evidence": {"files": {"files": ("现场.png", PICTURE)}},
    "POST /tasks/{task_id}/applications": {"data": {"kind": "completion", "reason": "已办结。"}},
    "POST /api/v1/tasks/{task_id}/applications": {"json": {"kind": "completion", "reason": "已办结。"}},
    "POST /api/v1/applications/{application_id}/decision": {"json": {"decision": "verify"}},
    "POST /api/v1/plans/{plan_id}/urgings": {"json": {"departments": []}},
    "POST /api/v1/tasks/{task_id}/urging": {"json": {"words": ""}},
    "POST /api/v1/urgings/{urging_id}/void": {"json": {"reason": ""}},
    "POST /api/v1/plans/{plan_id}/stage": {"json": {"step": "end_comments"}},
    "PUT /api/v1/plans/{plan_id}/title": {"json": {"title": ""}},
    "POST /api/v1/plans/{plan_id}/comments": {"json": {}},
    "POST /api/v1/plans/{plan_id}/comments/{comment_id}": {"json": {"is_adopted": True}},
    "POST /api/v1/tasks/{task_id}/parts": {"json": {"parts": []}},
    "PUT /api/v1/tasks/{task_id}/part": {"json": {"standard": "一", "due_on": "2018-12-31"}},
    "POST /api/v1/tasks/{task_id}/part/withdraw": {"json": {"reason": "不再拆分。"}},
    "POST /api/v1/reports/{report_id}/return": {"json": {"reason": "缺少佐证"}},
    "POST /api/v1/plans/{plan_id}/periods": {"json": {"starts_on": "2018-10-01"}},
    "PUT /api/v1/imports/{batch_id}/alike-names": {"json": {"pairs": []}},
    "POST /imports/{batch_id}/columns": {"data": {"header": "完成时限", "kind": "due", "was": "other"}},
}
"""What a route needs before its service comes to ask about the task at hand."""
OF_THE_TASK = ("{task_id}", "{report_id}", "{attachment_id}", "{application_id}")
"""Numbers in an address that belong to GROWTH: on such a route the service asks about the task."""
GONE_ALREADY = {"POST /imports/remembered/{decision_id}/forget"}
"""Asked to forget what is not there, they are content."""


@dataclass
class Visit:
    """One office in which every route is called as one viewer after another."""

    office: Office

    @cached_property
    def viewers(self) -> dict[str, Viewer]:
        return {username: self.office.viewer(username) for username in VIEWERS}

    @cached_property
    def examples(self) -> dict[str, str]:
        """A row of 青山区 for every number an address can hold."""
        with self.office.database.reading() as session:
            task = self.office.task(session, GROWTH)
            department = session.execute(
                select(col(Department.id)).where(col(Department.name) == "发改局")
            ).scalar_one()
            batch = session.execute(select(col(ImportBatch.id))).scalar_one()
            clerk = session.execute(select(col(User.id)).where(col(User.username) == CLERK)).scalar_one()
            period = session.execute(select(col(ReportingPeriod.id))).scalar_one()
            report = session.execute(select(col(ProgressReport.id))).scalar_one()
            attachment = session.execute(select(col(Attachment.id))).scalar_one()
            application = session.execute(select(func.min(col(Application.id)))).scalar_one()
            urging = session.execute(select(func.min(col(Urging.id)))).scalar_one()
        return {
            "plan_id": str(task.plan_id),
            "task_id": str(task.id),
            "batch_id": str(batch),
            "department_id": str(department),
            "group_id": str(department),
            "official_id": "1",
            "account_id": str(clerk),
            "session_id": "1",
            "token_id": "1",
            "file_id": "1",
            "hand_over_id": "1",
            "decision_id": "999999",
            "comment_id": "1",
            "external_id": "OA-1",
            "period_id": str(period),
            "report_id": str(report),
            "token": "no-calendar-of-anybody",
            "ticket": TICKET,
            "attachment_id": str(attachment),
            "application_id": str(application),
            "urging_id": str(urging),
        }

    def address(self, path: str) -> str:
        return path.format_map(self.examples)

    def call(self, username: str, method: str, path: str) -> httpx.Response:
        """As a page or through the API, whichever the address is."""
        door = self.office.api if path.startswith("/api/") else self.office.browser
        return door(username).request(method, self.address(path), **BODIES.get(f"{method} {path}", {}))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def visit(request: pytest.FixtureRequest) -> Iterator[Visit]:
    databases = request.getfixturevalue(f"{request.param}_databases")
    url = databases.migrated()
    office = open_office(url)
    office.browser("ducha")
    office.api("ducha")
    with office.database.writing() as session:
        home = office.viewer("ducha").jurisdiction_id
        session.add(
            User(
                jurisdiction_id=home,
                username=CLERK,
                name="吴科员",
                role=Role.SUPERVISION,
                password_hash="",
                created_at=utcnow(),
            )
        )
    with office.database.writing() as session:  # nothing is undone any more once there is a report
        told = Statement(TaskStatus.IN_PROGRESS, 10, "已启动。")
        report = report_progress(session, office.task(session, GROWTH), told, actor=office.viewer("fagai"))
        period = session.get_one(ReportingPeriod, report.period_id)
        task = office.task(session, GROWTH)
        evidence.add(session, task, period, PICTURE, "现场.png", actor=office.viewer("fagai"))
        wish = Wish(ApplicationKind.SUSPENSION, "政策调整。")
        make_application(session, task, wish, actor=office.viewer("fagai"))
        ducha = office.viewer("ducha")
        urge_for_task(session, task, usual_demand(session, ducha, of_task=True), actor=ducha)
    begun = Headway(TICKET, "分解表.xlsx", "王督查", 1, utcnow(), address="/imports/1")
    with office.headways.kept(office.viewer("ducha").jurisdiction_id, begun):
        yield Visit(office)
    office.close()
    databases.give_back(url)


def allowed(visit: Visit, username: str, action: Action, path: str) -> bool:
    """What the table says of this viewer, and of GROWTH where the address names it or a thing of its."""
    viewer = visit.viewers[username]
    if not any(number in path for number in OF_THE_TASK):
        return may_ever(viewer.role, action)
    with visit.office.database.reading() as session:
        return can(viewer, action, shares_of(session, visit.office.task(session, GROWTH), viewer.today))


@pytest.mark.parametrize("username", VIEWERS)
@pytest.mark.parametrize(("method", "path", "handler"), ROUTES, ids=NAMES)
def test_a_route_opens_to_whom_the_table_says(
    visit: Visit, method: str, path: str, handler: Any, username: str
) -> None:
    answer = visit.call(username, method, path)
    action = needed(handler)
    if action is None:
        assert answer.status_code not in (403, 500)
    elif not may_ever(visit.viewers[username].role, action):
        assert answer.status_code == 403
    elif username == "neighbour" and "_id}" in path.replace(
        "{external_id}", ""
    ):  # an OA gives its own numbers
        assert answer.status_code == (303 if f"{method} {path}" in GONE_ALREADY else 404)
    elif allowed(visit, username, action, path):
        assert answer.status_code not in (401, 403, 500), answer.text
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize(("method", "path", "handler"), ROUTES, ids=NAMES)
def test_nobody_comes_in_without_signing_in(visit: Visit, method: str, path: str, handler: Any) -> None:
    door = visit.office.api() if path.startswith("/api/") else visit.office.browser()
    answer = door.request(method, visit.address(path), **BODIES.get(f"{method} {path}", {}))
    if needed(handler) is None:
        assert answer.status_code not in (403, 500)
    elif path.startswith("/api/") or method != "GET":
        assert answer.status_code in (200, 401)
        assert (
            answer.status_code == 401 or "登录" in answer.text
        )  # what was written is kept for after the sign-in
        assert GROWTH not in answer.text
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize(("method", "path", "handler"), ROUTES, ids=NAMES)
def test_what_another_jurisdiction_has_is_as_if_it_were_not(
    visit: Visit, method: str, path: str, handler: Any
) -> None:
    """Word for word the same answer for the neighbour's number and for one that was never given."""
    if "{" not in path or not may_ever(visit.viewers["neighbour"].role, needed(handler) or Action.SIGN_IN):
        return
    door = visit.office.api if path.startswith("/api/") else visit.office.browser
    body = BODIES.get(f"{method} {path}", {})
    theirs = door("neighbour").request(method, visit.address(path), **body)
    nowhere = path.format_map(dict.fromkeys(visit.examples, "987654"))
    nobodys = door("neighbour").request(method, nowhere, **body)
    assert theirs.status_code == nobodys.status_code
    assert theirs.text.replace(visit.address(path), nowhere) == nobodys.text


@pytest.mark.parametrize(("method", "path", "handler"), ROUTES, ids=NAMES)
def test_no_row_of_another_jurisdiction_is_even_read(
    visit: Visit, method: str, path: str, handler: Any
) -> None:
    """Reading it first and refusing it then would take longer than finding nothing, and tell that it is there."""
    if "_id}" not in path or not may_ever(visit.viewers["neighbour"].role, needed(handler) or Action.SIGN_IN):
        return
    home = visit.viewers["ducha"].jurisdiction_id
    door = (visit.office.api if path.startswith("/api/") else visit.office.browser)("neighbour")
    address, seen = visit.address(path), list[object]()

    def look(row: Any, _context: object) -> None:
        if getattr(row, "jurisdiction_id", None) == home:
            seen.append(row)

    event.listen(SQLModel, "load", look, propagate=True)
    try:
        door.request(method, address, **BODIES.get(f"{method} {path}", {}))
    finally:
        event.remove(SQLModel, "load", look)
    assert seen == []


def test_every_route_says_which_right_it_takes() -> None:
    silent = [
        name for name, (_, _, handler) in zip(NAMES, ROUTES, strict=True) if not hasattr(handler, "needs")
    ]
    assert silent == []


def test_every_action_and_relation_has_words() -> None:
    assert set(ACTION_LABELS) == set(ALLOWED) == set(Action)
    assert set(RELATION_LABELS) == set(Relation)


def test_the_document_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page(the_app()), "write it again: python -m docs.rights"


def test_the_page_is_the_table(office: Office) -> None:
    text = office.browser("jiaoyu").get("/rights").text
    for label in (*ACTION_LABELS.values(), *RELATION_LABELS.values()):
        assert all(part in text for part in label.rstrip("）").split("（"))
    assert "您是部门联络员（教育局），可以：" in text
    assert text.count("可以</span>") - text.count("不可以</span>") == sum(map(len, ALLOWED.values()))
