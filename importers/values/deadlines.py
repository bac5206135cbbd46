"""完成时限 in the office's words: the words are kept, a date is derived, and how sure it is."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from importers.characters import folded, squash
from importers.scripts import either_script, simplified
from importers.values import occasions


class Certainty(StrEnum):
    """How a due date came about: written as a day, following from the words, or guessed."""

    EXACT = "exact"
    DERIVED = "derived"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date (完成时限). ``due_on`` is None where the words name no day: the plan's year then decides."""

    words: str
    due_on: date | None
    certainty: Certainty | None
    doubt: str = ""
    needs_year: bool = False


_SO_FAR = re.compile("截[至止]到?$")  # 截至6月底，已完成…: says how far it is
_BEGINS_WITH_YEAR = re.compile(r"20\d\d")
_PLANS_COUNTED_FROM = 1955  # since the third, the five-year plan n ends in 1955 + 5n
_MONTH_AND_DAY = re.compile(r"(?P<m>1[0-2]|0?[1-9])[./](?P<d>3[01]|[12]\d|0?[1-9])[日号]?(?:之?前)?(?:完成)?")
NO_DEADLINE = Deadline("", None, None)

_MONTHS = dict(
    zip(
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"],
        range(1, 13),
        strict=True,
    )
)
_M = r"(?P<m>1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])"
_Y = r"(?:(?P<y>20\d\d)年?度?|(?P<next>明年|次年)|(?P<this>今年|当年|本年))?"
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("occasion", _Y + occasions.DATED),
        (
            "day",
            r"(?P<y>20\d\d)[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})(?:日|号)?(?:前|之前|以前)?(?![\d月])",
        ),
        ("day", r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?:日|号)?(?:前|之前)?(?!\d)"),
        ("day", _Y + _M + r"月(?P<d>\d{1,2})[日号](?:前|之前|以前)?"),
        ("third", _Y + _M + r"月份?(?P<third>[上中下]旬|初)(?:前|之前)?"),
        ("month", r"(?P<y>20\d\d)[-./](?P<m>1[0-2]|0?[1-9])(?![\d.])"),
        ("before", _Y + _M + r"月(?:份)?(?:以)?前"),
        (
            "month",
            _Y
            + r"(?:\d{1,2}月?[-—~～至到]+)?"
            + _M
            + r"月(?!\d)(?:份)?(?:底|末|底以?前|底之前|末以?前)?(?:以前|之前|前)?",
        ),
        (
            "quarter",
            _Y
            + r"(?:[一二三1-3][、至到\-—~～])?第?(?P<q>[一二三四1-4])(?:个)?季度(?:末|底)?(?:以前|之前|前)?",
        ),
        ("quarter", _Y + r"(?:第)?[Qq](?P<q>[1-4])(?:末|底)?(?:前)?"),
        (
            "plan_period",
            r"[“\"]?十(?P<five>[一二三四五六])五[”\"]?(?:规划)?(?:(?:时期|期)?[末内]前?|期间|时期)",
        ),
        ("half", _Y + r"(?P<half>[上下])半年(?:前)?"),
        (
            "year",
            r"(?:(?P<y>20\d\d)|(?P<next>明年|次年)|(?P<this>今年|当年|本年))年?[底末内](?:(?:以|之)?前)?",
        ),
        # 6底前 lacks its month's 月: no year's end, but a doubt.
        (
            "year",
            _Y + r"(?:年底(?:以|之)?前|(?<![\d一二三四五六七八九十月])底(?:以|之)?前|年末前?"
            r"|年底|(?<![一二三两\d])年内|全年|本年度|年度内)",
        ),
        ("span", r"20\d\d年?[-—~～至到]+(?P<y>20\d\d)年"),
        ("year", r"(?P<y>20\d\d)年(?:度)?(?:底|末|内|全年)?(?:以前|之前|前)?"),
    )
)
_IN_SENTENCE = re.compile(
    either_script(
        r"(?:20\d\d|[今明])年(?:[底末](?:以|之)?前?|内)|(?:20\d\d年|今年|明年)?(?:"
        r"(?:1[0-2]|[1-9])月(?:份)?(?:底|末|[上中下]旬|\d{1,2}[日号])(?:以|之)?前?|(?:1[0-2]|[1-9])月(?:份)?(?:以|之)?前"
        r"|第?[一二三四]季度(?:末|底)?前|年(?:底|末)(?:以|之)?前?|年内"
        r"|(?:第?[一二三四]季度|上半年|(?<![\d至到、~～—–-])(?<!已于)(?:1[0-2]|[1-9])月份?)"
        r"(?=[^，。；、,;]{0,12}(?:完成|建成|投用|投入使用|投入运行|投运|开工|动工|竣工|启动|通车|开通|投产|交付|印发|出台|上线|挂牌|开园|开馆|开业)))"
        r"(?!计划生育)"
    )
)
_BEHIND = re.compile(
    r"[（(〔\[【](?P<words>(?=[^（）()]*(?:[年月日季期续]|常态|立[行查]))[^（）()〔〕\[\]【】]{2,12})[）)〕\]】][。；;]?$"
)
_LABEL = re.compile("^[一-龥]{2,6}[:：]")
_UNIT_OF_TIME = re.compile("[月年季]")
_CONTINUING = re.compile(r"持续|长期|常[态年]|坚持|全程|每半?年|每月|每季|每周|每旬|贯穿|不间断|经常性|定期")
_GOING_ON = re.compile(
    either_script(
        r"长期|持续|常态化?|常年|坚持|推进|推动|开展|实施|落实|不间断|经常性?|定期|全程|每(?:半?年|月|季|周|旬)度?|贯穿|全年|进行|完成|抓好|工作|加强"
        r"|巩固|督促|跟踪|做好|整改|执行|任务|有序|建设|管理|提升|日常|始终|按|[并和、，,；;。]|20\d\d年"
    )
)
_LONGEST_REST = 4
_AT_ONCE = re.compile(r"立行立改|即知即改|立即|即刻|马上|立查立改")
_AT_ONCE_ALONE = re.compile(
    r"(立行立改|即知即改|立查立改|立即整改)([，,、；;并]?(长期|持续)(坚持|推进|整改)?)?"
)
_AFTER_SOMETHING = re.compile(
    r"[一-龥“”《》]{2,12}后\d{1,2}(个月|个?工作日|[日天])(以?内)?(完成|办结|报送|印发)?"
)
_FIGURE = re.compile(r"[0-9０-９.、．]+")
_WITH_A_UNIT = re.compile(r"局|委员会|办公室|政府|公司")
_YEAR_AND_MONTH = re.compile(r"20\d\d[.．](0?[1-9]|1[0-2])([.．]\d{1,2})?")
_BLANK = re.compile(r"[-—/\\无\s]*")


@lru_cache(maxsize=4096)
def read_deadline(text: str, year: int | None) -> Deadline:
    """The due date that a 完成时限 names; ``year`` is the plan's, for words that leave it out."""
    words = " ".join(text.split())
    compact = simplified(folded(squash(text))).rstrip("。.;,")
    if _BLANK.fullmatch(compact):
        return NO_DEADLINE
    if (told := _MONTH_AND_DAY.fullmatch(compact)) and year and (day := _resolve("day", told, year)):
        return Deadline(words, day[0], Certainty.GUESSED, f"“{words}”按 {day[0]} 计，请核对")
    dated = occasions.UNDATED.sub("", compact)
    found = _all_dates(dated, year)
    if found:
        return _latest(words, found, compact, year)
    if dated != compact:
        return Deadline(words, None, None, f"“{words}”没有确切的日子，按计划年度末计，请核对")
    if _CONTINUING.search(compact):
        return Deadline(words, None, None)
    if _AT_ONCE.search(compact):
        return Deadline(words, None, None, f"“{words}”没有写明日期，按计划年度末计，请核对")
    return Deadline(words, None, None, f"看不懂“{words}”，按没有写明、即全年读入，请核对")


def deadline_in_sentence(text: str, year: int | None = None) -> str:
    """The words of a task's own sentence that say when (6月底前), the last of several; or （全年） behind it.

    Years before the plan's own say how it was then (比2020年底减少), and not when the task is due.
    """
    found = list(_IN_SENTENCE.finditer(folded(text))) if _UNIT_OF_TIME.search(text) else []
    found = [each for each in found if not _is_past(each, year)]
    if occasions.SIGN.search(text):
        found += occasions.IN_SENTENCE.finditer(text)
    if found:
        return max(found, key=re.Match.start).group()
    behind = _BEHIND.search(text)
    words = _LABEL.sub("", behind["words"]) if behind else ""  # （完成时限：长期坚持）
    return words if names_a_time(words) else ""


def _is_past(found: re.Match[str], year: int | None) -> bool:
    """Whether words say how far it has come (截至6月底), or name a year before the plan's."""
    said = _BEGINS_WITH_YEAR.match(found.group())
    return bool(_SO_FAR.search(found.string[: found.start()]) or (said and year and int(said.group()) < year))


def names_a_time(text: str) -> bool:
    """Whether a few words say when and nothing else (6月底完成, 持续推进)."""
    words = squash(text)
    if not words or len(words) > 20 or (_FIGURE.fullmatch(words) and not _YEAR_AND_MONTH.fullmatch(words)):
        return False
    if _WITH_A_UNIT.search(words):
        return False
    if _AT_ONCE_ALONE.fullmatch(words) or _AFTER_SOMETHING.fullmatch(words):
        return True
    if occasions.UNDATED.match(words):
        return True
    deadline = read_deadline(words, 2025)
    if deadline.due_on is None and len(_GOING_ON.sub("", words)) > _LONGEST_REST:
        return False  # 常态化开展扫黑除恶斗争 says what is to be done
    return bool(deadline.words) and (deadline.due_on is not None or not deadline.doubt)


def says_only_when(text: str) -> bool:
    """Whether nothing is left of a few words when the time in them is taken out: 全年建成学校3所 leaves a task."""
    words = simplified(folded(squash(text)))
    for _, pattern in _RULES:
        words = pattern.sub("", words)
    return names_a_time(text) and len(_GOING_ON.sub("", words)) <= _LONGEST_REST


def _all_dates(compact: str, year: int | None) -> list[tuple[date | None, Certainty, str]]:
    """Every date named, read left to right; each stretch of text is read by the first rule that fits it."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, date | None, Certainty, str]] = []
    for name, pattern in _RULES:
        for match in pattern.finditer(compact):
            start, end = match.span()
            if start == end or any(start < stop and begin < end for begin, stop in taken):
                continue
            resolved = _resolve(name, match, year)
            if resolved is None:
                continue
            taken.append((start, end))
            found.append((start, *resolved, match.group()))
    return [(when, certainty, words) for _, when, certainty, words in sorted(found, key=lambda item: item[0])]


def _latest(
    words: str, found: list[tuple[date | None, Certainty, str]], compact: str, year: int | None
) -> Deadline:
    dated = [item for item in found if item[0] is not None]
    if not dated:
        return Deadline(words, None, None, needs_year=True)
    when, certainty, _ = max(dated, key=lambda item: item[0] or date.min)
    doubt = ""
    if len({item[0] for item in dated}) > 1:
        doubt = f"“{words}”有几个时间，按最后一个 {when} 计"
    elif certainty is Certainty.GUESSED:
        doubt = f"“{words}”按 {when} 计，请核对"
    return Deadline(words, when, certainty, doubt)


def _resolve(name: str, match: re.Match[str], plan_year: int | None) -> tuple[date | None, Certainty] | None:
    """The day meant. None: these words name no possible day (13月, 2月30日)."""
    parts = match.groupdict()
    year = int(parts["y"]) if parts.get("y") else plan_year
    if parts.get("next") and plan_year:
        year = plan_year + 1
    if year is None:
        return None, Certainty.DERIVED
    if name == "occasion":
        return occasions.day_before(parts["occasion"], year), Certainty.DERIVED
    month = _MONTHS.get(parts.get("m") or "") or int(parts.get("m") or 12)
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if name == "day":
        day = int(parts["d"])
        return (date(year, month, day), Certainty.EXACT) if 1 <= day <= last else None
    if name == "third":
        day = {"上旬": 10, "中旬": 20, "下旬": last, "初": 10}[parts["third"]]
        return date(year, month, day), Certainty.GUESSED if parts["third"] == "初" else Certainty.DERIVED
    if name == "plan_period":  # 十四五 is 2021 to 2025
        return date(_PLANS_COUNTED_FROM + 5 * (10 + _MONTHS[parts["five"]]), 12, 31), Certainty.DERIVED
    if name == "before":
        # 6月前 may mean before June begins or by its end; the later day wrongs nobody and is shown as a guess.
        return date(year, month, last), Certainty.GUESSED
    if name == "quarter":
        month = 3 * (_MONTHS.get(parts["q"]) or int(parts["q"]))
        return date(year, month, calendar.monthrange(year, month)[1]), Certainty.DERIVED
    if name == "half":
        return (date(year, 6, 30) if parts["half"] == "上" else date(year, 12, 31)), Certainty.DERIVED
    if name in ("year", "span"):
        return date(year, 12, 31), Certainty.DERIVED
    return date(year, month, last), Certainty.DERIVED
