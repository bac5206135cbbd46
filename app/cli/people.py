"""duban init, account and token: who may come in."""

from typing import Annotated

import typer

from app import installation
from app.cli.start import DataDir, Jurisdiction, plain_refusals, settings_of
from app.clock import utcnow
from app.errors import NotFound
from app.models.account import Role
from app.queries import accounts as account_queries
from app.queries import directory as directory_queries
from app.services import accounts as account_services
from app.services import tokens
from app.services.accounts import AccountForm
from app.services.passwords import first_password, first_passwords, reset_password

commands = typer.Typer()


@commands.command()
def init(
    jurisdiction: Annotated[str, typer.Option(help="辖区名称，例如：武进区")], data: DataDir = None
) -> None:
    """新建正式数据库：辖区、系统管理员、督查室和审计员账号；首次密码只显示这一次。"""
    people = (
        ("admin", "系统管理员", Role.ADMINISTRATOR),
        ("duban", "督查室", Role.SUPERVISION),
        ("auditor", "审计员", Role.AUDITOR),
    )
    with plain_refusals():
        settings = settings_of(data)
        database = installation.create_database(settings)
        passwords = first_passwords(settings, len(people))
        with database.writing() as session:
            place = installation.add_jurisdiction(session, installation.free_name(session, jurisdiction))
            actor = installation.command_actor(session, place.name, Role.ADMINISTRATOR)
            for (username, name, role), password in zip(people, passwords, strict=True):
                account_services.open_account(
                    session,
                    AccountForm(username, name, role),
                    jurisdiction_id=place.id or 0,
                    password_hash=password.hash,
                    now=utcnow(),
                    actor=actor,
                )
    typer.echo(f"已建立辖区“{place.name}”。首次密码如下，登录后须修改：")
    for (username, name, _), password in zip(people, passwords, strict=True):
        typer.echo(f"  {username:<12}{password.text}  {name}")


@commands.command()
def account(
    username: Annotated[str, typer.Option(help="用户名")],
    name: Annotated[str, typer.Option(help="姓名")],
    department: Annotated[str, typer.Option(help="联络员所属单位")] = "",
    official: Annotated[str, typer.Option(help="分管领导姓名")] = "",
    jurisdiction: Jurisdiction = "",
    data: DataDir = None,
) -> None:
    """建立账号：给出 --department 为部门联络员，给出 --official 为分管领导，都不给为督查室。"""
    with plain_refusals():
        settings = settings_of(data)
        database = installation.open_database(settings)
        password = first_password(settings)
        with database.writing() as session:
            actor = installation.command_actor(session, jurisdiction, Role.ADMINISTRATOR)
            role, department_id, official_id = directory_queries.find_bearer(
                session, actor, department, official
            )
            account_services.open_account(
                session,
                AccountForm(username, name, role, department_id, official_id),
                jurisdiction_id=actor.jurisdiction_id,
                password_hash=password.hash,
                now=utcnow(),
                actor=actor,
            )
    typer.echo(f"已建立账号 {username}，首次密码 {password.text}，登录后须修改。")


@commands.command()
def token(
    name: Annotated[str, typer.Option(help="用途，例如：OA 系统")],
    account: Annotated[str, typer.Option(help="令牌代表的账号（用户名）")],
    days: Annotated[int | None, typer.Option(help="有效天数；不写则长期有效")] = None,
    data: DataDir = None,
) -> None:
    """签发 API 令牌；只输出令牌本身，且只显示这一次。"""
    with plain_refusals(), installation.open_database(settings_of(data)).writing() as session:
        user = account_queries.get_user(session, account)
        actor = installation.command_actor_in(session, user.jurisdiction_id, Role.ADMINISTRATOR)
        key = tokens.issue_token(session, user, name, utcnow(), actor=actor, days=days)
    typer.echo(key)


@commands.command()
def revoke(
    name: Annotated[str, typer.Option(help="签发令牌时写的用途")],
    jurisdiction: Jurisdiction = "",
    data: DataDir = None,
) -> None:
    """停用 API 令牌：这个用途的令牌立即失效。"""
    with plain_refusals(), installation.open_database(settings_of(data)).writing() as session:
        actor = installation.command_actor(session, jurisdiction, Role.ADMINISTRATOR)
        stopped = tokens.revoke_tokens(session, name, actor=actor, now=utcnow())
        if not stopped:
            raise NotFound(f"没有用途为“{name}”的有效令牌。", "请检查用途的写法。")
    typer.echo(f"已停用 {stopped} 个令牌。")


@commands.command()
def password(
    username: Annotated[str, typer.Option(help="用户名")],
    local: Annotated[
        bool, typer.Option("--local", help="同时把登录方式改为本系统的密码（统一身份认证或单位目录不通时）")
    ] = False,
    data: DataDir = None,
) -> None:
    """重置密码：给出新的首次密码，登录后须修改；已登录的电脑一律退出。"""
    with plain_refusals():
        settings = settings_of(data)
        database = installation.open_database(settings)
        first = first_password(settings)
        with database.writing() as session:
            user = account_queries.get_user(session, username)
            actor = installation.command_actor_in(session, user.jurisdiction_id, Role.ADMINISTRATOR)
            if local:
                account_services.let_in_by_password(session, user, actor=actor, now=utcnow())
            reset_password(session, user, first.hash, actor=actor, now=utcnow(), settings=settings)
    typer.echo(f"账号 {username} 的新首次密码是 {first.text}，登录后须修改。")
