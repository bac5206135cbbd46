"""duban audit: the auditor's work at the server, where no page can be trusted any more."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from app import installation
from app.cli.start import DataDir, Jurisdiction, plain_refusals, settings_of
from app.db import Database
from app.errors import Conflict, FileRefused, InvalidInput
from app.models.account import Role
from app.queries import trail as trail_queries
from app.queries.trail import TrailFilter, TrailRow, Verification
from app.reports.trail import EventWords, trail_csv, trail_workbook
from app.rules.permissions import Viewer
from app.rules.trail import Head
from app.services import trail as trail_services
from app.templating import event_in_words, filter_in_words

commands = typer.Typer(help="核查办理记录。", no_args_is_help=True)
BROKEN = 1
"""The exit code when the trail is not whole, so that a timer's mail says so."""
SHEET_ROWS = 1_000_000


@commands.command()
def verify(
    head: Annotated[str, typer.Option(help="以前抄下的链尾（序号:哈希），用来发现整段改写和截尾")] = "",
    jurisdiction: Jurisdiction = "",
    data: DataDir = None,
) -> None:
    """逐条校验办理记录的哈希链；完整时退出码为 0，有改动、缺失、调换时逐处列出，退出码为 1。"""
    whole = True
    with plain_refusals(), _opened(data) as database, database.reading() as session:
        noted = _noted(head)
        for name in [jurisdiction] if jurisdiction or noted else trail_queries.jurisdiction_names(session):
            actor = _auditor(session, name)
            found = trail_queries.verify(session, actor, noted=noted)
            _tell(actor.jurisdiction_name, found)
            whole = whole and found.is_whole
    if not whole:
        raise typer.Exit(BROKEN)


@commands.command()
def export(
    out: Annotated[Path, typer.Option("-o", "--out", help="输出文件（.csv 或 .xlsx）", dir_okay=False)],
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="从哪天起")] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="到哪天止（含）")
    ] = None,
    jurisdiction: Jurisdiction = "",
    data: DataDir = None,
) -> None:
    """导出办理记录；导出本身也记入办理记录。"""
    wanted = TrailFilter(since.date() if since else None, until.date() if until else None)
    with plain_refusals(), _opened(data) as database:
        form = out.suffix.lower().lstrip(".")
        if form not in ("csv", "xlsx"):
            raise InvalidInput(f"不知道怎样写 {out}。", "请用 .csv 或 .xlsx 结尾的文件名。")
        with database.reading() as session:
            actor = _auditor(session, jurisdiction)
            count = trail_queries.count_trail(session, actor, wanted)
            if form == "xlsx" and count > SHEET_ROWS:
                raise Conflict(
                    f"共 {count} 条，一张工作表放不下。", "请用 --from、--to 分段，或导出为 .csv。"
                )
            rows = trail_queries.read_trail(session, actor, wanted)
            _write(out, trail_csv(rows, tell) if form == "csv" else _workbook(rows, actor, wanted, count))
        with database.writing() as session:
            trail_services.note_export(session, wanted, count, form, actor=actor)
    typer.echo(f"已写入 {out}，共 {count} 条。")


def tell(event: TrailRow) -> EventWords:
    return EventWords(*event_in_words(event.kind, event.detail, event.source))


@contextmanager
def _opened(data: Path | None) -> Iterator[Database]:
    database = installation.open_database(settings_of(data))
    try:
        yield database
    finally:
        database.engine.dispose()


def _auditor(session: Session, jurisdiction: str) -> Viewer:
    """Whoever sits at the server can read the file of the database anyway."""
    return replace(installation.command_actor(session, jurisdiction), role=Role.AUDITOR)


def _noted(head: str) -> Head | None:
    if not head:
        return None
    parts = re.fullmatch(r"(\d{1,15})[:：]([0-9a-f]{64})", head.strip().lower())
    if parts is None:
        raise InvalidInput(
            f"看不懂链尾“{head}”。", "请照 duban audit verify 印出的样子填写：序号、冒号、64 位哈希。"
        )
    return Head(int(parts[1]), parts[2])


def _tell(name: str, found: Verification) -> None:
    if found.is_whole:
        typer.echo(f"{name}的办理记录完整：{found.events} 条，链尾 {found.head}")
        return
    typer.echo(f"{name}的办理记录不完整：现有 {found.events} 条，发现 {len(found.breaks)} 处问题。")
    for each in found.breaks:
        typer.echo(f"  {each.reason}")


def _workbook(rows: Iterator[TrailRow], actor: Viewer, wanted: TrailFilter, count: int) -> Iterator[bytes]:
    title = f"{actor.jurisdiction_name}办理记录"
    yield trail_workbook(
        rows, tell, title=title, note=f"{filter_in_words(wanted.as_query())}，共 {count} 条。"
    )


def _write(out: Path, pieces: Iterator[str] | Iterator[bytes]) -> None:
    try:
        with out.open("wb") as file:
            for piece in pieces:
                file.write(piece.encode() if isinstance(piece, str) else piece)
    except OSError as problem:
        raise FileRefused(f"不能写入 {out}。", "请换一个位置。") from problem
