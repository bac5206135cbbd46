"""From the bytes of a file to tables and lines, whatever the office saved it as."""

from importers.errors import UnreadableFile
from importers.grid import Document
from importers.readers import child, docx, html, text, xlsx
from importers.readers.sniff import FileKind, sniff

MOST_BYTES = 20 * 1024 * 1024


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
        return docx.read(data)
    if kind is FileKind.HTML:
        return html.read(data)
    if kind is FileKind.TEXT:
        return text.read(data)
    return child.read(kind, data)
