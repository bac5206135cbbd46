"""Who does what, when the words themselves say it: 牵头单位：…；…参与；…（配合）."""

import re

from importers.characters import squash
from importers.columns import FIELD_OF_KIND, ColumnKind, kind_of

Duties = dict[str, str]

_HINT = re.compile(r"[:：]|牵头|配合|协办|协助|参与|负责|主办")
_LABEL = re.compile(r"(?:(?<=^)|(?<=[\s；;，,。、（(〔\[【）)]))(?P<label>[一-龥 \u3000]{2,14})[:：]")
_VERB = re.compile(
    r"(?P<who>.+?)(?P<verb>(?:共同|联合|分别)?牵头(?:负责|落实|实施|推进|组织实施)?|(?:共同)?负责落实|(?:按照?|根据)(?:各自)?职责(?:分工)?(?:分别|共同)?(?:负责|落实|抓好落实)?"
    r"|(?:具体|分别|共同)?负责|(?:共同|积极|密切)?配合(?:落实|实施)?|(?:共同)?参与|协办|协助(?:落实)?|协同(?:配合)?|主办|承办)(?=[，,；;。\s、）)〕\]】]|$)"
)
_MARK = re.compile(r"[（(〔\[](?P<role>牵头|牵头单位|主办|主责|配合|配合单位|协办|参与|协助|协同)[）)〕\]]")
_ROLE_OF_WORD = (
    ("牵头", "lead_departments"),
    ("主办", "lead_departments"),
    ("负责落实", "main_departments"),
    ("主责", "main_departments"),
    ("负责", "responsible"),
    ("职责", "responsible"),
    ("承办", "responsible"),
)


def read_duties(text: str, default: str = "responsible") -> Duties | None:
    """The roles a text gives to those it names, or None when it is a plain list without any role in it."""
    if not _HINT.search(text):
        return None
    duties = _by_labels(text) or _by_verbs(text) or _by_marks(text)
    return _settled(duties, default) if duties else None


def _by_labels(text: str) -> Duties | None:
    labels = [(m, kind) for m in _LABEL.finditer(text) if (kind := label_kind(m["label"]))]
    if not labels or text[: labels[0][0].start()].strip(" \n\t\u3000；;，,（(〔[【。"):
        return None
    duties: Duties = {}
    for index, (match, kind) in enumerate(labels):
        end = labels[index + 1][0].start() if index + 1 < len(labels) else len(text)
        _add(
            duties,
            FIELD_OF_KIND.get(kind, "responsible"),
            text[match.end() : end].strip(" \n\t\u3000；;，,、"),
        )
    return duties


def label_kind(label: str) -> ColumnKind | None:
    """What a label before a colon announces; only those who answer for a task, and when."""
    words = squash(label)
    kind = kind_of(words)
    if kind not in (*FIELD_OF_KIND, ColumnKind.RESPONSIBLE) or words in ("单位", "部门", "领导", "时间"):
        return None
    return kind


def _by_verbs(text: str) -> Duties | None:
    """…牵头，…参与，…负责落实: the verb follows those it speaks of, and the whole text is made of such clauses."""
    duties: Duties = {}
    position = 0
    flat = text.strip().strip("。；;")
    while position < len(flat):
        match = _VERB.match(flat, position)
        if not match:
            return None
        who = re.sub(r"^由", "", match["who"].strip(" ，,；;、。\n\u3000"))
        if not who:
            return None
        _add(duties, _role_of(match["verb"]), who)
        position = match.end()
        while position < len(flat) and flat[position] in " ，,；;、。\n\u3000":
            position += 1
    return duties or None


def _by_marks(text: str) -> Duties | None:
    """甲局（牵头）、乙局、丙局: a mark behind a name; whoever has none supports, once a lead is marked."""
    if not _MARK.search(text):
        return None
    duties: Duties = {}
    marked_lead = any(_role_of(m["role"]) == "lead_departments" for m in _MARK.finditer(text))
    for name in re.split(r"[、，,；;\n]", text):
        if match := _MARK.search(name):
            _add(duties, _role_of(match["role"]), _MARK.sub("", name).strip())
        elif name.strip():
            _add(duties, "supporting_departments" if marked_lead else "lead_departments", name.strip())
    return duties


def _role_of(word: str) -> str:
    return next((role for key, role in _ROLE_OF_WORD if key in word), "supporting_departments")


def _add(duties: Duties, role: str, words: str) -> None:
    if words:
        duties[role] = "\n".join(filter(None, (duties.get(role, ""), words)))


def _settled(duties: Duties, default: str) -> Duties:
    """责任单位 is the lead when nobody is named 牵头, and supporting when somebody is; a lone third tier leads."""
    if "responsible" in duties:
        words = duties.pop("responsible")
        led = "lead_departments" in duties
        _add(duties, "supporting_departments" if led else "lead_departments", words)
    if default == "responsible" and "lead_departments" not in duties and "main_departments" in duties:
        duties["lead_departments"] = duties.pop("main_departments")
    return duties
