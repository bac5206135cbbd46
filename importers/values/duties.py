"""Who does what, when the words themselves say it: 牵头单位：…；…参与；…（配合）."""

import itertools
import re

from importers.characters import CLOSING, OPENING, outside_brackets, squash
from importers.columns import (
    FIELD_OF_KIND,
    HOLD_ANYTHING,
    TOO_PLAIN,
    ColumnKind,
    is_listed,
    kind_of,
    names_heads,
)
from importers.scripts import either_script
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units, may_be_a_unit
from importers.values.duty_verbs import EDGES, TOGETHER, Duties, add_duty, clauses_of, role_of
from importers.values.people import are_people
from importers.values.rules import before_rule
from importers.values.words import RULE_IN_BRACKETS

_HINT = re.compile(
    either_script(
        r"[:：]|牵头|配合|会同|分管|主抓|主管|包抓|包联|包保|挂帅|领衔|协办|协助|参与|负责|主办|职责|为主|组织[推协实落]"
    )
)
LABEL = re.compile(
    r"(?:^|(?<=[\s；;，,。、（(〔\[【〖［｛”！？）)—–-]))"
    r"(?P<label>[一-龥]{2,12}(?:[（(][^（）()：:]{1,12}[）)])?|[一-龥](?:[ \u3000]+[一-龥])+)[:：]"
)
_LABEL_VERB = re.compile(
    either_script(
        r"[有为](?<=(?:(?:责任|牵头|配合|协同|协办)单位|(?:责任|配合)部门)[有为])(?!了|(?:总|主)?(?:牵头|主办)|[几两二三多数\d]+[个家])"
    )
)
_RUN_ON = re.compile(r"(?<=[:：、，,；;])\s*(?P<words>[一-龥]{6,40})[:：]")
_BARE_ROLES = ("配合", "协办", "参与", "牵头")  # 牵头：甲局配合：乙局
_SHORTEST_UNIT, _SHORTEST_RUN_ON = 3, 4
_FURTHER_LABEL = re.compile(
    either_script(r"(单位|部门|电话|联系人|联络员|责任人|负责人|秘书长)$")
)  # 数据提供单位: kept under its own words
_UNIT_BEFORE_LABEL = re.compile(either_script(r".+(局|办公室|中心|公司)(牵头|责任|配合|协)"))
_MARK = re.compile(
    either_script(
        r"[（(〔\[【〖［](?P<role>牵头|牵头单位|主办|主责|配合|配合单位|协办|参与|协助|协同)[）)〕\]】〗］]"
    )
)
_MARK_AND_NAME = re.compile(_MARK.pattern.replace("?P<role>", "?:") + r"(?=\s*[一-龥])")  # 甲局（牵头）乙局
_TOLD_BEHIND = re.compile(r"(?P<who>[^（()）]{2,60})[（(](?P<inner>[^（()）]{4,80})[）)]")  # 甲局（乙局配合）
_HELPS = re.compile(
    either_script(
        r"(?P<helper>[^，,。；;]{2,40})配合(?P<lead>[^，,。；;]{2,40}?)(?:抓好|组织|做好)?(?:落实|实施|推进|开展|完成)"
    )
)
_STAR = re.compile(r"(?:(?<=^)|(?<=[、，,；;\n]))[ \u3000]*[★☆※●▲◆*＊][ \u3000]*(?=[一-龥])", re.MULTILINE)
REPORTS = HOLD_ANYTHING - {ColumnKind.OTHER}


HANDED_DOWN = frozenset({"officials", "due", "lead_departments"})  # what a heading may say for all below it
RESPONSIBLE = "responsible"  # 责任单位, until it is known whether anybody else leads


def read_duties(text: str) -> Duties | None:
    """The roles a text gives to those it names, or None when it is a plain list, or prose.

    责任单位 stays ``responsible``: whether it leads shows when the whole responsibility of the task is known.
    """
    if not (_HINT.search(text) or _LABEL_VERB.search(text)):
        return _by_stars(text) if _STAR.search(text) else None
    listed = text.rstrip(EDGES)
    if listed.endswith(("）", ")")) and (found := RULE_IN_BRACKETS.search(listed)) and found.start():
        duties = read_duties(text[: found.start()])  # the rule stays with the words it stands behind
        return {**duties, (last := list(duties)[-1]): duties[last] + found.group()} if duties else None
    listed, rule = before_rule(text)
    if rule:
        return read_duties(listed)
    words, due = _without_time(text)
    duties = _by_labels(words) or _by_verbs(words) or _by_marks(words) or _by_helpers(words)
    if not duties or not set(duties) - {"due"}:
        return None
    if due:
        add_duty(duties, "due", due)
    return duties


def settled(duties: Duties, *, third_tier_leads: bool = True) -> Duties:
    """责任单位 is the lead when nobody is named 牵头, and supporting when somebody is.

    A third tier (主责单位) leads where it is alone, or named before 责任单位 and below nobody.
    """
    roles = list(duties)
    result = {role: words for role, words in duties.items() if role != RESPONSIBLE}
    first = next((role for role in roles if role in ("main_departments", RESPONSIBLE)), "")
    if third_tier_leads and first == "main_departments" and "lead_departments" not in result:
        result["lead_departments"] = result.pop("main_departments")
    if words := duties.get(RESPONSIBLE):
        role = "supporting_departments" if "lead_departments" in result else "lead_departments"
        if role in result and roles.index(RESPONSIBLE) < roles.index(role):
            words, result[role] = result[role], words  # in the order they are named
        add_duty(result, role, words)
    return result


def handed_down(heading: Duties, own: Duties) -> Duties:
    """What a heading says for the tasks under it and a task does not say itself: its leader, its time, its lead unit."""
    answered = {"lead_departments", "main_departments", RESPONSIBLE} & set(own)
    return {
        role: words
        for role, words in heading.items()
        if not own.get(role)
        and (role in ("officials", "due") or (role == "lead_departments" and not answered))
    }


def find_label(text: str) -> int:
    """Where the first label of responsibility begins (责任单位：), or -1."""
    told = _with_colons(text)
    if ":" not in told and "：" not in told:
        return -1
    begins = False  # 责任秘书长：…，责任单位：…: the label before it is one of the same list
    when: re.Match[str] | None = None
    for match in LABEL.finditer(told):
        kind = label_kind(match["label"])
        plain = _says_little(match)
        if kind is ColumnKind.DUE and not plain and match.start() > 0:
            when = match  # …。完成时限：6月底　牵头单位：…: begins the list where a label of units follows
            continue
        if kind and not plain:
            if when and names_a_time(told[when.end() : match.start()].strip(EDGES)):
                match = when
            return 0 if begins else match.start("label")
        begins = begins or (match.start() == 0 and is_further_label(match["label"]))
    return -1


def _says_little(label: re.Match[str]) -> bool:
    """Whether a label is a plain word (单位：…); 配合：甲局 and 领导：王伟 are borne out by what follows them."""
    words = squash(label["label"])
    told = re.split("[\n；;]", label.string[label.end() :], maxsplit=1)[0]
    borne_out = (words in _BARE_ROLES and look_like_units(told)) or (words == "领导" and are_people(told))
    return words in TOO_PLAIN and not borne_out


def label_kind(label: str) -> ColumnKind | None:
    """What a label before a colon announces; only those who answer for a task, and when."""
    words = squash(label)
    if _UNIT_BEFORE_LABEL.match(words):
        return None
    kind = kind_of(words)
    return kind if kind in FIELD_OF_KIND or kind is ColumnKind.RESPONSIBLE else None


def count_labels(text: str) -> int:
    """How often a text says with a label who answers."""
    return sum(label_kind(match["label"]) is not None for match in LABEL.finditer(text))


def with_labels_apart(text: str, mark: str) -> str:
    """The text with a mark before each label that runs on behind the units of another (甲镇任务目标：)."""
    for match in reversed(list(_RUN_ON.finditer(text))):
        words = match["words"]
        for start in range(_SHORTEST_UNIT, len(words) - 1):
            told = len(words) - start >= _SHORTEST_RUN_ON or words[start:] in _BARE_ROLES
            if told and is_listed(words[start:]):
                if look_like_units(words[:start]):
                    text = f"{text[: match.start() + start]}{mark}{text[match.start() + start :]}"
                break
    return text


def _without_time(text: str) -> tuple[str, str]:
    """A clause that only says when (；6月底完成) taken out of the list it stands in."""
    cuts = [position for position, character in outside_brackets(text) if character in "；;，,。"]
    bounds = [0, *(cut + 1 for cut in cuts), len(text) + 1]
    clauses = [text[a : b - 1] for a, b in itertools.pairwise(bounds)]
    marks = [text[cut] for cut in cuts] + [""]
    kept, times = "", []
    for clause, mark in zip(clauses, marks, strict=True):
        if clause.strip() and not LABEL.search(clause) and names_a_time(clause):
            times.append(clause.strip())
        else:
            kept += clause + mark
    return (kept, "，".join(times)) if times else (text, "")


def _with_colons(text: str) -> str:
    """相关责任单位有甲局、乙局: the verb stands for the colon of a label."""
    return _LABEL_VERB.sub(":", text)


def _by_labels(text: str) -> Duties | None:
    text = with_labels_apart(_with_colons(text), "；")
    labels = [
        (match, kind)
        for match in LABEL.finditer(text)
        if (kind := label_kind(match["label"])) or is_further_label(match["label"])
    ]
    if not any(kind for _, kind in labels):
        return None
    duties: Duties = {}
    if before := text[: labels[0][0].start()].strip(EDGES + "（(〔[【〖［｛"):
        duties, rest = clauses_of(before)  # 甲局牵头；责任单位：乙局
        if rest or not duties:
            return None
    # 单位：… or 时间：… alone is ordinary prose; beside 牵头单位：… it is a label like the others.
    if len(labels) < 2 and _says_little(labels[0][0]):
        return None
    for index, (match, kind) in enumerate(labels):
        if kind is ColumnKind.OFFICIAL and "officials" in duties and names_heads(match["label"]):
            kind = None  # 责任人 beside 责任领导 is the head of a unit
        end = labels[index + 1][0].start() if index + 1 < len(labels) else len(text)
        words = text[match.end() : end].strip(EDGES)
        if end == len(text):
            words = _without_surplus(words)
        add_duty(duties, FIELD_OF_KIND.get(kind, RESPONSIBLE) if kind else squash(match["label"]), words)
    return duties


def _without_surplus(words: str) -> str:
    """The words without the closing brackets at their end that none of them opened."""
    while (
        words and words[-1] in CLOSING and sum(c in CLOSING for c in words) > sum(c in OPENING for c in words)
    ):
        words = words[:-1].rstrip(EDGES)
    return words


def is_further_label(label: str) -> bool:
    words = squash(label)
    if kind_of(words) in REPORTS:
        return words not in TOO_PLAIN
    return bool(_FURTHER_LABEL.search(words)) and not _UNIT_BEFORE_LABEL.match(words)


def _by_verbs(text: str) -> Duties | None:
    """…牵头，…参与，…负责落实: the verb follows those it speaks of, and all the text is such clauses."""
    duties, rest = clauses_of(text.strip(EDGES))
    if rest and set(duties) == {"lead_departments"} and look_like_units(rest):
        duties["supporting_departments"], rest = rest, ""  # 甲局牵头，乙局、丙局
    return duties if duties and not rest else None


def _by_helpers(text: str) -> Duties | None:
    """甲局（乙局、丙局配合） and 甲局会同乙局: who stands first leads; 甲局配合乙局落实: who stands behind."""
    if (found := _HELPS.fullmatch(text.strip(EDGES))) and all(map(look_like_units, found.groups())):
        return {"lead_departments": found["lead"], "supporting_departments": found["helper"]}
    if (found := _TOLD_BEHIND.fullmatch(text.strip(EDGES))) and look_like_units(found["who"]):
        inner = read_duties(found["inner"]) or {}
        return (
            {"lead_departments": found["who"]} | inner if set(inner) == {"supporting_departments"} else None
        )
    first, *others = TOGETHER.split(text.strip(EDGES), maxsplit=1)
    if others and look_like_units(first) and look_like_units(others[0]):
        return {"lead_departments": first, "supporting_departments": others[0]}
    return None


def _by_marks(text: str) -> Duties | None:
    """甲局（牵头）、乙局、丙局: a mark behind a name; whoever has none supports, once a lead is marked."""
    if not _MARK.search(text):
        return None
    if _MARK.match(
        text.lstrip()
    ):  # （牵头）甲局（配合）乙局: the mark stands before its names, as a label does
        return _by_labels(_MARK.sub(lambda mark: f"；{mark['role']}：", text).strip("； "))
    text = _MARK_AND_NAME.sub(r"\g<0>、", text)
    duties: Duties = {}
    marked_lead = any(role_of(match["role"]) == "lead_departments" for match in _MARK.finditer(text))
    for name in _names_of(text):
        if match := _MARK.search(name):
            add_duty(duties, role_of(match["role"]), _MARK.sub("", name).strip())
        elif name.strip():
            add_duty(duties, "supporting_departments" if marked_lead else "lead_departments", name.strip())
    return duties


def _by_stars(text: str) -> Duties | None:
    """★甲局、乙局、丙局: whoever has the mark leads, the others support; where each has one it tells nothing."""
    names = [name.strip() for name in _names_of(text) if name.strip()]
    names = names if len(names) > 1 else text.split()  # ★甲局 乙局
    marked = [name for name in names if _STAR.match(name)]
    others = [name for name in names if name not in marked]
    if not marked or not others or not all(look_like_units(without_stars(name)) for name in marked):
        return None
    if not all(map(may_be_a_unit, others)):
        return None
    duties: Duties = {}
    for name in names:
        add_duty(
            duties, "lead_departments" if name in marked else "supporting_departments", without_stars(name)
        )
    return duties


def _names_of(text: str) -> list[str]:
    """The names between marks; 各县（市、区） is one."""
    cuts = [place for place, mark in outside_brackets(text) if mark in "、，,；;\n"]
    bounds = [-1, *cuts, len(text)]
    return [text[start + 1 : end] for start, end in itertools.pairwise(bounds)]


def without_stars(text: str) -> str:
    """The names of a list without the marks before them."""
    return _STAR.sub("", text)
