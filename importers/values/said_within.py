"""Who answers, said with verbs in the sentences of a task: …，由甲局牵头，乙局配合。"""

import re
from itertools import islice

from importers.characters import outside_brackets
from importers.scripts import either_script
from importers.values.deadlines import names_a_time, says_only_when
from importers.values.duties import read_duties
from importers.values.duty_verbs import Duties, clauses_of
from importers.values.line_labels import read_time_label

_VERBS = re.compile(either_script("牵头|配合|负责"))
_SENTENCE = re.compile(r"(?<=[。；])\s*(?P<who>(?P<first>由[^。；]{3,80})(?:；[^。；]{2,60}){0,3})[。；]")
_ENTRUSTS = re.compile(r"(?:^|(?<=[，,。；;：:]))\s*(?=由)")
_LONGEST_LIST = 300
_MOST_CLAUSES = 12  # of a last sentence, in which those who answer are looked for
_MOST_PLACES = 20


def said_at_end(text: str) -> tuple[str, Duties] | None:
    """The words before and the duties of …。甲局牵头，乙局配合。 and of …, 由甲局牵头，乙局配合，6月底前完成。"""
    last = max(text.rstrip("。").rfind(mark) for mark in "。\n") + 1
    sentence = text[last:]
    if not _VERBS.search(sentence):
        return None
    if last and (duties := _who_and_when(sentence)):
        return text[:last], duties
    start = max(0, len(sentence) - _LONGEST_LIST)
    marks = [place for place, mark in outside_brackets(sentence) if mark in "，,；;" and place >= start]
    for place in marks[-_MOST_CLAUSES:]:
        if duties := _who_and_when(sentence[place + 1 :]):
            words = text[: last + place]
            if entrusted_within(words[last:]):
                return None  # 由甲局负责制定方案，乙局配合
            return (f"{words}。" if sentence.endswith("。") else words), duties
    return None


def said_within(text: str) -> tuple[str, Duties] | None:
    """建设敬老院。由民政局组织推进和落实。正在选址。: the sentence in the middle says who answers."""
    for found in _SENTENCE.finditer(text):
        part = next((part for part in ("who", "first") if read_duties(found[part])), "")
        if part and (duties := read_duties(found[part])):
            rest = text[found.end(part) + 1 :].strip()
            if rest and (time := read_time(rest)):
                return text[: found.start()].rstrip(), time | duties
            words = text[: found.start()].rstrip()
            return f"{words}\n{rest}" if rest else words, duties
    return None


def entrusted_within(text: str) -> Duties:
    """Whom 由甲局负责，乙局配合 names first, wherever it stands in a task and whatever follows it."""
    for found in islice(_ENTRUSTS.finditer(text), _MOST_PLACES):
        duties, _ = clauses_of(text[found.end() : found.end() + _LONGEST_LIST], entrusted=True)
        if set(duties) - {"officials"}:
            return duties
    return {}


def read_time(text: str) -> Duties:
    """【完成时限：6月底】 or （6月底前完成）."""
    time = read_time_label(text) or (text if names_a_time(text) else "")
    return {"due": time} if time else {}


def _who_and_when(sentence: str) -> Duties | None:
    """The duties a sentence consists of; 全年建成学校3所 at its beginning says more than when, and is the task."""
    first = re.split("[，,；;]", sentence, maxsplit=1)[0]
    if names_a_time(first) and not says_only_when(first):
        return None
    return read_duties(sentence)
