"""The title of a plan and the year it is for."""

import re
from collections.abc import Iterable

from importers.characters import folded, numeral, squash
from importers.numbering import TASK_RANK, numbering_of
from importers.scripts import either_script, simplified

_WORDS = re.compile(
    either_script(r"分解|责任|任务|清单|实事|方案|目标|分工|台账|重点工作|要点|督查|督办|安排")
)
_PLAN = re.compile(either_script(r"分解|分工|清单|责任|台账"))
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?:年|年度)")
_CHINESE_YEAR = re.compile(r"(二[〇○零０][一二三四][〇○零一二三四五六七八九])年")
_CALLED = re.compile(
    either_script(r"(计划|行动|纲要|表|汇总|决定|规划|意见|措施|通知)([（(][^（）()]*[）)])?$")
)
_GOES_ON = re.compile(r"[（(]\s*续")
_REMARK = re.compile(r"[（(][^（）()]*[）)]$")
_ASIDE = re.compile(
    either_script(
        r"^([（(]?注[:：]|附件|附表|https?:|www\.|单位[:：（(]|时间[:：]|日期[:：]|来源|发布|索引号|信息|字号|打印|填报|填表|浏览|主题|文号)"
    )
)


_ANNEX = re.compile(r"附[件表]\s*[\d一二三四五六七八九十]*\s*[:：.]?")
_BEGINS_LETTER = (
    re.compile(  # a page that lost its line breaks: 某省人民政府 关于…的通知 某政〔2023〕5号 现将…
        r"(?P<title>[^。，,；;：:]{0,40}关于[^。，,；;：:]{4,60}?的(?:通知|通告|公告|意见|决定))(?=\s)"
    )
)
_LONGEST = 80
_SHORTEST = 6  # 网站首页 is a menu's word


_LEGEND = re.compile("的为(?:牵头|主办)|其余为(?:配合|协办|责任)")  # 标★的为牵头单位


def choose_title(lines: Iterable[str]) -> str:
    """The line above the table that names it; 附件 and addresses are no titles."""
    lines = list(lines)
    candidates = [tidy for line in lines if (tidy := _one_line(line)) and not _ASIDE.match(tidy)]
    candidates = [line for line in candidates if 3 <= len(line) <= _LONGEST and not _LEGEND.search(line)]
    likely = [
        line
        for line in candidates
        if _WORDS.search(line)
        and len(line) <= 60
        and not line.endswith(("。", "；", "：", ":"))
        and not ((found := numbering_of(line)) and found.rank < TASK_RANK)
    ]
    # The letter that sends the table is named like it; the title stands nearest above the table.
    named = [line for line in likely if _PLAN.search(line) and not line.endswith("通知")]
    if named or likely:
        return _with_first_half((named or likely)[-1], candidates)
    called = [line for line in candidates if _CALLED.search(line)]
    if called:
        return called[-1]
    first = next((line for line in candidates if len(line) >= _SHORTEST and "|" not in line), "")
    if first and not first.endswith("。"):
        return first
    begun = (_BEGINS_LETTER.match(line.strip()) for line in lines if len(line) > _LONGEST)
    return next((squash(found["title"]) for found in begun if found), "")


def ends_like_a_plan(line: str) -> bool:
    """Whether a line ends as the names of plans do, and so may be the title itself."""
    return bool(
        re.search(
            r"(方案|分解表|分解|清单|分工|台账|要点|一览表|责任书|任务表|意见)$", simplified(squash(line))
        )
    )


def names_a_plan(line: str) -> bool:
    """Whether a line is the title of a plan, perhaps with a remark in brackets behind it (…分解表（十大工程）)."""
    bare = _REMARK.sub("", squash(line)).strip("|")
    if _GOES_ON.search(line):
        return False
    return 6 <= len(bare) <= 60 and ends_like_a_plan(bare) and numbering_of(bare) is None


def year_of(texts: Iterable[str]) -> int | None:
    """The first year written in the title, the header or the lines above the table."""
    for text in texts:
        words = folded(squash(text))
        if found := _YEAR.search(words):
            return int(found.group(1))
        if found := _CHINESE_YEAR.search(words):
            return numeral(found.group(1).replace("０", "〇"))
    return None


def _with_first_half(chosen: str, candidates: list[str]) -> str:
    """A title set in two lines: 某区政府2023年重点工作 / 任务分解和责任分工方案."""
    position = candidates.index(chosen)
    above = candidates[position - 1] if position else ""
    halves = _YEAR.search(folded(above)) and not _YEAR.search(folded(chosen)) and "《" not in chosen
    whole = halves and len(above) <= 30 and not re.search(r"[。；：:，,）)日号]$|通知$", above)
    return above + chosen if whole else chosen


def _one_line(text: str) -> str:
    """A title over several lines of one cell reads on without a break."""
    parts = [part.strip() for part in text.strip().split("\n") if part.strip()]
    return "".join(part for part in parts if len(parts) == 1 or not _ANNEX.fullmatch(part))
