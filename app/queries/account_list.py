"""账号: the list, one account with what belongs to it, the tokens, and the units nobody reports for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlmodel import Session, col

from app.errors import NotFound
from app.models.account import ApiToken, Credential, LoginSession, Role, User
from app.models.directory import Department, DepartmentKind, Official
from app.queries.own import own_row
from app.queries.page import Page
from app.queries.tasks import Named
from app.rules.permissions import ROLE_LABELS, Action, Viewer, require
from app.rules.text import digest_of

PAGE_SIZE = 50
CREDENTIAL_LABELS = {
    Credential.PASSWORD: "本系统的密码",
    Credential.LDAP: "单位目录（LDAP）的密码",
    Credential.OIDC: "统一身份认证",
}
STATES = {"active": "可用", "first": "首次密码未改", "disabled": "已停用"}


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """What the list is narrowed to; an empty word narrows nothing."""

    role: str = ""
    state: str = ""
    department: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account for the list and for its own page."""

    id: int
    username: str
    name: str
    role: Role
    department_id: int | None
    department: str
    official_id: int | None
    official: str
    external_id: str
    credential: Credential
    is_active: bool
    must_change_password: bool
    has_second_factor: bool
    created_at: datetime
    seen_at: datetime | None
    password_mark: str
    """Stands for the password there is now: a form that bears it can reset this password and no later one."""

    @property
    def digest(self) -> str:
        """Of what a form of the account shows."""
        place = (self.role, self.department_id, self.official_id)
        return digest_of((self.name, place, self.external_id, self.credential))

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role]

    @property
    def credential_label(self) -> str:
        return CREDENTIAL_LABELS[self.credential]

    @property
    def state(self) -> str:
        if not self.is_active:
            return "disabled"
        return "first" if self.must_change_password else "active"

    @property
    def state_label(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One API token: what for, as whom, how long."""

    id: int
    name: str
    username: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    is_live: bool

    @property
    def state_label(self) -> str:
        if self.revoked_at is not None:
            return "已停用"
        return "有效" if self.is_live else "已过期"


def list_accounts(
    session: Session, viewer: Viewer, narrowed: AccountFilter, page: int = 1, size: int = PAGE_SIZE
) -> Page[AccountRow]:
    """The jurisdiction's accounts, the disabled ones last."""
    require(viewer, Action.VIEW_ACCOUNTS)
    conditions = [col(User.jurisdiction_id) == viewer.jurisdiction_id, *_conditions(narrowed)]
    total = session.execute(select(func.count(col(User.id))).where(*conditions)).scalar_one()
    query = (
        _accounts()
        .where(*conditions)
        .order_by(col(User.is_active).desc(), col(User.id))
        .limit(size)
        .offset((page - 1) * size)
    )
    return Page([_row(each) for each in session.execute(query)], page, size, total)


def _conditions(narrowed: AccountFilter) -> list[Any]:
    found: list[Any] = []
    if narrowed.role:
        found.append(col(User.role) == Role(narrowed.role))
    if narrowed.state == "disabled":
        found.append(~col(User.is_active))
    elif narrowed.state:
        found += [col(User.is_active), col(User.must_change_password) == (narrowed.state == "first")]
    if narrowed.department is not None:
        found.append(col(User.department_id) == narrowed.department)
    if narrowed.text:
        found.append(
            or_(
                *(
                    each.icontains(narrowed.text, autoescape=True)
                    for each in (col(User.username), col(User.name))
                )
            )
        )
    return found


def get_account(session: Session, viewer: Viewer, account_id: int) -> User:
    """Raises ``NotFound`` when there is none in the viewer's jurisdiction."""
    require(viewer, Action.VIEW_ACCOUNTS)
    user = own_row(session, viewer, User, account_id)
    if user is None:
        raise NotFound("没有找到这个账号。", "请从账号页面重新选择。")
    return user


def account_row(session: Session, viewer: Viewer, account_id: int) -> AccountRow:
    """One account as its page shows it. Raises ``NotFound``."""
    get_account(session, viewer, account_id)
    return _row(session.execute(_accounts().where(col(User.id) == account_id)).one())


def list_tokens(
    session: Session, viewer: Viewer, now: datetime, account_id: int | None = None
) -> list[TokenRow]:
    """The jurisdiction's API tokens, or those of one account; the live ones first."""
    require(viewer, Action.VIEW_ACCOUNTS)
    query: Select[*tuple[Any, ...]] = (
        select(ApiToken, col(User.username), col(User.is_active))
        .join(User, col(User.id) == col(ApiToken.user_id))
        .where(col(ApiToken.jurisdiction_id) == viewer.jurisdiction_id)
        .order_by(col(ApiToken.revoked_at).is_not(None), col(ApiToken.id).desc())
    )
    if account_id is not None:
        query = query.where(col(ApiToken.user_id) == account_id)
    return [
        TokenRow(
            token.id,
            token.name,
            username,
            token.created_at,
            token.expires_at,
            token.revoked_at,
            is_active and token.revoked_at is None and (token.expires_at is None or token.expires_at > now),
        )
        for token, username, is_active in session.execute(query)
    ]


def get_token(session: Session, viewer: Viewer, token_id: int) -> ApiToken:
    """Raises ``NotFound`` when there is none in the viewer's jurisdiction."""
    require(viewer, Action.VIEW_ACCOUNTS)
    token = own_row(session, viewer, ApiToken, token_id)
    if token is None:
        raise NotFound("没有找到这个令牌。", "请从令牌页面重新选择。")
    return token


def units_without_liaison(session: Session, viewer: Viewer, today: date) -> list[Named]:
    """Units that still exist and that nobody can report for, in the office's order."""
    require(viewer, Action.VIEW_ACCOUNTS)
    served = select(col(User.department_id)).where(
        col(User.jurisdiction_id) == viewer.jurisdiction_id,
        col(User.department_id).is_not(None),
        col(User.is_active),
    )
    query = (
        select(col(Department.id), col(Department.name))
        .where(
            col(Department.jurisdiction_id) == viewer.jurisdiction_id,
            col(Department.kind) == DepartmentKind.UNIT,
            or_(col(Department.retired_on).is_(None), col(Department.retired_on) > today),
            col(Department.id).not_in(served),
        )
        .order_by(col(Department.position), col(Department.id))
    )
    return [Named(row.id, row.name) for row in session.execute(query)]


def usernames(session: Session) -> set[str]:
    """Every user name of the installation: no two accounts may share one, wherever they are."""
    return set(session.execute(select(col(User.username))).scalars())


def password_mark(user: User) -> str:
    return digest_of((user.id, user.password_changed_at, user.must_change_password))


def _accounts() -> Select[*tuple[Any, ...]]:
    seen = (
        select(func.max(col(LoginSession.seen_at)))
        .where(col(LoginSession.user_id) == col(User.id), ~col(LoginSession.is_pending))
        .scalar_subquery()
    )
    return (
        select(
            User,
            col(Department.name).label("department"),
            col(Official.name).label("official"),
            seen.label("seen_at"),
        )
        .outerjoin(Department, col(Department.id) == col(User.department_id))
        .outerjoin(Official, col(Official.id) == col(User.official_id))
    )


def _row(row: Any) -> AccountRow:
    user: User = row.User
    return AccountRow(
        user.id or 0,
        user.username,
        user.name,
        user.role,
        user.department_id,
        row.department or "",
        user.official_id,
        row.official or "",
        user.external_id or "",
        user.credential,
        user.is_active,
        user.must_change_password,
        user.totp_secret is not None,
        user.created_at,
        row.seen_at,
        password_mark(user),
    )
