"""Rows of a table that are no tasks: headings across the table, notes below it, sums."""

import re
from dataclasses import dataclass

from importers.characters import OPENING, is_figure, squash
from importers.grid import Row
from importers.layout import TableLayout
from importers.numbering import TASK_RANK, UNNUMBERED_RANK, numbering_of
from importers.scripts import either_script
from importers.title import ends_like_a_plan
from importers.values.departments import is_group, look_like_units
from importers.values.duties import find_label, read_duties, settled
from importers.values.duty_verbs import Duties
from importers.values.heading_duties import duties_of_heading

# Each word must stand as a note does, before a colon or alone: 注重实效 and 关闭煤矿5处 are tasks.
_WITH_COLON = (
    r"(注[\d①-⑨]?|备注|说明|附注|附件\d*|附表\d*|填表.{0,6}|填报.{0,6}|制表.{0,6}|审核人?|联系人|.{0,6}(电话|邮箱)|.{2}方式|.{0,4}来源|作者"
    r"|(发布|成文|生成|印发|发文|更新)(时间|日期|机构)|索引号|(浏览|点击|访问)(次数|量|数)|文号|组配分类|主题分类"
    r"|.{0,6}(签发|签字|签章|审签|核稿)人?|主送|抄送|单位|打印.{0,8}|分享到?|编辑|责任编辑)[:：（(]"
)
_ALONE = (
    r"(附件\d*|附表\d*|备注|合计|总计|小计|共计|分享到?|打印(本页|正文|此页)?(关闭(窗口|本页)?)?|关闭(窗口|本页)?|返回顶部|(展开|阅读|查看|收起)(全文|更多|原文)|点击(查看|阅读)\S{0,8}|网站地图|扫一扫.{0,16}"
    r"|.{0,40}[（(]续表?\d*[）)]|续表\d*|第\d+页|共\d+页|-?\d+-?|—\d+—)[:：]?$"
)
NOTE = re.compile(
    either_script(
        rf"{_WITH_COLON}|{_ALONE}|(监督|联系|投诉|举报|咨询)电话|.{{7,16}}(电话|传真)[:：][0-9—-]{{6,}}|(上|下)一篇|版权所有|公示期间|如有(意见|异议|疑问)|[*※]"
    )
)
_NOTE_WITH_COLON = re.compile(either_script(_WITH_COLON))
_SAYS_HOW = re.compile(  # 三、工作要求: what all units should mind, and nobody's task
    either_script(
        r"(总体|指导|主要)?(要求|思想|思路|原则)|(工作|有关|相关|几点|具体|纪律|落实|报送)(要求|原则)|(加强|强化)?(组织|制度|政策|要素)?(领导|保障)(措施)?"
        r"|(工作|实施|方法|推进)?(步骤|方法)|时间安排|(督查|督导|督促|监督|考核)(检查|考核|问责|督办)?|其他事项"
    )
)
PAGE_LABEL = re.compile(
    r"(索引号|成文日期|发布机构|发布日期|发文日期|组配分类|主题分类|文号|名称|主题词|关键词|公开方式)[:：]"
)
_FEWEST_COLUMNS = 3
_FIELD_NAME = re.compile("[A-Za-z][A-Za-z0-9_]{0,15}")
_DATED = re.compile(r".{0,30}?(20\d\d|二[〇○零].{2})年.{1,2}月.{1,3}日(印发)?$")
_HEADS = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)]?、?")
_COUNT = re.compile(r"[（(](共?\d+[项个件]|[^（()）]*项)[）)]$")
_REMARK = re.compile(r"(?<![\d.])(\d{1,2})(?:[、.．](?!\d)|[）)])")
Heading = tuple[float, int | str | None, str]
_HEADING_UNIT = re.compile(r"[（(].*?[）)]|[:：].*$")


def is_heading(text: str) -> bool:
    """Whether words alone in their row are a numbered heading, a note or the label of a page."""
    numbering = numbering_of(text)
    return bool(
        (numbering and numbering.rank < TASK_RANK) or NOTE.match(squash(text)) or PAGE_LABEL.match(text)
    )


@dataclass(slots=True)
class Remarks:
    """The numbered remarks below 说明：1、… or 备注： alone: they count on, and are no tasks."""

    _next: int = 0  # none is expected

    def note(self, text: str) -> None:
        """See whether a note has numbered remarks, and which comes next."""
        if not NOTE.match(squash(text)):
            return
        last = 0
        for found in _REMARK.finditer(text):
            last += int(found[1]) == last + 1
        self._next = last + 1 if last or text.endswith(("：", ":")) else 0

    def take(self, text: str) -> bool:
        """Whether a line is the next remark."""
        found = numbering_of(text) if self._next else None
        taken = found is not None and found.number == self._next
        self._next += taken
        return taken


def heading_in(row: Row, texts: list[tuple[int, str]], layout: TableLayout) -> Heading | None:
    """A heading across the table (一、…; 类别：…), perhaps with its number in a cell before it."""
    number = ""
    if len(texts) == 2 and find_label(texts[1][1]) == 0 and _is_numbered_heading(texts[0][1]):
        texts = [(texts[0][0], f"{texts[0][1]} {texts[1][1]}")]  # 一、农资保供 | 分管领导：方志强
    if len(texts) == 2 and texts[0][0] == layout.number and not row.continues(layout.number):
        number, texts = squash(texts[0][1]), texts[1:]
    elif len(texts) > 2 and texts[0][0] == layout.number and _HEADS.fullmatch(squash(texts[0][1])):
        told = [each for each in texts[1:] if not (is_figure(each[1]) and each[0] > layout.task)]
        if (
            len(told) == 1 and not row.own(layout.task) and told[0][0] < layout.task
        ):  # 一 | 产业类（2个） | | 15000
            number, texts = squash(texts[0][1]), told
    elif _covers_task(row, texts[0][0], layout) and all(is_figure(text) for _, text in texts[1:]):
        texts = texts[:1]  # 一、市级实事 across 序号 to 任务, its sums behind
    if len(texts) != 1:
        return None
    column, text = texts[0]
    words = _with_label_in_brackets(text)
    found = numbering_of(words)
    ranked = numbering_of(number + ("" if number.endswith(("、", "）", ")")) else "、")) if number else found
    heading_number = (ranked is not None and ranked.rank < TASK_RANK) or bool(duties_of_heading(words))
    span = row.spans.get(column)
    spans_table = span is not None and span.right - span.left + 1 >= max(2, len(layout.headers) // 2)
    covers_task = span is not None and span.left <= layout.task <= span.right
    if _goes_on_below(row, column, layout):
        return None
    plain = row.number in layout.plain_heads
    if not (spans_table or heading_number or plain or (column < layout.task and _is_bare(row, layout))):
        return None
    if spans_table and not covers_task and not heading_number and column != layout.number:
        return None
    if number and not heading_number and not spans_table:
        return None
    rank = ranked.rank if ranked and ranked.rank < TASK_RANK else UNNUMBERED_RANK
    return rank, number or None, words


def _is_numbered_heading(text: str) -> bool:
    found = numbering_of(text)
    return found is not None and found.rank < TASK_RANK and bool(found.rest)


def _with_label_in_brackets(text: str) -> str:
    """（一）压缩通关时间  责任领导：韩晓东 as （一）压缩通关时间（责任领导：韩晓东）."""
    place = find_label(text)
    before = squash(text[: max(place, 0)])
    if not before or before.endswith((*OPENING, "；", ";", "，", ",")):
        return squash(text)
    return f"{before}（{squash(text[place:])}）"


def _covers_task(row: Row, column: int, layout: TableLayout) -> bool:
    span = row.spans.get(column)
    return span is not None and span.left <= layout.task <= span.right and span.left < layout.task


def _goes_on_below(row: Row, column: int, layout: TableLayout) -> bool:
    """A cell merged downwards is a goal or category of the rows below, not a heading line."""
    span = row.spans.get(column)
    return span is not None and span.bottom > span.top


def _is_bare(row: Row, layout: TableLayout) -> bool:
    """Nothing is merged into the row from above: its other cells are truly empty."""
    return not any(row.continues(column) for columns in layout.fields.values() for column in columns)


def says_how(heading: str) -> bool:
    """Whether a heading stands above what all units should mind (工作要求, 保障措施), in which tasks are rare."""
    numbering = numbering_of(heading)
    words = squash(numbering.rest if numbering else heading).rstrip("：:。")
    return all(_SAYS_HOW.fullmatch(word) for word in re.split("[和与及、]", words))


def is_note(row: Row, texts: list[tuple[int, str]], layout: TableLayout) -> bool:
    """A remark, a telephone number, a sum: words that never begin a task."""
    words = squash(texts[0][1])
    if len(texts) == 1:
        return bool(NOTE.match(words))
    if PAGE_LABEL.fullmatch(words) or all(NOTE.match(squash(text)) for _, text in texts):
        return True
    if words in ("合计", "总计", "小计", "共计") or _counts_columns([squash(text) for _, text in texts]):
        return True
    task = squash(row.own(layout.task))
    return bool(_NOTE_WITH_COLON.match(words)) and (not task or bool(_NOTE_WITH_COLON.match(task)))


def _counts_columns(words: list[str]) -> bool:
    """栏次 | 2 | 3 | 4, or 甲 | 乙 | 1 | 2 | 3: the columns counted below the header."""
    if len(words) >= _FEWEST_COLUMNS and all(map(_FIELD_NAME.fullmatch, words)):
        return True  # BH | BZLD | ZDGZ: the names of a program's fields
    figures = [int(word) for word in words if word.isdecimal()]
    others = {word for word in words if not word.isdecimal()}
    counted = figures == list(range(figures[0], figures[0] + len(figures))) if figures else False
    return len(figures) >= _FEWEST_COLUMNS and counted and others <= {"栏次", "甲", "乙", "丙", "丁"}


def signature_of(rows: list[Row]) -> frozenset[int]:
    """The numbers of the rows that sign the table below its last task: the office, and the date under it."""
    tail: list[tuple[int, str]] = []
    for row in reversed(rows):
        texts = row.texts()
        if len(texts) > 1 or (texts and any(span.top < row.number for span in row.spans.values())):
            break
        tail.extend((row.number, squash(text)) for _, text in texts)
    dated = next((index for index, (_, text) in enumerate(tail) if _DATED.match(text)), None)
    if dated is None:
        return frozenset()
    signed = [
        *tail[: dated + 1],
        *(above for above in tail[dated + 1 : dated + 2] if look_like_units(above[1])),
    ]
    return frozenset(number for number, _ in signed)


def said_in(heading: str, over_all: bool) -> Duties:
    """Who answers for all under a heading, or when it is due."""
    numbering = numbering_of(heading)
    words = numbering.rest if numbering else heading
    if over_all and find_label(words) == 0:
        return settled(read_duties(words) or {})
    if over_all and look_like_units(unit := _COUNT.sub("", words).rstrip("：:")) and not is_group(unit):
        return {"lead_departments": unit}
    return duties_of_heading(words, numbered=True)


def titles_of(rows: list[Row]) -> frozenset[str]:
    """The table's title, which authors write again on top of each page."""
    words = [squash(text) for row in rows for _, text in row.texts()]
    return frozenset(text for text in words if ends_like_a_plan(text))


def unit_in_heading(heading: str) -> Duties:
    """一、区发改局（12项）: a plan sorted by units names them in its headings."""
    numbering = numbering_of(heading)
    words = numbering.rest if numbering else heading
    if duties := duties_of_heading(words, numbered=numbering is not None):
        return duties
    words = _HEADING_UNIT.sub("", words).strip()
    if 2 < len(words) <= 16 and look_like_units(words) and not words.endswith(("建设", "发展")):
        return {"lead_departments": words}
    return {}
