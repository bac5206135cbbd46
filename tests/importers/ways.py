"""The ways in which a table reaches the office as text: how its rows of cells are written."""

from collections.abc import Callable

Rows = list[list[str]]

WAYS: dict[str, Callable[[Rows], str]] = {
    "bars": lambda rows: "\n".join("|" + "|".join(row) + "|" for row in rows),
    "bars on lines": lambda rows: "\n".join("|\n" + "\n|\n".join(row) + "\n|" for row in rows),
    "cell a line": lambda rows: "\n".join("\n".join(row) for row in rows),
    "blank lines between": lambda rows: "\n\n".join("\n\n".join(row) for row in rows),
    "spaces": lambda rows: "\n".join(" ".join(row) for row in rows),
    "tabs": lambda rows: "\n".join("\t".join(row) for row in rows),
}
