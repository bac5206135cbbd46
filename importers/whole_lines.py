"""The lines of a page before they are read: what ran together is parted, what was broken is joined."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise, zip_longest

from importers.characters import CLOSING, OPENING, squash
from importers.columns import NAMES, TOO_PLAIN, ColumnKind, is_listed, kind_of
from importers.grid import Line
from importers.numbering import TASK_RANK, Numbering, numbering_of
from importers.odd_numbers import with_usual_numbers
from importers.shared_below import handed_up
from importers.units_first import units_behind
from importers.values.departments import look_like_units
from importers.values.duties import LABEL, count_labels, find_label, read_duties, with_labels_apart
from importers.values.line_labels import label_of_task, tells_progress, with_colons

_LONGEST_LINE = 300
_NUMBER = r"--|——|[一二三四五六七八九十]{1,3}、|[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]|\d{1,3}[.、](?!\d)"
_FIRST_NUMBER = r"一、|[（(][一1][）)]|1[.、．](?!\d)"
_NEXT_ITEM = re.compile(
    r"\s+(?=--[一-龥])"
    r"|(?<=[)）〕】。:：])(?=[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、][一-龥])"
    rf"|(?<=[)）〕】。；;\]])\s+(?={_NUMBER})"
    rf"|(?<=[一-龥])\s+(?={_FIRST_NUMBER})"
    r"|(?<=[一-龥])(?=1[.、][一-龥])"
    r"|(?<=[一-龥\d])\s+(?=(?:[一二三四五六七八九十]{1,3}、|\d{1,3}[.、])[一-龥“《A-Z])"
    r"|(?<=[局委办站科处所队会院校心])(?=[（(][二三四五六七八九十]{1,3}[）)][一-龥])"
    r"|(?<=[一-龥])\s+(?=[（(][二三四五六七八九十]{1,3}[）)][一-龥])"
    r"|(?<=工作|任务|措施)(?=[（(]一[）)][一-龥])"
)
_HEADING_RUNS_ON = re.compile(
    r"(?P<heading>[（(]?[一二三四五六七八九十\d]{1,3}[）)、.][一-龥、“”]{4,24}(?:[（(][^（）()]{2,24}[）)])?)\s+(?=[一-龥])"
)

_ITEM_IN_HEADING = re.compile(  # 一、强化学习 1.把…: the first item on the line of its heading
    r"(?P<heading>\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])[^。；;，,：:]{2,30})\s+(?=(?:\d{1,3}[.、．](?!\d)|[（(](?:一|\d{1,2})[）)])\s*[一-龥“《A-Z])"
)
_PAGE_MARK = re.compile(r"\s*[—–－-]+\s?\d{1,3}\s?[—–－-]+\s+(?=\S)")  # - 2 - before the rest of a sentence
_PAGE_NUMBER = re.compile(r"\s*[—–－-][—–－\s-]*\d{1,3}[—–－\s-]*[—–－-]\s*")
_LEADING_BRACKET = re.compile(r"\s*(?P<bracket>[（(](?P<inner>[^（）()]{2,80})[）)])\s*(?P<rest>.*)")
_STRETCH = re.compile(r"\d{1,2}、(?=[一-龥])")
_LABEL_ALONE = re.compile(r"[一-龥、 ]{2,20}[:：]")
_HALF_LABEL = re.compile(r"[一-龥、]{2,12}")
_FEWEST_LABELS = 2
_POINT_OR_DECIMAL = re.compile(r"(?P<n>\d{1,3})[.．](?=\d+[一-龥])")
_GOES_ON = ("、", "，", ",")
_ENDS = ("。", "；", ";", "：", ":", "！")
_CLOSED = ("）", ")", "〕", "】")
_LONGEST_REST, _SHORTEST_BROKEN = 6, 20
_FEWEST_LINES = 10
_NARROWEST_PAGE, _WIDEST_PAGE, _RAGGED = 40, 120, 5
_HARDLY_RAGGED, _FEWEST_FULL, _FEWEST_LONGEST = 2, 4, 2


def whole_lines(lines: list[Line]) -> list[Line]:
    """The lines of a text as its author meant them, without the blank ones."""
    lines = [
        replace(line, text=with_colons(line.text))
        for line in _with_rests(_unwrapped(with_usual_numbers(_without_page_marks(lines))))
    ]
    parted = [part for line in lines for part in _items_apart(line)]
    parted = _brackets_behind(parted)
    parted = _habitual_labels(parted)
    whole = _unbroken([part for line in parted for part in _labels_apart(line)])
    return units_behind(handed_up(_with_values([line for line in whole if line.text.strip()])))


def _without_page_marks(lines: list[Line]) -> list[Line]:
    """The lines without page numbers (— 3 —) and without the numbers a reader program sets before each stretch (2、)."""
    told: list[Line] = []
    for line in lines:
        if _PAGE_NUMBER.fullmatch(line.text):
            continue
        line = (
            replace(line, text=_PAGE_MARK.sub("", line.text, count=1))
            if _PAGE_MARK.match(line.text)
            else line
        )
        above = told[-1].text if told else ""
        if (
            len(above) > _LONGEST_LINE // 2
            and above.endswith(_GOES_ON)
            and (found := _STRETCH.match(line.text))
        ):
            told[-1] = replace(told[-1], text=above + line.text[found.end() :])
        else:
            told.append(line)
    return told


def _unwrapped(lines: list[Line]) -> list[Line]:
    """The paragraphs of a text whose lines were all broken where the page ends, as copies from a PDF are."""
    widths = sorted(_width(line.text) for line in lines if line.text.strip())
    if len(widths) < _FEWEST_LINES:
        return lines
    page, ragged = widths[len(widths) * 9 // 10], _RAGGED
    full = sum(page - ragged <= width <= page + ragged for width in widths)
    if full * 5 < len(widths) * 2 or widths[-1] > page + ragged:
        page, ragged = (
            widths[-1],
            _HARDLY_RAGGED,
        )  # few paragraphs are longer than a line, but those all end there
        full = sum(page - ragged <= width for width in widths)
    few = full < _FEWEST_FULL and not _all_run_on(lines, page - ragged)
    if not _NARROWEST_PAGE <= page <= _WIDEST_PAGE or few:
        return lines
    told: list[Line] = []
    open_line = False
    for line in lines:
        begins = line.text[:1] in " \t\u3000" or numbering_of(line.text) or find_label(line.text) == 0
        begins = begins and not (told and _goes_on_in_label(told[-1].text, line.text))
        if open_line and line.text.strip() and not begins:
            told[-1] = replace(told[-1], text=told[-1].text.rstrip() + line.text.strip())
        else:
            told.append(line)
        last = line.text.rstrip()
        waits = last.endswith(("：", ":")) and find_label(re.split("[。；;]", last)[-1].strip()) == 0
        open_line = _width(line.text) >= page - ragged and (waits or not last.endswith(_ENDS))
    return told


def _goes_on_in_label(above: str, text: str) -> bool:
    """Whether a label runs over the end of a line: …。牵头 / 单位：市水务局."""
    found = LABEL.match(text)
    if found is None or (is_listed(found["label"]) and found["label"] not in TOO_PLAIN):
        return False
    return any(is_listed(above.rstrip()[-size:] + found["label"]) for size in (1, 2, 3, 4))


def _all_run_on(lines: list[Line], width: int) -> bool:
    """Whether the longest lines, though few, all end within a sentence: the page broke them, and nothing else did."""
    full = [line.text.rstrip() for line in lines if _width(line.text) >= width]
    told = any(find_label(text) >= 0 or text.endswith((*_ENDS, *_CLOSED)) for text in full)
    return len(full) >= _FEWEST_LONGEST and not told


def _with_rests(lines: list[Line]) -> list[Line]:
    """保障。 below a long line that ends within a sentence: no task is as short."""
    told: list[Line] = []
    for line in lines:
        text, above = line.text.strip(), told[-1].text.rstrip() if told else ""
        rest = 0 < len(text) <= _LONGEST_REST and text.endswith("。") and not numbering_of(text)
        broken = len(above) >= _SHORTEST_BROKEN and find_label(above) < 0
        if rest and broken and not above.endswith((*_ENDS, *_CLOSED)):
            told[-1] = replace(told[-1], text=above + text)
        else:
            told.append(line)
    return told


def _width(text: str) -> int:
    return sum(1 if character < "\u2000" else 2 for character in text.rstrip())


def _items_apart(line: Line) -> list[Line]:
    """A page that lost its line breaks: what begins like an item behind the end of another begins a line."""
    if found := _ITEM_IN_HEADING.match(line.text):
        rest = replace(line, text=line.text[found.end() :])
        return [replace(line, text=found["heading"]), *_items_apart(rest)]
    parts = _cut_at_items(line)
    return [line] if len(parts) < 2 else [whole for part in parts for whole in _items_apart(part)]


def _cut_at_items(line: Line) -> list[Line]:
    runs_on = len(line.text) > _LONGEST_LINE
    if not runs_on and count_labels(line.text) < 2:
        return [line]
    parts = _with_inner_points([part for part in _NEXT_ITEM.split(line.text) if part.strip()])
    if len(parts) <= (2 if runs_on else 1):
        return [line]
    return [
        replace(line, text=text)
        for part in parts
        for text in _HEADING_RUNS_ON.sub(r"\g<heading>\n", part, count=1).split("\n")
    ]


def _with_inner_points(parts: list[str]) -> list[str]:
    """The parts of a line, 2.… left where it stands behind a sentence that it does not count on from: a point of the task."""
    told: list[str] = []
    for part in parts:
        if told and _is_inner_point(told[-1], part):
            told[-1] += part
        else:
            told.append(part)
    return told


def _is_inner_point(above: str, part: str) -> bool:
    before, own = numbering_of(above), numbering_of(part)
    if own is None or own.rank != TASK_RANK or own.number == 1 or not above.endswith("。"):
        return False
    if above[:-1].endswith(CLOSING) or count_labels(above):
        return False
    if before is None or before.rank > TASK_RANK:
        return True
    counts_on = isinstance(before.number, int) and own.number == before.number + 1
    return before.rank == TASK_RANK and not counts_on


def _brackets_behind(lines: list[Line]) -> list[Line]:
    """（市国土局牵头）… at the beginning of a line closes the sentence above; what follows it is the next one."""
    told: list[Line] = []
    for line in lines:
        found = _LEADING_BRACKET.match(line.text)
        above = told[-1].text.rstrip() if told else ""
        if found and above.endswith("。") and found["rest"] and read_duties(found["inner"]):
            told[-1] = replace(told[-1], text=above + found["bracket"])
            line = replace(line, text=found["rest"])
        told.append(line)
    return told


def _habitual_labels(lines: list[Line]) -> list[Line]:
    """重点工作： / 135.… / 进展情况、存在问题 / 及下一步建议： / …: a label alone again and again takes what follows."""
    filled = [line for line in lines if line.text.strip()]
    texts = [line.text.strip() for line in filled]
    alone = Counter(text for text in texts if _LABEL_ALONE.fullmatch(text))
    habit = {text for text, times in alone.items() if times >= _FEWEST_LABELS}
    if len(habit) < 2 or not any(find_label(text) == 0 for text in habit):
        return lines
    told: list[Line] = []
    label = ""
    for index, (line, text) in enumerate(zip(filled, texts, strict=True)):
        following = texts[index + 1] if index + 1 < len(texts) else ""
        if text in habit:
            first = told.pop().text if told and _is_half_label(told[-1].text, text, texts) else ""
            label = _plain_label(first + text)
        elif label and not _is_half_label(text, following, texts):
            told.append(replace(line, text=f"{label}{text}"))
            label = ""
        else:
            told.append(line)
    return told


def _is_half_label(text: str, following: str, texts: list[str]) -> bool:
    """Whether a line is the first half of a label broken over two lines: both stand together again and again."""
    if not _LABEL_ALONE.fullmatch(following) or not _HALF_LABEL.fullmatch(text) or not kind_of(text):
        return False
    return sum(pair == (text, following) for pair in pairwise(texts)) >= _FEWEST_LABELS


def _plain_label(label: str) -> str:
    """进展情况、存在问题及下一步工作建议： is longer than a label is; what it holds is 进展情况."""
    if not LABEL.match(label) and kind_of(squash(label)) is ColumnKind.PROGRESS:
        return f"{NAMES[ColumnKind.PROGRESS]}："
    return label


def _labels_apart(line: Line) -> list[Line]:
    """责任单位：莲花镇任务目标：…: a second label that runs on behind the names of the first begins a line."""
    if find_label(line.text) != 0:
        return [line]
    return [replace(line, text=part) for part in with_labels_apart(line.text, "\n").split("\n")]


def _unbroken(lines: list[Line]) -> list[Line]:
    """Lines with every bracket closed: one that runs over the line end is joined with what follows."""
    joined: list[Line] = []
    missing = 0
    for line in lines:
        text = line.text.strip()
        begins = numbering_of(text) is not None or (joined and _counts_on(joined[-1].text, text))
        if joined and missing and text and not begins:
            label = re.split("[:：]", text)[0]
            whole = find_label(text) == 0 and is_listed(label) and label not in TOO_PLAIN
            between = "；" if whole else ""
            joined[-1] = replace(joined[-1], text=joined[-1].text + between + text)
        else:
            joined.append(replace(line, text=text))
            missing = 0
        if missing > 6:
            missing = 0
            continue
        balance = sum((c in OPENING) - (c in CLOSING) for c in joined[-1].text)
        missing = missing + 1 if balance > 0 and text else 0
    return joined


def _counts_on(above: str, text: str) -> bool:
    """20.318国道… below 19.…: the point is no decimal one."""
    number, before = _POINT_OR_DECIMAL.match(text), _POINT_OR_DECIMAL.match(above) or numbering_of(above)
    told = (before.number if isinstance(before, Numbering) else int(before["n"])) if before else None
    return number is not None and isinstance(told, int) and int(number["n"]) == told + 1


def _with_values(lines: list[Line]) -> list[Line]:
    """A label alone on its line (牵头单位：) takes the line below for its value."""
    told: list[Line] = []
    waiting = False
    labels = {re.split("[:：]", line.text)[0].strip() for line in lines if find_label(line.text) == 0}
    for line, below in zip_longest(lines, lines[1:]):
        if below and line.text.strip() in labels and look_like_units(below.text):
            line = replace(line, text=f"{line.text.strip()}：")  # the colon left out once
        begins_something = numbering_of(line.text) is not None or find_label(line.text) == 0
        if waiting and not begins_something:
            told[-1] = replace(told[-1], text=told[-1].text + line.text)
        else:
            told.append(line)
        text = line.text
        alone = text.endswith((":", "：")) and text.count(":") + text.count("：") == 1
        waiting = alone and (find_label(text) == 0 or bool(label_of_task(text)) or tells_progress(text))
    return told
