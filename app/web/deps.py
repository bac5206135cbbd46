"""What a page handler asks for: the database, a session of its own, and who is looking."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, cast

from fastapi import Depends, Path, Request
from sqlmodel import Session

from app.clock import utcnow
from app.config import Settings
from app.db import Database
from app.errors import NotSignedIn, PasswordChangeNeeded, SecondFactorNeeded
from app.headway import Headways
from app.models.plan import Plan
from app.models.types import LARGEST_ID
from app.queries import accounts as account_queries
from app.queries import plans as plan_queries
from app.rules.permissions import Viewer, needed, require_ever
from app.security import fingerprint
from app.services import sessions
from app.web.flash import read_flash
from app.web.masthead import waiting_for
from app.web.navigation import pages, with_active

SESSION_COOKIE = "duban_session"
LAST_PLAN_COOKIE = "duban_plan"
"""Set by the page itself, so that looking writes nothing; a sign-in begins anew."""
TOUCH_EVERY = timedelta(minutes=5)


def get_database(request: Request) -> Database:
    return cast(Database, request.app.state.database)


def get_settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def get_headways(request: Request) -> Headways:
    return cast(Headways, request.app.state.headways)


def session_cookie(settings: Settings) -> str:
    """Over https the name itself forbids that another host, or a page without https, sets the cookie."""
    return f"__Host-{SESSION_COOKIE}" if settings.secure_cookies else SESSION_COOKIE


async def _database(request: Request) -> Database:
    """Asynchronous: no worker thread is asked for what is at hand."""
    return get_database(request)


async def _settings(request: Request) -> Settings:
    return get_settings(request)


async def _headways(request: Request) -> Headways:
    return get_headways(request)


DatabaseDep = Annotated[Database, Depends(_database)]
SettingsDep = Annotated[Settings, Depends(_settings)]
HeadwaysDep = Annotated[Headways, Depends(_headways)]


def get_session(request: Request, database: DatabaseDep) -> Iterator[Session]:
    """One request is one transaction. It begins with the first statement, so slow work may be done before."""
    if request.method in ("GET", "HEAD"):
        with database.reading() as session:
            yield session
    else:
        with database.writing() as session:
            yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]


def current_viewer(request: Request, database: DatabaseDep, settings: SettingsDep) -> Viewer:
    """Who is signed in and may be here. Raises ``NotSignedIn``; the page then asks to sign in and comes back."""
    viewer = _signed_in(request, database, settings)
    _refuse_unfinished(viewer, request.url.path)
    require_ever(viewer, needed(request.scope["endpoint"]))
    _lay_out_menu(request, database, viewer)
    return viewer


def keep_menu(request: Request) -> None:
    """For a page that refuses before any handler is asked: whoever is signed in finds the way on from it."""
    with suppress(NotSignedIn):
        database = get_database(request)
        _lay_out_menu(request, database, _signed_in(request, database, get_settings(request)))


def _lay_out_menu(request: Request, database: Database, viewer: Viewer) -> None:
    request.state.waiting = waiting_for(database.reading, viewer)
    request.state.nav = lambda plan: with_active(pages(viewer, plan), request.url.path, request.url.query)


def _signed_in(request: Request, database: Database, settings: Settings) -> Viewer:
    key = request.cookies.get(session_cookie(settings), "")
    now = utcnow()
    with database.reading() as session:
        found = None
        if key:
            found = account_queries.signed_in(
                session,
                fingerprint(key),
                now=now,
                idle=timedelta(minutes=settings.session_idle_minutes),
                longest=timedelta(hours=settings.session_hours),
                password_days=settings.password_days,
            )
        if found is None:
            raise NotSignedIn("请先登录。", "登录后会回到您刚才要看的页面。")
        plans = plan_queries.list_plans(session, found.viewer)
    if now - found.seen_at > TOUCH_EVERY:
        with database.writing() as session:
            sessions.touch(session, found.viewer, now)
    must_enrol = not found.has_second_factor and found.viewer.role in settings.roles_with_second_factor
    viewer = replace(found.viewer, address=client_address(request), must_enrol=must_enrol)
    state = request.state
    state.viewer, state.plans, state.plan_in_view = viewer, plans, _plan_in_view(request, plans)
    state.jurisdiction_name = viewer.jurisdiction_name
    state.demonstration_date = viewer.demonstration_date
    state.flash = read_flash(request)
    return viewer


def _refuse_unfinished(viewer: Viewer, path: str) -> None:
    """Before anything else come a password of one's own and, where the office wants it, a second factor."""
    if viewer.must_change_password and path not in ("/account", "/logout"):
        raise PasswordChangeNeeded("密码是首次密码，或已到更换的时候。", "请先在“账号与密码”中改成新的密码。")
    if viewer.must_enrol and path not in ("/account", "/account/second-factor", "/logout"):
        raise SecondFactorNeeded("您的角色登录时还要输入动态口令，而您还没有设置。", "请先设置动态口令。")


def client_address(request: Request) -> str:
    return request.client.host if request.client else ""


def _plan_in_view(request: Request, plans: list[plan_queries.PlanRef]) -> plan_queries.PlanRef | None:
    """The table a page without one of its own leads to: asked for, or else the one its reader was on last."""
    asked = request.path_params.get("plan_id") or request.query_params.get("plan")
    wanted = asked or request.cookies.get(LAST_PLAN_COOKIE)
    chosen = next((plan for plan in plans if str(plan.id) == str(wanted)), None)
    return chosen or plan_queries.plan_to_begin_with(plans)


ViewerDep = Annotated[Viewer, Depends(current_viewer)]

RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
"""The number of a row in an address."""


def get_plan(plan_id: RowId, viewer: ViewerDep, session: SessionDep) -> Plan:
    return plan_queries.get_plan(session, viewer, plan_id)


PlanDep = Annotated[Plan, Depends(get_plan)]
