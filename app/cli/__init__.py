"""The `duban` command: each subcommand says what it did, or in one sentence why not."""

import sys

import typer
from typer.exceptions import TyperException

from app.cli import audit, people, running, tables
from app.cli.start import REFUSED

app = typer.Typer(help="督办：责任分解表的任务管理。", no_args_is_help=True, add_completion=False)
for part in (running, people, tables):
    app.add_typer(part.commands)
app.add_typer(tables.reports, name="report")
app.add_typer(audit.commands, name="audit")


def main() -> None:
    """The command itself. A command line that cannot be understood is told in Chinese too."""
    try:
        code = app(standalone_mode=False)
    except TyperException:
        sys.stderr.write(f"命令写法有误：duban {' '.join(sys.argv[1:])}。请执行 duban --help 查看用法。\n")
        sys.exit(REFUSED)
    except typer.Abort:
        sys.exit(1)
    sys.exit(code or 0)
