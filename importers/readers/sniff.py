"""What a file is, told by its content: suffixes lie."""

import io
import re
import zipfile
from enum import StrEnum

import olefile

from importers.errors import UnreadableFile


class FileKind(StrEnum):
    """The kinds of file that are read."""

    XLSX = "xlsx"
    XLS = "xls"
    DOCX = "docx"
    DOC = "doc"
    HTML = "html"
    PDF = "pdf"
    TEXT = "text"


_SCANNED = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ADVICE = "请另存为 .xlsx 或 .docx 后再导入。"


def sniff(data: bytes, name: str) -> FileKind:
    """The kind of a file, or a refusal that names what it is instead."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile("empty", "文件是空的，请确认选对了文件。")
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _kind_of_zip(data)
    if data.startswith(olefile.MAGIC):
        return _kind_of_ole(data)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return FileKind.PDF
    if data.startswith(_SCANNED):
        raise UnreadableFile("image", "这是图片，读不出文字。请向发文单位索取电子表格或 Word 原件。")
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise UnreadableFile("archive", "这是压缩包，请先解压，再导入里面的表格。")
    if data.startswith(b"{\\rtf"):
        raise UnreadableFile("unsupported", "这是 RTF 文件，" + _ADVICE)
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4096]:
        raise UnreadableFile("unsupported", "这是 XML 表格 2003，" + _ADVICE)
    if data[:2048].lstrip().startswith((b"MIME-Version:", b"From: <Saved by")):
        raise UnreadableFile("unsupported", "这是单个网页文件（.mht），" + _ADVICE)
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") and re.search(
        rb"<(!doctype html|html|table|head|body|meta|div|p|style)\b", data[:65536], re.I
    ):
        return FileKind.HTML
    if _is_binary(data):
        raise UnreadableFile("unsupported", "不认识这种文件，" + _ADVICE)
    return FileKind.TEXT


def _kind_of_zip(data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, OverflowError) as error:
        raise UnreadableFile(
            "damaged", "文件已损坏，打不开。请在原来的软件里打开并重新保存，再导入一次。"
        ) from error
    if "word/document.xml" in names:
        return FileKind.DOCX
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "xl/workbook.bin" in names:
        raise UnreadableFile("unsupported", "这是 .xlsb 工作簿，" + _ADVICE)
    if any(part.startswith(("word/", "xl/")) for part in names):
        raise UnreadableFile("damaged", "文件不完整，打不开。请在原来的软件里打开并重新保存，再导入一次。")
    if any(part in names for part in ("content.xml", "mimetype")):
        raise UnreadableFile("unsupported", "这是 OpenDocument 文件，" + _ADVICE)
    raise UnreadableFile("archive", "这是压缩包，请先解压，再导入里面的表格。")


def _kind_of_ole(data: bytes) -> FileKind:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            streams = {entry[0].lower() for entry in container.listdir()}
    except Exception as error:  # olefile raises many kinds on a broken container
        raise UnreadableFile(
            "damaged", "文件已损坏，打不开。请在原来的软件里打开并重新保存，再导入一次。"
        ) from error
    if "encryptedpackage" in streams:
        raise UnreadableFile("password", "文件设有打开密码，读不出内容。请去掉密码后再导入。")
    if "workbook" in streams or "book" in streams:
        return FileKind.XLS
    if "worddocument" in streams:
        return FileKind.DOC
    raise UnreadableFile("unsupported", "不认识这种文件，" + _ADVICE)


def _is_binary(data: bytes) -> bool:
    """Text of any encoding we read holds no NUL and hardly a control character."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    sample = data[:65536]
    controls = sum(byte < 9 or 13 < byte < 32 for byte in sample)
    return b"\x00" in sample or controls > len(sample) // 50
