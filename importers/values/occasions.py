"""Times told by an occasion (国庆节前, 汛期前): some have a day in the calendar, others nobody can date from the words."""

import re
from datetime import date, timedelta

_FIRST_DAYS = {
    "五一": (5, 1),
    "六一": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "十一": (10, 1),
}
_BEFORE = r"(?:期间|到来|来临)?(?:之|以)?前"
_DATED = r"(?:五一|国庆|十一)(?:(?:国际)?劳动节|节|长假)|国庆|五一|六一(?:儿童节)?|七一(?:建党节)?|八一(?:建军节)?|教师节"
DATED = rf"(?P<occasion>{_DATED}){_BEFORE}"
"""An occasion that has its day every year; the day before it is meant."""

_UNDATED = (
    r"(?:元旦春节|元旦|春节|两节|清明|端午|中秋|双节)节?|(?:主汛|汛|雨|冬|采暖|供暖|供热)[期季]|入?汛|入冬|上冻|封冻"
    r"|(?:[春秋]季|新)?(?:学期|学年)?开学|采暖|供暖|供热|[中高]考|[暑寒]假(?:结束)?"
)
UNDATED = re.compile(rf"(?:20\d\d年|今年|明年|当年)?(?:{_UNDATED}){_BEFORE}")
"""An occasion whose day differs by year or place (or, as 元旦, whose year is in doubt): the words are kept and asked about."""

IN_SENTENCE = re.compile(
    r"(?:20\d\d年|今年|明年)?"
    r"(?:国庆节?|春节|主?汛期?|雨季|(?:[春秋]季)?(?:学期|学年)?开学|[暑寒]假(?:结束)?|[采供]暖[期季]?|供热[期季]?|入冬|上冻|封冻|入汛)"
    rf"{_BEFORE}(?![后夕])"
    rf"|(?:(?<=[，,；;。：:（(于在])|^)(?:20\d\d年|今年|明年)?(?:{_DATED})节?{_BEFORE}(?![后夕])"
)
"""The occasions that say in a task's own sentence when it is due; elsewhere 五一前 may be part of a name."""
SIGN = re.compile("[庆汛暖冻]|[暑寒]假|[五六七八十]一|教师节|春节|雨季|开学|供热|入冬")
"""Without it no occasion stands in a sentence, and none need be looked for."""


def day_before(occasion: str, year: int) -> date:
    """The last day before an occasion of ``DATED``."""
    month, day = next(first for name, first in _FIRST_DAYS.items() if occasion.startswith(name))
    return date(year, month, day) - timedelta(days=1)
