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


@pytest.mark.parametrize(
    "table",
    [
        "序号,主管部门,招聘单位,岗位名称,招聘人数\n1,县卫健委,县医院,临床医师,5\n2,县教育局,县一中,语文教师,3\n",
        "序号,投诉事项,责任单位,投诉电话\n1,物业服务,县住建局,6021111\n2,欠薪,县人社局,12333\n",
        "序号,事项名称,实施机关,设定依据,承诺时限\n1,食品经营许可,县市监局,食品安全法,10日\n2,施工许可,县住建局,建筑法,5日\n",
        "序号,采购项目名称,采购单位,预计采购时间\n1,办公电脑,县财政局,5月\n2,城市保洁,县城管局,6月\n",
        "日期,时间,活动内容,参加领导,地点\n周一,9:00,常务会议,王伟,会议室\n周二,15:00,调研重点项目,李强,开发区\n",
        "序号,班次名称,培训对象,主办单位,培训时间\n1,中青年干部班,科级干部,县委组织部,5月\n",
        "序号,资产名称,规格型号,使用单位,责任人\n1,台式电脑,M720,县府办,张三\n2,打印机,1020,县府办,李四\n",
        "序号,类别,单位,姓名\n1,先进集体,县税务局,\n2,先进个人,县公安局,张强\n",
    ],
)
def test_other_lists_that_name_a_unit_are_no_plans(table: str) -> None:
    assert refusal(table.encode(), "表.csv").reason == "not_a_plan"


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


def test_the_foot_of_a_web_page_makes_no_plan_of_a_report() -> None:
    text = "政府工作报告\n一、主要目标\n1、地区生产总值增长8%。\n2、新建公园3处。\n" + (
        "CopyRight All Right Reserved     主办单位:某市人民政府办公室     地址:行政中心\n"
        "某ICP备10217280号     网站标识码:3204120012\n"
    )
    with pytest.raises(UnreadableFile) as refused:
        read_table(text.encode(), "报告.txt")
    assert refused.value.reason == "not_a_plan"
