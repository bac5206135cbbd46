"""Starting with a single sign-on or a directory that nobody could sign in through, or without the extras."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.config import PROJECT_ROOT, Settings
from app.errors import Conflict
from app.integrations import readiness

EXTRAS = ("authlib", "httpx2", "itsdangerous", "ldap3", "joserfc", "pyasn1")
OIDC = {
    "oidc_issuer": "https://sso.example",
    "oidc_client_id": "duban",
    "oidc_client_secret": "secret",
    "public_url": "https://duban.example",
}
LDAP = {"ldap_url": "ldaps://ldap.example", "ldap_base": "dc=example"}


@pytest.mark.parametrize(
    "given", [{}, OIDC, LDAP, OIDC | LDAP, OIDC | {"oidc_issuer": "http://localhost:8080"}]
)
def test_what_can_be_asked_may_be_set(given: dict[str, str]) -> None:
    readiness.check(Settings(**given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (OIDC | {"oidc_issuer": "http://sso.example"}, "DUBAN_OIDC_ISSUER"),
        (OIDC | {"oidc_issuer": "sso.example"}, "DUBAN_OIDC_ISSUER"),
        (OIDC | {"oidc_client_id": ""}, "DUBAN_OIDC_CLIENT_ID"),
        (OIDC | {"oidc_client_secret": ""}, "DUBAN_OIDC_CLIENT_SECRET"),
        (OIDC | {"public_url": ""}, "DUBAN_PUBLIC_URL"),
        (OIDC | {"oidc_scopes": "profile"}, "DUBAN_OIDC_SCOPES"),
        (LDAP | {"ldap_url": "ldap.example"}, "DUBAN_LDAP_URL"),
        (LDAP | {"ldap_url": "http://ldap.example"}, "DUBAN_LDAP_URL"),
        (LDAP | {"ldap_base": ""}, "DUBAN_LDAP_BASE"),
        (LDAP | {"ldap_filter": "(uid=somebody)"}, "DUBAN_LDAP_FILTER"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_the_name_of_the_setting(
    given: dict[str, str], named: str
) -> None:
    with pytest.raises(Conflict) as refused:
        readiness.check(Settings(**given))  # type: ignore[arg-type]
    assert named in refused.value.sentence()


def without_extras(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as an office would that installed none of the extras."""
    hidden = "".join(f"sys.modules[{name!r}] = None\n" for name in EXTRAS)
    return subprocess.run(
        [sys.executable, "-c", f"import sys\n{hidden}{program}"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=PROJECT_ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **environment},
        check=False,
    )


def test_without_the_extras_the_program_is_whole() -> None:
    started = without_extras(
        "import app.cli\nfrom app.main import create_app\nfrom app.config import Settings\n"
        "print(len(create_app(Settings(database_url='sqlite:///never-opened.db')).routes))"
    )
    assert started.returncode == 0, started.stderr
    assert int(started.stdout) > 5


@pytest.mark.parametrize(
    ("environment", "extra"),
    [
        ({"DUBAN_OIDC_ISSUER": "https://sso.example"}, "sso"),
        ({"DUBAN_LDAP_URL": "ldaps://l.example"}, "ldap"),
    ],
)
def test_a_setting_without_its_extra_is_refused_with_the_extras_name(
    tmp_path: Path, environment: dict[str, str], extra: str
) -> None:
    serve = (
        "from app.cli import main\n"
        f"sys.argv = ['duban', 'serve', '--port', '0', '--data', {str(tmp_path / 'data')!r}]\nmain()"
    )
    refused = without_extras(serve, **environment)
    assert refused.returncode == 2, refused.stderr
    assert f"pip install 'duban[{extra}]'" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()
