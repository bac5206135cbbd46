"""Lines of a text that name who answers for the task above them, without a label or on several lines."""

import re
from dataclasses import replace

from importers.characters import OPENING, squash
from importers.grid import Line
from importers.items import Item
from importers.numbering import TASK_RANK, numbering_of
from importers.scripts import either_script
from importers.values.departments import is_group, look_like_units
from importers.values.duties import find_label, read_duties
from importers.values.people import look_like_people
from importers.values.words import UNIT_ENDING, is_one_word

_WHO_ALONE = re.compile(either_script(r"由.{2,120}|.{2,120}(牵头|负责|落实)[^。]*[，,；;].{2,120}。?"))
_LISTED = re.compile("[、，,；;]")
_GOES_ON = ("、", "，", ",", "；", ";")
_MARKED_NUMBER = re.compile(r"\d{1,2}[一-龥]")
_FEWEST_RUNS = 2
_LONGEST_LIST = 80
_LONGEST_REST = 60
_MOST_UNITS = 80
_UNIT, _CLOSES = "unit", "closes"
_LONGEST_UNIT = 40
_CLOSED = ("。", "；", ";", "：", ":", "！", "）", ")", "】", "〕")
_BY = re.compile("(?:^|[。；])由[^。；]{4,}$")
_LEADS_BEFORE = re.compile(either_script("牵头[，,；;、]"))
_VERB_BEHIND = re.compile(
    either_script(
        r"(?P<who>.{2,40}?)(共同|分别|具体|联合)?(牵头|负责|落实|配合|参与|协助|协办|承办)(负责|落实)?[。；;]?"
    )
)


def is_unit_above(text: str, following: str) -> bool:
    """县教育局： above 1.…: a plan sorted by units; 各乡镇人民政府： above a letter addresses it."""
    below = numbering_of(following)
    name = squash(text).rstrip(":：")
    return (
        below is not None
        and below.rank >= TASK_RANK
        and text.endswith((":", "："))
        and look_like_units(name)
        and not is_group(name)
        and not _LISTED.search(name)
    )


def lists_units(text: str) -> bool:
    """县发改局、县财政局 on a line of its own: several units and nothing else."""
    return (
        len(text) <= _LONGEST_LIST
        and bool(_LISTED.search(text))
        and look_like_units(text)
        and not numbering_of(text)
    )


def says_only_who(last: Item | None, text: str) -> bool:
    """由市财政局、农业局负责落实。 on a line of its own answers for the item above; 市财政局负责 may be a heading."""
    return last is not None and bool(_WHO_ALONE.fullmatch(text)) and numbering_of(text) is None


def units_go_on(texts: list[str]) -> bool:
    """Whether the list of a label within a paragraph (…。责任单位：县水务局) goes on below it, a unit a line."""
    runs = 0
    for text, below, further in zip(texts, texts[1:], texts[2:], strict=False):
        runs += find_label(text) > 0 and _is_unit_line(below) and _is_unit_line(further)
    return runs >= _FEWEST_RUNS


def _is_unit_line(text: str) -> bool:
    return len(text) <= _LONGEST_UNIT and not numbering_of(text) and look_like_units(squash(text))


def took_up_rest(item: Item, text: str, *, units_below: bool = False) -> bool:
    """Add a line to the list of the labels above it, whose last name the page may have broken; False if it is no rest.

    ``units_below``: in this text such lists go on below, a unit a line.
    """
    if item.after_label:
        duties = item.duties
    elif not item.duties and not item.children and item.sentences and item.sentences[-1].duties:
        duties = item.sentences[-1].duties  # …。牵头单位：县城管局，各镇 / （街道）
    else:
        return False
    role, words = list(duties.items())[-1]
    if role == "due" or numbering_of(text) or _MARKED_NUMBER.match(text) or len(text) >= _LONGEST_REST:
        return False
    broken = False
    if role == "officials":
        whole = words.endswith(_GOES_ON) and look_like_people(text)  # 文化 and 项目建设 begin as names do
    else:
        broken = _is_broken(_LISTED.split(words.rsplit("\n", 1)[-1])[-1], text)
        open_list = item.after_label or words.endswith(_GOES_ON)
        whole = broken or (open_list and look_like_units(text)) or (units_below and _is_unit_line(text))
    if whole:
        alone = role != "officials" and not units_below and not broken and not words.endswith(_GOES_ON)
        item.lone_rest = text if alone and "\n" not in words and not _LISTED.search(text) else ""
        duties[role] = f"{words}\n{text}"
    return whole


def list_is_open(item: Item, text: str) -> bool:
    """Whether the list above a line surely goes on: it ends with a mark, or within a name."""
    words = list(item.duties.values())[-1]
    return words.endswith(_GOES_ON) or _is_broken(_LISTED.split(words.rsplit("\n", 1)[-1])[-1], text)


def _is_broken(last: str, text: str) -> bool:
    """Whether the last name of a list ends at the beginning of the next line."""
    rest = _LISTED.split(text)[0]
    broken = (
        not look_like_units(last) or len(rest) == 1 or rest[:1] in tuple(OPENING) or is_one_word(last, text)
    )
    return broken and bool(UNIT_ENDING.search(last + rest)) and look_like_units(last + text)


def with_units_joined(lines: list[Line]) -> list[Line]:
    """县水利局 / 县财政局 / 各乡镇负责 below a task, a unit a line, as the bracket （县水利局、县财政局、各乡镇负责）.

    A single line (县水利局负责) may be a heading, but not below a numbered task where others name their units so.
    """
    lines = _unbroken(lines)
    parts = [_part_of_list(line.text.strip()) for line in lines]
    told: list[Line] = []
    single: list[int] = []
    several = 0
    place = 0
    while place < len(lines):
        end = _end_of_units(lines, parts, place)
        if end - place > 1:
            several += 1
            told.append(replace(lines[place], text=_as_bracket(lines[place:end])))
            place = end
            continue
        found = numbering_of(told[-1].text) if told else None
        if end > place and found and found.rank >= TASK_RANK:
            several += bool(_LISTED.search(lines[place].text))  # no heading names several units
            single.append(len(told))
        told.append(lines[place])
        place += 1
    for index in single if several else ():
        told[index] = replace(told[index], text=_as_bracket([told[index]]))
    return told


def _unbroken(lines: list[Line]) -> list[Line]:
    """Lines that break within who answers put together: …县自然资 / 源局负责, and …甲局牵头，乙局、丙 / 局配合。"""
    told: list[Line] = []
    for line in lines:
        above, text = told[-1].text.strip() if told else "", line.text.strip()
        if _closes_above(above, text):
            told[-1] = replace(told[-1], text=above + text)
        else:
            told.append(line)
    return told


def _closes_above(above: str, text: str) -> bool:
    if len(text) > _LONGEST_LIST or above.endswith(_CLOSED) or numbering_of(text) or find_label(text) >= 0:
        return False
    found = _VERB_BEHIND.fullmatch(text)
    if found is None or not above:
        return False
    if _BY.search(above):
        return True
    if _LEADS_BEFORE.search(above):
        return not _LEADS_BEFORE.search(text)
    names = _LISTED.split(above)
    broken = len(names) > 1 and not look_like_units(names[-1]) and not numbering_of(above)
    return broken and look_like_units(above + found["who"])


def _part_of_list(text: str) -> str:
    """Whether a line may be a unit of a run (县水利局), the one that closes it (各乡镇负责), or neither."""
    if len(text) > _LONGEST_UNIT or numbering_of(text) or find_label(text) >= 0:
        return ""
    found = _VERB_BEHIND.fullmatch(text)
    if found and look_like_units(found["who"]):
        return _CLOSES
    return _UNIT if look_like_units(text) else ""


def _end_of_units(lines: list[Line], parts: list[str], start: int) -> int:
    """Behind which line a run of units ends that closes with what they do; ``start`` where there is none."""
    end = start
    for place in range(start, min(len(lines), start + _MOST_UNITS)):
        if not parts[place]:
            break
        end = place + 1 if parts[place] == _CLOSES else end
    return end if end > start and read_duties(_as_bracket(lines[start:end])[1:-1]) else start


def _as_bracket(lines: list[Line]) -> str:
    words = ""
    for line in lines:
        text = line.text.strip().rstrip("。；;")
        words += text + ("，" if _VERB_BEHIND.fullmatch(text) else "、")
    return f"（{words.rstrip('，、')}）"
