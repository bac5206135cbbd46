"""Who does what, said with verbs: 由甲局会同乙局牵头，丙局配合."""

import re

from importers.scripts import either_script, simplified
from importers.values.departments import look_like_units
from importers.values.people import are_people
from importers.values.words import NO_NAME

Duties = dict[str, str]
NO_DUTIES: Duties = {}

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
_BARE_NAME = re.compile(
    r"[一-龥]{2,3}(?<![局委办部厅镇乡街处站所])"
)  # before 包抓 and 分管 stand persons, whatever their surname
_SAYS_ROLE = (
    "牵头",
    "牽頭",
    "配合",
    "负责",
    "負責",
)  # who stands before these is a unit, whatever its name ends with
_ENTRUSTED = re.compile(  # 由甲局负责制定方案, 由甲部会同乙部研究提出意见: what they do is said behind the verb
    either_script(
        r"由(?P<who>.{2,80}?)(?P<verb>(?:具体|共同|分别)?(?:负责|牵头|研究|提出|制定|承担|组织)[^，,。；;\n]{0,30})(?=[，,。；;\n]|$)"
    )
)
TOGETHER = re.compile(either_script(r"(?<=[一-龥]{2})(?:会同|会商|联合(?!会))(?=..)"))  # 由甲局会同乙局负责
_BEGINS_WITHIN = re.compile("[，,；;]由")  # 新建学校3所，由县教育局: the list begins later
_BEFORE_WHO = re.compile(
    either_script(r"^(?:[此该本这]项(?:工作|任务|目标|改革|内容)?由|由|会同|联合)")
)  # 此项工作由甲局牵头
_LONGEST_PLACE = 8
EDGES = " \n\t\u3000；;，,、。"


def leading_duties(text: str) -> tuple[Duties, str] | None:
    """由王伟副市长负责，市发改委牵头，相关部门配合，…: who does what before the work itself is told."""
    if not text.startswith("由"):
        return None
    duties, rest = clauses_of(text)
    return (duties, rest) if set(duties) - {"officials"} and rest else None


def clauses_of(flat: str, *, entrusted: bool = False) -> tuple[Duties, str]:
    """The clauses of who does what that a text begins with, and what comes after them.

    ``entrusted``: 由甲局负责制定方案 is such a clause as well, though it tells what is to be done.
    """
    duties: Duties = {}
    position = 0
    while position < len(flat) and (match := _clause(flat, position, entrusted=entrusted)):
        told = match["who"].strip(EDGES)
        who = _BEFORE_WHO.sub("", told)
        verb = "配合" if told[:1] in "会會联聯" and told != who else match["verb"]
        if _BEGINS_WITHIN.search(told):
            break
        who, *helpers = TOGETHER.split(who, maxsplit=1)
        listed = re.sub(r"等$", "", who)
        people = are_people(listed) or (match["verb"] in _OF_PEOPLE and bool(_BARE_NAME.fullmatch(listed)))
        told_so = duties or match["verb"].endswith(_SAYS_ROLE)
        units = look_like_units(listed) or (told_so and _ends_with_unit(listed))
        units = units and "。" not in listed  # 建成康复中心。县残联牵头: no list, but a task and who leads it
        watches = match["verb"].endswith("督办")
        if not people and (not units or match["verb"] in _OF_PEOPLE or (watches and not duties)):
            break
        if helpers and not look_like_units(helpers[0]):
            break
        leads = "lead_departments" if helpers else role_of(verb)
        add_duty(duties, "officials" if people else "督办单位" if watches else leads, who)
        add_duty(duties, "supporting_departments", "".join(helpers))
        position = match.end()
        while position < len(flat) and flat[position] in EDGES:
            position += 1
    return duties, flat[position:]


def _clause(flat: str, position: int, *, entrusted: bool) -> re.Match[str] | None:
    plain = _VERB.match(flat, position)
    told = _ENTRUSTED.match(flat, position) if entrusted else None
    return told if told and not (plain and plain.end() <= told.end()) else plain


def _ends_with_unit(listed: str) -> bool:
    """甲县、乙县、丙开发区管委会 behind a clause that was understood: the last word stands for all before it."""
    names = re.split("[、，,]", listed)
    units = look_like_units(names[-1]) or look_like_units(names[0])
    places = all(len(name) <= _LONGEST_PLACE and not NO_NAME.search(name) for name in names[:-1])
    return units and places


def role_of(word: str) -> str:
    return next((role for key, role in _ROLE_OF_WORD if key in simplified(word)), "supporting_departments")


def add_duty(duties: Duties, role: str, words: str) -> None:
    if words:
        duties[role] = "\n".join(filter(None, (duties.get(role, ""), words)))
