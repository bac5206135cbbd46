"""From the bytes of a file to tables and lines, whatever the office saved it as."""

from importers.errors import UnreadableFile
from importers.grid import Document, Line
from importers.readers import child, docx, html, text, xlsx
from importers.readers.sniff import FileKind, sniff

MOST_BYTES = 20 * 1024 * 1024
_TYPED = frozenset({"docx", "doc", "html"})


def read_document(data: bytes, name: str) -> Document:
    """Open a file by what it is, not by what it is called."""
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            "too_large", f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请只保留责任分解表后再导入。"
        )
    kind = sniff(data, name)
    if kind is FileKind.XLSX:
        return xlsx.read(data)
    if kind is FileKind.DOCX:
        return _as_text(docx.read(data))
    if kind is FileKind.HTML:
        return _as_text(html.read(data))
    if kind is FileKind.TEXT:
        return text.read(data)
    return _as_text(child.read(kind, data))


def _as_text(document: Document) -> Document:
    """A document or page without any table as the text it holds: a table may be typed there with bars or tabs."""
    lines = document.lines()
    if document.kind not in _TYPED or not lines or len(lines) < len(document.blocks):
        return document
    return text.read_string("\n".join(_with_blank_lines(lines)))


def _with_blank_lines(lines: list[Line]) -> list[str]:
    """The lines, each where it stands in the file."""
    told: list[str] = []
    for line in lines:
        told += [""] * (line.number - 1 - len(told))
        told.append(line.text)
    return told
