"""佐证材料: what a file is, told by what it holds."""

import io
import zipfile

import pytest

from app.rules.evidence import (
    DOC,
    DOCX,
    ENDINGS,
    GIF,
    JPEG,
    KINDS,
    OFD,
    PDF,
    PNG,
    TEXT,
    WEBP,
    XLS,
    XLSX,
    fitting_name,
    kind_of,
)

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def package(*parts: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for part in parts:
            made.writestr(part, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "现场.png", PNG),
        (b"\xff\xd8\xff\xe0...", "IMG_1.JPG", JPEG),
        (b"GIF89a...", "a.gif", GIF),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", WEBP),
        (b"%PDF-1.7\n...", "批复.pdf", PDF),
        (package("[Content_Types].xml", "word/document.xml"), "总结.docx", DOCX),
        (package("[Content_Types].xml", "xl/workbook.xml"), "表.xlsx", XLSX),
        (package("OFD.xml", "Doc_0/Document.xml"), "公文.ofd", OFD),
        (COMPOUND + "WordDocument".encode("utf-16-le"), "旧.doc", DOC),
        (COMPOUND + "Workbook".encode("utf-16-le"), "旧.et", XLS),
        ("会议纪要".encode(), "纪要.txt", TEXT),
        ("会议纪要".encode("gb18030"), "纪要.TXT", TEXT),
        (b"\x89PNG\r\n\x1a\n...", "像网页.html", PNG),
    ],
)
def test_a_file_is_what_it_holds(content: bytes, name: str, kind: object) -> None:
    assert kind_of(content, name) is kind


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00program", "安装.exe"),
        (b"MZ\x90\x00program", "照片.png"),
        (b"<html><script>alert(1)</script></html>", "通知.html"),
        (b"<html><script>alert(1)</script></html>", "通知.txt"),
        (b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "图.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "图.svg"),
        (b"<svg/>", "图.png"),
        (package("a.txt"), "材料.zip"),
        (package("a.txt"), "材料.docx"),
        (package("word/document.xml", "word/vbaProject.bin"), "宏.docx"),
        (b"PK\x03\x04 broken", "坏.xlsx"),
        (b"Rar!\x1a\x07", "材料.rar"),
        (b"7z\xbc\xaf\x27\x1c", "材料.7z"),
        (COMPOUND + b"an installer", "装.doc"),
        (b"RIFF\x00\x00\x00\x00WAVE", "声.webp"),
        (b"echo off", "启动.bat"),
        (b"a\x00b", "表.txt"),
        (b"\xff\xff\xff", "乱.txt"),
        (b"", "空.png"),
    ],
)
def test_what_is_none_of_them_is_not_taken(content: bytes, name: str) -> None:
    assert kind_of(content, name) is None


@pytest.mark.parametrize(
    ("name", "kind", "fitting"),
    [
        ("现场.png", PNG, "现场.png"),
        ("现场.JPEG", JPEG, "现场.JPEG"),
        ("现场.png", JPEG, "现场.jpg"),
        ("现场", PDF, "现场.pdf"),
        ("现场.exe", PNG, "现场.exe.png"),
        ("会议2018.9", PDF, "会议2018.9.pdf"),
        (".pdf", PDF, ".pdf.pdf"),
        ("方案.wps", DOC, "方案.wps"),
    ],
)
def test_a_name_says_what_the_file_is(name: str, kind: object, fitting: str) -> None:
    assert fitting_name(name, kind) == fitting  # type: ignore[arg-type]


def test_every_ending_offered_belongs_to_a_kind_that_is_taken() -> None:
    assert {f".{ending}" for kind in KINDS.values() for ending in kind.endings} == set(ENDINGS.split(","))
