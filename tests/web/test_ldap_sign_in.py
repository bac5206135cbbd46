"""Signing in with the password of the office's directory: a real slapd that insists on encryption."""

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.config import Settings
from app.errors import OutsideDown
from app.integrations import ldap
from app.main import create_app
from app.models.account import Credential, LoginFailure, User
from app.models.event import Event
from tests.ldap_server import (
    BASE,
    PEOPLE,
    SEARCHER,
    SEARCHER_PASSWORD,
    Directory,
    SlapdMissingError,
    free_port,
    running_directory,
)
from tests.office import PASSWORD, Office

NOWHERE = "sqlite:///never-opened.db"
DOWN = "单位目录暂时没有回应，现在不能登录。"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    try:
        with running_directory(tmp_path_factory.mktemp("ldap") / "slapd") as directory:
            yield directory
    except SlapdMissingError as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture
def trusted(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> Directory:
    """The directory's certificate is one the system vouches for."""
    monkeypatch.setenv("SSL_CERT_FILE", str(directory.certificate))
    return directory


def settings_for(directory: Directory, **others: Any) -> Settings:
    wanted = {
        "database_url": NOWHERE,
        "ldap_url": directory.tls_url,
        "ldap_base": BASE,
        "ldap_bind_dn": SEARCHER,
        "ldap_bind_password": SEARCHER_PASSWORD,
    }
    return Settings(**{**wanted, **others})


@pytest.mark.parametrize("scheme", ["ldaps", "ldap with StartTLS"])
def test_the_right_password_is_right_and_others_are_not(trusted: Directory, scheme: str) -> None:
    url = trusted.tls_url if scheme == "ldaps" else trusted.url
    settings = settings_for(trusted, ldap_url=url)
    assert ldap.is_right(settings, "fagai", PEOPLE["fagai"])
    assert not ldap.is_right(settings, "fagai", PEOPLE["jiaoyu"])
    assert not ldap.is_right(settings, "nobody", PEOPLE["fagai"])


def test_an_empty_password_is_refused_before_the_directory_could_take_it_for_nobodys(
    trusted: Directory,
) -> None:
    nobody_listens = settings_for(trusted, ldap_url=f"ldaps://127.0.0.1:{free_port()}")
    assert not ldap.is_right(nobody_listens, "fagai", "")
    assert not ldap.is_right(nobody_listens, "", "x")


@pytest.mark.parametrize("username", ["*", "*)(uid=*", "fagai)(|(uid=*", "fag*", "fagai\0", "\\66agai"])
def test_a_user_name_cannot_widen_the_filter(trusted: Directory, username: str) -> None:
    assert not ldap.is_right(settings_for(trusted), username, PEOPLE["fagai"])


def test_two_people_of_one_name_are_nobody(trusted: Directory) -> None:
    assert not ldap.is_right(settings_for(trusted), "twice", "twice 2018")


def test_a_filter_of_the_offices_own_is_used(trusted: Directory) -> None:
    settings = settings_for(trusted, ldap_filter="(&(objectClass=inetOrgPerson)(cn={username}))")
    assert ldap.is_right(settings, "jiaoyu", PEOPLE["jiaoyu"])
    nobody = settings_for(trusted, ldap_filter="(&(objectClass=device)(cn={username}))")
    assert not ldap.is_right(nobody, "jiaoyu", PEOPLE["jiaoyu"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"ldap_bind_password": "not this one"},
        {"ldap_bind_dn": "", "ldap_bind_password": ""},
        {"ldap_base": "dc=elsewhere"},
        {"ldap_filter": "(uid={username}"},
    ],
    ids=["search password", "no search account", "base", "filter"],
)
def test_a_mistaken_setting_is_no_wrong_password_and_stands_in_the_log(
    trusted: Directory, wrong: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(OutsideDown) as refused:
        ldap.is_right(settings_for(trusted, **wrong), "fagai", PEOPLE["fagai"])
    assert DOWN in refused.value.sentence()
    assert "LDAP: " in caplog.text
    assert PEOPLE["fagai"] not in caplog.text
    assert SEARCHER_PASSWORD not in caplog.text


@pytest.mark.parametrize("scheme", ["ldaps", "ldap with StartTLS"])
def test_a_certificate_nobody_vouches_for_gets_no_password(directory: Directory, scheme: str) -> None:
    url = directory.tls_url if scheme == "ldaps" else directory.url
    with pytest.raises(OutsideDown):
        ldap.is_right(settings_for(directory, ldap_url=url), "fagai", PEOPLE["fagai"])


@pytest.mark.parametrize("scheme", ["ldaps", "ldap with StartTLS"])
def test_a_certificate_of_another_host_gets_no_password(trusted: Directory, scheme: str) -> None:
    url = trusted.tls_url if scheme == "ldaps" else trusted.url
    with pytest.raises(OutsideDown):
        ldap.is_right(
            settings_for(trusted, ldap_url=url.replace("127.0.0.1", "localhost")), "fagai", PEOPLE["fagai"]
        )


def test_a_directory_that_is_off_is_said_to_be(trusted: Directory) -> None:
    with pytest.raises(OutsideDown):
        ldap.is_right(
            settings_for(trusted, ldap_url=f"ldaps://127.0.0.1:{free_port()}"), "fagai", PEOPLE["fagai"]
        )


@pytest.mark.parametrize("scheme", ["ldaps", "ldap"])
def test_a_directory_that_takes_the_call_and_says_nothing_is_given_up(
    trusted: Directory, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldap, "ANSWER_SECONDS", 1)
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        url = f"{scheme}://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(OutsideDown):
            ldap.is_right(settings_for(trusted, ldap_url=url), "fagai", PEOPLE["fagai"])


def test_an_account_of_the_directory_without_a_directory_is_told_whom_to_ask() -> None:
    with pytest.raises(OutsideDown, match="目录没有接通"):
        ldap.is_right(Settings(database_url=NOWHERE), "fagai", "x")


def browser_of(office: Office, settings: Settings) -> TestClient:
    app = create_app(settings)
    app.state.database = office.database
    return TestClient(app, headers={"origin": "http://testserver"}, follow_redirects=False)


def let_in(office: Office, username: str, credential: Credential = Credential.LDAP) -> None:
    with office.database.writing() as session:
        user = session.execute(select(User).where(User.username == username)).scalar_one()  # type: ignore[arg-type]
        user.credential = credential
        session.add(user)


def wrong_passwords(office: Office) -> int:
    with office.database.reading() as session:
        return len(session.execute(select(LoginFailure)).all())


def test_the_directorys_password_signs_in_and_our_own_does_not(office: Office, trusted: Directory) -> None:
    let_in(office, "fagai")
    browser = browser_of(office, settings_for(trusted))
    ours = browser.post("/login", data={"username": "fagai", "password": PASSWORD})
    assert ours.status_code == 401
    assert "用户名或密码不正确" in ours.text
    theirs = browser.post("/login", data={"username": "fagai", "password": PEOPLE["fagai"]})
    assert theirs.status_code == 303
    assert "李发改" in browser.get("/account").text
    again = browser_of(office, settings_for(trusted))
    capitals = again.post("/login", data={"username": "FaGai", "password": PEOPLE["fagai"]})
    assert capitals.status_code == 303


def test_an_account_with_our_password_is_not_asked_about_in_the_directory(
    office: Office, trusted: Directory
) -> None:
    """Somebody of that name may stand in the directory: that opens nothing here."""
    browser = browser_of(office, settings_for(trusted))
    theirs = browser.post("/login", data={"username": "jiaoyu", "password": PEOPLE["jiaoyu"]})
    assert theirs.status_code == 401
    assert browser.post("/login", data={"username": "jiaoyu", "password": PASSWORD}).status_code == 303


def test_who_stands_in_the_directory_only_has_no_account_here(office: Office, trusted: Directory) -> None:
    browser = browser_of(office, settings_for(trusted))
    answer = browser.post("/login", data={"username": "twice", "password": "twice 2018"})
    assert answer.status_code == 401


@pytest.mark.parametrize("password", ["", "x"])
def test_a_wrong_password_of_the_directory_counts_like_ours(
    office: Office, trusted: Directory, password: str
) -> None:
    let_in(office, "fagai")
    browser = browser_of(office, settings_for(trusted, login_attempts=3))
    for _ in range(3):
        assert browser.post("/login", data={"username": "fagai", "password": password}).status_code == 401
    assert wrong_passwords(office) == 3
    paused = browser.post("/login", data={"username": "fagai", "password": PEOPLE["fagai"]})
    assert paused.status_code == 429
    with office.database.reading() as session:
        kinds = session.execute(select(Event.kind)).scalars().all()  # type: ignore[call-overload]
    assert kinds.count("sign_in_refused") == 3


def test_while_the_directory_is_down_its_people_wait_and_all_others_sign_in(
    office: Office, trusted: Directory
) -> None:
    let_in(office, "fagai")
    browser = browser_of(
        office, settings_for(trusted, ldap_url=f"ldaps://127.0.0.1:{free_port()}", login_attempts=3)
    )
    for password in (PEOPLE["fagai"], PASSWORD, PEOPLE["fagai"], PEOPLE["fagai"]):
        answer = browser.post("/login", data={"username": "fagai", "password": password})
        assert answer.status_code == 503
        assert DOWN in answer.text
        assert 'name="password"' in answer.text
    assert wrong_passwords(office) == 0
    assert browser.post("/login", data={"username": "ducha", "password": PASSWORD}).status_code == 303


def test_a_disabled_account_does_not_reach_the_directory(office: Office, trusted: Directory) -> None:
    let_in(office, "fagai")
    with office.database.writing() as session:
        user = session.execute(select(User).where(User.username == "fagai")).scalar_one()  # type: ignore[arg-type]
        user.is_active = False
        session.add(user)
    browser = browser_of(office, settings_for(trusted))
    answer = browser.post("/login", data={"username": "fagai", "password": PEOPLE["fagai"]})
    assert answer.status_code == 401
