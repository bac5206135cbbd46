"""What every reader hands on: tables as cells with their place, and plain lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """Cells the office merged into one; rows and columns are counted as in the file, both ends included."""

    top: int
    left: int
    bottom: int
    right: int
    text: str


@dataclass(slots=True)
class Row:
    """One row as drawn: the text of its own cells, and the merges that reach into it."""

    number: int
    cells: dict[int, str]
    spans: dict[int, Span] = field(default_factory=dict)
    hidden: bool = False

    def own(self, column: int) -> str:
        """The text written in this very cell; a merge counts where it begins."""
        return self.cells.get(column, "")

    def full(self, column: int) -> str:
        """The text a reader of the paper sees here, a merged cell included."""
        text = self.cells.get(column)
        if text is None and (span := self.spans.get(column)):
            return span.text
        return text or ""

    def continues(self, column: int) -> bool:
        """Whether this cell is the lower part of one merged downwards: certain, not a guess."""
        span = self.spans.get(column)
        return span is not None and span.top < self.number

    def width(self, column: int) -> int:
        """How many columns the cell covers."""
        span = self.spans.get(column)
        return span.right - span.left + 1 if span else 1

    def texts(self) -> list[tuple[int, str]]:
        """Own cells that say something, from left to right."""
        return sorted((column, text) for column, text in self.cells.items() if text)


def across(number: int, text: str, width: int, column: int = 1) -> Row:
    """A row whose words are drawn across all columns: a heading."""
    span = Span(number, 1, number, width, text)
    return Row(number, {column: text}, dict.fromkeys(range(1, width + 1), span))


@dataclass(slots=True)
class Grid:
    """One table. ``knows_merges`` is false where the format cannot say that cells are merged (text, CSV);

    ``layout_breaks`` is true where a line break in a cell only shows that the cell was narrow (PDF).
    """

    name: str
    rows: list[Row]
    knows_merges: bool = True
    hidden_columns: frozenset[int] = frozenset()
    layout_breaks: bool = False
    notes: list[tuple[int, str]] = field(default_factory=list)
    unparted: frozenset[int] = frozenset()  # rows whose units stood in several columns, nobody knows in which

    def place(self, number: int) -> str:
        """Where a row stands, in words an officer finds it by."""
        return f"{self.name} 第{number}行".strip()

    def columns(self) -> list[int]:
        """The columns that hold anything, left to right."""
        return sorted({column for row in self.rows for column in row.cells})


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of running text and its number in the file; the text is as read, leading tabs included."""

    number: int
    text: str
    page: int = 0
    table: str = ""  # the sheet or table it stands in, if it was typed into one

    def place(self) -> str:
        where = f"第{self.page}页" if self.page else self.table
        return f"{where} 第{self.number}行".strip()


@dataclass(slots=True)
class Document:
    """A file in reading order: tables and the lines between them."""

    kind: str
    blocks: list[Grid | Line]
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def grids(self) -> Iterator[Grid]:
        for block in self.blocks:
            if isinstance(block, Grid):
                yield block

    def lines(self) -> list[Line]:
        return [block for block in self.blocks if isinstance(block, Line)]
