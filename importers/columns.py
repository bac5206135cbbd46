"""What a column holds, told by its header. All header words of the product stand here and nowhere else."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from importers.characters import folded, squash
from importers.header_words import WORDS
from importers.scripts import simplified


class ColumnKind(StrEnum):
    """What a column of a 责任分解表 tells."""

    NUMBER = "number"
    SECTION = "section"
    GOAL = "goal"
    TASK = "task"
    OFFICIAL = "official"
    LEAD_DEPARTMENT = "lead_department"
    RESPONSIBLE = "responsible"  # 责任单位: lead or supporting, decided by its neighbours
    MAIN_DEPARTMENT = "main_department"
    SUPPORTING_DEPARTMENT = "supporting_department"
    DUE = "due"
    PROGRESS = "progress"
    EVALUATION = "evaluation"
    PLAN = "plan"
    PROBLEMS = "problems"
    NEXT_STEPS = "next_steps"
    COMPLETION = "completion"
    STATUS = "status"
    OTHER = "other"


DEPARTMENT_KINDS = frozenset(
    {
        ColumnKind.LEAD_DEPARTMENT,
        ColumnKind.RESPONSIBLE,
        ColumnKind.MAIN_DEPARTMENT,
        ColumnKind.SUPPORTING_DEPARTMENT,
    }
)
RESPONSIBILITY_KINDS = DEPARTMENT_KINDS | {ColumnKind.OFFICIAL}

# The fields of a task that these columns fill; 责任单位 is settled as lead or supporting first.
FIELD_OF_KIND: dict[ColumnKind, str] = {
    ColumnKind.OFFICIAL: "officials",
    ColumnKind.LEAD_DEPARTMENT: "lead_departments",
    ColumnKind.MAIN_DEPARTMENT: "main_departments",
    ColumnKind.SUPPORTING_DEPARTMENT: "supporting_departments",
    ColumnKind.DUE: "due",
}

# Columns without a field of a task: their words stay under their own header.
KEPT_AS_WRITTEN = frozenset(
    {
        ColumnKind.EVALUATION,
        ColumnKind.PLAN,
        ColumnKind.PROBLEMS,
        ColumnKind.NEXT_STEPS,
        ColumnKind.COMPLETION,
        ColumnKind.STATUS,
        ColumnKind.OTHER,
    }
)

HOLD_ANYTHING = KEPT_AS_WRITTEN | {ColumnKind.PROGRESS}  # what stands there tells nothing about the column

# What an officer calls each kind of column.
NAMES: dict[ColumnKind, str] = {
    ColumnKind.NUMBER: "序号",
    ColumnKind.SECTION: "类别",
    ColumnKind.GOAL: "目标",
    ColumnKind.TASK: "任务",
    ColumnKind.OFFICIAL: "分管领导",
    ColumnKind.LEAD_DEPARTMENT: "牵头单位",
    ColumnKind.RESPONSIBLE: "责任单位",
    ColumnKind.MAIN_DEPARTMENT: "主责单位",
    ColumnKind.SUPPORTING_DEPARTMENT: "配合单位",
    ColumnKind.DUE: "完成时限",
    ColumnKind.PROGRESS: "进展情况",
    ColumnKind.EVALUATION: "工作评价",
    ColumnKind.PLAN: "计划进度",
    ColumnKind.PROBLEMS: "存在问题",
    ColumnKind.NEXT_STEPS: "下一步措施",
    ColumnKind.COMPLETION: "完成率",
    ColumnKind.STATUS: "状态",
    ColumnKind.OTHER: "附加栏",
}

_BODIES = (
    "单位|部门|科室|处室|股室|部室|机构|站所|站办|院系|乡镇|镇街|街道|区县|县区|县市|地区|板块|企业|支部|班组"
)

# 牵头及配合单位: one column for both roles, and nothing between them.
_BOTH_ROLES = r"(牵头|主办|主责|责任)(单位|部门)?[及和与、/](配合|协办|协同|参与|责任)(单位|部门)"

# For headers nobody listed: the first that is found decides, so the narrower meanings stand first.
_PATTERNS: tuple[tuple[ColumnKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (ColumnKind.NEXT_STEPS, r"^下(一?(步|阶段)|个?月|季度)"),
        (
            ColumnKind.PROBLEMS,
            r"^(存在.{0,4}|主要|困难.?)(问题|困难)|^(提请|请求|需要?)[^求]{0,8}(事项|问题)$",
        ),
        (ColumnKind.COMPLETION, r"完成(率|比例|百分比)$"),
        (
            ColumnKind.OTHER,
            r"^(验收|销号|监督|督办|督导|督查|考核|考评|评分|评价|计分|审核|监管|检查|评估).{0,2}(单位|部门|机关|责任人|人员?)$",
        ),
        (ColumnKind.OTHER, r"电话|联系人|联络|备注|比例|完成率|投资|资金"),
        (
            ColumnKind.OFFICIAL,
            r"领导|分管.{0,3}[区县市镇]长|分管负责|责任副?[区县市]长|(链长|总指挥|指挥长|[省市县区乡镇]级[林河湖田路]长)$",
        ),
        (ColumnKind.TASK, r"(任务|措施|内容|事项|举措)[及和与、](责任|牵头).{0,2}(单位|部门|分工)$"),
        (
            ColumnKind.TASK,
            r"(任务|措施|内容|事项|举措|工作|目标|要求)[及和与、](完成|办结|整改)?(时限|时间|期限|节点)(要求)?$",
        ),
        (ColumnKind.RESPONSIBLE, _BOTH_ROLES),
        (
            ColumnKind.SUPPORTING_DEPARTMENT,
            r"(配合|协同|协作|协办|协助|参与|参加|会办|联办).{0,4}(" + _BODIES + r")",
        ),
        (ColumnKind.MAIN_DEPARTMENT, r"(主体|主责|主要责任|落实).{0,2}(责任)?(单位|部门)"),
        (
            ColumnKind.LEAD_DEPARTMENT,
            r"(牵头|主办|第一责任).{0,6}(" + _BODIES + r")|牵头责任",
        ),
        (
            ColumnKind.RESPONSIBLE,
            r"(责任|承办|实施|负责|承担|包[保抓联挂帮]|挂[点钩联包]|联挂).{0,3}(主体|" + _BODIES + r")",
        ),
        (
            ColumnKind.PLAN,
            r"^(\d{1,2}[-—~至]?)*月份?目标|季度?目标$|半年目标$|进度安排|形象进度|进度计划|计划进度$|月度计划|季度(计划|目标)|计划安排|阶段(性)?目标",
        ),
        (
            ColumnKind.PROGRESS,
            r"(完成|进展|落实|推进|办理|实施|进度)情况|取得成效|工作成效|进展[及与和]成效|进展$|(当前|目前|最新).{0,2}进度",
        ),
        (ColumnKind.OTHER, r"(时间|时限|节点|期限).{0,3}(开工|动工|启动|开始|起始)"),
        (ColumnKind.EVALUATION, r"评价|考核|评分|得分|自评"),
        (
            ColumnKind.DUE,
            r"时限|期限|截止|(完成|办结|竣工|完工|建成|投产|投用|交付)(时间|日期|节点)|时间节点",
        ),
        (ColumnKind.NUMBER, r"(序|编)号$"),
        (ColumnKind.SECTION, r"类别|分类$|领域$"),
        (
            ColumnKind.TASK,
            r"(重点工作(?=[及和与])|任务|内容|标准|措施|举措|事项|任务目标|目标任务|实事|描述)([及和与].{1,8})?$",
        ),
        (ColumnKind.GOAL, r"(目标|项目|工程)?名称$|目标$|项目$|重点工作$"),
    )
)
# Lists that name things to do and somebody beside them, and are no plan: posts, purchases, permits, courses, duties.
_OTHER_LISTS = re.compile(
    r"招聘|岗位|学历|采购|资产|规格|型号|培训|班次|^姓名$|投诉事项|举报事项|(设定|实施|法律)依据|承诺时限|活动内容"
    r"|(参加|出席)(领导|人员)|参会|列席|值班|带班|议题|^(会议|活动)?地点$|名次|奖项|许可"
)
# Lists of money name projects and who carries them out, and may be handed out as a plan or not.
_OF_MONEY = re.compile(r"金额|资金(来源|总额|规模|分配|数)|拨付|奖补|补助|预算|经费|\(万?元\)")
_OF_A_PLAN = re.compile(
    r"牵头|配合|协[办同助作]|参与|分管|包[保抓联]|挂钩|任务|措施|举措|实事|(完成|办结|整改)(时限|时间|期限)"
)
_PERIOD = re.compile(
    r"(20\d\d年)?(第?[一二三四1-4]个?季度|\d{1,2}([-—~至]\d{1,2})?月份?|[上下]半年|全年|年度|[一二三四1-4]季)(目标|计划|进展|完成情况|末|底)?"
)
_HEADS = re.compile(r"(项目|具体|直接|单位|部门|工作|主要|行政|企业|第一)?(责任人|负责人|经办人)员?")
# Words that say little alone and complete what stands before them: 单位 after 牵头.
TOO_PLAIN = frozenset(
    {"单位", "部门", "领导", "时间", "进展", "参与", "配合", "时限", "名称", "内容", "标准", "任务"}
)

_KIND_OF_WORD = {word: ColumnKind(kind) for kind, words in WORDS.items() for word in words.split()}
_LONG_WORDS = tuple(word for word in _KIND_OF_WORD if len(word) >= 4)
_LONGEST_WORD = max(map(len, _LONG_WORDS))
_YEAR = re.compile(r"^(20\d\d|二[〇○零]..)?年?(度|全年|本年度?|今年|当年)?(?=..)")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[〔【〖][^〕】〗]*[〕】〗]")
_ROLE_IN_BRACKETS = re.compile(
    r"(?<=单位|部门)[(](?P<role>牵头|主办|主责|配合|协办|协同|参与)(单位|部门)?[)]$"
)
_LONGEST_HEADER = 24
_NO_HEADER = re.compile(r"[。；;！]|^[（(]?[一二三四五六七八九十]{1,3}[）)、]")
_NO_SLIPS = ("数", "表", "方案", "清单", "时间", "日期")  # 交办时间 is no 交付时间
_TITLES = ("表", "通报", "通知")  # …进展情况表 names the whole table


@lru_cache(maxsize=4096)
def kind_of(header: str) -> ColumnKind | None:
    """What a header says its column holds; None when no word of it is known."""
    return reading_of(header)[0]


@lru_cache(maxsize=4096)
def reading_of(header: str) -> tuple[ColumnKind | None, str]:
    """The kind, and why: the word that matched, a pattern, or a word one slip of the pen away."""
    word = header_word(header)
    if not word or len(word) > _LONGEST_HEADER or _NO_HEADER.search(word):
        return None, ""
    for candidate in (word, _YEAR.sub("", word, count=1)):
        if kind := _KIND_OF_WORD.get(candidate):
            return kind, f"表头词“{candidate}”"
    for kind, pattern in _PATTERNS:
        if not word.endswith(_TITLES) and (found := pattern.search(word)):
            return kind, f"表头里有“{found.group()}”"
    if slip := _one_slip_away(word):
        return _KIND_OF_WORD[slip], f"表头疑为“{slip}”之误"
    return None, ""


def is_listed(header: str) -> bool:
    """Whether a header is one of the listed words, letter by letter."""
    return header_word(header) in _KIND_OF_WORD


def heads_another_list(headers: Iterable[str]) -> bool:
    """Whether a header speaks of something else than work handed out: 岗位名称, 采购单位, 投诉事项."""
    words = [header_word(header) for header in headers]
    return any(map(_OTHER_LISTS.search, words)) and not any(map(_OF_A_PLAN.search, words))


def lists_money(headers: Iterable[str]) -> bool:
    """Whether a list names sums and nobody's duty: 项目名称, 实施单位, 资金来源, 金额."""
    words = [simplified(folded(squash(header))) for header in headers]
    whose = any(re.search("责任|领导", word) or _OF_A_PLAN.search(word) for word in words)
    return not whose and any(map(_OF_MONEY.search, words))


def mixes_roles(header: str) -> bool:
    """Whether a column is for those who lead and for those who help, so that its list does not say who leads."""
    return bool(re.search(_BOTH_ROLES, header_word(header)))


def names_heads(header: str) -> bool:
    """Whether a header or label speaks of the heads of units (责任人, 项目负责人), where others are 领导."""
    return bool(_HEADS.fullmatch(header_word(header)))


def names_a_period(word: str) -> bool:
    """Whether a header only says which part of the year a column is about: 一季度, 1-6月, 上半年."""
    return bool(_PERIOD.fullmatch(folded(squash(word))))


def header_word(header: str) -> str:
    """A header as it is compared: no white space, no brackets, no closing colon."""
    word = simplified(folded(squash(header))).strip(":*")
    if role := _ROLE_IN_BRACKETS.search(word):
        word = role["role"] + word  # 责任单位(牵头)
    return _BRACKETS.sub("", word) or word


def _one_slip_away(word: str) -> str | None:
    """The one listed word of four characters or more that differs by a single character."""
    if not 4 <= len(word) <= _LONGEST_WORD + 1 or word.endswith(_NO_SLIPS):
        return None
    near = [known for known in _LONG_WORDS if OSA.distance(word, known, score_cutoff=1) <= 1]
    return near[0] if len({_KIND_OF_WORD[known] for known in near}) == 1 else None


def by_words(headers: Sequence[str], kinds: Sequence[ColumnKind | None]) -> list[ColumnKind | None]:
    """工作目标 left of 重点任务: the words tell which of the two is the goal, though each may head the tasks alone."""
    told = list(kinds)
    tasks = [index for index, kind in enumerate(kinds) if kind is ColumnKind.TASK]
    goals = [index for index, kind in enumerate(kinds) if kind is ColumnKind.GOAL]
    if len(tasks) == len(goals) == 1 and tasks[0] < goals[0]:
        task, goal = header_word(headers[tasks[0]]), header_word(headers[goals[0]])
        if task.endswith("目标") and "任务" not in task and goal.endswith(("任务", "工作")):
            told[tasks[0]], told[goals[0]] = ColumnKind.GOAL, ColumnKind.TASK
    return told


def settle(kinds: list[ColumnKind | None]) -> list[ColumnKind]:
    """Decide by the neighbours: 责任单位 is the lead without a 牵头 column and supporting with one.

    A table needs one task column: without it the goal column holds the tasks; what is left over stays as extra.
    """
    settled = [kind or ColumnKind.OTHER for kind in kinds]
    if ColumnKind.LEAD_DEPARTMENT not in settled:
        answering = [kind for kind in settled if kind in (ColumnKind.MAIN_DEPARTMENT, ColumnKind.RESPONSIBLE)]
        if (
            answering
        ):  # 主要责任单位 before 责任单位 is no third tier, nor is it alone: it answers for the task
            leads = answering[0]
            settled = [ColumnKind.LEAD_DEPARTMENT if kind is leads else kind for kind in settled]
    if settled.count(ColumnKind.LEAD_DEPARTMENT) > 1 and ColumnKind.MAIN_DEPARTMENT not in settled:
        first = settled.index(ColumnKind.LEAD_DEPARTMENT)  # 主办单位 beside 牵头单位
        settled = [
            ColumnKind.MAIN_DEPARTMENT if kind is ColumnKind.LEAD_DEPARTMENT and index > first else kind
            for index, kind in enumerate(settled)
        ]
    settled = [
        ColumnKind.SUPPORTING_DEPARTMENT if kind is ColumnKind.RESPONSIBLE else kind for kind in settled
    ]
    if ColumnKind.TASK not in settled:
        settled = _last_becomes_task(settled)
    if ColumnKind.TASK in settled:  # 存在问题 before 整改措施 is what the task answers, behind it a report
        task = settled.index(ColumnKind.TASK)
        settled = [
            ColumnKind.SECTION if kind is ColumnKind.PROBLEMS and index < task else kind
            for index, kind in enumerate(settled)
        ]
    for single in (ColumnKind.NUMBER, ColumnKind.DUE):
        settled = _keep_first(settled, single)
    return settled


def _last_becomes_task(kinds: list[ColumnKind]) -> list[ColumnKind]:
    for candidate in (ColumnKind.GOAL, ColumnKind.SECTION):
        if candidate in kinds:
            last = len(kinds) - 1 - kinds[::-1].index(candidate)
            return [ColumnKind.TASK if index == last else kind for index, kind in enumerate(kinds)]
    return kinds


def _keep_first(kinds: list[ColumnKind], single: ColumnKind) -> list[ColumnKind]:
    first = kinds.index(single) if single in kinds else -1
    return [ColumnKind.OTHER if kind is single and i != first else kind for i, kind in enumerate(kinds)]
