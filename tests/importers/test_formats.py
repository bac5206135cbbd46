"""The same plan in every format an office sends; what a file is shows its content, not its name."""

import html
import io
import re
from pathlib import Path

import docx
import pytest
import xlwt

from importers import ImportedRow, RecognisedTable, UnreadableFile, read_table
from importers.characters import cleaned
from importers.readers.text import decode
from tests.importers.build import document, messages, read, xlsx
from tests.importers.expect import LAYOUTS

SAMPLES = Path(__file__).parent / "samples"
ROWS = [["序号", "工作任务", "责任单位"], ["1", "改造公厕。", "城管局"], ["2", "清理河道。", "水利局"]]


def same_plan(table: RecognisedTable) -> list[tuple[object, ...]]:
    return [
        (
            task.number,
            task.goal,
            task.standard,
            tuple(task.officials),
            tuple(task.lead_departments),
            tuple(task.supporting_departments),
            task.due_on,
            tuple(task.inherited),
        )
        for task in table.tasks
    ]


@pytest.mark.parametrize("form", ["doc", "pdf"])
def test_an_old_document_and_a_pdf_give_the_same_as_the_document(form: str) -> None:
    expected = read((SAMPLES / "某县2025.docx").read_bytes())
    table = read((SAMPLES / f"某县2025.{form}").read_bytes())
    assert table.title == expected.title
    assert same_plan(table) == same_plan(expected)


@pytest.mark.parametrize("sample", sorted(LAYOUTS.glob("*.txt")), ids=lambda path: path.stem)
def test_a_text_gives_the_same_in_a_document_and_on_a_page(sample: Path) -> None:
    """Also where a table is typed in it with bars or drawn lines. A page shows wide gaps as one space."""
    lines = [re.sub("[ \t\u3000]+", " ", line).strip() for line in decode(sample.read_bytes()).splitlines()]
    page = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    expected = _tasks("\n".join(lines).encode())
    assert _tasks(document(*lines)) == expected
    assert _tasks(f"<html><body>{page}</body></html>".encode()) == expected


def _tasks(data: bytes) -> list[ImportedRow] | str:
    try:
        return read(data).tasks
    except UnreadableFile as refusal:
        return refusal.reason


def test_a_pdf_names_page_and_row() -> None:
    assert read((SAMPLES / "某县2025.pdf").read_bytes()).tasks[0].place == "第1页 第2行"


def xls(hidden: int | None = None) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("分解表")
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            sheet.write(row, column, int(value) if value.isdigit() else value)
    sheet.write_merge(3, 4, 2, 2, "财政局")
    for row, number in ((3, 3), (4, 4)):
        sheet.write(row, 0, number)
        sheet.write(row, 1, f"第{number}项任务。")
    if hidden is not None:
        sheet.row(hidden).hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_an_old_workbook_keeps_its_merges_and_hidden_rows() -> None:
    table = read(xls(hidden=2), "表.xls")
    assert [task.number for task in table.tasks] == [1, 2, 3, 4]
    assert table.tasks[3].lead_departments == ["财政局"]
    assert table.tasks[3].inherited == ["lead_departments"]
    assert "第3行 该行在文件中被隐藏" in messages(table)


HTML = """<html><head><meta charset="gb2312"><style>td{{color:red}}</style></head><body>
<div>首页 &gt; 政务公开</div><h1>某区2025年重点工作任务分解表</h1>
<table width="100%"><tr><td><table border=1>
<tr><th>序号</th><th>重点工作任务</th><th>责任单位</th></tr>
<tr><td>1</td><td>新建公厕58座，<br>改造20座。</td><td rowspan="2">城管局<p>财政局</p></td></tr>
<tr><td>2</td><td>清理
   河道。</td></tr>
</table></td></tr></table><div>监督电话：86310000</div></body></html>"""


@pytest.mark.parametrize("name", ["页.html", "表.xls"])
def test_a_web_page_is_read_under_any_name_and_encoding(name: str) -> None:
    table = read(HTML.encode("gb18030"), name)
    first, second = table.tasks
    assert table.title == "某区2025年重点工作任务分解表"
    assert first.standard == "新建公厕58座，\n改造20座。"
    assert second.standard == "清理河道。"
    assert second.lead_departments == ["城管局", "财政局"]
    assert second.inherited == ["lead_departments"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_delimited_text_is_read_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in ROWS)
    assert [task.lead_departments for task in read(text.encode(encoding), "表.csv").tasks] == [
        ["城管局"],
        ["水利局"],
    ]


def test_a_quoted_cell_may_hold_line_breaks() -> None:
    table = read(
        '序号\t工作任务\t责任单位\n1\t改造公厕。\t"城管局\n财政局"\n2\t清理河道。\t水利局\n', "表.txt"
    )
    assert table.tasks[0].lead_departments == ["城管局", "财政局"]
    assert table.tasks[1].place == "第4行"


def test_the_suffix_does_not_matter() -> None:
    assert len(read(xlsx(ROWS), "表.doc").tasks) == 2


def test_macro_workbooks_are_read_for_their_cells() -> None:
    assert len(read(xlsx(ROWS), "表.xlsm").tasks) == 2


def encrypted(data: bytes) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt("密码", stream)
    return stream.getvalue()


def test_a_password_is_called_a_password() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_table(encrypted(xlsx(ROWS)), "表.xlsx")
    assert caught.value.reason == "password"


@pytest.mark.parametrize("form", ["doc", "pdf"])
@pytest.mark.parametrize("cut", [600, 9000])
def test_a_truncated_foreign_file_is_refused(form: str, cut: int) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_table((SAMPLES / f"某县2025.{form}").read_bytes()[:cut], f"表.{form}")
    assert caught.value.reason in ("damaged", "scanned", "not_a_plan")


def test_a_truncated_old_workbook_is_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_table(xls()[:3000], "表.xls")
    assert caught.value.reason in ("damaged", "unsupported")


def test_a_document_without_any_plan_is_refused() -> None:
    file = docx.Document()
    file.add_paragraph("会议纪要")
    stream = io.BytesIO()
    file.save(stream)
    with pytest.raises(UnreadableFile) as caught:
        read_table(stream.getvalue(), "纪要.docx")
    assert caught.value.reason == "not_a_plan"


def test_radicals_that_a_pdf_has_in_place_of_characters_are_those_characters() -> None:
    text = "1.更新新能源汽⻋40辆，青年公寓⼾型⻬全。\n责任单位：县⼯业和信息化局、县⾃然资源局\n"
    task = read(text, "复制.txt").tasks[0]

    assert task.standard == "更新新能源汽车40辆，青年公寓户型齐全。"
    assert task.lead_departments == ["县工业和信息化局", "县自然资源局"]


def test_no_character_of_ordinary_text_is_taken_for_another() -> None:
    ordinary = "".join(map(chr, (*range(0x20, 0x7F), *range(0x3000, 0x3100), *range(0x4E00, 0xA000))))
    assert cleaned(ordinary) == ordinary
