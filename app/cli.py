"""The `duban` command: each subcommand says what it did, or in one sentence why not."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Annotated

import typer
from sqlmodel import Session

from app import demonstration, installation
from app.clock import utcnow
from app.config import Settings
from app.errors import AppError, Conflict, FileRefused
from app.main import create_app
from app.models.account import Role
from app.models.imports import ImportBatch
from app.queries import accounts as account_queries
from app.queries import directory as directory_queries
from app.queries import plans as plan_queries
from app.queries.ledger import ledger
from app.queries.revisions import Revision, RevisionRow, plan_to_revise, revision
from app.reports.ledger import ledger_workbook
from app.rules.matching import CHANGE_LABELS
from app.rules.permissions import Viewer
from app.security import new_key
from app.services import accounts as account_services
from app.services import imports as import_services
from importers import Level, RecognisedTable
from importers.columns import NAMES, ColumnKind

app = typer.Typer(help="督办：责任分解表的任务管理。", no_args_is_help=True, add_completion=False)
report_app = typer.Typer(help="导出报表。", no_args_is_help=True)
app.add_typer(report_app, name="report")

DataDir = Annotated[Path, typer.Option("--data", help="数据目录", file_okay=False)]
Jurisdiction = Annotated[str, typer.Option("--jurisdiction", help="辖区名称；只有一个辖区时可省略")]
DATA = Path("data")
REFUSED = 2
LEVEL_WORDS = {Level.ERROR: "没有读入", Level.WARNING: "请核对", Level.NOTE: "说明"}
FATE_WORDS = {"new": "新增", "gone": "不再列入"}


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
    explain: Annotated[bool, typer.Option("--explain", help="逐条说明为什么这样识别")] = False,
) -> None:
    """识别一份责任分解表并列出结果；不读写任何数据库。"""
    with plain_refusals():
        table = import_services.recognise(_content(file), file.name)
    if as_json:
        typer.echo(json.dumps(table.as_dict(), ensure_ascii=False, indent=2))
    elif explain:
        _explain(table)
    else:
        _describe(table)


@app.command(name="import")
def import_file(
    file: Annotated[Path, typer.Argument(help="责任分解表文件", dir_okay=False)],
    plan: Annotated[str, typer.Option(help="给这份责任分解表起的名称")],
    year: Annotated[int, typer.Option(help="年度")],
    update: Annotated[bool, typer.Option("--update", help="已有这份表时，按新版更新；进展保留")] = False,
    reason: Annotated[str, typer.Option(help="撤回不再列入的任务的原因")] = "",
    jurisdiction: Jurisdiction = "",
    data: DataDir = DATA,
) -> None:
    """导入一份责任分解表；重复导入同一份不作任何改动，内容不同的新版用 --update 更新。"""
    with plain_refusals():
        content = _content(file)
        database = installation.open_database(Settings(data_dir=data))
        with database.reading() as session:
            decided = installation.remembered_decisions(session, jurisdiction)
        table = import_services.recognise(content, file.name, year=year, decisions=decided)
        with database.writing() as session:
            actor = installation.importing_actor(session, jurisdiction)
            batch = import_services.preview(
                session, table, content, file.name, title=plan, year=year, actor=actor
            )
            told = _comparison(session, actor, batch)
            if told is not None and not told.changes_nothing:
                _describe_revision(told)
                if not update:
                    raise Conflict(
                        f"{year} 年已有“{told.plan.title}”，内容与这份文件不同，未作任何改动。",
                        "核对以上差别后，加上 --update 更新；已报的进展会保留。",
                    )
            shown = told.digest if told else ""
            made = import_services.commit(session, batch, actor=actor, shown=shown, reason=reason)
            done = "已更新" if told and not told.changes_nothing else "已导入"
            typer.echo(
                f"{done}“{made.title}”（{made.year} 年）：{len(table.goals)} 个目标，{len(table.tasks)} 项任务。"
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


def _explain(table: RecognisedTable) -> None:
    """Every decision of the recogniser, then every issue with its place."""
    typer.echo(table.title or "（无标题）")
    typer.echo("\n识别经过：")
    for step in table.trace:
        typer.echo("  " + re.sub(r"→ (\w+)", _kind_in_words, step))
    issues = list(table.all_issues())
    typer.echo(f"\n逐条说明（{len(issues)} 条）：" if issues else "\n没有需要说明的地方。")
    for issue in issues:
        typer.echo(f"  ［{LEVEL_WORDS[issue.level]}］{issue.place or '整个文件'} {issue.message}")


def _kind_in_words(found: re.Match[str]) -> str:
    known = found[1] in list(ColumnKind)
    return f"→ {NAMES[ColumnKind(found[1])]}" if known else found[0]


def _comparison(session: Session, actor: Viewer, batch: ImportBatch) -> Revision | None:
    """What the batch would change of the plan of its name, if there is one."""
    plan = plan_to_revise(session, actor, batch.title, batch.year)
    return revision(session, plan, batch) if plan else None


def _describe_revision(told: Revision) -> None:
    """Counts, then each row that changes: − what the plan says, + what the file says."""
    typer.echo(
        "与现行的表相比：" + "，".join(f"{words} {count} 项" for _, words, count in told.counts()) + "。"
    )
    for row in told.shown(""):
        words = "、".join(CHANGE_LABELS[change] for change in row.changes)
        if row.is_doubtful:
            words += "，疑似同一项，请核对"
        typer.echo(f"\n［{words or FATE_WORDS[row.fate]}］")
        if row.old and (row.fate == "gone" or "reworded" in row.changes):
            typer.echo(f"  − {row.old.standard}")
        if row.new:
            typer.echo(
                f"  {'+' if row.fate == 'new' or 'reworded' in row.changes else ' '} {row.new.standard}"
            )
        if row.old and row.new and "reassigned" in row.changes:
            typer.echo(f"    分工：{_shares(row, 'old')} → {_shares(row, 'new')}")
        if row.old and row.new and "rescheduled" in row.changes:
            typer.echo(f"    时限：{row.old.due or '未写明'} → {row.new.due or '未写明'}")
        if row.old and row.new and row.old.goal != row.new.goal:
            typer.echo(f"    目标：{row.old.goal or '（无）'} → {row.new.goal or '（无）'}")


def _shares(row: RevisionRow, side: str) -> str:
    return "；".join(f"{role}：{names}" for role, names in row.shares(side)) or "未明确"


def _warn(table: RecognisedTable) -> None:
    for issue in table.all_issues():
        typer.echo(f"请核对：{issue.place} {issue.message}", err=True)
