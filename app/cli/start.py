"""What every command begins with: the data folder, the settings, and refusals in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app.config import Settings
from app.errors import AppError, Conflict

DataDir = Annotated[Path | None, typer.Option("--data", help="数据目录，默认 ./data", file_okay=False)]
Jurisdiction = Annotated[str, typer.Option("--jurisdiction", help="辖区名称；只有一个辖区时可省略")]
Port = Annotated[int, typer.Option(help="端口", min=0, max=65535)]
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


def settings_of(data: Path | None) -> Settings:
    """The environment's settings; a folder named on the command line goes before them. Raises ``Conflict``."""
    try:
        return Settings() if data is None else Settings(data_dir=data)
    except ValidationError as mistaken:
        names = "、".join(f"DUBAN_{str(problem['loc'][0]).upper()}" for problem in mistaken.errors())
        raise Conflict(
            f"设置 {names} 的值不正确。", "请对照 docs/operations.md 中的设置表改正。"
        ) from mistaken
