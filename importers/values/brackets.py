"""Responsibility written at the end of a sentence: （牵头单位：…；责任单位：…）, 〔…牵头，…参与〕."""

import re
from dataclasses import dataclass, replace

from importers.characters import CLOSING, OPENING, outside_brackets, squash
from importers.scripts import either_script
from importers.values.departments import look_like_units
from importers.values.duties import RESPONSIBLE, find_label, read_duties
from importers.values.duty_verbs import Duties
from importers.values.rules import before_rule, is_rule
from importers.values.said_within import read_time, said_at_end, said_within
from importers.values.words import RULE_REMARK

_DASHES = "—–-"
_RULE = re.compile(rf"[。，,；;](?={RULE_REMARK.pattern})")
_MAY_CLOSE = re.compile(either_script("单位|部门|牵头|配合|负责|主办|责任|领导|为主"))
_REMARK = re.compile(r"[（(](?P<label>备注)[:：](?P<words>[^（）()]*)[）)]。?$")  # behind who answers
_KIND_OF_PLACE = re.compile(r"[小社校园厂景片库城街县镇乡市][区村县]?")  # 园林单位（小区）
_LONGEST_CLOSE = 300
_QUOTING, _UNQUOTING, _LONGEST_LABEL = "《〈「『“<＜", "》〉」』”>＞", 24
_AFTER = " \t\n\u3000。；;，,"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a paragraph and the duties its closing bracket names; no duties: it is plain text.

    ``as_written`` is kept where the bracket holds units and nothing else: it may be prose, and then belongs to the text.
    """

    text: str
    duties: Duties | None
    as_written: str = ""
    sets_rule: bool = False  # a rule about all such lists stands behind it
    rule: str = ""  # its words, where they are a sentence of their own

    @property
    def units_only(self) -> bool:
        return bool(self.as_written)


def sentences_of(text: str, *, each_closes: bool = False) -> list[Sentence]:
    """A paragraph cut behind every bracket that names who is responsible; brackets of prose stay in the text.

    ``each_closes``: a single bracket of units within the paragraph closes a task as well, as it does all around.
    """
    found: list[Sentence] = []
    start = 0
    brackets = _brackets(text)
    several = each_closes or sum(_closes_clause(text, opened, closed) for opened, closed in brackets) > 1
    for opened, closed in brackets:
        if opened < start:
            continue
        inner = text[opened + 1 : closed]
        before = text[start:opened].strip(" \t\n\u3000")
        if not before and found and found[-1].duties and (more := read_duties(inner) or read_time(inner)):
            # （牵头单位：甲局）（责任单位：乙局）
            found[-1] = replace(found[-1], duties=found[-1].duties | more)
            start = _behind(text, closed + 1)
            continue
        if not before or RULE_REMARK.fullmatch(squash(inner)):
            continue
        if text[closed + 1 : closed + 2] == "。" and before[-1] not in "。；！？":
            before += "。"
        listed, rule = before_rule(inner)
        listed = listed if rule else _RULE.split(inner)[0]
        whole = None if rule else read_duties(inner)
        if duties := whole or (listed != inner and read_duties(listed)):
            found.append(Sentence(before, duties, rule=rule))
        elif listed != inner and look_like_units(listed):
            found.append(
                Sentence(before, {RESPONSIBLE: listed}, sets_rule=True, rule=rule)
            )  # a rule about such lists says that it is one
        elif (
            (_behind(text, closed + 1) >= len(text) or (several and _closes_clause(text, opened, closed)))
            and look_like_units(inner)
            and not _KIND_OF_PLACE.fullmatch(inner)
            and find_label(before) < 0
        ):
            end = len(text) if _behind(text, closed + 1) >= len(text) else closed + 2
            found.append(Sentence(before, {"lead_departments": inner}, text[start:end].strip(" \t\n\u3000")))
        else:
            continue
        start = _behind(text, closed + 1)
    rest = text[start:].strip(" \t\n\u3000")
    if rest:
        found.append(_without_bracket(rest))
    return found


def _behind(text: str, start: int) -> int:
    """Where the next words begin, the marks before them passed over."""
    while start < len(text) and text[start] in _AFTER:
        start += 1
    return start


def _closes_clause(text: str, opened: int, closed: int) -> bool:
    """Whether a bracket of units stands where a sentence or a clause of a list ends: …7个（甲局）；…, …。（甲局）…."""
    before = opened
    while before and text[before - 1].isspace():
        before -= 1
    marks = ("。", "；", ";")
    ends = text[closed + 1 : closed + 2] in marks or text[max(before - 1, 0) : before] in marks[:2]
    return ends and look_like_units(text[opened + 1 : closed])


def closes_with_duties(text: str) -> bool:
    """Whether a text ends with a bracket or label that says who answers (…。（牵头单位：甲局）)."""
    found = sentences_of(text) if _MAY_CLOSE.search(text[-_LONGEST_CLOSE:]) else []
    return bool(found) and found[-1].duties is not None and not found[-1].units_only


def _without_bracket(text: str) -> Sentence:
    """…。责任单位：甲局、乙局 or …。由甲局牵头，乙局配合。 at the end of a paragraph."""
    if remark := _REMARK.search(text):
        found = _without_bracket(text[: remark.start()])
        if found.duties:
            return replace(found, duties={**found.duties, remark["label"]: remark["words"]})
    label = find_label(text)
    if label > 0:
        end = _end_of_labels(text, label)
        if duties := read_duties(text[label:end]):
            words = text[:label].rstrip(" \t\n\u3000（(〔[【〖［｛—–-")
            if words.count("（") + words.count("(") > words.count("）") + words.count(")"):
                return Sentence(f"{words.rstrip('，,、；;')}）", duties)  # 一、…（共3项，责任领导：王伟）
            words = re.sub("(?<=。)[；;]$", "", words.rstrip("，,、"))
            if is_rule(text[end:]):
                return Sentence(words, duties, rule=text[end:])
            return Sentence(f"{words}。{text[end:]}" if text[end:] else words, duties)
    dash = max(text.rfind("——"), text.rfind("--"))
    if dash > 0 and look_like_units(units := text[dash:].strip(_DASHES)):
        return Sentence(text[:dash].rstrip(_DASHES), {"lead_departments": units}, text)
    if said := said_within(text) or said_at_end(text):
        return Sentence(*said)
    return Sentence(text, None)


def _end_of_labels(text: str, label: int) -> int:
    """Where the units behind a label end: at a full stop with prose behind it (牵头单位：甲局。其中，…)."""
    for position, character in outside_brackets(text):
        rest = text[position + 1 :].strip()
        if (
            position > label
            and character == "。"
            and rest
            and find_label(rest) != 0
            and not look_like_units(rest)
        ):
            return position + 1
    return len(text)


def _brackets(text: str) -> list[tuple[int, int]]:
    """The outermost brackets, from opening to closing; one that is never closed ends with the text.

    《…》 and the like are brackets only where a label stands right behind the first of them.
    """
    found: list[tuple[int, int]] = []
    depth = opened = 0
    closing = ""
    for position, character in enumerate(text):
        if (
            not depth
            and character in _QUOTING
            and find_label(text[position + 1 : position + 1 + _LONGEST_LABEL]) == 0
        ):
            opened, depth, closing = position, 1, CLOSING[OPENING.index(character)]
        elif character in OPENING and character not in _QUOTING:
            if depth == 0:
                opened = position
            depth += 1
        elif depth and (character == closing or (character in CLOSING and character not in _UNQUOTING)):
            depth -= 1
            closing = closing if depth else ""
            if depth == 0:
                found.append((opened, position))
    if depth:
        found.append((opened, len(text)))
    return found
