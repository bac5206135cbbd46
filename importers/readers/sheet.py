"""The cells of a workbook straight from its XML: an element of each would take twice as long to make."""

from datetime import date, datetime, time
from functools import lru_cache
from typing import IO, Any
from xml.etree.ElementTree import Element, SubElement
from xml.parsers.expat import ParserCreate

from openpyxl.utils.cell import column_index_from_string
from openpyxl.worksheet._reader import CELL_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from importers import headway
from importers.characters import cleaned
from importers.grid import Row
from importers.readers import archive

_MOST_HIDDEN = 256
_TRUE = ("1", "true")


def _named(name: str) -> str:
    """An element's name as the parser tells it."""
    return f"{SHEET_MAIN_NS}}}{name}"


_ROW, _CELL, _FORMULA, _INLINE = _named("row"), _named("c"), _named("f"), _named("is")
_STRING, _PRONOUNCED = _named("si"), _named("rPh")
_WORDS = (_named("t"), _named("v"))
_COLUMNS, _MERGE = _named("col"), _named("mergeCell")


class _Part:
    """One part of a workbook; ``text`` is what the runs since it was last taken say."""

    def __init__(self) -> None:
        self.text: str | None = None
        self._words: list[str] = []
        self._is_aside = False

    def read(self, source: IO[bytes]) -> None:
        parser = ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.EntityDeclHandler = _refuse
        parser.StartElementHandler = self.opened
        parser.EndElementHandler = self.closed
        parser.CharacterDataHandler = self._words.append
        parser.ParseFile(source)

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name in _WORDS:
            self._words.clear()
        elif name == _PRONOUNCED:
            self._is_aside = True

    def closed(self, name: str) -> None:
        if name in _WORDS:
            if not self._is_aside:
                self.text = (self.text or "") + "".join(self._words)
        elif name == _PRONOUNCED:
            self._is_aside = False


class SharedStrings(_Part):
    """The words that cells name by number, as plain text: we have no use for the fonts of each run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def closed(self, name: str) -> None:
        if name == _STRING:
            self.found.append((self.text or "").replace("x005F_", ""))
            self.text = None
        else:
            super().closed(name)


class Sheet(_Part):
    """The rows of a sheet that have cells; of all else only merges and what is hidden concern us.

    ``library`` reads numbers, dates and truth values; ``percents`` are the cell styles that show a number as per cent.
    """

    def __init__(self, library: WorkSheetParser, percents: set[int]) -> None:
        super().__init__()
        self.rows: dict[int, Row] = {}
        self.merges: list[str] = []
        self.hidden_columns: set[int] = set()
        self.without_value: list[str] = []
        """Cells whose formula was never calculated by an office program: they look blank and are not."""
        self._library = library
        self._percents = percents
        self._row = Row(0, {})
        self._cell: dict[str, str] = {}
        self._column = 0
        self._has_formula = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == _CELL:
            self._cell, self.text, self._has_formula = attributes, None, False
        elif name == _INLINE:
            self.text = ""
        elif name == _FORMULA:
            self._has_formula = True
        elif name == _ROW:
            number = int(float(attributes["r"])) if "r" in attributes else self._row.number + 1
            self._row, self._column = Row(number, {}, hidden=attributes.get("hidden") in _TRUE), 0
        elif name == _COLUMNS and attributes.get("hidden") in _TRUE:
            first, last = int(attributes["min"]), int(attributes["max"])
            self.hidden_columns.update(range(first, min(last, first + _MOST_HIDDEN) + 1))
        elif name == _MERGE:
            self.merges.append(attributes.get("ref", "A1"))
        else:
            super().opened(name, attributes)

    def closed(self, name: str) -> None:
        if name == _CELL:
            self._end_cell()
        elif name == _ROW:
            headway.one_more()
            if self._row.cells:
                self.rows[self._row.number] = self._row
        else:
            super().closed(name)

    def _end_cell(self) -> None:
        place, kind, text = self._cell.get("r"), self._cell.get("t"), self.text
        self._column = _column(place.rstrip("0123456789")) if place else self._column + 1
        if not text and kind != "inlineStr":
            if self._has_formula:
                self.without_value.append(place or "")
            return
        if text and kind == "s":
            text = self._library.shared_strings[int(text)]
        elif text and kind not in ("inlineStr", "str", "e"):
            text = self._figure(text)
        if text is not None:
            self._row.cells[self._column] = cleaned(text).strip(" \n")

    def _figure(self, text: str) -> str:
        """A number or date as the office sees it."""
        cell = Element(CELL_TAG, self._cell)
        SubElement(cell, VALUE_TAG).text = text
        read = self._library.parse_cell(cell)
        return _shown(read["value"], read["style_id"] in self._percents)


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    return column_index_from_string(letters)


def _refuse(*_declared: object) -> None:
    """Entities may grow without end, and no office program writes any."""
    raise archive.damaged()


def _shown(value: Any, is_percent: bool) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        if is_percent:
            return f"{round(value * 100, 6):g}%"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int) and is_percent:
        return f"{value * 100}%"
    return str(value).strip()
