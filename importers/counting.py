"""Lines of a flattened table that count on: numbers of rows, of tasks within them, of headings above them."""

import re
from collections import Counter
from itertools import pairwise

from importers.characters import numeral, squash
from importers.numbering import TASK_RANK, Numbering, numbering_of
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.people import names_people
from importers.values.words import NOTHING

NUMERAL = re.compile(r"[0-9０-９]{1,4}[.、．]?[*＊★☆▲△※]?")  # 4*: a note says what the mark is for
BEHIND_NUMERAL = ".、．*＊★☆▲△※"
_OUTLINE = re.compile(r"(?P<goal>\d{1,2})[.．-](?P<task>\d{1,2})")
_FIRST_YEAR = 1900
_LONGEST_HEADING = 30
_SHORTEST_WORK = 12
_BEGINS_POINT = frozenset("*＊★0123456789")
_FEWEST_POINTS = 2
_MOST_TOGETHER = 3  # one in so many follows another, whose units were merged with those below
_FEWEST_HEADINGS = 2
_MOST_SKIPPED = 30
_NUMBERS_BEHIND = 40
_LONGEST_PLAIN = 16
_SECTIONS = (1, 2)  # how 一、 and （一） are ranked


def counted_tasks(lines: list[str]) -> frozenset[int]:
    """The lines （1）…, （2）… whose numbers go on behind the units of the one before: each is a task of its own."""
    found: list[int] = []
    last = parted = together = 0
    for index, line in enumerate(lines):
        numbering = numbering_of(line)
        if numbering is None or numbering.rank != TASK_RANK + 1 or not isinstance(numbering.number, int):
            continue
        if not numbering.rest:
            return frozenset()  # （1） alone is a cell under 序号
        if numbering.number not in (1, last + 1):
            return frozenset()
        if numbering.number > 1:
            parted, together = (parted, together + 1) if found[-1:] == [index - 1] else (parted + 1, together)
        last = numbering.number
        found.append(index)
    return frozenset(found) if parted > 1 and parted > together else frozenset()


def rows_before(above: list[str], below: list[str]) -> int:
    """Where the rows begin that a text has above its header, which is that of the next page; without any, the end.

    Their numbers (before the task or alone) lead up to the first one below, and units stand among them.
    """
    wanted = next(filter(None, map(_row_number, below)), 0) - 1
    start, found = len(above), 0
    for index in range(len(above) - 1, -1, -1):
        if wanted > 0 and _row_number(above[index]) == wanted:
            start, found, wanted = index, found + 1, wanted - 1
    answered = sum(any(map(look_like_units, (line, *line.split()))) for line in above[start:])
    return start if found >= _FEWEST_POINTS and answered * 2 >= found else len(above)


def _row_number(line: str) -> int:
    """The number of a row that a line is or begins with; 0 where it has none."""
    words = line.split()
    if not words or not words[0][0].isdigit():
        return 0
    if NUMERAL.fullmatch(words[0]):
        return numeral(words[0].rstrip(BEHIND_NUMERAL)) or 0
    told = numbering_of(line)
    plain = told is not None and told.rank == TASK_RANK and bool(told.rest)
    return told.number if told and plain and isinstance(told.number, int) else 0


def counted_headings(lines: list[str]) -> tuple[int, ...]:
    """The lines （1）…, （2）… that stand below the units of one task and above the words of another: headings."""
    found: list[int] = []
    last = 0
    for index, line in enumerate(lines):
        numbering = numbering_of(line)
        if numbering is None or numbering.rank != TASK_RANK + 1:
            continue
        if not numbering.rest:
            return ()
        below = lines[index + 1] if index + 1 < len(lines) else ""
        above = lines[index - 1] if index else ""
        whole = len(line) <= _LONGEST_HEADING and numbering.number in (1, last + 1)
        answered = look_like_units(above) or numbering_of(above) is not None or not found
        if not whole or not answered or not is_work(below) or look_like_units(numbering.rest):
            return ()
        last = int(numbering.number)
        found.append(index)
    return tuple(found) if len(found) > 1 else ()


def plain_headings(lines: list[str]) -> tuple[int, ...]:
    """The short lines right above the numbers of rows (工业经济 / 1, 农业农村 / 4) that say neither who nor when.

    The first stands above the first number; where it does not, such lines are the ends of the rows before.
    """
    serial = serial_numbers(lines)
    if rising := _rising_numbers(lines, serial):
        serial = rising  # a department's part of a whole plan: 2, 5, 6, 14
    found = [
        index - 1
        for index in sorted(serial)
        if index and may_head_rows(lines[index - 1], lines[index - 2] if index > 1 else "")
    ]
    begins = bool(serial) and found[:1] == [0] and min(serial) == 1
    return tuple(found) if begins and _FEWEST_HEADINGS <= len(found) < len(serial) else ()


def _rising_numbers(lines: list[str], serial: frozenset[int]) -> frozenset[int]:
    """The lines that are numbers, where each is greater than the one before and none else stands among them."""
    found = [index for index, line in enumerate(lines) if line[:1].isdigit() and NUMERAL.fullmatch(line)]
    values = [int(lines[index].rstrip(BEHIND_NUMERAL)) for index in found]
    rising = all(a < b <= a + _MOST_SKIPPED for a, b in pairwise(values)) and values[:1] < [_FIRST_YEAR]
    return frozenset(found) if rising and len(found) > max(len(serial), _FEWEST_HEADINGS) else frozenset()


def may_head_rows(line: str, above: str) -> bool:
    """Whether a short line may head the rows below it: it says neither who nor when, and ends no sentence."""
    unit = look_like_units(line) and not names_a_time(above)  # 农业农村 behind 11月末 is no village
    return (
        1 < len(line) <= _LONGEST_PLAIN
        and not line.endswith(("。", "；", "、", "，"))
        and not (numbering_of(line) or NUMERAL.fullmatch(line) or NOTHING.match(line))
        and not (unit or names_a_time(line) or names_people(line))
    )


def is_work(line: str) -> bool:
    """Whether a line tells work to do: a sentence, and no unit, number or time."""
    return len(line) > _SHORTEST_WORK and not (
        look_like_units(line) or numbering_of(line) or names_a_time(line)
    )


def serial_numbers(lines: list[str]) -> frozenset[int]:
    """The lines that count on from number to number; a figure among the remarks does not.

    Where the next number never comes (a department's part of a plan: 6, 52, 53, 54) the count goes on with three in turn.
    """
    found: list[int] = []
    last = 0
    numbers = [
        (index, int(line.rstrip(BEHIND_NUMERAL)))
        for index, line in enumerate(lines)
        if line[:1].isdigit() and NUMERAL.fullmatch(line)
    ]
    for place, (index, value) in enumerate(numbers):
        behind = [number for _, number in numbers[place : place + _NUMBERS_BEHIND]]
        jumps = bool(found) and last + 1 < value < _FIRST_YEAR and last + 1 not in behind
        if (
            value == last + 1
            or (not found and value < _FIRST_YEAR)
            or (jumps and _in_turn([value, value + 1, value + 2], behind))
        ):
            found.append(index)
            last = value
    return frozenset(found)


def _in_turn(wanted: list[int], numbers: list[int]) -> bool:
    """Whether numbers come in this order, others between them."""
    left = iter(numbers)
    return all(number in left for number in wanted)


def surely_serial(lines: list[str], serial: frozenset[int]) -> frozenset[int]:
    """Those of the lines that count on whose number stands nowhere else by itself."""
    times = Counter(line for line in lines if line[:1].isdigit() and NUMERAL.fullmatch(line))
    return (
        frozenset(index for index in serial if times[lines[index]] == 1) if len(serial) > 2 else frozenset()
    )


def outline_numbers(lines: list[str]) -> frozenset[int]:
    """The lines 1.1, 1.2, … 2.1 (or 1-1, 1-2): numbers of tasks, where they go up so."""
    found = [(index, told) for index, line in enumerate(lines) if (told := _OUTLINE.fullmatch(squash(line)))]
    parts = [(int(told["goal"]), int(told["task"])) for _, told in found]
    goes_up = all(
        (goal, task) == (above, last + 1) or (goal, task) == (above + 1, 1)
        for (above, last), (goal, task) in pairwise(parts)
    )
    return (
        frozenset(index for index, _ in found)
        if len(parts) > 1 and parts[0] == (1, 1) and goes_up
        else frozenset()
    )


def points_apart(lines: list[str]) -> frozenset[int]:
    """The lines 1.…, 2.…, 3.… that count on, mostly with other lines between them: each stands in a row of its own."""
    numbers = {index: number for index, line in enumerate(lines) if (number := _point_number(line))}
    found: list[int] = []
    for index, number in numbers.items():
        if number == len(found) + 1:
            found.append(index)
    together = sum(number > 1 and numbers.get(index - 1) == number - 1 for index, number in numbers.items())
    apart = len(found) > _FEWEST_POINTS and together * _MOST_TOGETHER <= len(found)
    return frozenset(found) if apart and not goals_answered(lines) else frozenset()


def _point_number(line: str) -> int:
    """The number of a line that is one point of several (*3.改造公厕); 0 where it has none."""
    told = numbering_of(line.lstrip("*＊★ ")) if line[:1] in _BEGINS_POINT else None
    point = told is not None and told.rank == TASK_RANK and bool(told.rest)
    return told.number if told and point and isinstance(told.number, int) else 0


def goals_answered(lines: list[str]) -> frozenset[int]:
    """The lines 1.…, 2.…, 3.… that count on where each stands right above a unit, others with numbers between them."""
    found: list[int] = []
    between = 0
    for index, line in enumerate(lines[:-1]):
        number = _point_number(line)
        if number == len(found) + 1 and look_like_units(lines[index + 1]):
            found.append(index)
        elif number:
            between += 1
    return frozenset(found) if len(found) >= _FEWEST_HEADINGS and between else frozenset()


def counted_sections(lines: list[str]) -> frozenset[int]:
    """The lines 一、…, 二、… and （一）…, （二）… that count on: headings, whatever column is blank before them."""
    told = [
        (index, found) for index, line in enumerate(lines) if (found := numbering_of(line)) and found.rest
    ]
    return frozenset().union(
        *(_counted([(i, found) for i, found in told if found.rank == r]) for r in _SECTIONS)
    )


def _counted(told: list[tuple[int, Numbering]]) -> list[int]:
    """Their places, where each counts on from the one before or begins anew."""
    numbers = [numeral(str(found.number).strip("（）()")) for _, found in told]
    counts = all(below in (1, above + 1) for above, below in pairwise([0, *numbers]) if above is not None)
    return [index for index, _ in told] if counts and len(told) >= _FEWEST_HEADINGS else []
