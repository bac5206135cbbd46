"""How ill a line of a copied table fits a column: the words of each kind of column as offices write them."""

import re
from functools import lru_cache

from importers.characters import is_measure, squash
from importers.columns import DEPARTMENT_KINDS, HOLD_ANYTHING, ColumnKind
from importers.counting import NUMERAL
from importers.headings import NOTE
from importers.numbering import TASK_RANK, numbering_of
from importers.raw import DEPARTMENT_FIELDS
from importers.scripts import either_script
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.duties import RESPONSIBLE, read_duties
from importers.values.heading_duties import duties_of_heading
from importers.values.people import look_like_people, may_be_a_person, may_be_people, names_people
from importers.values.words import NOTHING

_CODE = re.compile(  # what else stands under 序号: 任务3, 第5项, A1, （2）, 三
    r"(第|任务|项目|事项|指标|目标|附?表|[一-龥]{1,2}表)\d{1,3}[项号]?|[A-Z]\d{1,3}|[A-Z]{1,4}(20\d\d)?-?\d{1,4}|[（(]([一二三四五六七八九十]{1,3}|\d{1,2})[）)]"
    r"|[一二三四五六七八九十]{1,3}、?"
)
_STANDING = re.compile(  # how a task stands: 已完成, 按时序推进
    either_script(
        r"已|正在|正常(推进|进行|运行|开展|实施)|按(时序|序时|计划|期|进度)|基本(完成|建成)|全部完成|(全面)?完成[。.]?$"
        r"|未(完成|启动|开工|达)|(推进|进行|实施)中|有序(推进|开展|进行)|(达标|滞后|[是否])$"
    )
)
_REMARK = re.compile(  # what stands under 备注: 省定, 续建, 受疫情影响
    either_script(
        r"(国家|中央|自治区|[省市州区县盟旗])(定|列|级|属)(项目|任务|实事|目标|指标)?|(续建|新建|跨年度?|结转|[A-Z]{3})(项目)?"
        r"|[受因].{2,8}(影响|调整|推迟|延期|滞后|暂停)|.{0,6}下达(的?(计划|任务|指标))?|(已|拟)?列入.{2,8}"
    )
)
_LONGEST_STANDING = 12
_SHORTEST_CLAUSE = 8
_MAY_BE_NAMES = re.compile(r"[一-龥]{2,3}([、，,\s]+[一-龥]{2,3})*")  # a rare surname
_BETWEEN_NAMES = re.compile(r"[、，,；;\s]+")
_LONGEST_NAME = 16
GOES_ON = ("，", ",", "、")
_TIMES = re.compile(r"\d月|年底|季度|长期|持续")
_LISTED = re.compile("[、，,；;]")
_DEPARTMENT_ROLES = frozenset({RESPONSIBLE, *DEPARTMENT_FIELDS})
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_LONG_NAME = 8  # 某某生物医药产业园 may name a project as well as a unit
_LONGEST_HEADING = 30
_NAMES_AND_TIMES = DEPARTMENT_KINDS | {ColumnKind.OFFICIAL, ColumnKind.DUE}
_SHORTEST_WORK = 12
_NO_UNIT = re.compile(
    either_script(
        r"(城市|乡村|社会|产业园区|社区)建设$|(智慧|文明|宜居|宜居宜业|卫生|和美|美丽|平安|法治|花园|韧性|海绵)(城市|城区|乡村|社会|[镇县区])$"
    )
)
_FIGURE = re.compile("[0-9]")
_WORK = re.compile(
    either_script(
        r"(新建|改建|扩建|改扩建|新改建|建设|建成|完成|推进|实施|启动|加快|开展|新增|改造|创建|打造|推动)"
    )
)
_BUILDS = re.compile(  # 创建国家级农业现代化示范区
    either_script(
        r"(新建|改建|扩建|改扩建|建成|完成|实施|启动|新增|改造|创建|打造)[^、，,]{5,}(区|园|中心|基地|站|馆|院|校|场|[县市镇村])"
    )
)
_SERIAL = (TASK_RANK, TASK_RANK + 1)  # 1.… and （1）…


@lru_cache(maxsize=8192)
def strain(line: str, kind: ColumnKind) -> float:
    """How ill a line fits a column."""
    text = squash(line)
    if duties_of_heading(text) and not (kind is ColumnKind.OFFICIAL and names_people(text)):
        return 8.0
    numeral = bool(NUMERAL.fullmatch(text))
    if kind is ColumnKind.NUMBER:
        return 0.0 if numeral else 0.5 if _CODE.fullmatch(text) else 20.0
    if _CODE.fullmatch(text):
        return 4.0 if kind in HOLD_ANYTHING else 8.0
    if numeral:
        return 1.0 if kind in HOLD_ANYTHING else 10.0
    if is_measure(text):
        return 0.3 if kind in HOLD_ANYTHING else 7.0
    if NOTHING.match(text):
        return 6.0 if kind is ColumnKind.TASK else 0.0
    found = numbering_of(text)
    numbered = found is not None and found.rank < TASK_RANK and bool(found.rest)
    units = names_units(line) and not (numbered and text.endswith("。"))  # （一）搭建创新平台。 is none
    listed = not units and _lists_names(line)
    heading = found is not None and found.rank < TASK_RANK and len(text) <= _LONGEST_HEADING and not units
    if heading and kind in _NAMES_AND_TIMES:
        return 8.0
    goes_on = text.endswith((*GOES_ON, "：", ":"))
    sentence = (
        text.endswith(("。", "；", ";"))
        or (not units and goes_on and len(text) > _SHORTEST_CLAUSE)
        or (not units and (len(text) > 25 or (len(text) > 10 and "、" not in text)))
    )
    if kind is ColumnKind.TASK:
        return (
            3.5  # what is done is reported, not set
            if text.startswith("已") or (len(text) <= _LONGEST_STANDING and _STANDING.match(text))
            else 0.0
            if sentence
            else 6.0
            if names_a_time(text)
            else 4.0
            if units or listed or look_like_people(line)
            else 1.5
        )
    if kind in (ColumnKind.GOAL, ColumnKind.SECTION):
        if text.endswith("。") and len(text) <= _LONGEST_STANDING and not _FIGURE.search(text):
            return 1.5
        return (
            3.0
            if text.endswith("。") or len(text) > 30 or _STANDING.match(text)
            else 3.5
            if goes_on and not found  # 加快园区建设, goes on below: half a sentence is no goal
            else 1.5
            if _tells_work(text)
            else 2.0
            if units and len(text) > _LONG_NAME and not _LISTED.search(text)
            else 4.0
            if (units or names_a_time(text)) and not found
            else 0.5
        )
    if kind in DEPARTMENT_KINDS:
        return (
            0.0
            if units
            else 1.0
            if listed and not _MAY_BE_NAMES.fullmatch(line)
            else 12.0
            if (text.endswith("。") and len(text) > _LONGEST_STANDING) or _serial(text)
            else 8.0
            if names_a_time(text)
            else 4.0
        )
    if kind is ColumnKind.OFFICIAL:
        if names_people(_IN_BRACKETS.sub("", line)):
            return 3.0 if names_a_time(text) else 0.0  # 全年
        return (
            1.0
            if may_be_people(text)
            else 2.5
            if may_be_a_person(text)
            else 1.5
            if listed and _MAY_BE_NAMES.fullmatch(line)
            else 3.0
            if _MAY_BE_NAMES.fullmatch(text)
            else 12.0
            if sentence
            else 6.0
        )
    if kind is ColumnKind.DUE:
        said = text.endswith("。") and len(text) > _SHORTEST_CLAUSE  # 秋季开学前已投入使用。 is a report
        if names_a_time(text):
            return 4.0 if said else 0.0
        return 2.0 if len(text) < 40 and _TIMES.search(text) else 8.0
    if found and found.rank >= TASK_RANK:
        return 0.2  # 1.…；2.…: points of a report
    if found and len(text) <= _LONGEST_HEADING and not text.endswith(("。", "；")):
        return 4.0  # 二、做强实体经济 heads the rows below
    if names_a_time(text):
        said = text.endswith("。") and len(text) > _SHORTEST_CLAUSE
        return 1.0 if kind is ColumnKind.PLAN or said else 3.0
    if units:
        return 3.0 if kind is ColumnKind.OTHER else 4.0
    return 1.0


def names_units(line: str) -> bool:
    """Whether a line holds units: a plain list, or 牵头：甲局；配合：乙局, or 甲局牵头，乙局配合."""
    text = squash(line)
    if (text.endswith("。") and _WORK.match(text)) or _NO_UNIT.search(text) or _BUILDS.fullmatch(text):
        return False  # 新建县第四幼儿园。
    found = numbering_of(text)
    if found and found.rank > _SERIAL[-1] and (_WORK.search(found.rest) or _FIGURE.search(found.rest)):
        return False  # ①8月底前建成第二中学东校区；
    if look_like_units(line) or look_like_units(text):
        return True
    duties = read_duties(text)
    return duties is not None and not set(duties).isdisjoint(_DEPARTMENT_ROLES)


def _lists_names(line: str) -> bool:
    """Whether most names in a list are units, or some are people; nobody may know the others."""
    names = _BETWEEN_NAMES.split(line.strip().rstrip("。"))
    if len(names) < 2 or any(not 2 <= len(name) <= _LONGEST_NAME for name in names):
        return False
    if _FIGURE.search(line) or any(map(_WORK.match, names)):
        return False
    return 2 * sum(map(look_like_units, names)) > len(names) or (
        bool(_MAY_BE_NAMES.fullmatch(line)) and any(map(look_like_people, names))
    )


def _tells_work(text: str) -> bool:
    """Whether a line without a number is part of a sentence, cut at the edge of its column: 改造管网3公里,新建"""
    return len(text) > _SHORTEST_WORK and bool(_FIGURE.search(text)) and numbering_of(text) is None


def is_remark(line: str) -> bool:
    """Whether a line reads as a remark on one task, and less as the heading of several."""
    return bool(_REMARK.fullmatch(squash(line)))


def begins_work(line: str) -> bool:
    """Whether a line begins as a task does: 新建…, 完成…."""
    return bool(_WORK.match(squash(line)))


def aside_cost(line: str) -> float:
    found = numbering_of(squash(line))
    heading = (found and found.rank < TASK_RANK and len(line) < 40) or duties_of_heading(line)
    if heading or NOTE.match(squash(line)):
        return 0.0
    return 30.0


def _serial(line: str) -> bool:
    """A number and words behind it that are no unit (（2）稳定就业)."""
    found = numbering_of(line)
    return found is not None and found.rank in _SERIAL and not look_like_units(found.rest)
