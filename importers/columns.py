"""What a column holds, told by its header. All header words of the product stand here and nowhere else."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from importers.characters import folded, squash
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

WORDS: dict[ColumnKind, str] = {
    ColumnKind.NUMBER: "序号 编号 序 项次 项目编号 任务编号 任务序号 目标序号 目标编号 序列 顺序号 NO No",
    ColumnKind.SECTION: (
        "类别 大类 分类 项目类别 任务类别 工作类别 目标类别 类型 板块 领域 方面 指标类别 指标 工作领域 重点领域 "
        "主题 条线 主线 项目分类 任务分类 任务类型 工程类别 "
        "反馈问题 整改问题 突出问题 问题描述"
    ),
    ColumnKind.GOAL: (
        "目标名称 项目名称 重点任务 民生事项名称 事项名称 工程名称 任务名称 工作名称 实事名称 重点工作 重点项目 "
        "项目 目标 事项 工作项目 总体目标 主要目标 工作重点 重大任务 重点工程 一级指标 二级指标 考核内容 考核项目 "
        "目标项目 民生事项 重点事项"
    ),
    ColumnKind.TASK: (
        "工作标准 重点工作任务 目标与任务 主要内容 民生实事 工作任务 工作措施 目标任务 任务目标 工作内容 任务内容 "
        "具体任务 具体内容 具体措施 主要任务 建设内容 重点工作内容 工作要求 任务分解 分解任务 任务 内容 具体工作 "
        "主要举措 工作举措 任务清单 落实措施 主要措施 目标要求 工作目标 实事内容 整改措施 报告内容 任务事项 "
        "责任内容 工作目标任务 主要工作任务 主要工作 任务要求 工作目标及要求 工作目标及措施 目标及任务 目标内容 主要工作内容 "
        "年度目标 年度任务 民生实事内容 民生实事项目 实事项目 政府工作报告内容 报告原文 责任事项 督办事项 项目内容 "
        "具体目标 具体要求 具体工作要求 具体任务要求 细化分工 任务细化 "
        "措施 工作事项 目标任务内容 主要目标任务 建设内容及规模 主要建设内容 工作安排 任务分工 "
        "指标名称 主要指标 指标内容 经济指标 预期指标 工作指标 三级指标 "
        "任务指标 任务及指标 目标任务及措施 任务措施 工作任务及措施 实施内容 "
        "工作要点 整治重点 工作细化 工作分解 案由 建议标题 提案标题 建议案由 提案案由"
    ),
    ColumnKind.OFFICIAL: (
        "分管领导 牵头领导 责任领导 区政府分管领导 分管县领导 分管市领导 牵头县领导 包抓领导 挂钩领导 联系领导 "
        "区领导 市领导 县领导 县级领导 市级领导 区级领导 领导 责任人 负责人 分管区长 分管市长 分管县长 牵头人 "
        "分管负责同志 分管负责人 责任区长 包联领导 挂包领导 责任县领导 责任市领导 责任区领导 分管副区长 分管副县长 "
        "分管同志 责任人员"
    ),
    ColumnKind.LEAD_DEPARTMENT: (
        "牵头责任单位 牵头单位 牵头部门 牵头组织实施单位 牵头责任部门 牵头 主办单位 主办部门 主办 "
        "第一责任单位 牵头实施单位 牵头负责单位 总牵头单位 牵头科室 牵头处室 牵头落实单位 牵头承办单位"
    ),
    ColumnKind.RESPONSIBLE: (
        "部门分工 单位分工 职责分工 "
        "责任单位 责任部门 承办单位 承办部门 责任科室 责任处室 实施单位 责任主体 责任分工 负责单位 负责部门 责任单位和责任人 "
        "单位 部门 责任 承办 责任乡镇 责任镇街 责任股室 组织实施单位 落实部门 工作单位 "
        "责任县 责任区 责任县区 责任市县 责任县市区 责任地区 责任镇 责任街道 责任板块 责任园区 "
        "整改单位 整改部门 整改主体 办理单位 办理部门 执行单位 完成单位 公开主体 公开单位 归口单位 归口部门 承接单位 负责 分工 "
        "起草单位 起草部门 编制单位 制定单位"
    ),
    ColumnKind.MAIN_DEPARTMENT: (
        "主体责任单位 主责单位 主责部门 负责落实单位 落实单位 主体单位 负责落实 主体责任部门 具体落实单位 "
        "主要责任单位 主要责任部门"
    ),
    ColumnKind.SUPPORTING_DEPARTMENT: (
        "配合单位 协同配合单位 配合责任单位 主要协作单位 协办单位 协同责任单位 协作单位 协同单位 参与单位 配合部门 "
        "协助单位 协办部门 参加单位 参与部门 主要配合单位 协同 协作 协同部门 协助部门 配合 协办 参与 配合科室 "
        "共同责任单位 支持单位 相关单位 相关部门 相关责任单位 有关单位 会办单位 会办部门 联办单位 "
        "其他单位 其他责任单位 次要责任单位 次责单位 保障单位"
    ),
    ColumnKind.DUE: (
        "完成时限 完成时间 整改时限 时限 期限 完成期限 办结时限 办结时间 截止时间 截止日期 时间节点 完成日期 时间要求 "
        "时限要求 完成时间节点 完成时限要求 办理时限 计划完成时间 预计完成时间 时间 完成节点 落实时限 完成要求时间 "
        "竣工时间 竣工日期 竣工时限 竣工时间节点 完工时间 完工日期 建成时间 投产时间 交付时间 计划竣工时间 预计竣工时间 "
        "进度要求 时间安排 时间进度 时间期限 整改期限 推进时限 实施时间 计划时间 要求完成时间 "
        "整改时间 落实时间 达标时间 见效时间 公开时间 办理时间 节点要求 完成年度 完成月份 "
        "报送审议时间 提请审议时间 报送议案时间"
    ),
    ColumnKind.PROGRESS: (
        "完成情况 进展情况 工作进展 落实情况 工作取得成效 取得成效 目前进展 推进情况 工作成效 实施情况 完成进度 "
        "具体情况 办理情况 进展 工作进展情况 目前进展情况 进度 落实进展情况 工作进度 进度情况 当前进度 目前进度 最新进展 "
        "当前进展 工程进度 工程进展 项目进度 项目进展 建设进度 建设进展 办结情况 进展说明 推进说明"
    ),
    ColumnKind.EVALUATION: "工作评价 评价 考核 考核得分 得分 评分 自评 自评分 完成评价 评价结果 考核结果 评价等次 分值",
    ColumnKind.PLAN: (
        "目标进度 年度目标进度 计划进度 进度目标 年度进度目标 "
        "进度安排 形象进度 工作进度安排 进度计划 形象进度计划 推进计划 阶段目标 季度目标 月度计划 年度计划 序时进度 时序进度"
    ),
    ColumnKind.PROBLEMS: (
        "存在问题 存在的问题 存在的主要问题 存在困难 存在的困难 存在困难和问题 存在问题及原因 困难和问题 "
        "问题和困难 问题及困难 存在问题和困难 问题及建议 意见建议 主要问题 困难问题"
    ),
    ColumnKind.NEXT_STEPS: (
        "下一步措施 下一步工作 下一步打算 下一步计划 下一步安排 下一步工作措施 下一步工作打算 下一步工作计划 "
        "下一步工作安排 下步打算 下步计划 下步措施 下步工作 下步工作计划 下步工作打算 下步工作措施 "
        "下一步举措 下一步工作举措 下阶段工作"
    ),
    ColumnKind.COMPLETION: "完成率 完成比例 完成百分比 完成率(%) 进度比例",
    ColumnKind.STATUS: "状态 任务状态 办理状态 完成状态 进展状态 工作状态",
    ColumnKind.OTHER: (
        "开工时间 开工日期 开始时间 启动时间 起始时间 起止时间 建设时间 建设周期 建设年限 交办时间 动工时间 "
        "监督电话 备注 联系电话 联系人 说明 联络员 资金 投资 总投资 地区 单位名称 电话 依据 实施点位 点位 实施地点 建设地点 地点 "
        "指标要求 目标值 指标值 年度目标值 计划目标值 量化指标 考核指标 来源 任务来源 事项来源 出处 建设规模 规模 "
        "完成标准 验收标准 考核标准 考评标准 评分标准 评分细则 考核细则 评价标准 预期成果 成果形式 完成标志 预期成效 职务"
    ),
}

_BODIES = "单位|部门|科室|处室|股室|机构|站所|乡镇|镇街|街道|区县|县区|县市|地区|板块|企业|支部|班组"

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
            r"领导|分管.{0,3}[区县市镇]长|分管负责|责任副?[区县市]长|^(链长|总指挥|指挥长)$",
        ),
        (ColumnKind.RESPONSIBLE, _BOTH_ROLES),
        (
            ColumnKind.SUPPORTING_DEPARTMENT,
            r"(配合|协同|协作|协办|协助|参与|参加).{0,4}(" + _BODIES + r")",
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
        (ColumnKind.EVALUATION, r"评价|考核|评分|得分|自评"),
        (
            ColumnKind.DUE,
            r"时限|期限|截止|(完成|办结|竣工|完工|建成|投产|投用|交付)(时间|日期|节点)|时间节点",
        ),
        (ColumnKind.NUMBER, r"(序|编)号$"),
        (ColumnKind.SECTION, r"类别|分类$"),
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
_HEADS = re.compile(r"(项目|具体|直接|单位|部门|工作|主要|行政|企业|第一)?(责任人|负责人|经办人)")
# Words that say little alone and complete what stands before them: 单位 after 牵头.
TOO_PLAIN = frozenset(
    {"单位", "部门", "领导", "时间", "进展", "参与", "配合", "时限", "名称", "内容", "标准", "任务"}
)

_KIND_OF_WORD = {word: kind for kind, words in WORDS.items() for word in words.split()}
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
