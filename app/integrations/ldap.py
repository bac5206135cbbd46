"""单位目录（LDAP）: asks the office's directory whether a password is right. Find the person, then bind as them.

The ldap3 package is an extra: imported only once the directory is asked.
"""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.config import Settings
from app.errors import Conflict, OutsideDown

if TYPE_CHECKING:
    from ldap3 import Connection

CONNECT_SECONDS = 5
ANSWER_SECONDS = 5
REFUSING = {19, 32, 48, 49, 50, 53}
"""Answers to a bind that mean “not with this password”: wrong, locked, expired, not allowed to bind."""

_log = logging.getLogger(__name__)


def check_settings(settings: Settings) -> None:
    """Refuse to start with a directory that could never be asked. Raises ``Conflict``."""
    if not settings.ldap_url:
        return
    try:
        import ldap3  # noqa: F401 - only whether it is there
    except ModuleNotFoundError as missing:
        raise Conflict(
            "设置了 DUBAN_LDAP_URL，但没有安装目录登录所需的组件（ldap）。",
            "请按 requirements.lock 安装，或执行 pip install 'duban[ldap]'；不用目录登录就去掉这项设置。",
        ) from missing
    address = urlsplit(settings.ldap_url)
    if address.scheme not in ("ldap", "ldaps") or not address.hostname:
        raise Conflict(
            "DUBAN_LDAP_URL 的写法不对。", "请写成 ldaps://主机，或 ldap://主机（自动改用 StartTLS 加密）。"
        )
    if not settings.ldap_base:
        raise Conflict("设置了 DUBAN_LDAP_URL，但没有 DUBAN_LDAP_BASE。", "请写明人员在目录的哪一级之下。")
    if "{username}" not in settings.ldap_filter:
        raise Conflict("DUBAN_LDAP_FILTER 里没有 {username}。", "请写成 (uid={username}) 这样的形式。")


def is_right(settings: Settings, username: str, password: str) -> bool:
    """Whether the directory lets this person in with this password. Raises ``OutsideDown`` when it cannot say."""
    if not settings.ldap_url:
        raise OutsideDown("这个账号用单位目录的密码登录，但目录还没有接通。", "请联系系统管理员。")
    # A bind with a name and no password is an anonymous one, which a directory may well grant.
    if not password or not username:
        return False
    with _connection(settings) as connection:
        person = _find(connection, settings, username)
        return person is not None and _lets_in(connection, person, password)


@contextmanager
def _connection(settings: Settings) -> Iterator["Connection"]:
    """An encrypted connection that is closed whatever happens; every failure of it is one sentence."""
    from ldap3 import NONE, Connection, Server, Tls
    from ldap3.core.exceptions import LDAPExceptionError

    server = Server(
        settings.ldap_url,
        get_info=NONE,
        connect_timeout=CONNECT_SECONDS,
        tls=Tls(validate=ssl.CERT_REQUIRED),
    )
    connection = Connection(
        server,
        user=settings.ldap_bind_dn or None,
        password=settings.ldap_bind_password or None,
        receive_timeout=ANSWER_SECONDS,
        read_only=True,
        auto_referrals=False,
    )
    try:
        connection.open()
        if not server.ssl and not connection.start_tls():
            raise _down("StartTLS refused")
        yield connection
    except (LDAPExceptionError, OSError) as problem:
        raise _down(problem) from problem
    finally:
        _close(connection)


def _close(connection: "Connection") -> None:
    """Also the socket of a connection that never came to be: ldap3 forgets that one."""
    opened = connection.socket
    connection.strategy.close()
    if opened is not None:
        opened.close()


def _find(connection: "Connection", settings: Settings, username: str) -> str | None:
    """The one entry the filter finds; None for nobody, and for several, who cannot be told apart."""
    from ldap3 import NO_ATTRIBUTES, SUBTREE
    from ldap3.utils.conv import escape_filter_chars

    if not connection.bind():
        raise _down(f"search account refused: {_outcome(connection)}")
    connection.search(
        settings.ldap_base,
        settings.ldap_filter.replace("{username}", escape_filter_chars(username)),
        search_scope=SUBTREE,
        attributes=[NO_ATTRIBUTES],
        size_limit=2,
        time_limit=ANSWER_SECONDS,
    )
    people = [entry["dn"] for entry in connection.response or [] if entry["type"] == "searchResEntry"]
    if connection.result["result"] not in (0, 4):  # 4: more than the two we asked for
        raise _down(f"search failed: {_outcome(connection)}")
    if len(people) > 1:
        _log.warning("LDAP: the filter finds more than one person of the name %r", username)
    return people[0] if len(people) == 1 and people[0] else None


def _lets_in(connection: "Connection", person: str, password: str) -> bool:
    """Whether the person's own bind succeeds."""
    from ldap3 import SIMPLE

    if connection.rebind(user=person, password=password, authentication=SIMPLE):
        return True
    if connection.result["result"] not in REFUSING:
        raise _down(f"bind failed: {_outcome(connection)}")
    return False


def _outcome(connection: "Connection") -> Any:
    return connection.result.get("description")


def _down(reason: object) -> OutsideDown:
    """Told to the person in a sentence, and to the administrator's log with the reason."""
    _log.warning("LDAP: %s", reason)
    return OutsideDown("单位目录暂时没有回应，现在不能登录。", "请稍后再试；仍不行，请告诉系统管理员。")
