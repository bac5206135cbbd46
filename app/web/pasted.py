"""Words pasted into the page of 导入, as the file they are kept as."""

import re
from datetime import datetime
from pathlib import PurePosixPath

from app.config import OFFICE_ZONE
from app.downloads import safe_file_name

_MARK = "粘贴："
_FIRST_WORDS = 24


def as_file(words: str, table: str) -> tuple[bytes, str]:
    """The bytes and a name told by the first words; a table drawn goes before the bare words of it."""
    first = " ".join(re.split(r"[\s/\\]+", words.strip().splitlines()[0]))[:_FIRST_WORDS].strip()
    if table.strip():
        drawn = f"<!DOCTYPE html><html><meta charset=utf-8><body>{table}</body></html>"
        return drawn.encode(), safe_file_name(f"{_MARK}{first}.html")
    return words.replace("\r\n", "\n").encode(), safe_file_name(f"{_MARK}{first}.txt")


def named_after(heading: str, name: str) -> str:
    """The name with the table's heading, where a page begins with other words (网站首页)."""
    path = PurePosixPath(name)
    begins = _bare(path.stem.removeprefix(_MARK))
    if not heading or _bare(heading).startswith(begins[: _FIRST_WORDS // 2]):
        return name
    return safe_file_name(f"{_MARK}{heading[:_FIRST_WORDS]}{path.suffix}")


def _bare(words: str) -> str:
    return "".join(filter(str.isalnum, words))


def title_without_heading(now: datetime) -> str:
    """A title that no other table has: two tables copied without their headings are not one and its new version."""
    local = now.astimezone(OFFICE_ZONE)
    return f"粘贴的表（{local.month}月{local.day}日{local:%H:%M:%S}）"
