"""The numbers that begin a heading or a task: 一、 （一） 1. （1） ① △."""

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from importers.characters import numeral

_CHINESE = "一二三四五六七八九十百〇零"
_STYLES: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (rank, re.compile(pattern))
    for rank, pattern in (
        (0, rf"第(?P<n>[{_CHINESE}\d]+)(?:部分|章|篇|编)[、:：\s]*"),
        (1, rf"(?P<n>[{_CHINESE}]+) ?、\s*|(?P<n2>[{_CHINESE}]+)[.．]\s*(?=\D)"),
        (1, rf"(?:问题|行动|工程)(?P<n>[0-9０-９]{{1,3}}|[{_CHINESE}]{{1,3}})[:：、.．]\s*"),
        (1, rf"表(?P<n>[{_CHINESE}]{{1,3}})[:：\s]\s*(?=\S{{2,20}}$)(?!\S*[表单])"),  # 表一　基础教育类
        (2, rf"[（(](?P<n>[{_CHINESE}？]+)[）)][、.．]?\s*|(?P<n2>[㈠-㈩㊀-㊉])[、.．]?\s*"),
        (
            3,
            r"(?P<n>[0-9０-９]{1,4}) ?(?:[、．﹒]|[.](?![0-9])"
            r"|[.](?=[0-9]{1,3}(?:[所家处處座项項户戶]|名(?![师師校医醫家企牌]))[^\d]))\s*"
            r"|(?P<n2>[⒈-⒛])\s*|(?P<n3>[0-9０-９]{1,3})。\s*(?=[一-龥“])",
        ),
        (
            3,
            rf"(?:任务|事项|项目|实事|工作)(?P<n>[0-9０-９]{{1,3}}|[{_CHINESE}]{{1,3}})[:：、.．]\s*"
            rf"|第(?P<n2>[0-9０-９]{{1,3}}|[{_CHINESE}]{{1,3}})[项項条條件](?:任务|工作|实事|项目)?[:：、,，.．\s]\s*",
        ),
        (4, r"(?P<n>\d{1,2}[.．-]\d{1,2})[ \u3000、]\s*(?=[一-龥“])(?![万亿个公里米吨元亩])"),  # 1.1 of 1.
        (4, r"[（(](?P<n>[0-9０-９]{1,3})[）)][、.．]?\s*|(?P<n2>[0-9]{1,3})[)）]\s*|(?P<n3>[⑴-⒇])\s*"),
        (5, r"(?P<n>[①-⑳])\s*"),
        (6, r"(?P<n>[△▲●◆◇■□★☆○◎※▪•])\s*"),
    )
)
_BEGINNINGS = frozenset(
    f"{_CHINESE}第任事项实工问行表（(0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳△▲●◆◇■□★☆○◎※▪•"
    "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
)
_POINT = re.compile(
    r"(?P<n>\d{1,2}(?:[.．-]\d{1,2}){1,3})[ \u3000\u00a0、.．]?(?=[一-龥“《])(?![万亿个公里米吨元亩倍天年月日小平])"
)
TASK_RANK = 3
MARKS = ("*", "＊", "★", "☆", "▲", "△", "※")  # behind a number, explained in a note
BULLET_RANK = 6
UNNUMBERED_RANK = 2.5


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a line is numbered: the rank of its style, its own words, its value if plain, and the text after it."""

    rank: int
    words: str
    number: int | str
    rest: str


@lru_cache(maxsize=4096)
def numbering_of(text: str) -> Numbering | None:
    """The numbering a line begins with, or None."""
    text = text.lstrip(" \t\u3000\u00a0")
    if text[:1] not in _BEGINNINGS:
        return None
    for rank, style in _STYLES:
        if found := style.match(text):
            groups = found.groupdict()
            inner = groups["n"] or groups.get("n2") or groups.get("n3") or ""
            words = found.group().strip()
            plain = numeral(normalize("NFKC", inner).strip("().")) if rank in (3, 4) else None
            own_words = inner if rank == 1 else words
            return Numbering(rank, words, own_words if plain is None else plain, text[found.end() :].strip())
    return None


def number_inside(text: str) -> Numbering | None:
    """The number a task's cell begins with; 1.1编写规划 as well, which on a line of prose may be a figure."""
    if found := _POINT.match(text.strip()):
        return Numbering(TASK_RANK + 1, found["n"], found["n"], text.strip()[found.end() :])
    return numbering_of(text)


def counts_on(above: str, text: str) -> bool:
    """Whether 11.… is the task that follows 10.…, by its number."""
    last, told = numbering_of(above), numbering_of(text)
    if last is None or told is None or not last.rank == told.rank == TASK_RANK or not told.rest:
        return False
    return isinstance(last.number, int) and told.number == last.number + 1


def number_as_written(text: str) -> int | str | None:
    """The content of a 序号 cell: a plain numeral as a number, any other numbering in its own words."""
    text = text.strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9０-９]+([.．]0+)?[.．、]?[*＊★☆▲△※]?", text):
        return numeral(text.rstrip("".join((".．、", *MARKS))))
    return "".join(text.split())
