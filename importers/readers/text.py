"""Plain text: pasted tables, CSV and TSV, paragraphs; UTF-8 or GB18030."""

import csv
import io
import re
from collections import Counter
from itertools import islice, zip_longest

from importers.characters import cleaned, squash
from importers.columns import is_listed, kind_of
from importers.errors import TOO_LONG, UnreadableFile
from importers.grid import Document, Grid, Line, Row
from importers.numbering import TASK_RANK, numbering_of
from importers.readers import aligned, boxes, label_rows, piped, tab_lines
from importers.readers.broken import is_name, with_whole_words
from importers.readers.closed_cells import rows_joined
from importers.readers.page_foot import without_foot
from importers.scripts import without_readings

_DELIMITERS = "\t,，;；"
_UNPROSAIC = "\t"
_FEWEST_WIDTHS = 2
_FEWEST_WORDS = 3
_LONGEST_WORD = 16
_FEWEST_EVEN = 4
_ROWS_COUNTED = 200
_LABEL = re.compile(r"[:：].")  # 牵头单位：县水利局 announces a value, so it heads no column
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:https?:|[/#.])[^()\s]*\)")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_MARKED_TITLE = re.compile(r"^#{1,6}\s+")
_GARBLED = re.compile(r"\?(?P<garbled>。[^\x00-\x7f]{2,40}[\x40-\x7e]?)")
_HALF_NUMBERS = dict(zip("ㄒǘㄈㄋㄎㄆòňㄊ", "一二三四五七八九十", strict=True))  # with the byte before
_NUMBER_GARBLED = re.compile(
    rf"\?。(?P<half>[{''.join(_HALF_NUMBERS)}])(?P<tail>[─-╋][^\x00-\x7f]*[\x40-\x7e]?)"
)
_NO_WORDS = re.compile(r"^\?。[^一-龥]*")
_MOST_CHARACTERS = 4_000_000
_MOST_UNPARTED = 2_000_000  # characters of a text whose cells nothing parts
_MOST_LINES = 100_000


def read(data: bytes) -> Document:
    """The lines of a text, or its table when the cells of a row stand on one line."""
    return read_string(decode(data))


def read_string(text: str) -> Document:
    """The same for text pasted into the page."""
    text = cleaned(text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = text.split("\n")
    if len(text) > _MOST_CHARACTERS or sum(bool(line.strip()) for line in lines) > _MOST_LINES:
        raise UnreadableFile("too_large", TOO_LONG)
    repaired = [_repaired(line) for line in lines]
    shown, foot = without_foot([_without_markdown(line) for line in repaired])
    document = _of_lines(without_readings("\n".join(shown)))
    document.notes += [foot] if foot else []
    document.warnings += [
        f"第{number}行开头的文字成了乱码，已尽量还原，请对照原文核对"
        for number, (before, after) in enumerate(zip(lines, repaired, strict=True), start=1)
        if before is not after
    ]
    return document


def _of_lines(text: str) -> Document:
    """The table typed or drawn in a text, or its lines."""
    lines = text.split("\n")
    if boxes.has_boxes(text):
        return Document("text", boxes.read(lines))
    if (cards := label_rows.read(lines)) is not None:
        return Document("text", cards)
    if "|" in text.replace("｜", "|") and (rows := piped.read(rows_joined(lines) or lines)) is not None:
        return Document("text", rows)
    if (copied := tab_lines.read(lines)) is not None:
        return Document("text", copied)
    if delimiter := _delimiter(text):
        return Document("csv", _with_table(text, delimiter))
    if (spaced := aligned.read(lines)) is not None:
        return Document("text", spaced)
    found = [Line(number, line.rstrip(" \u3000")) for number, line in enumerate(lines, start=1)]
    if len(text) > _MOST_UNPARTED:
        raise UnreadableFile("too_large", TOO_LONG)
    return Document("text", [*found])


def _without_markdown(line: str) -> str:
    """The words of a line a crawler kept as markdown: # 标题, **一、…**, [关于我们](/about/)."""
    if "**" not in line and "](" not in line and not line.startswith("#"):
        return line
    return _MARKED_TITLE.sub("", _STRONG.sub(r"\1", _LINK.sub(r"\1", line)))


def _repaired(line: str) -> str:
    """A line whose first full-width space lost a byte, which garbles the number behind it: ?。ㄎ澹┘涌 was （五）加快.

    What cannot be put right keeps its place as （？）.
    """
    if line[:2] != "?。" or not (found := _GARBLED.match(line)):
        return line
    try:
        whole = (b"\xa1" + found["garbled"].encode("gb18030")).decode("gb18030").strip("\u3000")
    except UnicodeDecodeError:
        whole = ""
    if (numbering := numbering_of(whole)) and numbering.rank < TASK_RANK:
        return whole + line[found.end() :]
    return _with_number(line) or "（？）" + _NO_WORDS.sub("", line)


def _with_number(line: str) -> str:
    """The same where the second half of the number was lost as well: ?。ǘ┩七M was （二）推進; else nothing."""
    found = _NUMBER_GARBLED.match(line)
    if found is None:
        return ""
    number = f"（{_HALF_NUMBERS[found['half']]}）"
    try:
        words = found["tail"].encode("gb18030")[1:].decode("gb18030")
    except UnicodeDecodeError:
        return number + _NO_WORDS.sub("", line)
    return number + words + line[found.end() :]


def decode(data: bytes) -> str:
    """UTF-8 if it is UTF-8, else the national encoding; a text in neither is refused."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(
        "encoding", "文字编码不是 UTF-8 或 GB18030，读不出来。请另存为 UTF-8 文本或 .xlsx 后再导入。"
    )


def _delimiter(text: str) -> str:
    """The character between the cells, told by the header: one line that holds several header words."""
    lines = [line for line in text.split("\n", 400)[:400] if line.strip()]
    even = _even_width(text) if "," in text else 0
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        for delimiter in _DELIMITERS:
            cells = [squash(cell).strip('"“”') for cell in line.split(delimiter)]
            cells = [cell for cell in cells if cell and not _LABEL.search(cell)]
            known = sum(kind_of(cell) is not None for cell in cells)
            prose = delimiter not in _UNPROSAIC and not _all_header_words(cells)
            if len(cells) >= 3 and known * 3 >= len(cells) * 2 and not prose:
                return delimiter
            if len(cells) == known == 2 and delimiter in _UNPROSAIC and all(map(is_listed, cells)):
                return delimiter
            # Words nobody knows among them: then the row below must have as many cells.
            if delimiter in _UNPROSAIC and known >= 2 and below.count(delimiter) == line.count(delimiter):
                return delimiter
            if delimiter == "," and known >= 2 and line.count(",") + 1 == even:
                return delimiter
    rows = [line.split("\t") for line in lines] if "\t" in text else []
    return "\t" if any(map(_is_broken_header, with_whole_words(rows), rows)) else ""


def _even_width(text: str) -> int:
    """How many cells nearly every row between commas has, as only a program writes them; 0 where rows differ."""
    try:
        rows = list(islice(csv.reader(io.StringIO(text)), _ROWS_COUNTED))
    except csv.Error:
        return 0
    widths = Counter(len(row) for row in rows if row)
    width, even = widths.most_common(1)[0] if widths else (0, 0)
    whole = width >= _FEWEST_WORDS and even >= _FEWEST_EVEN and even * 10 >= widths.total() * 9
    return width if whole else 0


def _is_broken_header(whole: list[str], written: list[str]) -> bool:
    """Whether header words stand between tabs once those are put together that a line break broke."""
    words = [word for word in map(squash, whole) if word]
    known = sum(kind_of(word) is not None for word in words)
    return whole != written and len(words) >= _FEWEST_WORDS and known * 3 >= len(words) * 2


def _all_header_words(cells: list[str]) -> bool:
    """Whether words between commas head columns: short, two of them well known; else they are a sentence."""
    return all(len(cell) <= _LONGEST_WORD for cell in cells) and sum(map(is_listed, cells)) >= 2


def _with_table(text: str, delimiter: str) -> list[Grid | Line]:
    """The delimited rows as one grid; a quoted cell may hold line breaks."""
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: list[Row] = []
    start = 1
    try:
        for values in reader:
            cells = {column: value.strip() for column, value in enumerate(values, start=1)}
            if any(cells.values()):  # a blank line is no row, nor parts the two lines of a header
                rows.append(Row(start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile("damaged", f"第{start}行的引号不配对，读不出表格。请检查后再导入。") from error
    if delimiter == "\t" and (placed := _with_cells_left_out(rows)) is not None:
        return placed
    return [Grid("", rows, knows_merges=False)]


def _same_words(one: list[str], other: list[str]) -> bool:
    return one == other or not any(other)


def _with_cells_left_out(rows: list[Row]) -> list[Grid | Line] | None:
    """The rows as a browser copies them, merged cells left out and lines broken; None where each is whole as it is."""
    wide = [row for row in rows if len(row.texts()) > 1]
    widths = {len(row.cells) for row in wide[:-1]}  # the last may be cut off
    table = rows[rows.index(wide[0]) :] if wide else []  # above it stands who issued it
    names = any(len(row.texts()) == 1 and is_name(row.texts()[0][1]) for row in table)
    written = [list(row.cells.values()) for row in rows]
    cells = with_whole_words(written)
    if len(widths) < _FEWEST_WIDTHS and not names and all(map(_same_words, cells, written)):
        return None
    if any("|" in text or "｜" in text for row in rows if len(row.texts()) > 1 for _, text in row.texts()):
        return None
    lines = [""] * rows[-1].number
    for row, told in zip(rows, cells, strict=True):
        if any(told):
            told = (
                told if len(told) > 1 else [re.sub(r"[|｜]", " ", told[0])]
            )  # 首页 | 政务公开 above the table
            lines[row.number - 1] = f"|{'|'.join(told)}|".replace("\n", "<br>")
    return piped.read(lines, broken=True)
