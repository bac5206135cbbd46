"""An uploaded workbook of 单位与人员, read into rows; no database is touched."""

from dataclasses import dataclass

from app.errors import FileRefused
from app.queries import directory_sheet as words
from app.services.uploaded_tables import read_tables
from importers.grid import Grid, Row

MOST_ROWS = 1000
REMEDY = "请先下载现有名录或空白表，在上面修改后再上传。"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a sheet: its place for an officer, and its cells under our names of the columns."""

    sheet: str
    place: str
    cells: dict[str, str]

    def says(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Sheets:
    """What an upload says: units, then officials, in the order of the file, and the columns that are none of ours."""

    rows: list[SheetRow]
    unread: list[str]


def read_sheets(data: bytes, name: str) -> Sheets:
    """Raises ``FileRefused`` with a sentence."""
    found: list[SheetRow] = []
    unread: list[str] = []
    for grid in read_tables(data, name):
        taken: set[int] = set()
        offered: dict[int, str] = {}
        for sheet, key, columns in (
            (words.DEPARTMENTS, words.NAME, words.DEPARTMENT_COLUMNS),
            (words.OFFICIALS, words.PERSON, words.OFFICIAL_COLUMNS),
        ):
            header = _header_row(grid, key, columns)
            if header is None:
                continue
            headers = _headers(header, columns)
            rows = _rows(grid, sheet, header, headers)
            if rows:
                found += rows
                taken |= headers.keys()
                offered |= {column: "".join(text.split()) for column, text in header.texts()}
        unread += [text for column, text in sorted(offered.items()) if column not in taken]
    if not found:
        raise FileRefused(
            f"文件里没有找到名录：没有一张表的表头写着“{words.NAME}”或“{words.PERSON}”，或者表头下面是空的。",
            REMEDY,
        )
    if len(found) > MOST_ROWS:
        raise FileRefused(f"名录有 {len(found)} 行，一次最多读 {MOST_ROWS} 行。", "请分成几份上传。")
    return Sheets(sorted(found, key=lambda row: row.sheet != words.DEPARTMENTS), list(dict.fromkeys(unread)))


def _header_row(grid: Grid, key: str, columns: tuple[str, ...]) -> Row | None:
    return next((row for row in grid.rows[:20] if key in _headers(row, columns).values()), None)


def _rows(grid: Grid, sheet: str, header: Row, headers: dict[int, str]) -> list[SheetRow]:
    below = grid.rows[grid.rows.index(header) + 1 :]
    rows = [(each.number, _cells(each, headers)) for each in below if not each.hidden]
    return [
        SheetRow(sheet, grid.place(number), cells)
        for number, cells in rows
        if any(text for column, text in cells.items() if column != words.NUMBER)
    ]


def _headers(row: Row, columns: tuple[str, ...]) -> dict[int, str]:
    """Which of our columns stands where; of two with the same header the first counts."""
    found: dict[int, str] = {}
    for column, text in row.texts():
        word = "".join(text.split())
        word = words.OTHER_WORDS.get(word, word)
        if word in columns and word not in found.values():
            found[column] = word
    return found


def _cells(row: Row, headers: dict[int, str]) -> dict[str, str]:
    return {name: row.full(column).strip() for column, name in headers.items()}
