"""One installation as a command finds it: its folder, its database, and the command line as an actor."""

from datetime import date

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.clock import office_now, utcnow
from app.config import Settings
from app.db import Database, make_engine, migrate
from app.errors import Conflict, NotFound
from app.models.account import Role
from app.models.directory import Jurisdiction
from app.models.event import COMMAND_ACTOR, EventSource, TrailHead
from app.queries import directory as directory_queries
from app.rules.permissions import Viewer
from app.services import import_decisions
from importers import Decisions


def create_database(settings: Settings) -> Database:
    """The installation's database, made when it is not there. Raises ``Conflict`` when its folder cannot be used."""
    if settings.is_sqlite:
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise Conflict(
                f"数据目录 {settings.data_dir} 不能写入。", "请换一个可以写入的目录。"
            ) from problem
    return _open(settings)


def open_database(settings: Settings) -> Database:
    """A database that is there already, brought up to date: a mistyped folder must not become an installation."""
    if settings.is_sqlite and not (settings.data_dir / "duban.db").exists() and not settings.database_url:
        raise NotFound(
            f"数据目录 {settings.data_dir} 里还没有数据。",
            "请检查 --data 是否写对；新装的系统请先执行 duban init。",
        )
    return _open(settings)


def _open(settings: Settings) -> Database:
    try:
        migrate(settings.resolved_database_url)
    except (SQLAlchemyError, ModuleNotFoundError) as problem:
        raise Conflict(
            "数据库打不开，未作任何改动。",
            "请检查数据目录能否写入、数据库文件是否完好；用 PostgreSQL 时，请检查 DUBAN_DATABASE_URL 和数据库服务。",
        ) from problem
    return Database(make_engine(settings.resolved_database_url, threads=settings.thread_count))


def add_jurisdiction(session: Session, name: str, demonstration_date: date | None = None) -> Jurisdiction:
    jurisdiction = Jurisdiction(name=name, demonstration_date=demonstration_date, created_at=utcnow())
    session.add(jurisdiction)
    session.flush()
    session.add(TrailHead(jurisdiction_id=jurisdiction.id or 0, sequence=0, hash=""))
    return jurisdiction


def command_actor(session: Session, jurisdiction: str = "", role: Role = Role.SUPERVISION) -> Viewer:
    """The person at the server's keyboard, who may do what the supervision office may, or the ``role`` named.

    Raises ``NotFound`` when the jurisdiction does not exist, or is not named although there are several.
    """
    found = directory_queries.find_jurisdiction(session, jurisdiction)
    if found is None:
        raise NotFound(
            f"没有名为“{jurisdiction}”的辖区。"
            if jurisdiction
            else "还没有辖区，或有多个辖区而没有指明是哪一个。",
            "请用 --jurisdiction 指明辖区；新装的系统请先执行 duban init。",
        )
    return command_actor_in(session, found.id or 0, role)


def command_actor_in(session: Session, jurisdiction_id: int, role: Role = Role.SUPERVISION) -> Viewer:
    """The same person, in a jurisdiction already known."""
    found = session.get_one(Jurisdiction, jurisdiction_id)
    return Viewer(
        jurisdiction_id=jurisdiction_id,
        role=role,
        name=COMMAND_ACTOR,
        now=office_now(found.demonstration_date),
        source=EventSource.COMMAND,
        demonstration_date=found.demonstration_date,
        jurisdiction_name=found.name,
    )


def importing_actor(session: Session, jurisdiction: str) -> Viewer:
    """As ``command_actor``; a database that is still empty gets its jurisdiction with the first table."""
    if directory_queries.is_empty(session):
        add_jurisdiction(session, jurisdiction or "本辖区")
    return command_actor(session, jurisdiction)


def remembered_decisions(session: Session, jurisdiction: str) -> Decisions:
    """How the jurisdiction has settled doubts of earlier files; nothing in a database that is still empty."""
    if directory_queries.is_empty(session):
        return Decisions()
    actor = command_actor(session, jurisdiction)
    return Decisions.of(import_decisions.known_to(session, actor.jurisdiction_id))


def free_name(session: Session, name: str) -> str:
    """A jurisdiction name nobody has yet. Raises ``Conflict``."""
    name = name.strip()
    if not name:
        raise Conflict("辖区名称是空的。", "请用 --jurisdiction 写明，例如：武进区。")
    if not directory_queries.is_empty(session):
        raise Conflict(
            "这个数据目录已经初始化过，未作任何改动。", "请用 --data 换一个目录，或直接执行 duban serve。"
        )
    return name
