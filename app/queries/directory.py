"""The address book, for filters, the directory page and the import."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, not_, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from app.errors import Conflict, NotFound
from app.models.account import Role, User
from app.models.directory import (
    Department,
    DepartmentAlias,
    DepartmentKind,
    Jurisdiction,
    Official,
)
from app.models.task import Assignment
from app.queries.own import own_row
from app.queries.tasks import Named
from app.queries.visible import holds
from app.rules.permissions import Viewer


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department for a choice."""

    id: int
    name: str
    kind: DepartmentKind


def list_officials(
    session: Session, viewer: Viewer, among: Collection[int | None] | None = None
) -> list[Named]:
    """Officials to choose from, by rank: those in office, then whoever has left but still has tasks or an account.

    With ``among`` just these, in office or not.
    """
    left = col(Official.in_office_to) <= viewer.today
    busy = _busy(viewer, col(Official.id), col(Assignment.official_id), col(User.official_id))
    query = (
        select(col(Official.id), col(Official.name))
        .where(
            col(Official.jurisdiction_id) == viewer.jurisdiction_id,
            or_(col(Official.in_office_to).is_(None), not_(left), busy)
            if among is None
            else col(Official.id).in_(among),
        )
        .order_by(col(Official.in_office_to).is_not(None), col(Official.position), col(Official.id))
    )
    return [Named(row.id, row.name) for row in session.execute(query)]


def list_departments(
    session: Session, viewer: Viewer, among: Collection[int | None] | None = None
) -> list[DepartmentRow]:
    """Departments to choose from, in the office's order: those of today, then whichever is no more but still has
    tasks or an account.

    With ``among`` just these, of today or not.
    """
    gone = col(Department.retired_on) <= viewer.today
    busy = _busy(viewer, col(Department.id), col(Assignment.department_id), col(User.department_id))
    query = (
        select(col(Department.id), col(Department.name), col(Department.kind))
        .where(
            col(Department.jurisdiction_id) == viewer.jurisdiction_id,
            or_(col(Department.retired_on).is_(None), not_(gone), busy)
            if among is None
            else col(Department.id).in_(among),
        )
        .order_by(col(Department.retired_on).is_not(None), col(Department.position), col(Department.id))
    )
    return [DepartmentRow(row.id, row.name, row.kind) for row in session.execute(query)]


def _busy(
    viewer: Viewer,
    bearer: Mapped[int | None],
    of_assignment: Mapped[int | None],
    of_account: Mapped[int | None],
) -> ColumnElement[bool]:
    holding = exists(select(col(Assignment.id)).where(of_assignment == bearer, holds(viewer.today)))
    return or_(holding, exists(select(col(User.id)).where(of_account == bearer)))


def get_official(session: Session, viewer: Viewer, official_id: int) -> Official:
    """Raises ``NotFound`` when there is none in the viewer's jurisdiction."""
    official = own_row(session, viewer, Official, official_id)
    if official is None:
        raise NotFound("没有找到这位领导。", "请从工作量页面重新选择。")
    return official


def get_department(session: Session, viewer: Viewer, department_id: int) -> Department:
    """Raises ``NotFound`` when there is none in the viewer's jurisdiction."""
    department = own_row(session, viewer, Department, department_id)
    if department is None:
        raise NotFound("没有找到这个单位。", "请从工作量页面重新选择。")
    return department


def names_to_ids(session: Session, jurisdiction_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Every name an official, and every name a department, is known by; a merged unit's names mean its successor."""
    own = own_names(session, jurisdiction_id)
    heirs = final_successors(session, jurisdiction_id)
    return _official_names(session, jurisdiction_id), {
        name: heirs.get(each, each) for name, each in own.items()
    }


def own_names(session: Session, jurisdiction_id: int) -> dict[str, int]:
    """Full names, aliases and short names of departments, each leading to the very entry it stands at."""
    here = col(Department.jurisdiction_id) == jurisdiction_id
    written = session.execute(
        select(col(Department.id), col(Department.name), col(Department.short_name)).where(here)
    ).all()
    aliases = select(col(DepartmentAlias.name), col(DepartmentAlias.department_id)).where(
        col(DepartmentAlias.jurisdiction_id) == jurisdiction_id
    )
    found: dict[str, int] = {row.short_name: row.id for row in written if row.short_name}
    found.update(dict(session.execute(aliases).all()))
    found.update({row.name: row.id for row in written})
    return found


def final_successors(session: Session, jurisdiction_id: int) -> dict[int, int]:
    """For every merged department the one that has its work now, through however many mergers."""
    query = select(col(Department.id), col(Department.successor_id)).where(
        col(Department.jurisdiction_id) == jurisdiction_id, col(Department.successor_id).is_not(None)
    )
    next_of: dict[int, int] = dict(session.execute(query).all())
    found = {}
    for first in next_of:
        here, seen = first, set[int]()
        while here in next_of and here not in seen:
            seen.add(here)
            here = next_of[here]
        found[first] = here
    return found


def _official_names(session: Session, jurisdiction_id: int) -> dict[str, int]:
    """Of two with the same name the one in office is meant, then the one of higher rank; with the post, either."""
    query = (
        select(col(Official.name), col(Official.post), col(Official.id))
        .where(col(Official.jurisdiction_id) == jurisdiction_id)
        .order_by(col(Official.in_office_to).is_not(None), col(Official.position), col(Official.id))
    )
    found: dict[str, int] = {}
    for row in session.execute(query):
        found.setdefault(row.name, row.id)
        if row.post:
            found.setdefault(f"{row.name}（{row.post}）", row.id)
    return found


def sole_jurisdiction(session: Session) -> Jurisdiction | None:
    """The installation's only jurisdiction, whose name stands on the sign-in page; None when there are several."""
    found = session.execute(select(Jurisdiction).limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def is_empty(session: Session) -> bool:
    """Whether the installation has no jurisdiction yet."""
    return session.execute(select(col(Jurisdiction.id)).limit(1)).first() is None


def find_jurisdiction(session: Session, name: str) -> Jurisdiction | None:
    """The one of that name; without a name, the only one."""
    if not name:
        return sole_jurisdiction(session)
    return session.execute(select(Jurisdiction).where(col(Jurisdiction.name) == name)).scalar_one_or_none()


def find_bearer(
    session: Session, viewer: Viewer, department: str, official: str
) -> tuple[Role, int | None, int | None]:
    """Role, department and official of a new account by the names given. Raises ``NotFound``."""
    officials, departments = names_to_ids(session, viewer.jurisdiction_id)
    if department and official:
        raise Conflict("一个账号不能既属于单位又是分管领导。", "请只写 --department 或 --official 中的一个。")
    if department:
        if department not in departments:
            raise NotFound(f"没有名为“{department}”的单位。", "请先导入含有该单位的责任分解表，或检查名称。")
        return Role.LIAISON, departments[department], None
    if official:
        if official not in officials:
            raise NotFound(f"没有名为“{official}”的分管领导。", "请先导入责任分解表，或检查姓名。")
        return Role.LEAD_OFFICIAL, None, officials[official]
    return Role.SUPERVISION, None, None
