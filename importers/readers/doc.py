"""Word 97 documents and what WPS saves as .wps: turned into .docx, then read like one."""

import io
import tempfile
from pathlib import Path

import msoffcrypto
from doc2docx import convert
from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

from importers.errors import UnreadableFile
from importers.grid import Document
from importers.readers import archive, docx


def read(data: bytes) -> Document:
    """The tables and paragraphs of an old document; called in a child process only."""
    if _has_password(data):
        raise UnreadableFile("password", "文件设有打开密码，读不出内容。请去掉密码后再导入。")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "old.doc", Path(folder) / "new.docx"
        source.write_bytes(data)
        try:
            convert(source, target)
        except EncryptedDocumentError as error:
            raise UnreadableFile("password", "文件设有打开密码，读不出内容。请去掉密码后再导入。") from error
        except Doc2DocxError as error:
            raise archive.damaged() from error
        document = docx.read(target.read_bytes())
    document.kind = "doc"
    return document


def _has_password(data: bytes) -> bool:
    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted())
    except Exception:  # it cannot tell; the converter will
        return False
