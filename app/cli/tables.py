"""duban read, import and report: tables in and out."""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from app import installation
from app.cli import telling
from app.cli.start import DataDir, Jurisdiction, plain_refusals, settings_of
from app.errors import Conflict, FileRefused
from app.models.imports import ImportBatch
from app.models.plan import PlanState
from app.queries import plans as plan_queries
from app.queries.import_names import unchecked_names
from app.queries.ledger import ledger
from app.queries.revisions import Revision, plan_to_revise, revision
from app.reports.ledger import ledger_workbook
from app.rules.permissions import Viewer
from app.rules.stages import begins_as
from app.services import imports as import_services

commands = typer.Typer()
reports = typer.Typer(help="导出报表。", no_args_is_help=True)


@commands.command()
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
        telling.explain(table)
    else:
        telling.describe(table)


@commands.command(name="import")
def import_file(
    file: Annotated[Path, typer.Argument(help="责任分解表文件", dir_okay=False)],
    plan: Annotated[str, typer.Option(help="给这份责任分解表起的名称")],
    year: Annotated[int, typer.Option(help="年度")],
    update: Annotated[bool, typer.Option("--update", help="已有这份表时，按新版更新；进展保留")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="没有选错：现有的任务大多对不上，也照此更新")
    ] = False,
    reason: Annotated[str, typer.Option(help="撤回不再列入的任务的原因")] = "",
    draft: Annotated[
        bool, typer.Option("--draft", help="征求意见稿：先作草稿，征求意见、交办后再填报")
    ] = False,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="拿不准的名称没有核对，也照此新增到单位与人员")
    ] = False,
    jurisdiction: Jurisdiction = "",
    data: DataDir = None,
) -> None:
    """导入一份责任分解表；重复导入同一份不作任何改动，内容不同的新版用 --update 更新。"""
    with plain_refusals():
        content = _content(file)
        database = installation.create_database(settings_of(data))
        with database.reading() as session:
            decided = installation.remembered_decisions(session, jurisdiction)
        table = import_services.recognise(content, file.name, year=year, decisions=decided)
        with database.writing() as session:
            actor = installation.importing_actor(session, jurisdiction)
            batch = import_services.preview(
                session, table, content, file.name, title=plan, year=year, actor=actor
            )
            told = _comparison(session, actor, batch)
            if told is not None and told.shown(""):
                telling.describe_revision(told)
                if not (update or told.changes_nothing):
                    raise Conflict(
                        f"{year} 年已有“{told.plan.title}”，内容与这份文件不同，未作任何改动。",
                        "核对以上差别后，加上 --update 更新；已报的进展会保留。",
                    )
                if told.has_little_in_common and not replace:
                    raise _perhaps_another_table(told)
            shown = told.digest if told else ""
            names = unchecked_names(session, actor, batch)
            if names and not unchecked:
                telling.warn(batch.recognised)
                raise Conflict(
                    f"有 {len(names)} 个名称拿不准，导入后会新增到单位与人员：{'、'.join(names)}。没有导入。",
                    "请在文件里改正，或在网页上导入、逐个核对；确认无误的，加上 --unchecked 照此导入。",
                )
            made = import_services.commit(
                session,
                batch,
                actor=actor,
                shown=shown,
                reason=reason,
                state=PlanState.DRAFT if draft else PlanState.ISSUED,
                unchecked=unchecked,
            )
            done = "已更新" if batch.is_revision else "已导入"
            is_repeat = batch.committed_at is None
            recognised = batch.recognised
    if is_repeat:
        typer.echo(f"这份文件已导入过，没有变化：“{made.title}”（{made.year} 年）没有改动。")
        return
    typer.echo(
        f"{done}“{made.title}”（{made.year} 年）：{len(table.goals)} 个目标，{len(table.tasks)} 项任务。"
    )
    if made.state is PlanState.DRAFT:
        typer.echo("现在是草稿，各单位还不能填报：请督查室在“办理阶段”发出征求意见，定稿后交办。")
    elif told is None and begins_as(file.name, table.title, plan) is PlanState.DRAFT:
        typer.echo(
            "名称里写着还没有定稿，现已按“已印发”导入；要作草稿，请撤销这次导入，加上 --draft 再导入。"
        )
    telling.warn(recognised)


@reports.command(name="ledger")
def report_ledger(
    plan: Annotated[str, typer.Option(help="责任分解表名称")],
    output: Annotated[Path, typer.Option("-o", "--output", help="输出文件（.xlsx）", dir_okay=False)],
    year: Annotated[int | None, typer.Option(help="年度；同名的有几年时须指明")] = None,
    jurisdiction: Jurisdiction = "",
    data: DataDir = None,
) -> None:
    """导出进展情况表，与网页下载的是同一份工作簿。"""
    with plain_refusals():
        with installation.open_database(settings_of(data)).reading() as session:
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
    limit = settings_of(None).upload_limit
    try:
        if file.stat().st_size > limit:
            raise FileRefused(f"{file} 超过了 {limit // 1_000_000} MB 的上限。", "请删去图片或拆分后再试。")
        return file.read_bytes()
    except OSError as problem:
        raise FileRefused(f"打不开 {file}。", "请检查文件名和位置。") from problem


def _perhaps_another_table(told: Revision) -> Conflict:
    """The refusal of an update by which the plan would lose all its tasks, or most of them: perhaps the wrong one."""
    title, gone = told.plan.title, told.count("gone")
    if told.matched:
        lost = f"的 {told.matched + gone} 项任务只对上 {told.matched} 项，其余 {gone} 项会撤回"
    else:
        lost = f"没有一项相同的任务，现有的 {gone} 项会全部撤回"
    return Conflict(
        f"可能选错了要更新的表：这份文件与“{title}”{lost}。没有更新。",
        "是另一份表的，请用 --plan 写另一个名称；没有选错的，加上 --replace 更新。",
    )


def _comparison(session: Session, actor: Viewer, batch: ImportBatch) -> Revision | None:
    """What the batch would change of the plan of its name, if there is one."""
    plan = plan_to_revise(session, actor, batch.title, batch.year)
    return revision(session, plan, batch) if plan else None
