"""The directory as Excel: taken out, changed, brought back."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select
from sqlmodel import Session, col

from app.errors import Conflict, FileRefused, Forbidden, NotFound
from app.models.directory import Department, Official
from app.models.event import Event
from app.queries.directory_entries import department_entries, official_entries
from app.reports.directory import blank_workbook, directory_workbook
from app.rules.permissions import Viewer
from app.services import departments, directory_import, officials
from app.services.departments import DepartmentFacts
from app.services.directory_import import DirectoryChange, Fate
from app.services.officials import OfficialFacts
from tests.office import TODAY, Office
from tests.services.test_directory_departments import deeds, unit
from tests.services.test_directory_merge import merge

Edit = Callable[[Worksheet, Worksheet], None]
HEADER = 3


def download(session: Session, viewer: Viewer) -> bytes:
    return directory_workbook(
        "青山区", department_entries(session, viewer), official_entries(session, viewer), TODAY
    )


def edited(data: bytes, edit: Edit) -> bytes:
    book = openpyxl.load_workbook(BytesIO(data))
    edit(book["单位"], book["分管领导"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def put(sheet: Worksheet, row: int, **cells: object) -> None:
    """Write cells of a row by their headers."""
    headers = {cell.value: cell.column for cell in sheet[HEADER]}
    for header, value in cells.items():
        sheet.cell(row, headers[header]).value = value  # type: ignore[union-attr]


def row_of(sheet: Worksheet, name: str) -> int:
    return next(row for row in range(HEADER + 1, sheet.max_row + 1) if sheet.cell(row, 2).value == name)


def look(session: Session, viewer: Viewer, data: bytes) -> DirectoryChange:
    file = directory_import.keep_workbook(session, data, "名录.xlsx", actor=viewer)
    session.commit()
    return directory_import.preview_workbook(session, file, actor=viewer)


def write(session: Session, viewer: Viewer, data: bytes) -> DirectoryChange:
    file = directory_import.keep_workbook(session, data, "名录.xlsx", actor=viewer)
    session.commit()
    shown = directory_import.preview_workbook(session, file, actor=viewer).digest
    change = directory_import.commit_workbook(session, file, shown=shown, actor=viewer)
    session.commit()
    return change


def furnish(session: Session, viewer: Viewer) -> None:
    """A directory in which every column says something."""
    above = unit(session, viewer, "发改局")
    wanted = DepartmentFacts(
        "粮食局", "粮局", "区直部门", None, above.id, "007", ("区粮食局", "粮食和储备局")
    )
    departments.add_department(session, wanted, actor=viewer)
    departments.add_department(session, DepartmentFacts("=1+1局"), actor=viewer)
    departments.add_department(session, DepartmentFacts("各镇街"), actor=viewer)
    officials.add_official(
        session, OfficialFacts("是峰", "主任", date(2017, 1, 1), TODAY, "L1"), actor=viewer
    )
    merge(session, viewer, "教育局", "城管局")
    session.commit()


def test_the_download_uploaded_again_changes_nothing(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        furnish(session, ducha)
        data = download(session, ducha)
        before = session.execute(select(func.count(col(Event.id)))).scalar_one()
        change = write(session, ducha, data)
        assert [(row.name, row.reason) for row in change.of(Fate.REFUSED)] == []
        assert not change.changes_anything
        assert len(change.of(Fate.UNCHANGED)) == 8 + 4
        assert session.execute(select(func.count(col(Event.id)))).scalar_one() == before


def change_all(units: Worksheet, people: Worksheet) -> None:
    put(units, row_of(units, "发改局"), 全称="发展改革委", 类别="区直部门", 外部编号="D1")
    put(units, row_of(units, "卫健局"), 别名="卫计局、卫生局", 上级单位="新区")
    last = units.max_row
    put(units, last + 1, 全称="新区", 简称="新")
    put(units, last + 2, 全称="粮食局", 撤并日期=date(2017, 5, 1), 承接单位="发改局")
    put(units, last + 3, 全称="各园区", 成员单位="新区，城管局")
    put(people, row_of(people, "是峰"), 职务="副区长", 任职日期="2017年1月3日")
    put(people, people.max_row + 1, 姓名="王伟", 职务="区长", 序号=1)


def test_additions_renames_and_corrections_are_shown_and_written(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        data = edited(download(session, ducha), change_all)
        shown = look(session, ducha, data)
        assert {row.name for row in shown.of(Fate.NEW)} == {"新区", "粮食局", "各园区", "王伟"}
        changes = {row.name: row.changes for row in shown.of(Fate.CHANGED)}
        assert changes == {
            "发展改革委": [
                ("全称", "发改局", "发展改革委"),
                ("别名", "", "发改局"),
                ("类别", "", "区直部门"),
                ("外部编号", "", "D1"),
            ],
            "卫健局": [("别名", "", "卫计局、卫生局"), ("上级单位", "", "新区")],
            "是峰": [("职务", "", "副区长"), ("任职日期", "", "2017-01-03")],
        }
        assert shown.of(Fate.REFUSED) == []
        assert {entry.name for entry in department_entries(session, ducha)}.isdisjoint({"新区", "发展改革委"})
        assert deeds(session, "department_added") == []

        write(session, ducha, data)
        entries = {entry.name: entry for entry in department_entries(session, ducha)}
        assert [each.name for each in entries["新区"].parts] == ["卫健局"]
        assert [each.name for each in entries["各园区"].members] == ["城管局", "新区"]
        assert entries["各园区"].is_group
        assert not entries["粮食局"].is_current
        assert unit(session, ducha, "粮食局").name == "发展改革委"
        # Two lines with the number 1: in the order of the file.
        assert [entry.name for entry in official_entries(session, ducha)][:2] == ["陆秋明", "王伟"]
        (told,) = deeds(session, "directory_imported")
        assert (told["file"], told["added"], told["changed"]) == ("名录.xlsx", 4, 3)
        assert len(deeds(session, "department_added")) == 3
        # The same file once more finds everything as it says.
        assert not write(session, ducha, data).changes_anything


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda units, _: put(units, units.max_row + 1, 全称="教育局"), "前面已有一行"),
        (lambda units, _: put(units, units.max_row + 1, 简称="无名"), "请填写单位全称"),
        (lambda units, _: put(units, units.max_row + 1, 全称="新局", 系统编号=999), "不在本名录中"),
        (lambda units, _: put(units, units.max_row + 1, 全称="新局", 上级单位="天上"), "“天上”不在名录中"),
        (lambda units, _: put(units, units.max_row + 1, 全称="新局", 撤并日期="去年"), "看不懂“去年”"),
        (lambda units, _: put(units, units.max_row + 1, 全称="新局", 承接单位="发改局"), "没有撤并日期"),
        (lambda units, _: put(units, row_of(units, "发改局"), 撤并日期=TODAY), "涉及任务交接"),
        (lambda units, _: put(units, row_of(units, "发改局"), 承接单位="教育局"), "涉及任务交接"),
        (lambda units, _: put(units, row_of(units, "发改局"), 简称="教育局"), "已在名录中"),
        (lambda _, people: put(people, row_of(people, "是峰"), 离任日期=TODAY), "还有 1 项没有办结的任务"),
        (lambda _, people: put(people, people.max_row + 1, 职务="副区长"), "请填写姓名"),
    ],
)
def test_a_line_that_cannot_be_is_refused_alone_and_with_its_reason(
    office: Office, edit: Edit, words: str
) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        before = [(entry.name, entry.short_name) for entry in department_entries(session, ducha)]

        def both(units: Worksheet, people: Worksheet) -> None:
            edit(units, people)
            put(units, units.max_row + 1, 全称="好好的局")

        change = write(session, ducha, edited(download(session, ducha), both))
        (refused,) = change.of(Fate.REFUSED)
        assert words in refused.reason
        assert "第" in refused.place
        after = [(entry.name, entry.short_name) for entry in department_entries(session, ducha)]
        assert after == [*before, ("好好的局", "")]


def test_renaming_a_unit_changes_no_line_that_only_names_it(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        furnish(session, ducha)

        def rename(units: Worksheet, _: Worksheet) -> None:
            put(units, row_of(units, "发改局"), 全称="发展改革委")
            put(units, row_of(units, "城管局"), 全称="城市管理局")

        data = edited(download(session, ducha), rename)
        assert {row.name for row in look(session, ducha, data).of(Fate.CHANGED)} == {
            "发展改革委",
            "城市管理局",
        }
        write(session, ducha, data)
        assert not write(session, ducha, data).changes_anything


def test_the_numbers_in_the_file_are_the_order(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        names = [entry.name for entry in department_entries(session, ducha)]

        def turn_round(units: Worksheet, _: Worksheet) -> None:
            for number, name in enumerate(reversed(names), 1):
                put(units, row_of(units, name), 序号=number)

        data = edited(download(session, ducha), turn_round)
        assert look(session, ducha, data).moved == {"单位": 4}
        write(session, ducha, data)
        assert [entry.name for entry in department_entries(session, ducha)] == names[::-1]
        assert not write(session, ducha, data).changes_anything


def test_what_the_file_leaves_out_stays(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        furnish(session, ducha)

        def keep_one(units: Worksheet, people: Worksheet) -> None:
            for row in range(units.max_row, HEADER, -1):
                if units.cell(row, 2).value != "粮食局":
                    units.delete_rows(row)
            put(units, HEADER + 1, 简称=None, 别名=None, 类别=None, 上级单位=None, 外部编号=None, 序号=None)
            people.delete_rows(HEADER + 1, people.max_row)

        before = department_entries(session, ducha)
        change = write(session, ducha, edited(download(session, ducha), keep_one))
        assert [row.fate for row in change.rows] == [Fate.UNCHANGED]
        assert department_entries(session, ducha) == before


@pytest.mark.parametrize("mark", ["\t", ","])
def test_a_list_of_the_offices_own_is_read_too(office: Office, mark: str) -> None:
    ducha = office.viewer("ducha")
    text = "单位名称\t单位简称\t曾用名\t类别\n青山区审计局\t审计局\t区审计局、审计办\t\n".replace("\t", mark)
    with office.database.writing() as session:
        file = directory_import.keep_workbook(session, text.encode(), "名录.txt", actor=ducha)
        session.commit()
        change = directory_import.preview_workbook(session, file, actor=ducha)
        (row,) = change.rows
        assert row.fate is Fate.NEW
        assert row.changes == [
            ("全称", "", "青山区审计局"),
            ("简称", "", "审计局"),
            ("别名", "", "区审计局、审计办"),
        ]


def test_a_blank_sheet_is_filled_in_by_a_new_office(office: Office) -> None:
    neighbour = office.viewer("neighbour")

    def fill(units: Worksheet, people: Worksheet) -> None:
        put(units, HEADER + 1, 全称="发改局", 序号=1)
        put(units, HEADER + 2, 全称="教育局", 序号=2, 上级单位="发改局")
        put(people, HEADER + 1, 姓名="王伟", 职务="区长")
        put(people, HEADER + 2, 姓名="王伟", 职务="副区长")

    with office.database.writing() as session:
        data = blank_workbook("河口区")
        with pytest.raises(FileRefused, match="没有找到名录"):
            directory_import.keep_workbook(session, data, "空白.xlsx", actor=neighbour)
        change = write(session, neighbour, edited(data, fill))
        assert len(change.of(Fate.NEW)) == 4
        assert [entry.name for entry in department_entries(session, neighbour)] == ["发改局", "教育局"]
        # 青山区 has units of the same names, and keeps them apart.
        assert (
            session.execute(
                select(func.count(col(Department.id))).where(col(Department.name) == "发改局")
            ).scalar_one()
            == 2
        )


def test_what_was_not_shown_is_not_written(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        file = directory_import.keep_workbook(
            session, edited(download(session, ducha), change_all), "名录.xlsx", actor=ducha
        )
        session.commit()
        shown = directory_import.preview_workbook(session, file, actor=ducha).digest
        departments.add_department(session, DepartmentFacts("新区"), actor=ducha)
        session.commit()
        with pytest.raises(Conflict, match="还没有写入"):
            directory_import.commit_workbook(session, file, shown=shown, actor=ducha)
        session.rollback()
        assert (
            session.execute(select(func.count(col(Official.id))).where(col(Official.name) == "王伟")).scalar()
            == 0
        )


def test_only_files_of_this_purpose_and_place_are_opened(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        kept = directory_import.keep_workbook(session, download(session, ducha), "名录.xlsx", actor=ducha)
        assert directory_import.get_workbook(session, ducha, kept.id or 0).name == "名录.xlsx"
        with pytest.raises(NotFound):
            directory_import.get_workbook(session, office.viewer("neighbour"), kept.id or 0)
        with pytest.raises(NotFound):  # the original of the plan
            directory_import.get_workbook(session, ducha, 1)
        with pytest.raises(Forbidden):
            directory_import.get_workbook(session, office.viewer("fagai"), kept.id or 0)
        with pytest.raises(FileRefused):
            directory_import.keep_workbook(session, b"PK\x03\x04 no workbook", "x.xlsx", actor=ducha)


def test_text_that_looks_like_a_formula_stays_text(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        furnish(session, ducha)
        book = openpyxl.load_workbook(BytesIO(download(session, ducha)))
        sheet = book["单位"]
        cell = sheet.cell(row_of(sheet, "=1+1局"), 2)
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
        code = sheet.cell(row_of(sheet, "粮食局"), 8)
        assert (code.value, code.number_format) == ("007", "@")


def test_columns_that_are_none_of_ours_are_named_once(office: Office) -> None:
    ducha = office.viewer("ducha")
    text = "单位名称,联系 电话,简称,备注,全称\n青山区审计局,0519,审计局,新,别的\n"

    def more(units: Worksheet, people: Worksheet) -> None:
        units.cell(HEADER, units.max_column + 1).value = "负责人"
        people.cell(HEADER, people.max_column + 1).value = "负责人"
        people.cell(HEADER, people.max_column + 1).value = "手机"

    with office.database.writing() as session:
        file = directory_import.keep_workbook(session, text.encode(), "名录.csv", actor=ducha)
        session.commit()
        change = directory_import.preview_workbook(session, file, actor=ducha)
        assert change.unread == ["联系电话", "备注", "全称"]
        plain = download(session, ducha)
        assert look(session, ducha, plain).unread == []
        assert look(session, ducha, edited(plain, more)).unread == ["负责人", "手机"]
