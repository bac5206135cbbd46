"""Cards in a text (重点工作： | 135.… / 牵头单位： | …): label and words stand in two cells of a line, card below card."""

from collections import Counter

from importers.characters import squash
from importers.grid import Grid, Line, Row
from importers.values.line_labels import label_of_task

_FEWEST = 6
_MARKS = ("\t", "|", " ")
_LONGEST_PART = 12


def read(lines: list[str]) -> list[Grid | Line] | None:
    """Each card as a table of its own between the other lines, or None where hardly any line is such a pair."""
    for mark in _MARKS:
        marked = [line for line in lines if mark in line.strip()]
        pairs = {number: pair for number, line in enumerate(lines, 1) if (pair := _pair(line, mark))}
        labels = Counter(squash(label) for label, _ in pairs.values())
        again = sum(times > 1 for times in labels.values()) > 1  # the labels of one card stand in the next
        if mark == " " and not any(map(label_of_task, labels)):
            continue  # 牵头单位: 甲局 below the sentence it answers for is a line of a text
        if again and len(pairs) >= _FEWEST and len(pairs) * 4 >= len(marked) * 3:
            return _cards(lines, pairs)
    return None


def _pair(line: str, mark: str) -> tuple[str, str] | None:
    cells = [cell.strip() for cell in line.strip().strip("|").split(mark, 1 if mark == " " else -1)]
    filled = [cell for cell in cells if cell]
    if len(filled) != 2 or cells[0] != filled[0] or not filled[0].endswith(("：", ":")):
        return None
    return filled[0], filled[1]


def _cards(lines: list[str], pairs: dict[int, tuple[str, str]]) -> list[Grid | Line]:
    told: list[Grid | Line] = []
    first = squash(next(iter(pairs.values()))[0])
    card: Grid | None = None
    begun = ""  # 进展情况、存在问题 on a line, 及下一步建议： on the next
    for number, line in enumerate(lines, start=1):
        pair = pairs.get(number)
        half = not line.strip().endswith("。")
        if pair is None and card and half and number + 1 in pairs and len(line.strip()) <= _LONGEST_PART:
            begun = line.strip()
            continue
        if pair is None:
            if line.strip():
                card = None
                told.append(Line(number, line.strip()))
            continue
        if card is None or squash(pair[0]) == first:
            card = Grid("", [], knows_merges=False)
            told.append(card)
        card.rows.append(Row(number, {1: begun + pair[0], 2: pair[1]}))
        begun = ""
    return told
