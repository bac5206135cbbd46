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
from importers.scripts import either_script, simplified
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.people import are_people, look_like_people, without_title
from importers.values.rules import before_rule
from importers.values.words import RULE_IN_BRACKETS

Duties = dict[str, str]
NO_DUTIES: Duties = {}

_HINT = re.compile(
    either_script(
        r"[:：]|牵头|配合|分管|主抓|主管|包抓|包联|包保|挂帅|领衔|协办|协助|参与|负责|主办|职责|为主|组织[推协实落]"
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
_SAYS_ROLE = (
    "牵头",
    "牽頭",
    "配合",
    "负责",
    "負責",
)  # who stands before these is a unit, whatever its name ends with
_BARE_ROLES = ("配合", "协办", "参与", "牵头")  # 牵头：甲局配合：乙局
_SHORTEST_UNIT, _SHORTEST_RUN_ON = 3, 4
_FURTHER_LABEL = re.compile(
    either_script(r"(单位|部门|电话|联系人|联络员|责任人|负责人|秘书长)$")
)  # 数据提供单位: kept under its own words
_UNIT_BEFORE_LABEL = re.compile(either_script(r".+(局|办公室|中心|公司)(牵头|责任|配合|协)"))
_VERB = re.compile(
    either_script(
        r"(?P<who>.+?)(?P<verb>(?:共同|联合|分别)?牵头(?:负责|落实|实施|推进|组织实施)?|(?:共同)?负责落实|(?:分别|共同)?(?:具体|抓好)落实"
        r"|(?:按照?|根据)(?:各自)?职责(?:分工)?(?:分别|共同)?(?:负责|落实|抓好落实)?"
        r"|(?:具体|分别|共同|分工)?负责(?:起草|制定|编制|实施|组织实施|推进|办理)?|为主(?:落实|负责|实施|推进)?|分工落实|(?:共同|积极|密切)?配合(?:落实|实施)?|(?:共同)?参与|协办|协助(?:落实)?|协同(?:配合)?|参加|协作|(?:给予|予以|做好)配合"
        r"|分管|主抓|主管|包抓|包联|包保|挂帅|领衔|督导|调度|(?:跟踪|负责|具体)?督办"
        r"|主办|承办|组织(?:有关|相关)(?:部门|单位)?(?:进行|实施|落实|开展|完成)"
        r"|(?:分别|共同)?组织(?:推进|协调|实施|落实|完成)(?:[和与并、]?(?:推进|协调|实施|落实|督促))*)(?=[，,；;。\s、）)〕\]】]|$)"
    )
)
_OF_PEOPLE = ("分管", "主抓", "主管", "包抓", "包联", "包保", "挂帅", "领衔", "督导", "调度")
_MARK = re.compile(
    either_script(
        r"[（(〔\[【〖［](?P<role>牵头|牵头单位|主办|主责|配合|配合单位|协办|参与|协助|协同)[）)〕\]】〗］]"
    )
)
_STAR = re.compile(r"(?:(?<=^)|(?<=[、，,；;\n]))[ \u3000]*[★☆※●▲◆*＊][ \u3000]*(?=[一-龥])", re.MULTILINE)
_ROLE_OF_WORD = (
    ("牵头", "lead_departments"),
    ("主办", "lead_departments"),
    ("负责落实", "main_departments"),
    ("具体落实", "main_departments"),
    ("抓好落实", "main_departments"),
    ("主责", "main_departments"),
    ("负责", "responsible"),
    ("职责", "responsible"),
    ("为主", "responsible"),
    ("承办", "responsible"),
    ("组织", "responsible"),
)
_IN_HEADING = re.compile(
    either_script(
        r"(?P<who>[一-龥·、]{2,16}?)(?:主抓|牵头|负责|分管|包抓|联系)(?:负责|落实|抓)?的?(?:重点|主要)?"
        r"(?:工作|任务|事项|项目)(?:清单|分解表|一览表|责任表|台账|表)?(?:[（(][^（()）]*[）)])?"
    )
)
_TIME_IN_HEADING = re.compile(  # 6月底前完成的任务（12项）, 长期坚持的工作
    r"(?P<when>.{2,16}?)(?:(?:前|内|底)?(?:须|应|需要?)?(?:完成|办结|落实|建成|见效))?的(?:重点|主要|整改)?"
    r"(?:工作|任务|事项|项目|目标|措施)(?:[（(][^（()）]*[）)])?"
)
_TIME_ALONE = re.compile(  # 6月底前完成（3项）, 长期坚持类
    r"(?P<when>(?:20\d\d年)?(?:\d{1,2}月|第?[一二三四1-4]季度|[上下]半年|年)(?:\d{1,2}日)?[底末内]?(?:之|以)?前?|(?:长期|持续|常态化?)(?:坚持|推进|推动|实施|落实)?)"
    r"(?:须|应|需要?|要)?(?:完成|办结|落实|建成|见效|开工|启动)?(?P<sorts>的?类?(?:[（(][^（）()]*[）)])?)"
)
_SAYS_WHEN = re.compile(r"[月底末]|季度|半年|年内|长期|持续|常态|立行立改")
_TITLED = re.compile(  # 县委常委、副县长王伟（3项）
    r"(?:[省市州区县镇乡]?(?:委|政府|人大|政协|党组|党工委|管委会)?(?:常委|副?书记|副?[省市州区县镇乡]长|常务副[市区县]长|副?主任|副?主席)[、，]?)+"
    r"(?P<who>[一-龥]{2,4}?)(?:同志)?(?P<sorts>(?:[（(]共?\d+[项个件][^（()）]*[）)])?)"
)
_TITLE_APART = re.compile(r"[长任记席委][ \u3000]+[一-龥][一-龥 \u3000]{1,6}$")  # 副县长　邓凯
_NAMED = re.compile(
    r"(?P<who>[一-龥]{2,4})(同志)?[（(][一-龥、，]{0,16}(长|书记|主任|常委|委员)[）)]"
)  # 王伟（副县长）
_BARE_NAME = re.compile(
    r"[一-龥]{2,3}(?<![局委办部厅镇乡街处站所])"
)  # before 包抓 and 分管 stand persons, whatever their surname
REPORTS = HOLD_ANYTHING - {ColumnKind.OTHER}
_LONGEST_PLACE = 8
_EDGES = " \n\t\u3000；;，,、。"


HANDED_DOWN = frozenset({"officials", "due", "lead_departments"})  # what a heading may say for all below it
RESPONSIBLE = "responsible"  # 责任单位, until it is known whether anybody else leads


def read_duties(text: str) -> Duties | None:
    """The roles a text gives to those it names, or None when it is a plain list, or prose.

    责任单位 stays ``responsible``: whether it leads shows when the whole responsibility of the task is known.
    """
    if not (_HINT.search(text) or _LABEL_VERB.search(text)):
        return _by_stars(text) if _STAR.search(text) else None
    listed = text.rstrip(_EDGES)
    if listed.endswith(("）", ")")) and (found := RULE_IN_BRACKETS.search(listed)) and found.start():
        duties = read_duties(text[: found.start()])  # the rule stays with the words it stands behind
        return {**duties, (last := list(duties)[-1]): duties[last] + found.group()} if duties else None
    listed, rule = before_rule(text)
    if rule:
        return read_duties(listed)
    words, due = _without_time(text)
    duties = _by_labels(words) or _by_verbs(words) or _by_marks(words)
    if not duties or not set(duties) - {"due"}:
        return None
    if due:
        _add(duties, "due", due)
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
        _add(result, role, words)
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


def leading_duties(text: str) -> tuple[Duties, str] | None:
    """由王伟副市长负责，市发改委牵头，相关部门配合，…: who does what before the work itself is told."""
    if not text.startswith("由"):
        return None
    duties, rest = _clauses(text)
    return (duties, rest) if set(duties) - {"officials"} and rest else None


def duties_of_heading(words: str, *, numbered: bool = False) -> Duties:
    """一、王伟副市长牵头的工作 and （二）市审计局牵头工作（8项）: the heading names who answers for all under it."""
    numbered = numbered or bool(_TITLE_APART.search(words))
    words = squash(words)
    if (named := _NAMED.fullmatch(words)) and look_like_people(named["who"]):
        return {"officials": named["who"]}
    titled = _TITLED.fullmatch(words)
    if titled and (numbered or titled["sorts"]) and look_like_people(titled["who"]):
        return {"officials": titled["who"]}
    plain = _TIME_ALONE.fullmatch(words)
    if plain and (numbered or plain["sorts"]):
        return {"due": plain["when"]}
    timed = _TIME_IN_HEADING.fullmatch(words)
    if timed and _SAYS_WHEN.search(timed["when"]) and names_a_time(timed["when"]):
        return {"due": timed["when"]}
    found = _IN_HEADING.fullmatch(words)
    if not found:
        return {}
    who = found["who"].removesuffix("同志")
    if look_like_units(who):
        return {"lead_departments": who}
    return {"officials": who} if look_like_people(without_title(who)) else {}


def find_label(text: str) -> int:
    """Where the first label of responsibility begins (责任单位：), or -1."""
    told = _with_colons(text)
    if ":" not in told and "：" not in told:
        return -1
    begins = False  # 责任秘书长：…，责任单位：…: the label before it is one of the same list
    when: re.Match[str] | None = None
    for match in LABEL.finditer(told):
        kind = label_kind(match["label"])
        plain = squash(match["label"]) in TOO_PLAIN
        if kind is ColumnKind.DUE and not plain and match.start() > 0:
            when = match  # …。完成时限：6月底　牵头单位：…: begins the list where a label of units follows
            continue
        if kind and not plain:
            if when and names_a_time(told[when.end() : match.start()].strip(_EDGES)):
                match = when
            return 0 if begins else match.start("label")
        begins = begins or (match.start() == 0 and is_further_label(match["label"]))
    return -1


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
    if before := text[: labels[0][0].start()].strip(_EDGES + "（(〔[【〖［｛"):
        duties, rest = _clauses(before)  # 甲局牵头；责任单位：乙局
        if rest or not duties:
            return None
    # 单位：… or 时间：… alone is ordinary prose; beside 牵头单位：… it is a label like the others.
    if all(squash(match["label"]) in TOO_PLAIN for match, _ in labels) and len(labels) < 2:
        return None
    for index, (match, kind) in enumerate(labels):
        if kind is ColumnKind.OFFICIAL and "officials" in duties and names_heads(match["label"]):
            kind = None  # 责任人 beside 责任领导 is the head of a unit
        end = labels[index + 1][0].start() if index + 1 < len(labels) else len(text)
        words = text[match.end() : end].strip(_EDGES)
        if end == len(text):
            words = _without_surplus(words)
        _add(duties, FIELD_OF_KIND.get(kind, RESPONSIBLE) if kind else squash(match["label"]), words)
    return duties


def _without_surplus(words: str) -> str:
    """The words without the closing brackets at their end that none of them opened."""
    while (
        words and words[-1] in CLOSING and sum(c in CLOSING for c in words) > sum(c in OPENING for c in words)
    ):
        words = words[:-1].rstrip(_EDGES)
    return words


def is_further_label(label: str) -> bool:
    words = squash(label)
    if kind_of(words) in REPORTS:
        return words not in TOO_PLAIN
    return bool(_FURTHER_LABEL.search(words)) and not _UNIT_BEFORE_LABEL.match(words)


def _by_verbs(text: str) -> Duties | None:
    """…牵头，…参与，…负责落实: the verb follows those it speaks of, and all the text is such clauses."""
    duties, rest = _clauses(text.strip(_EDGES))
    if rest and set(duties) == {"lead_departments"} and look_like_units(rest):
        duties["supporting_departments"], rest = rest, ""  # 甲局牵头，乙局、丙局
    return duties if duties and not rest else None


def _clauses(flat: str) -> tuple[Duties, str]:
    """The clauses of who does what that a text begins with, and what comes after them."""
    duties: Duties = {}
    position = 0
    while position < len(flat) and (match := _VERB.match(flat, position)):
        told = match["who"].strip(_EDGES)
        who = re.sub(r"^(由|会同|會同|联合|聯合)", "", told)
        verb = "配合" if told[:1] in "会會联聯" and told != who else match["verb"]
        listed = re.sub(r"等$", "", who)
        people = are_people(listed) or (match["verb"] in _OF_PEOPLE and bool(_BARE_NAME.fullmatch(listed)))
        told_so = duties or match["verb"].endswith(_SAYS_ROLE)
        units = look_like_units(listed) or (told_so and _ends_with_unit(listed))
        units = units and "。" not in listed  # 建成康复中心。县残联牵头: no list, but a task and who leads it
        watches = match["verb"].endswith("督办")
        if not people and (not units or match["verb"] in _OF_PEOPLE or (watches and not duties)):
            break
        _add(duties, "officials" if people else "督办单位" if watches else _role_of(verb), who)
        position = match.end()
        while position < len(flat) and flat[position] in _EDGES:
            position += 1
    return duties, flat[position:]


def _ends_with_unit(listed: str) -> bool:
    """甲县、乙县、丙开发区管委会 behind a clause that was understood: the last word stands for all before it."""
    names = re.split("[、，,]", listed)
    units = look_like_units(names[-1]) or look_like_units(names[0])
    return units and all(len(name) <= _LONGEST_PLACE for name in names[:-1])


def _by_marks(text: str) -> Duties | None:
    """甲局（牵头）、乙局、丙局: a mark behind a name; whoever has none supports, once a lead is marked."""
    if not _MARK.search(text):
        return None
    duties: Duties = {}
    marked_lead = any(_role_of(match["role"]) == "lead_departments" for match in _MARK.finditer(text))
    for name in _names_of(text):
        if match := _MARK.search(name):
            _add(duties, _role_of(match["role"]), _MARK.sub("", name).strip())
        elif name.strip():
            _add(duties, "supporting_departments" if marked_lead else "lead_departments", name.strip())
    return duties


def _by_stars(text: str) -> Duties | None:
    """★甲局、乙局、丙局: whoever has the mark leads, the others support; where each has one it tells nothing."""
    names = [name.strip() for name in _names_of(text) if name.strip()]
    marked = [name for name in names if _STAR.match(name)]
    if not 0 < len(marked) < len(names) or not look_like_units(without_stars(text)):
        return None
    duties: Duties = {}
    for name in names:
        _add(duties, "lead_departments" if name in marked else "supporting_departments", without_stars(name))
    return duties


def _names_of(text: str) -> list[str]:
    """The names between marks; 各县（市、区） is one."""
    cuts = [place for place, mark in outside_brackets(text) if mark in "、，,；;\n"]
    bounds = [-1, *cuts, len(text)]
    return [text[start + 1 : end] for start, end in itertools.pairwise(bounds)]


def without_stars(text: str) -> str:
    """The names of a list without the marks before them."""
    return _STAR.sub("", text)


def _role_of(word: str) -> str:
    return next((role for key, role in _ROLE_OF_WORD if key in simplified(word)), "supporting_departments")


def _add(duties: Duties, role: str, words: str) -> None:
    if words:
        duties[role] = "\n".join(filter(None, (duties.get(role, ""), words)))
