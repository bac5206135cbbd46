"""What cannot be read is refused with one plain sentence that says what to do, never with another error."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from importers import UnreadableFile, read_table

SAMPLES = Path(__file__).parent / "samples"
OFFICE_2018 = Path(__file__).parents[2] / "examples/武进区2018年目标任务责任分解表.xlsx"


def refusal(data: bytes, name: str = "表.xlsx") -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read_table(data, name)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith("。")
    assert any("一" <= character <= "龥" for character in sentence)
    return caught.value


def workbook(fill: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_sheet_xml(xml: str) -> bytes:
    """A workbook whose sheet holds exactly this XML."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(lambda sheet: None))) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.infolist():
            content = source.read(part)
            target.writestr(part.filename, xml if part.filename == "xl/worksheets/sheet1.xml" else content)
    return stream.getvalue()


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'


@pytest.mark.parametrize("data", [b"", b"   \n\t", b"\xef\xbb\xbf"])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    assert refusal(data).reason == "empty"


def test_an_empty_workbook_holds_no_plan() -> None:
    assert refusal(workbook(lambda sheet: None)).reason == "not_a_plan"


def test_a_matrix_of_results_is_no_plan() -> None:
    path = SAMPLES / "15_meishan_2019_multiheader_negative.txt"
    assert refusal(path.read_bytes(), path.name).reason == "not_a_plan"


def test_a_news_report_is_no_plan() -> None:
    text = (
        "区政府召开全体（扩大）会议\n\n本报讯（记者 朱梦琪）12月28日，会议召开。\n"
        "一要认真对照考核指标，各部门要提前谋划。\n责任编辑：朱梦琪\n"
    )
    assert refusal(text.encode(), "新闻.txt").reason == "not_a_plan"


def test_a_government_report_that_names_nobody_is_no_plan() -> None:
    text = (
        "政府工作报告\n各位代表：\n一、2017年工作回顾\n（一）经济稳中有进。地区生产总值增长8%（可比价）。\n"
        "1.全面深化改革。\n2.优化环境。\n"
    )
    assert refusal(text.encode(), "报告.txt").reason == "not_a_plan"


@pytest.mark.parametrize("cut", [40, 1000, 15000])
def test_a_truncated_workbook_is_called_damaged(cut: int) -> None:
    assert refusal(OFFICE_2018.read_bytes()[:cut]).reason == "damaged"


def test_a_workbook_with_broken_bytes_inside_is_called_damaged() -> None:
    data = bytearray(OFFICE_2018.read_bytes())
    data[2000:6000] = bytes(4000)
    assert refusal(bytes(data)).reason in ("damaged", "not_a_plan")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "image"),
        (b"Rar!\x1a\x07\x00" + bytes(100), "archive"),
        (b"{\\rtf1 text}", "unsupported"),
        (b"\x7fELF" + bytes(500), "unsupported"),
        (bytes(range(256)) * 20, "unsupported"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
    ],
)
def test_what_is_no_office_table_is_called_by_its_name(data: bytes, reason: str) -> None:
    assert refusal(data).reason == reason


def test_an_ordinary_archive_is_to_be_unpacked_first() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("表.txt", "x")
    assert refusal(stream.getvalue()).reason == "archive"


def test_more_than_the_allowed_megabytes_are_refused_before_opening() -> None:
    assert refusal(b"a" * (40 * 1024 * 1024)).reason == "too_large"


def test_an_archive_that_unpacks_to_hundreds_of_megabytes_is_refused() -> None:
    assert refusal(with_sheet_xml(SHEET.format(" " * 100_700_000, ""))).reason == "too_large"


def test_a_sheet_with_millions_of_cells_is_refused() -> None:
    rows = '<row><c t="n"><v>1</v></c></row>' * 700_000
    assert refusal(with_sheet_xml(SHEET.format(rows, ""))).reason == "too_large"


def test_a_merge_over_the_whole_sheet_is_refused() -> None:
    merge = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert refusal(with_sheet_xml(SHEET.format("", merge))).reason == "too_large"


def test_a_lone_cell_in_the_last_corner_costs_nothing() -> None:
    def fill(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.append(["序号", "工作任务", "责任单位"])
        sheet.append([1, "新建改造公厕58座。", "城管局"])
        sheet["XFD1048576"] = "角"

    table = read_table(workbook(fill), "表.xlsx")
    assert table.tasks[0].lead_departments == ["城管局"]


def test_entities_that_grow_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + SHEET.format(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>', ""
    )
    assert refusal(with_sheet_xml(bomb)).reason == "damaged"
