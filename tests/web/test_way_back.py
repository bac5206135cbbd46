"""The way back to a password of ours when the single sign-on or the directory is gone: on the server itself."""

import re
from pathlib import Path

from sqlalchemy import select
from typer.testing import CliRunner, Result

from app.cli import app
from app.config import Settings
from app.installation import open_database
from app.models.account import Credential, User
from app.models.event import Event
from app.security import password_matches


def duban(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_an_administrator_locked_out_with_the_single_sign_on_comes_back_by_the_command_line(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    assert duban("init", "--jurisdiction", "青山区", "--data", data).exit_code == 0
    database = open_database(Settings(data_dir=data))
    administrator = select(User).where(User.username == "admin")  # type: ignore[arg-type]
    with database.writing() as session:
        user = session.execute(administrator).scalar_one()
        user.credential, user.subject, user.password_hash = Credential.OIDC, "https://sso.example|1", ""
        session.add(user)

    refused = duban("password", "--username", "admin", "--data", data)
    assert refused.exit_code == 2
    assert "这里没有密码，未作改动。" in refused.stderr

    done = duban("password", "--username", "admin", "--local", "--data", data)
    assert done.exit_code == 0, done.stderr
    first = re.search(r"新首次密码是 (\S+?)，", done.stdout)
    assert first
    with database.reading() as session:
        user = session.execute(administrator).scalar_one()
        assert (user.credential, user.subject) == (Credential.PASSWORD, None)
        assert password_matches(first[1], user.password_hash)
        changed = session.execute(select(Event).where(Event.kind == "account_changed")).scalar_one()  # type: ignore[arg-type]
    assert changed.detail["before"] == {"credential": "oidc"}
    assert changed.detail["after"] == {"credential": "password"}
    database.engine.dispose()
