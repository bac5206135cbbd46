"""The `duban` command: each subcommand says what it did, or in one sentence why not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Annotated

import typer

from app import demonstration, installation
from app.clock import utcnow
from app.config import Settings
from app.errors import AppError, FileRefused
from app.main import create_app
from app.models.account import Role
from app.queries import accounts as account_queries
from app.queries import directory as directory_queries
from app.queries import plans as plan_queries
from app.queries.ledger import ledger
from app.reports.ledger import ledger_workbook
from app.security import new_key
from app.services import accounts as account_services
from app.services import imports as import_services
from importers import RecognisedTable

app = typer.Typer(help="督办：责任分解表的任务管理。", no_args_is_help=True, add_completion=False)
report_app = typer.Typer(help="导出报表。", no_args_is_help=True)
app.add_typer(report_app, name="report")

DataDir = Annotated[Path, typer.Option("--data", help="数据目录", file_okay=False)]
Jurisdiction = Annotated[str, typer.Option("--jurisdiction", help="辖区名称；只有一个辖区时可省略")]
DATA = Path("data")
REFUSED = 2


@contextmanager
def plain_refusals() -> Iterator[None]:
    """An expected refusal is one Chinese sentence on stderr and exit code 2, never a traceback."""
    try:
        yield
    except AppError as refusal:
        fields = "".join(getattr(refusal, "fields", {}).values())
        typer.echo(refusal.sentence() + fields, err=True)
        raise typer.Exit(REFUSED) from None


@contextmanager
def closed_if_refused(listener: socket) -> Iterator[None]:
    """The port is taken first, so that a second start by mistake touches no data; give it back on a refusal."""
    try:
        yield
    except BaseException:
        listener.close()
        raise


@app.command()
def demo(port: Annotated[int, typer.Option(help="端口")] = 8000, data: DataDir = DATA) -> None:
    """建立演示数据（武进区 2018 年的责任分解表）并启动服务。"""
    settings = Settings(data_dir=data)
    with plain_refusals():
        listener = installation.listen("127.0.0.1", port)
        with closed_if_refused(listener):
            demonstration.ensure(installation.open_database(settings))
    typer.echo(f"督办演示地址：http://127.0.0.1:{listener.getsockname()[1]}")
    typer.echo(f"演示账号（密码都是 {demonstration.PASSWORD}）：")
    for account in demonstration.ACCOUNTS:
        typer.echo(f"  {account.username:<12}{account.label}")
    typer.echo(f"数据保存在 {data}；按 Ctrl+C 停止。")
    installation.serve(create_app(settings), listener)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    data: DataDir = DATA,
) -> None:
    """启动正式服务。"""
    settings = Settings(data_dir=data)
    with plain_refusals():
        listener = installation.listen(host, port)
        with closed_if_refused(listener):
            installation.open_database(settings)
    typer.echo(f"督办地址：http://{host}:{listener.getsockname()[1]}")
    installation.serve(create_app(settings), listener)


@app.command()
def init(
    jurisdiction: Annotated[str, typer.Option(help="辖区名称，例如：武进区")], data: DataDir = DATA
) -> None:
    """新建正式数据库：辖区、系统管理员、督查室和审计员账号；首次密码只显示这一次。"""
    people = (
        ("admin", "系统管理员", Role.ADMINISTRATOR),
        ("duban", "督查室", Role.SUPERVISION),
        ("auditor", "审计员", Role.AUDITOR),
    )
    with plain_refusals(), installation.open_database(Settings(data_dir=data)).writing() as session:
        place = installation.add_jurisdiction(session, installation.free_name(session, jurisdiction))
        typer.echo(f"已建立辖区“{place.name}”。首次密码如下，登录后须修改：")
        for username, name, role in people:
            password = new_key()[:12]
            account_services.create_user(
                session,
                jurisdiction_id=place.id or 0,
                username=username,
                name=name,
                role=role,
                password=password,
                now=utcnow(),
                must_change_password=True,
            )
            typer.echo(f"  {username:<12}{password}  {name}")


@app.command()
def account(
    username: Annotated[str, typer.Option(help="用户名")],
    name: Annotated[str, typer.Option(help="姓名")],
    department: Annotated[str, typer.Option(help="联络员所属单位")] = "",
    official: Annotated[str, typer.Option(help="分管领导姓名")] = "",
    jurisdiction: Jurisdiction = "",
    data: DataDir = DATA,
) -> None:
    """建立账号：给出 --department 为部门联络员，给出 --official 为分管领导，都不给为督查室。"""
    with plain_refusals(), installation.open_database(Settings(data_dir=data)).writing() as session:
        actor = installation.command_actor(session, jurisdiction)
        role, department_id, official_id = directory_queries.find_bearer(session, actor, department, official)
        password = new_key()[:12]
        account_services.create_user(
            session,
            jurisdiction_id=actor.jurisdiction_id,
            username=username,
            name=name,
            role=role,
            password=password,
            now=utcnow(),
            department_id=department_id,
            official_id=official_id,
            must_change_password=True,
        )
        typer.echo(f"已建立账号 {username}，首次密码 {password}，登录后须修改。")


@app.command()
def token(
    name: Annotated[str, typer.Option(help="用途，例如：OA 系统")],
    account: Annotated[str, typer.Option(help="令牌代表的账号（用户名）")],
    data: DataDir = DATA,
) -> None:
    """签发 API 令牌；只输出令牌本身，且只显示这一次。"""
    with plain_refusals(), installation.open_database(Settings(data_dir=data)).writing() as session:
        user = account_queries.get_user(session, account)
        key = account_services.issue_token(session, user, name, utcnow())
    typer.echo(key)


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="责任分解表文件", dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """识别一份责任分解表并列出结果；不读写任何数据库。"""
    with plain_refusals():
        table = import_services.recognise(_content(file), file.name)
    if as_json:
        typer.echo(json.dumps(table.as_dict(), ensure_ascii=False, indent=2))
    else:
        _describe(table)


@app.command(name="import")
def import_file(
    file: Annotated[Path, typer.Argument(help="责任分解表文件", dir_okay=False)],
    plan: Annotated[str, typer.Option(help="给这份责任分解表起的名称")],
    year: Annotated[int, typer.Option(help="年度")],
    jurisdiction: Jurisdiction = "",
    data: DataDir = DATA,
) -> None:
    """导入一份责任分解表；重复导入同一份不作任何改动。"""
    with plain_refusals():
        content = _content(file)
        table = import_services.recognise(content, file.name)
        with installation.open_database(Settings(data_dir=data)).writing() as session:
            actor = installation.importing_actor(session, jurisdiction)
            batch = import_services.preview(
                session, table, content, file.name, title=plan, year=year, actor=actor
            )
            made = import_services.commit(session, batch, actor=actor)
            typer.echo(
                f"已导入“{made.title}”（{made.year} 年）：{len(table.goals)} 个目标，{len(table.tasks)} 项任务。"
            )
    _warn(table)


@report_app.command(name="ledger")
def report_ledger(
    plan: Annotated[str, typer.Option(help="责任分解表名称")],
    output: Annotated[Path, typer.Option("-o", "--output", help="输出文件（.xlsx）", dir_okay=False)],
    year: Annotated[int | None, typer.Option(help="年度；同名的有几年时须指明")] = None,
    jurisdiction: Jurisdiction = "",
    data: DataDir = DATA,
) -> None:
    """导出进展情况表，与网页下载的是同一份工作簿。"""
    with plain_refusals():
        with installation.open_database(Settings(data_dir=data)).reading() as session:
            actor = installation.command_actor(session, jurisdiction)
            content = ledger_workbook(
                ledger(session, actor, plan_queries.find_plan(session, actor, plan, year))
            )
        try:
            output.write_bytes(content)
        except OSError as problem:
            raise FileRefused(f"不能写入 {output}。", "请换一个位置。") from problem
    typer.echo(f"已写入 {output}。")


def _content(file: Path) -> bytes:
    limit = Settings().upload_limit
    try:
        if file.stat().st_size > limit:
            raise FileRefused(f"{file} 超过了 {limit // 1_000_000} MB 的上限。", "请删去图片或拆分后再试。")
        return file.read_bytes()
    except OSError as problem:
        raise FileRefused(f"打不开 {file}。", "请检查文件名和位置。") from problem


def _describe(table: RecognisedTable) -> None:
    officials = {name for task in table.tasks for name in task.officials}
    departments = {
        name
        for task in table.tasks
        for name in (*task.lead_departments, *task.main_departments, *task.supporting_departments)
    }
    typer.echo(table.title or "（无标题）")
    typer.echo("栏目：" + "、".join(column.header for column in table.columns))
    typer.echo(
        f"目标 {len(table.goals)} 个，任务 {len(table.tasks)} 项，"
        f"分管领导 {len(officials)} 人，责任单位 {len(departments)} 个。"
    )
    shown = None
    for task in table.tasks:
        if task.goal is not None and task.goal != shown:
            goal = table.goals[task.goal]
            typer.echo(f"\n{'' if goal.number is None else goal.number} {goal.name}".rstrip())
        shown = task.goal
        who = "、".join([*task.officials, *task.lead_departments])
        typer.echo(f"  {'' if task.number is None else task.number} {task.standard}［{who}］")
    _warn(table)


def _warn(table: RecognisedTable) -> None:
    for issue in table.all_issues():
        typer.echo(f"请核对：{issue.place} {issue.message}", err=True)
