"""How often a table copied as bare text is read right: tables whose features are drawn by lot, with the truth known.

Features come in the frequencies of seventeen published tables (headings 13, several units 13, leaders 6 of 9, a
deadline 7, merges 5 of 9, repeated headers 3 of 9, broken header words 4 of 9). For every form the share of fields
read right is told, and how many were wrong without a doubt at the task.

python -m tests.importers.lot --count 300 --seed 1 [--form 逐格空行] [--show 17]
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from importers import UnreadableFile, read_table
from importers.characters import folded, squash
from importers.rows import ImportedRow, RecognisedTable

NUMBER, SECTION, GOAL, TASK, OFFICIAL, LEAD, HELP, DUE, PROGRESS, REMARK = range(10)
WORDS = {
    NUMBER: ["序号", "序号", "编号"],
    SECTION: ["类别"],
    GOAL: ["目标名称", "项目名称", "重点任务", "民生事项名称"],
    TASK: ["工作标准", "主要内容", "工作任务", "目标任务", "重点工作任务", "工作措施", "目标与任务"],
    OFFICIAL: ["分管领导", "牵头领导", "责任领导", "区政府分管领导", "分管县领导"],
    LEAD: ["牵头单位", "牵头责任单位", "责任单位", "牵头部门", "主要责任单位"],
    HELP: ["配合单位", "协同配合单位", "协办单位", "责任单位", "主要协作单位"],
    DUE: ["完成时限", "完成时间"],
    PROGRESS: ["进展情况", "工作完成情况"],
    REMARK: ["备注"],
}
VERBS = ["加快推进", "完成", "实施", "新建", "改造提升", "启动", "深入开展", "全面落实", "巩固", "建成"]
THINGS = [
    "滨河路三期改造工程", "老旧小区32个", "农村公路80公里", "中心幼儿园2所", "“一网通办”事项改革", "高标准农田5万亩",
    "县域医共体建设", "污水管网23公里", "产业园标准厂房（二期）", "城乡供水一体化", "社区养老服务站10个", "特色农产品基地",
    "工业用地“标准地”出让", "重点企业培育计划", "公共充电桩600个", "河湖“清四乱”专项整治", "体育公园项目前期工作",
    "数字乡村试点", "招商引资签约项目40个", "土地滩水库除险加固", "行政执法规范化建设", "第十二小学扩建", "棚户区改造2836户",
]  # fmt: skip
ENDS = [
    "",
    "，确保工程质量和安全",
    "，争取上级资金1.2亿元",
    "，投资完成率达到85%以上",
    "，进一步改善群众出行条件",
    "；做好群众工作",
]
STEMS = [
    "发改",
    "财政",
    "教育",
    "科技",
    "民政",
    "人社",
    "住建",
    "交通运输",
    "水利",
    "商务",
    "卫健",
    "审计",
    "城管",
    "农业农村",
]
OTHERS = [
    "各镇街", "各乡镇人民政府", "县直有关单位", "高新园（柳河镇）", "县自然资源和规划局", "县税务局", "县供电公司",
    "县护城河指挥部", "市生态环境局东山分局", "团县委", "县总工会", "县城投集团", "县公安局交警大队", "县委编办", "县残联",
]  # fmt: skip
SURNAMES, GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    "伟芳敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉",
)
DUES = ["6月底前", "12月底前", "年底前", "9月底", "2025年10月底前", "全年", "持续推进", "三季度"]
DONE = [
    "已完成前期工作，正在办理用地手续。",
    "完成投资3200万元，占年度计划的64%。",
    "正在开展招标。",
    "主体工程已完工，进入装饰阶段。",
]
_FIELDS, _WORST_TOLD = 6, 12
GOALS = [
    "产业转型升级",
    "重大项目建设",
    "民生福祉提升",
    "城乡融合发展",
    "生态环境治理",
    "改革开放攻坚",
    "平安法治建设",
    "政府效能提升",
]


@dataclass(slots=True)
class Task:
    number: str
    goal: str | None
    standard: str
    officials: list[str]
    leads: list[str]
    helpers: list[str]
    due: str


@dataclass(slots=True)
class Sheet:
    """One drawn table: its columns, its header cells, and its rows; a row of one cell spans the table."""

    title: str
    columns: list[int]
    header: dict[int, str]
    rows: list[dict[int, str]]
    tasks: list[Task]
    notes: list[str]


def _person(lot: Random) -> str:
    return lot.choice(SURNAMES) + "".join(lot.sample(GIVEN, lot.choice([1, 2, 2, 2])))


def _units(lot: Random, least: int, most: int, place: str) -> list[str]:
    pool = [f"{place}{stem}局" for stem in STEMS] * 2 + OTHERS
    return list(dict.fromkeys(lot.choice(pool) for _ in range(lot.randint(least, most))))


def _sentence(lot: Random) -> str:
    parts = [lot.choice(VERBS) + thing for thing in lot.sample(THINGS, lot.choice([1, 1, 2, 3]))]
    return "，".join(parts) + lot.choice(ENDS) + lot.choice(["。", "。", "。", "", "；"])


def _broken(lot: Random, word: str, breaks: str) -> str:
    """A header word as a narrow column breaks it: 工作⏎标准, 分 管 领 导."""
    if breaks == " ":
        return " ".join(word)
    middle = lot.randint(1, len(word) - 1)
    return f"{word[:middle]}{breaks}{word[middle:]}"


def draw(seed: int) -> Sheet:
    """One table by lot; the same seed gives the same table."""
    lot = Random(seed)
    has = {
        NUMBER: lot.random() < 0.9,
        SECTION: lot.random() < 0.15,
        GOAL: lot.random() < 0.4,
        OFFICIAL: lot.random() < 0.6,
        HELP: lot.random() < 0.55,
        DUE: lot.random() < 0.4,
        PROGRESS: lot.random() < 0.2,
        REMARK: lot.random() < 0.12,
    }
    columns = [NUMBER, SECTION, GOAL, TASK]
    columns += lot.choice(
        [[OFFICIAL, LEAD, HELP, DUE], [LEAD, HELP, OFFICIAL, DUE], [DUE, OFFICIAL, LEAD, HELP]]
    )
    columns += lot.choice([[PROGRESS, REMARK], [PROGRESS, REMARK], [REMARK, PROGRESS]])
    columns = [column for column in columns if has.get(column, True)]
    words = {column: lot.choice(WORDS[column]) for column in columns}
    if has[HELP] and words[LEAD] in ("责任单位", words[HELP]):
        words[LEAD] = "牵头单位"
    broken = lot.random() < 0.4
    breaks = lot.choice(["\n", " ", "\n"])
    header = {
        column: _broken(lot, word, breaks) if broken and lot.random() < 0.6 else word
        for column, word in words.items()
    }
    place = lot.choice(["", "县", "区", "市"])
    separator = lot.choice(["、", "、", "、", "、", "，", ",", "\n", "\n", " "])
    tail = lot.choice(["", "", "", "。", "等部门"])
    spaced = lot.random() < 0.2
    most_leads = lot.choice([1, 2, 3])
    jumping = lot.random() < 0.2
    inside = has[NUMBER] is False and lot.random() < 0.5
    headings = not has[GOAL] and not has[SECTION] and lot.random() < 0.5
    numbered_headings = lot.random() < 0.7
    blanks = lot.random() < 0.5  # what stays the same is written once
    page = lot.choice([0, 0, 4, 6])

    def joined(units: list[str]) -> str:
        return separator.join(units) + (tail if len(units) > 1 and separator != "\n" else "")

    rows: list[dict[int, str]] = []
    tasks: list[Task] = []
    number = 0
    section = ""
    for which, goal in enumerate(lot.sample(GOALS, lot.randint(2, 4))):
        if headings:
            rows.append({-1: f"{'一二三四五'[which]}、{goal}" if numbered_headings else goal})
        team = [_person(lot) for _ in range(lot.choice([1, 1, 1, 2]))]
        leads = _units(lot, 1, most_leads, place)
        fresh = True
        for _ in range(lot.randint(1, 5)):
            number += lot.choice([1, 1, 2, 5]) if jumping else 1
            if lot.random() < 0.4:
                team = [_person(lot) for _ in range(lot.choice([1, 1, 1, 2]))]
            same_leads = blanks and not fresh and lot.random() < 0.3
            if not same_leads:
                leads = _units(lot, 1, most_leads, place)
            helpers = [unit for unit in _units(lot, 0, 3, place) if unit not in leads] if has[HELP] else []
            sentence = _sentence(lot)
            due = lot.choice(DUES) if has[DUE] else ""
            people = "、".join(team) if lot.random() < 0.8 else "\n".join(team)
            if spaced:
                people = "\n".join(f"{name[0]}  {name[1]}" if len(name) == 2 else name for name in team)
            cells = {
                NUMBER: str(number),
                SECTION: "民生类" if which else "经济类",
                GOAL: goal,
                TASK: f"{number}.{sentence}" if inside else sentence,
                OFFICIAL: people,
                LEAD: joined(leads),
                HELP: joined(helpers),
                DUE: due,
                PROGRESS: lot.choice(DONE),
                REMARK: "续建项目" if lot.random() < 0.3 else "",
            }
            if has[GOAL] and not fresh:
                cells[GOAL] = ""
            if has[SECTION] and section == cells[SECTION]:
                cells[SECTION] = ""
            section = cells[SECTION] or section
            rows.append({column: cells[column] for column in columns})
            tasks.append(
                Task(
                    str(number) if has[NUMBER] or inside else "",
                    goal
                    if has[GOAL] or headings
                    else ("民生类" if which else "经济类")
                    if has[SECTION]
                    else None,
                    sentence,
                    team if has[OFFICIAL] else [],
                    leads,
                    helpers,
                    due,
                )
            )
            fresh = False
    if page:
        rows = [
            each
            for index, row in enumerate(rows)
            for each in ([header, row] if index and index % page == 0 and -1 not in row else [row])
        ]
    notes = ["监督电话：0551-6031710"] if lot.random() < 0.2 else []
    kind = lot.choice(["重点工作目标任务责任分解表", "民生实事任务分解表"])
    title = f"{lot.choice(['东山县', '柳河区', '云川市'])}2025年{kind}"
    return Sheet(title, columns, header, rows, tasks, notes)


def _grid(sheet: Sheet) -> Iterator[list[str]]:
    """Every row's cells from left to right; a row that spans the table has one."""
    for row in [sheet.header, *sheet.rows]:
        yield [row[-1]] if -1 in row else [row[column] for column in sheet.columns]


def _lines(sheet: Sheet, between: str, within: str) -> str:
    cells = [cell.replace("\n", within) for row in _grid(sheet) for cell in row if cell]
    return between.join([sheet.title, *cells, *sheet.notes])


def _rows(sheet: Sheet, separator: str, ends: tuple[str, str] = ("", "")) -> str:
    lines = [separator.join(cell.replace("\n", "") for cell in row).join(ends) for row in _grid(sheet)]
    return "\n".join([sheet.title, *lines, *sheet.notes])


def _single_spaces(sheet: Sheet) -> str:
    lines = [" ".join(cell.replace("\n", " ") for cell in row if cell) for row in _grid(sheet)]
    return "\n".join([sheet.title, *lines, *sheet.notes])


FORMS: dict[str, Callable[[Sheet], str]] = {
    "逐格空行": lambda sheet: _lines(sheet, "\n\n", "\n\n"),
    "逐格空行格内断行": lambda sheet: _lines(sheet, "\n\n", "\n"),
    "逐格": lambda sheet: _lines(sheet, "\n", "\n"),
    "逐格不断行": lambda sheet: _lines(sheet, "\n", ""),
    "单空格": _single_spaces,
    "宽空格": lambda sheet: _rows(sheet, "    "),
    "制表符": lambda sheet: _rows(sheet, "\t"),
    "竖线": lambda sheet: _rows(sheet, " | ", ("| ", " |")),
}


@dataclass(slots=True)
class Score:
    """Fields read right, and those read wrong: what they were, and whether a doubt told of them."""

    right: int = 0
    wrong: int = 0
    silent: int = 0
    faults: list[str] = field(default_factory=list)

    def share(self) -> float:
        return self.right / (self.right + self.wrong)

    def count(self, right: bool, told: bool, fault: str, fields: int = 1) -> None:
        self.right += fields if right else 0
        if not right:
            self.wrong += fields
            self.silent += 0 if told else fields
            self.faults.append(f"{'有提示' if told else '未提示'} {fault}")


def _same(text: str | None) -> str:
    return folded(squash(text or "")).rstrip("。；;")


def _fields(
    sheet: Sheet, task: Task, found: ImportedRow, table: RecognisedTable
) -> Iterator[tuple[str, object, object]]:
    """The name of each field, what was drawn, and what was read."""
    goal = table.goals[found.goal].name if found.goal is not None else None
    yield "task", _same(task.standard), _same(found.standard)
    yield "goal", task.goal or "", _same(goal).split("、")[-1]
    if task.number:
        yield "number", task.number, str(found.number or "")
    yield "officials", task.officials, found.officials
    if HELP in sheet.columns:
        yield "leads", task.leads, found.lead_departments
        yield "helpers", task.helpers, found.supporting_departments
    else:
        yield "leads", task.leads, [*found.lead_departments, *found.supporting_departments]
    yield "due", task.due, _same(found.due_text)


def score(sheet: Sheet, text: str) -> Score:
    """Compare what is read of one text with the table that was drawn."""
    result = Score()
    try:
        table = read_table(text.encode(), "表.txt", year=2025)
    except UnreadableFile as refusal:
        result.count(False, True, str(refusal), _FIELDS * len(sheet.tasks))
        return result
    left = list(table.tasks)
    for task in sheet.tasks:
        words = _same(task.standard)
        alike = [
            each for each in left if _same(each.standard).startswith(words) or _same(each.standard) in words
        ]
        if not alike:
            result.count(False, bool(table.issues), f"missing {task.standard}", _FIELDS)
            continue
        left.remove(alike[0])
        for name, drawn, read in _fields(sheet, task, alike[0], table):
            result.count(drawn == read, bool(alike[0].issues), f"{task.number} {name} {read} for {drawn}")
    for extra in left:
        result.count(False, bool(extra.issues), f"extra {extra.standard}")
    return result


def of_all(form: str, seeds: Iterable[int]) -> tuple[Score, dict[int, Score]]:
    """The tables of these seeds in one form: what was read of all together, and of each."""
    each = {seed: score(sheet, FORMS[form](sheet)) for seed in seeds for sheet in [draw(seed)]}
    total = Score()
    for one in each.values():
        total.right, total.wrong = total.right + one.right, total.wrong + one.wrong
        total.silent += one.silent
    return total, each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=FORMS)
    parser.add_argument("--show", type=int, help="print one text and what was read wrong in it")
    options = parser.parse_args()
    forms = [options.form] if options.form else list(FORMS)
    if options.show is not None:
        sheet = draw(options.show)
        text = FORMS[forms[0]](sheet)
        sys.stdout.write("\n".join([text, "", *score(sheet, text).faults]) + "\n")
        return
    for form in forms:
        total, each = of_all(form, range(options.seed, options.seed + options.count))
        worst = sorted(each, key=lambda seed: (each[seed].silent, each[seed].wrong), reverse=True)[
            :_WORST_TOLD
        ]
        named = " ".join(f"{seed}:{each[seed].wrong}({each[seed].silent})" for seed in worst)
        sys.stdout.write(f"{form}  {total.share():.2%} 字段正确，{total.silent} 处错而未提示  {named}\n")


if __name__ == "__main__":
    main()
