"""A document as JSON and back: how a child process hands over what it read."""

from typing import Any

from importers.grid import Document, Grid, Line, Row, Span


def to_json(document: Document) -> dict[str, Any]:
    """Plain lists and strings; nothing in them can run."""
    return {
        "kind": document.kind,
        "notes": document.notes,
        "blocks": [_line(block) if isinstance(block, Line) else _grid(block) for block in document.blocks],
    }


def from_json(data: dict[str, Any]) -> Document:
    """The document that ``to_json`` wrote down."""
    blocks: list[Grid | Line] = []
    for block in data["blocks"]:
        if "text" in block:
            blocks.append(Line(block["number"], block["text"], block["page"]))
        else:
            blocks.append(_grid_from(block))
    return Document(data["kind"], blocks, data["notes"])


def _line(line: Line) -> dict[str, Any]:
    return {"number": line.number, "text": line.text, "page": line.page}


def _grid(grid: Grid) -> dict[str, Any]:
    spans = list({span for row in grid.rows for span in row.spans.values()})
    index = {span: position for position, span in enumerate(spans)}
    return {
        "name": grid.name,
        "knows_merges": grid.knows_merges,
        "layout_breaks": grid.layout_breaks,
        "hidden_columns": sorted(grid.hidden_columns),
        "spans": [(span.top, span.left, span.bottom, span.right, span.text) for span in spans],
        "rows": [
            (
                row.number,
                row.hidden,
                list(row.cells.items()),
                [(column, index[span]) for column, span in row.spans.items()],
            )
            for row in grid.rows
        ],
    }


def _grid_from(data: dict[str, Any]) -> Grid:
    spans = [Span(*span) for span in data["spans"]]
    rows = [
        Row(number, dict(cells), {column: spans[index] for column, index in reached}, hidden)
        for number, hidden, cells, reached in data["rows"]
    ]
    return Grid(
        data["name"],
        rows,
        data["knows_merges"],
        frozenset(data["hidden_columns"]),
        layout_breaks=data["layout_breaks"],
    )
