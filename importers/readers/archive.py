"""Office files are zip archives: what may be opened without harm, checked before anything is parsed."""

import io
import re
import zipfile

from importers.errors import UnreadableFile

MOST_UNPACKED = 96 * 1024 * 1024
MOST_CELLS = 600_000
MOST_MERGED_CELLS = 1_000_000
_DAMAGED = "文件已损坏，打不开。请在原来的软件里打开并重新保存，再导入一次。"
_CELL_MARKS = (b"<c", b":c", b"<row", b":row")  # a few columns are counted along
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"')


def damaged() -> UnreadableFile:
    """The refusal of a file that its own program could not open either."""
    return UnreadableFile("damaged", _DAMAGED)


def too_large(what: str) -> UnreadableFile:
    """The refusal of a file that would take more time or memory than an office table ever needs."""
    return UnreadableFile("too_large", f"{what}，超出能处理的范围。请只保留责任分解表所在的内容后再导入。")


def check(data: bytes, most: int = MOST_UNPACKED) -> None:
    """Refuse archives that unpack to far more than any table: a zip bomb must not reach a parser."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 0x1 for part in parts):
                raise UnreadableFile("password", "文件设有打开密码，读不出内容。请去掉密码后再导入。")
            if len(parts) > 5000 or sum(part.file_size for part in parts if _is_parsed(part.filename)) > most:
                raise too_large("文件解开后过大")
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _check_sheet(archive, part)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        ValueError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise damaged() from error
    except Exception as error:
        if isinstance(error, UnreadableFile):
            raise
        raise damaged() from error  # zlib and lzma have errors of their own


def _is_parsed(part: str) -> bool:
    return part.endswith((".xml", ".rels", ".vml"))


def _check_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Count cells and merged cells as bytes, at a hundredth of the cost of parsing them."""
    cells = merged = unpacked = 0
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            unpacked += len(chunk)
            # The size an archive declares may be a lie.
            if unpacked > MOST_UNPACKED:
                raise too_large("文件解开后过大")
            cells += sum(chunk.count(mark) for mark in _CELL_MARKS)
            window = tail + chunk
            if b"mergeCell" in window:
                for found in _MERGE.finditer(window):
                    if found.end() > len(tail):
                        merged += _area(found)
            tail = window[-80:]
            if cells > MOST_CELLS:
                raise too_large("工作表的单元格过多")
            if merged > MOST_MERGED_CELLS:
                raise too_large("合并单元格的范围过大")


def _area(found: re.Match[bytes]) -> int:
    left, top, right, bottom = found.groups()
    return (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters: bytes) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + letter - 64
    return value
