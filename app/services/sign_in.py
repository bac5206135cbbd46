"""Signing in (登录): one try, its check, and the step all ways of signing in end with."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app import security
from app.clock import office_now
from app.config import Settings
from app.errors import NotSignedIn, TooManyAttempts, WrongPassword
from app.models.account import Credential, LoginFailure, LoginSession, Role, User
from app.models.event import EventSource
from app.queries import accounts as account_queries
from app.queries import sign_in as sign_in_queries
from app.rules import sign_in as rules
from app.rules.passwords import DEMONSTRATION_PASSWORD, is_aged
from app.rules.permissions import Viewer
from app.rules.sign_in import Because, Limits, Wait
from app.rules.text import plain
from app.rules.usernames import folded
from app.services import events, second_factor
from app.services.passwords import locked

REMEMBERED = timedelta(days=1)
"""Wrong passwords are forgotten then; none of the rules looks further back."""
NOBODY = "未登录"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs in from: the network address, and the browser as it introduces itself."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person typed at sign-in, and from where."""

    username: str
    password: str
    place: Place

    @classmethod
    def typed(cls, username: str, password: str, place: Place) -> "Credentials":
        """Without the spaces and stray characters of a hasty hand, and no longer than any account's."""
        return cls(plain(username)[:100], password[:1000], place)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that may be checked. It counts as a wrong one until it proves right, so that none slips by."""

    id: int
    at: datetime
    user: User | None
    """None for a name nobody has, and for a disabled account."""
    is_known_place: bool
    is_demonstration: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The key for the cookie; until the second factor is given it opens nothing."""

    key: str
    needs_second_factor: bool


def limits_of(settings: Settings) -> Limits:
    return Limits(settings.login_attempts, timedelta(minutes=settings.lockout_minutes))


def must_wait(session: Session, credentials: Credentials, settings: Settings, now: datetime) -> Wait | None:
    """Whether this try is sent away unchecked. Only reads, so that guessing costs us next to nothing."""
    limits = limits_of(settings)
    username, address = credentials.username, credentials.place.address
    return rules.wait(sign_in_queries.tries(session, username, address, limits, now), limits, now)


def begin(session: Session, credentials: Credentials, settings: Settings, now: datetime) -> Attempt | Wait:
    """Take up one try to sign in, or say how long to wait."""
    username, address = credentials.username, credentials.place.address
    # On PostgreSQL tries of one account wait for one another here; on SQLite every writer waits anyway.
    user = account_queries.find_user(session, username, for_update=True)
    limits = limits_of(settings)
    tries = sign_in_queries.tries(session, username, address, limits, now)
    waiting = rules.wait(tries, limits, now)
    if waiting is not None and not waiting.is_new:
        return waiting
    session.execute(delete(LoginFailure).where(col(LoginFailure.at) < now - REMEMBERED))
    failure = LoginFailure(username=folded(username), address=address, at=now, was_checked=waiting is None)
    session.add(failure)
    session.flush()
    if waiting is not None:
        return waiting
    place = sign_in_queries.jurisdiction_of(session, user)
    return Attempt(
        id=failure.id or 0,
        at=now,
        user=user if user is not None and user.is_active else None,
        is_known_place=tries.is_known_place,
        is_demonstration=place is not None and place.demonstration_date is not None,
    )


def told_to_wait(waiting: Wait, now: datetime) -> TooManyAttempts:
    """The sentence for whoever is sent away."""
    wait = waiting.until - now
    refusal = TooManyAttempts(_WHY[waiting.because], f"请 {rules.in_words(wait)}后{_THEN[waiting.because]}")
    refusal.wait = rules.whole_seconds(wait)
    return refusal


_STOPPED = "密码错误次数过多，已暂停从这台电脑登录。"
_WHY = {
    Because.SLOWED: "刚才的密码或动态口令不正确，",
    Because.ACCOUNT: _STOPPED,
    Because.ADDRESS: _STOPPED,
    Because.GUESSED: "这个账号正被人反复试密码，从没有登录过的电脑要先等一等。",
}
_THEN = dict.fromkeys(Because, "再试；忘记密码请联系系统管理员。") | {
    Because.GUESSED: "再试一次，或改用平时登录的电脑。"
}


def password_is_right(attempt: Attempt, credentials: Credentials) -> bool:
    """Slow, and takes the same time whether or not the account exists. Touches no database."""
    user = attempt.user if attempt.user and attempt.user.credential is Credential.PASSWORD else None
    is_right = security.password_matches(credentials.password, user.password_hash if user else None)
    # Wherever a copied row may have come from: this password opens the demonstration and nothing else.
    return is_right and (attempt.is_demonstration or credentials.password != DEMONSTRATION_PASSWORD)


def asks_the_directory(attempt: Attempt) -> bool:
    """Whether another house must be asked, which may take long and must keep nobody else waiting."""
    return attempt.user is not None and attempt.user.credential is Credential.LDAP


def directory_says_right(attempt: Attempt, credentials: Credentials, settings: Settings) -> bool:
    """What the office's directory says, and nothing else: our own password is no way round it.

    Slow. Touches no database. Raises ``OutsideDown`` when the directory does not answer.
    """
    from app.integrations import ldap  # needs an extra that not every office installs

    return attempt.user is not None and ldap.is_right(settings, attempt.user.username, credentials.password)


def wrong_password() -> WrongPassword:
    """Without telling which of the two was wrong."""
    return WrongPassword("用户名或密码不正确。", "请检查大小写和输入法后重试；忘记密码请联系系统管理员。")


def refuse(
    session: Session,
    attempt: Attempt,
    credentials: Credentials,
    settings: Settings,
    *,
    reason: str = "password",
) -> None:
    """Record a try that was wrong, and the pause it leads to, once."""
    actor = nobody(session, attempt.user, credentials.place)
    if actor is None:
        return
    told = credentials.username[:50]
    events.record(session, actor, "sign_in_refused", username=told, reason=reason)
    limits = limits_of(settings)
    username, address = credentials.username, credentials.place.address
    tries = sign_in_queries.tries(session, username, address, limits, attempt.at)
    waiting = rules.wait(tries, limits, attempt.at)
    if waiting is None or waiting.because is Because.SLOWED or attempt.at != tries.address_newest:
        return
    if waiting.because is Because.GUESSED and tries.sent_away_at is not None:
        return  # said when its first turn was taken away
    until = waiting.until.isoformat(timespec="seconds")
    events.record(session, actor, "sign_in_paused", username=told, because=waiting.because, until=until)


def withdraw(session: Session, attempt: Attempt) -> None:
    """The try was never checked, or was right: it does not count."""
    session.execute(delete(LoginFailure).where(col(LoginFailure.id) == attempt.id))


def finish_sign_in(
    session: Session,
    user: User,
    place: Place,
    now: datetime,
    settings: Settings,
    *,
    attempt: Attempt | None = None,
) -> SignedIn:
    """What every way of signing in ends with: a session, pending when a second factor is due, and its event.

    Raises ``WrongPassword`` when the account was disabled or its password reset since ``user`` was read and checked,
    or a first password has run out.
    """
    proven = user.credential, user.password_hash
    found = locked(session, user.id)
    if not found.is_active or (found.credential, found.password_hash) != proven:
        raise wrong_password()
    _refuse_an_old_first_password(found, now, settings)
    if attempt is not None:
        withdraw(session, attempt)
    # Through the single sign-on, a second factor is for the single sign-on to ask.
    is_pending = found.totp_secret is not None and found.credential is not Credential.OIDC
    key = security.new_key()
    session.add(
        LoginSession(
            jurisdiction_id=found.jurisdiction_id,
            user_id=found.id or 0,
            token_hash=security.fingerprint(key),
            address=place.address,
            agent=plain(place.agent)[:300],
            is_pending=is_pending,
            created_at=now,
            seen_at=now,
        )
    )
    if not is_pending:
        _welcome(session, found, place, now)
    session.flush()
    return SignedIn(key, is_pending)


def finish_second_factor(
    session: Session, attempt: Attempt, key: str, code: str, place: Place, now: datetime
) -> SignedIn:
    """The second page of signing in. The session gets another key, so that the first one opens nothing.

    Raises ``NotSignedIn`` when the first page is too long ago, ``WrongPassword`` for a wrong code.
    """
    pending = session.execute(
        select(LoginSession)
        .where(col(LoginSession.token_hash) == security.fingerprint(key))
        .with_for_update()
    ).scalar_one_or_none()
    user = sign_in_queries.pending_user(session, security.fingerprint(key), now)
    if pending is None or user is None:
        raise NotSignedIn("登录超过了时限。", "请重新输入用户名和密码。")
    if user.totp_secret is not None and not second_factor.use_code(session, user, code, now):
        raise WrongPassword("动态口令不正确，或已经用过。", "请等手机上换出下一个六位数再输入。")
    withdraw(session, attempt)
    new = security.new_key()
    pending.token_hash, pending.is_pending, pending.seen_at = security.fingerprint(new), False, now
    session.add(pending)
    _welcome(session, user, place, now)
    session.flush()
    return SignedIn(new, needs_second_factor=False)


def _refuse_an_old_first_password(user: User, now: datetime, settings: Settings) -> None:
    if user.credential is not Credential.PASSWORD or not user.must_change_password:
        return
    if is_aged(user.password_changed_at or user.created_at, now, settings.first_password_days):
        raise WrongPassword(
            f"首次密码发出已超过 {settings.first_password_days} 天，不能再用来登录。",
            "请联系系统管理员重置密码。",
        )


def _welcome(session: Session, user: User, place: Place, now: datetime) -> None:
    """Wrong passwords before the right one are forgotten, and so are places of long ago."""
    session.execute(
        delete(LoginFailure).where(
            col(LoginFailure.username) == folded(user.username),
            col(LoginFailure.address) == place.address,
        )
    )
    session.execute(
        delete(LoginSession).where(
            col(LoginSession.user_id) == user.id,
            col(LoginSession.seen_at) < now - sign_in_queries.KNOWN_FOR,
        )
    )
    actor = account_queries.viewer_of_user(session, user.id or 0, EventSource.PAGE)
    events.record(session, replace(actor, address=place.address), "signed_in", credential=user.credential)


def nobody(session: Session, user: User | None, place: Place) -> Viewer | None:
    """Whoever was not let in, as an actor for the trail; None while there is no jurisdiction to keep one."""
    where = sign_in_queries.jurisdiction_of(session, user)
    if where is None:
        return None
    return Viewer(
        jurisdiction_id=where.id or 0,
        role=Role.AUDITOR,
        name=NOBODY,
        now=office_now(where.demonstration_date),
        address=place.address,
        demonstration_date=where.demonstration_date,
        jurisdiction_name=where.name,
    )
