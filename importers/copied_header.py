"""The header of a table copied one cell a line: the run of lines that name its columns."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import combinations, pairwise, takewhile

from importers import columns, two_levels
from importers.alignment import fits, misfit
from importers.cell_lines import FEWEST_COLUMNS, Cell
from importers.characters import numeral, squash
from importers.columns import ColumnKind
from importers.counting import BEHIND_NUMERAL, NUMERAL, plain_headings, serial_numbers
from importers.fitting import strain
from importers.header_rows import TASK_LIKE, is_responsibility_header
from importers.numbering import TASK_RANK, numbering_of
from importers.scripts import either_script
from importers.values.brackets import closes_with_duties
from importers.values.departments import look_like_units
from importers.values.heading_duties import duties_of_heading

_MOST_COLUMNS = 20
_LONGEST_WORD = 16
_FEWEST_ANSWERED = 2
_ROLE_ALONE = 2  # 牵头 and 责任 may head a column or begin the word of one
_LINES_SEARCHED = 400
_ROWS_SAMPLED = 6
_PAIRS_SAMPLED = 30
_MOST_BROKEN = 4
_ODD_ROWS = 4  # one row in so many may hold an odd cell
_WHOLE_WORD = 4
_ENDS_WORD = frozenset(
    {"项目", "任务", "内容", "标准", "时限", "时间", "名称", "单位", "部门", "领导", "进展", "目标", "措施"}
)
_HALF_WORDS = frozenset({"项目", "目标", "责任", "牵头", "配合", "工作"})
_BEGINS_WORD = frozenset({"牵头", "责任", "配合", "协办", "主办", "分管", "主要", "完成", "工作"})
_UNDER_ONE_WORD = (
    ColumnKind.RESPONSIBLE,
    ColumnKind.LEAD_DEPARTMENT,
    ColumnKind.SUPPORTING_DEPARTMENT,
)
_FIRST_NUMBERS = ("1", "2", "3")
_NO_HEADER = re.compile(r"[。；;！!]|[:：].|\d{4}-\d")
_IN_BRACKETS = re.compile(r"[（(][^（）()]+[）)]")
_LEVEL = re.compile(either_script(r"[省市州区县]?(政府|委|委市政府|委区政府|委县政府)"))
_YEAR = re.compile(r"20\d\d年度?|本年度?|全年")
_NAMES_A_PLAN = re.compile(r"20\d\d年.{4}")


def header_run(cells: list[Cell]) -> tuple[int, int, list[Cell]] | None:
    """The first run of cells that are header words and together name tasks and those responsible.

    Where it begins, how many cells it takes, and the words; a word broken over two lines counts as one.
    Where tasks close with their units, no column need name those responsible.
    """
    if found := _run_of(cells, is_header):
        return found
    if found := _pair_run(cells):
        return found
    told = sum(closes_with_duties(cell.text) for cell in cells[:_LINES_SEARCHED])
    return _run_of(cells, _numbers_tasks) if told >= _FEWEST_ANSWERED else None


def _pair_run(cells: list[Cell]) -> tuple[int, int, list[Cell]] | None:
    """工作任务 and 责任单位 alone, where below them units stand in every second line."""
    for first, (word, following) in enumerate(pairwise(cells[:_LINES_SEARCHED])):
        kinds = [columns.kind_of(squash(cell.text)) for cell in (word, following)]
        if kinds[0] in TASK_LIKE and kinds[1] in columns.DEPARTMENT_KINDS:
            texts = [cell.text for cell in cells[first + 2 :][:_PAIRS_SAMPLED]]
            units = sum(map(look_like_units, texts))
            said = sum(not strain(text, ColumnKind.TASK) for text in texts)
            if units >= _FEWEST_ANSWERED and units * 4 >= len(texts) and said >= _FEWEST_ANSWERED:
                return first, 2, [word, following]
    return None


def _run_of(cells: list[Cell], suits: Callable[[list[Cell]], bool]) -> tuple[int, int, list[Cell]] | None:
    for first in range(min(len(cells), _LINES_SEARCHED)):
        if _IN_BRACKETS.fullmatch(squash(cells[first].text)):
            continue  # （某局承担部分） belongs to the title
        if columns.kind_of(squash(cells[first].text)) is None and _header_word(cells, first) is None:
            continue
        words, ends = words_from(cells, first)
        for count in _likely_counts(cells, words, ends):
            if suits(words[:count]):
                return first, ends[count - 1] - first, words[:count]
    return None


def words_from(cells: list[Cell], first: int) -> tuple[list[Cell], list[int]]:
    """The words that may head columns from here on, and where each ends; words nobody knows may be among them."""
    words: list[Cell] = []
    ends: list[int] = []
    position = first
    while len(words) < _MOST_COLUMNS and position < len(cells):
        taken, word = _header_word(cells, position) or (1, cells[position])
        text = squash(word.text)
        if text in (squash(known.text) for known in words) or not may_head(text):
            break
        position += taken
        if words and _IN_BRACKETS.fullmatch(text):
            words[-1] = Cell(words[-1].number, words[-1].text + text)  # 总投资 / （万元）
            ends[-1] = position
            continue
        words.append(word)
        ends.append(position)
    return words, ends


def may_head(text: str) -> bool:
    """Whether a line may be a word of a header, or a part of one."""
    return (
        0 < len(columns.header_word(text)) <= _LONGEST_WORD
        and not text.endswith((":", "："))
        and not _NO_HEADER.search(text)
        and numbering_of(text) is None
        and numeral(text) is None
        and not duties_of_heading(text)
    )


def _likely_counts(cells: list[Cell], words: list[Cell], ends: list[int]) -> list[int]:
    """How many words the header may have, the likeliest first: those after which the first row fits under 序号."""
    known = list(takewhile(lambda word: _is_known(squash(word.text)), words))
    kinds = [columns.kind_of(squash(word.text)) for word in words]
    if ColumnKind.NUMBER not in kinds:
        last = max((index for index, kind in enumerate(kinds, start=1) if kind), default=len(known))
        counts = range(len(known), FEWEST_COLUMNS - 1, -1)
        fitting = [count for count in counts if _begins_with_row(words[:count], cells[ends[count - 1] :])]
        return [*fitting, len(known), last]  # a word nobody knows may stand among them
    number = kinds.index(ColumnKind.NUMBER)
    fitting = [
        count
        for count in range(number + 1, len(words) + 1)
        if _first_row_fits(_without(cells[: ends[count - 1]], cells[ends[count - 1] :]), number)
    ]
    return [*fitting, len(known)]


def _without(header: list[Cell], below: list[Cell]) -> list[Cell]:
    """The first cells below a header without those of the same header on the next pages."""
    written = {squash(cell.text) for cell in header}
    return [cell for cell in below[:_LINES_SEARCHED] if squash(cell.text) not in written]


def _first_row_fits(cells: list[Cell], number: int) -> bool:
    """Whether the first row, perhaps below a heading, has its numeral where the header has 序号."""
    heading = numbering_of(cells[0].text) if cells else None
    if (heading and heading.rank < TASK_RANK) or (cells and duties_of_heading(cells[0].text)):
        return True
    says_nothing = bool(cells) and not _is_known(squash(cells[0].text))
    if number == 0 and says_nothing and plain_headings([cell.text for cell in cells[:_LINES_SEARCHED]]):
        return True  # 工业经济 above 1, and 农业农村 above 4
    return len(cells) > number and NUMERAL.fullmatch(squash(cells[number].text)) is not None


def is_header(words: list[Cell]) -> bool:
    named = [columns.kind_of(squash(word.text)) for word in words]
    if named[:2] == [ColumnKind.TASK, ColumnKind.NUMBER]:
        return False  # 任务清单 above 序号 is the title
    if ColumnKind.NUMBER in named[1:] and _NAMES_A_PLAN.search(words[0].text):
        return False  # 某市2025年民生实事进展情况 as well
    kinds = {kind for kind in named if kind}
    enough = sum(_is_known(squash(word.text)) for word in words) * 3 >= len(words) * 2
    return len(words) >= FEWEST_COLUMNS and enough and is_responsibility_header(kinds)


def _is_known(word: str) -> bool:
    return columns.kind_of(word) is not None or columns.names_a_period(word)


def _numbers_tasks(words: list[Cell]) -> bool:
    kinds = [columns.kind_of(squash(word.text)) for word in words]
    return (
        len(words) >= FEWEST_COLUMNS
        and kinds[0] is ColumnKind.NUMBER
        and bool(set(kinds) & TASK_LIKE)
        and None not in kinds
    )


def _header_word(cells: list[Cell], position: int) -> tuple[int, Cell] | None:
    """The header word that begins here: one cell, or two that only say it together (分管 / 县领导, 2025年 / 目标进度)."""
    texts = [squash(cell.text) for cell in cells[position : position + 2]]
    if not texts or not texts[0]:
        return None
    if len(texts) == 2 and _YEAR.fullmatch(texts[0]) and columns.kind_of(texts[1]):
        return 2, Cell(cells[position].number, texts[0] + texts[1])
    alone = columns.kind_of(texts[0])
    if len(texts) == 2 and _LEVEL.fullmatch(texts[0]) and columns.kind_of(texts[1]) is ColumnKind.OFFICIAL:
        return 2, Cell(cells[position].number, texts[0] + texts[1])  # 市政府 / 分管领导
    if (
        len(texts) == 2
        and (alone is None or columns.kind_of(texts[1]) is None or texts[1] in columns.TOO_PLAIN)
        and columns.is_listed(texts[0] + texts[1])
    ):
        return 2, Cell(cells[position].number, texts[0] + texts[1])
    return (1, Cell(cells[position].number, texts[0])) if alone else None


def unbroken_words(words: list[Cell], below: list[Cell]) -> list[Cell]:
    """The header with 某市 / 牵头单位 or 牵头 / 市领导 as one word, where the first row fits the columns only so."""
    words = _without_umbrella(words)
    heads = takewhile(lambda cell: (found := numbering_of(cell.text)) and found.rank < TASK_RANK, below)
    below = below[sum(1 for _ in heads) :]
    for index, (word, following) in enumerate(pairwise(words)):
        kind = columns.kind_of(squash(following.text))
        if kind is None or not _may_be_half(squash(word.text)):
            continue
        whole = Cell(word.number, word.text + following.text)
        joined = [*words[:index], whole, *words[index + 2 :]]
        if (
            columns.kind_of(squash(whole.text)) is kind
            and not _begins_with_row(words, below)
            and _begins_with_row(joined, below)
        ):
            return joined
    return words


def rejoined(words: list[Cell], below: list[Cell]) -> list[Cell]:
    """The header with its broken words whole (责任 / 科室, 攻坚目标 / 任务), where rows have just as many cells then."""
    texts = [squash(word.text) for word in words]
    if columns.kind_of(texts[0]) is not ColumnKind.NUMBER:
        return words
    starts = sorted(serial_numbers([cell.text for cell in below]))
    rows = [[cell.text for cell in below[start:end]] for start, end in pairwise(starts)]
    usual = columns.settle([columns.kind_of(text) for text in texts])
    if any(len(row) == len(texts) and fits(row, usual) for row in rows):
        return words
    for width, times in sorted(
        Counter(map(len, rows)).items(), reverse=True
    ):  # the widest lack no merged cell
        if times >= _FEWEST_ANSWERED and 0 < len(words) - width <= _MOST_BROKEN:
            samples = [row for row in rows if len(row) == width][:_ROWS_SAMPLED]
            if told := _joined_best(words, len(words) - width, samples):
                return told
    return words


def _joined_best(words: list[Cell], broken: int, samples: list[list[str]]) -> list[Cell] | None:
    """So many words put together with their neighbours that the rows fit, in the likeliest way."""
    texts = [squash(word.text) for word in words]
    places = [place for place in range(2, len(texts)) if _may_join(texts[place - 1], texts[place])]
    found: list[tuple[float, list[Cell]]] = []
    for joints in combinations(places, broken):
        told: list[Cell] = []
        for place, word in enumerate(words):
            if place in joints:
                told[-1] = Cell(told[-1].number, told[-1].text + word.text)
            else:
                told.append(word)
        kinds = [columns.kind_of(squash(word.text)) for word in told]
        settled = columns.settle(kinds)
        if not is_responsibility_header({kind for kind in kinds if kind}) or ColumnKind.TASK not in settled:
            continue
        if sum(not fits(row, settled) for row in samples) * _ODD_ROWS <= len(samples):
            odd = sum(odd_joint(texts[place - 1], texts[place]) for place in joints)
            odd += sum(kind is None for kind in kinds) + sum(b == a + 1 for a, b in pairwise(joints))
            odd += sum(columns.names_a_period(texts[place]) for place in joints)  # a period begins a word
            found.append((odd + sum(misfit(row, settled) for row in samples) / len(samples), told))
    return min(found, key=lambda each: each[0])[1] if found else None


def _may_join(word: str, following: str) -> bool:
    """Whether two words may be one that was broken; two of which each says something head two columns."""
    if columns.names_a_period(word) or columns.is_listed(word + following):
        return True
    if word in _ENDS_WORD and len(following) > _ROLE_ALONE:
        return False
    short = any(
        len(part) <= _ROLE_ALONE
        and (part in columns.TOO_PLAIN or part in _HALF_WORDS or columns.kind_of(part) is None)
        for part in (word, following)
    )
    known = columns.kind_of(word) or (columns.kind_of(following) and following not in columns.TOO_PLAIN)
    return short or not known


def unfolded(words: list[Cell], below: list[Cell]) -> list[Cell]:
    """The header with the words of its lower level, written last, in the places of those above them."""
    texts = [word.text for word in words]
    parts = len(words) > FEWEST_COLUMNS and all(map(columns.names_a_period, texts[-2:]))
    if len(words) <= FEWEST_COLUMNS or (not parts and _begins_with_row(words, below)):
        return words
    samples = _samples([cell.text for cell in below[: _ROWS_SAMPLED * len(words)]], len(words) - 1)
    if told := _placed_best(texts, samples):
        return [Cell(words[0].number, text) for text in told[1]]
    longest = max((len(row) for sample in samples for row in sample), default=len(words))
    if longest >= len(words):
        return words
    if whole := _unfolded_of_broken(texts, samples):
        return [Cell(words[0].number, text) for text in whole]
    return _with_roles_last(words)


def _without_umbrella(words: list[Cell]) -> list[Cell]:
    """责任单位 right before 牵头单位 and 协办单位 stands over them: of three tiers it is never the first."""
    kinds = [columns.kind_of(squash(word.text)) for word in words]
    for place, roles in enumerate(zip(kinds, kinds[1:], kinds[2:], strict=False)):
        if roles == _UNDER_ONE_WORD:
            return [*words[:place], *words[place + 1 :]]
    return words


def _unfolded_of_broken(texts: list[str], samples: list[list[list[str]]]) -> list[str] | None:
    """The same where words of either level were broken as well: 重要 / 项目, 牵头 / 区领导."""
    places = [place for place in range(1, len(texts)) if _may_join(texts[place - 1], texts[place])]
    for broken in (1, 2):
        found: list[tuple[float, list[str]]] = []
        for joints in combinations(places, broken):
            bounds = [*(n for n in range(len(texts)) if n not in joints), len(texts)]
            whole = ["".join(texts[start:end]) for start, end in pairwise(bounds)]
            unknown = sum(not _is_known(word) for word in whole)
            if unknown <= 1 and (told := _placed_best(whole, samples)):
                odd = unknown + sum(odd_joint(texts[place - 1], texts[place]) for place in joints)
                found.append((told[0] + odd, told[1]))
        if found:
            return min(found)[1]
    return None


def odd_joint(word: str, following: str) -> float:
    """How unlikely one word goes on with the other: 责任单位 is whole, 任务 ends a word and 牵头 begins one."""
    whole = columns.is_listed(word) and len(word) >= _WHOLE_WORD
    return whole + (word in _ENDS_WORD) + (following in _BEGINS_WORD)


def _placed_best(texts: list[str], samples: list[list[list[str]]]) -> tuple[float, list[str]] | None:
    for sample in samples:
        found = [
            told
            for upper in range(2, len(texts) - 1)
            if (told := two_levels.unfolded(texts[:upper], texts[upper:], sample))
        ]
        if found:
            return min(found)
    return None


def _with_roles_last(words: list[Cell]) -> list[Cell]:
    """牵头单位 and 配合单位, written last, in the place of 责任单位."""
    kinds = [columns.kind_of(squash(word.text)) for word in words]
    roles = list(takewhile(lambda kind: kind in columns.DEPARTMENT_KINDS, reversed(kinds)))
    first = len(words) - len(roles)
    if len(roles) < _FEWEST_ANSWERED or ColumnKind.RESPONSIBLE not in kinds[:first]:
        return words
    above = kinds.index(ColumnKind.RESPONSIBLE)
    return [*words[:above], *words[first:], *words[above + 1 : first]]


def _samples(texts: list[str], most: int) -> list[list[list[str]]]:
    """What may be whole rows, the likeliest first: as many lines as the longest rows have from one number to the next."""
    starts = [
        index
        for index, text in enumerate(texts)
        if NUMERAL.fullmatch(squash(text)) and numeral(text.rstrip(BEHIND_NUMERAL)) is not None
    ]
    counted = [
        start for n, start in enumerate(starts) if numeral(texts[start].rstrip(BEHIND_NUMERAL)) == n + 1
    ]
    if len(counted) < _FEWEST_ANSWERED:
        return [[texts[:width]] for width in range(most, FEWEST_COLUMNS, -1)]
    if first := counted[0]:  # cells stand before the number, and may be merged in the rows below
        return [[texts[: counted[1] - merged]] for merged in range(first + 1)]
    rows = [texts[start:end] for start, end in pairwise(counted)]
    widths = sorted({len(row) for row in rows if len(row) <= most}, reverse=True)
    whole = [[row for row in rows if len(row) == width] for width in widths]
    return whole + [[[*row, ""] for row in sample] for sample in whole]  # 备注 may be blank in every row


def _may_be_half(word: str) -> bool:
    """Whether a word may be the first half of one: nobody knows it, or it is a bare role."""
    kind = columns.kind_of(word)
    if _IN_BRACKETS.fullmatch(word):
        return False
    return kind is None or (kind in columns.RESPONSIBILITY_KINDS and len(word) <= _ROLE_ALONE)


def _begins_with_row(words: list[Cell], below: list[Cell]) -> bool:
    """Whether the first lines below a header may be its first row, each in the column of its turn."""
    texts = [cell.text for cell in below[: len(words)]]
    kinds = columns.settle([columns.kind_of(squash(word.text)) for word in words])
    return len(texts) == len(words) and fits(texts, kinds)


def with_numbers(words: list[Cell], below: list[Cell]) -> list[Cell]:
    """The header with 序号 where rows are numbered and nobody wrote the word."""
    if any(columns.kind_of(squash(word.text)) is ColumnKind.NUMBER for word in words):
        return words
    numbers = [(index, int(cell.text)) for index, cell in enumerate(below) if cell.text in _FIRST_NUMBERS]
    if [number for _, number in numbers[:3]] != [1, 2, 3] or numbers[0][0] > len(words):
        return words
    at = numbers[0][0]
    return [*words[:at], Cell(words[0].number, "序号"), *words[at:]]
