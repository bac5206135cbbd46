"""单位目录（LDAP）: asks the office's directory whether a password is right. Find the person, then bind as them.

Needs the extra `ldap`, so whoever imports this module does it only when an account signs in through the directory.
"""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ldap3 import NO_ATTRIBUTES, NONE, SIMPLE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPExceptionError
from ldap3.utils.conv import escape_filter_chars

from app.config import Settings
from app.errors import OutsideDown

CONNECT_SECONDS = 5
ANSWER_SECONDS = 5
REFUSING = {19, 32, 48, 49, 50, 53}
"""Answers to a bind that mean “not with this password”: wrong, locked, expired, not allowed to bind."""
SUCCESS, MORE_THAN_ASKED_FOR = 0, 4

_log = logging.getLogger(__name__)


def is_right(settings: Settings, username: str, password: str) -> bool:
    """Whether the directory lets this person in with this password. Raises ``OutsideDown`` when it cannot say."""
    if not settings.ldap_url:
        raise OutsideDown("这个账号用单位目录的密码登录，但目录没有接通。", "请联系系统管理员。")
    # A bind with a name and no password is an anonymous one, which a directory may well grant.
    if not password or not username:
        return False
    with _connection(settings) as connection:
        person = _find(connection, settings, username)
        return person is not None and _lets_in(connection, person, password)


@contextmanager
def _connection(settings: Settings) -> Iterator[Connection]:
    """An encrypted connection that is closed whatever happens; every failure of it is one sentence."""
    server = Server(settings.ldap_url, get_info=NONE, connect_timeout=CONNECT_SECONDS, tls=_CheckedTls())
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
        opened = connection.socket
        connection.strategy.close()
        if opened is not None:
            opened.close()  # ldap3 forgets the socket of a connection that never came to be


class _CheckedTls(Tls):
    """TLS as Python does it: the certificate must be vouched for by the system, and be the host's own.

    ldap3's check of the host's name is a copy of one that Python has since dropped.
    """

    def wrap_socket(self, connection: Connection, do_handshake: bool = False) -> None:
        context = ssl.create_default_context()
        connection.socket = context.wrap_socket(connection.socket, server_hostname=connection.server.host)


def _find(connection: Connection, settings: Settings, username: str) -> str | None:
    """The one entry the filter finds; None for nobody, and for several, who cannot be told apart."""
    if not connection.bind():
        raise _down(f"the search account is refused: {_outcome(connection)}")
    connection.search(
        settings.ldap_base,
        settings.ldap_filter.replace("{username}", escape_filter_chars(username)),
        search_scope=SUBTREE,
        attributes=[NO_ATTRIBUTES],
        size_limit=2,
        time_limit=ANSWER_SECONDS,
    )
    if connection.result["result"] not in (SUCCESS, MORE_THAN_ASKED_FOR):
        raise _down(f"the search failed: {_outcome(connection)}")
    people = [entry["dn"] for entry in connection.response or [] if entry["type"] == "searchResEntry"]
    if len(people) > 1:
        _log.warning("LDAP: the filter finds more than one person of the name %r", username)
    return people[0] if len(people) == 1 and people[0] else None


def _lets_in(connection: Connection, person: str, password: str) -> bool:
    """Whether the person's own bind succeeds."""
    if connection.rebind(user=person, password=password, authentication=SIMPLE):
        return True
    if connection.result["result"] not in REFUSING:
        raise _down(f"the bind failed: {_outcome(connection)}")
    return False


def _outcome(connection: Connection) -> Any:
    return connection.result.get("description")


def _down(reason: object) -> OutsideDown:
    """Told to the person in a sentence, and to the administrator's log with the reason."""
    _log.warning("LDAP: %s", reason)
    return OutsideDown("单位目录暂时没有回应，现在不能登录。", "请稍后再试；仍不行，请告诉系统管理员。")
