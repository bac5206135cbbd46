"""Plain text: pasted tables, CSV and TSV, paragraphs; UTF-8 or GB18030."""

import csv
import io
import re
from itertools import zip_longest

from importers.characters import squash, without_controls
from importers.columns import kind_of
from importers.errors import UnreadableFile
from importers.grid import Document, Grid, Line, Row
from importers.readers import aligned, boxes, piped

_DELIMITERS = "\t,，;；"
_UNPROSAIC = "\t"
_LABEL = re.compile(r"[:：].")  # 牵头单位：县水利局 announces a value, so it heads no column
MOST_CHARACTERS = 8_000_000


def read(data: bytes) -> Document:
    """The lines of a text, or its table when the cells of a row stand on one line."""
    return read_string(decode(data))


def read_string(text: str) -> Document:
    """The same for text pasted into the page."""
    if len(text) > MOST_CHARACTERS:
        raise UnreadableFile("too_large", "文本太长，请只保留责任分解表后再导入。")
    text = without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))
    if boxes.has_boxes(text):
        return Document("text", boxes.read(text.split("\n")))
    lines = text.split("\n")
    if "|" in text.replace("｜", "|") and (rows := piped.read(lines)) is not None:
        return Document("text", rows)
    delimiter = _delimiter(text)
    if delimiter:
        return Document("csv", _with_table(text, delimiter))
    if (spaced := aligned.read(lines)) is not None:
        return Document("text", spaced)
    return Document(
        "text", [Line(number, line.rstrip(" \u3000")) for number, line in enumerate(lines, start=1)]
    )


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
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        for delimiter in _DELIMITERS:
            cells = [squash(cell).strip('"“”') for cell in line.split(delimiter)]
            cells = [cell for cell in cells if cell and not _LABEL.search(cell)]
            known = sum(kind_of(cell) is not None for cell in cells)
            if len(cells) >= 3 and known * 3 >= len(cells) * 2:
                return delimiter
            # Words nobody knows among them: then the row below must have as many cells.
            if delimiter in _UNPROSAIC and known >= 2 and below.count(delimiter) == line.count(delimiter):
                return delimiter
    return ""


def _with_table(text: str, delimiter: str) -> list[Grid | Line]:
    """The delimited rows as one grid; a quoted cell may hold line breaks."""
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: list[Row] = []
    start = 1
    try:
        for values in reader:
            cells = {column: value.strip() for column, value in enumerate(values, start=1)}
            rows.append(Row(start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile("damaged", f"第{start}行的引号不配对，读不出表格。请检查后再导入。") from error
    return [Grid("", rows, knows_merges=False)]
