"""One cell → the officials it names (分管领导), titles left out and names typed wide put right."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from importers.characters import squash
from importers.decisions import NOTHING_DECIDED
from importers.scripts import simplified
from importers.values import words
from importers.values.departments import Doubt, Names
from importers.values.pieces import Gap, Piece, pieces_of

_NAME = re.compile(r"[一-龥㐀-䶿]{2,4}|[一-龥]{1,8}(·[一-龥]{1,8})+")
_UNIT = re.compile(r"(局|办|委|部|中心|公司|政府|街道|单位|部门)$")
_BRACKETS = re.compile(r"[（(〔\[【〖［][^（）()〔〕\[\]【】〖〗［］]*[）)〕\]】〗］]")
_ALL_IN_BRACKET = re.compile(r"(?P<before>[^（(]+)[（(](?P<inner>[^（()）]+)[）)]")
_LABEL = re.compile(r"^[一-龥]{0,6}领导[:：]\s*")
_TITLE_BEHIND = re.compile(  # 张建国（县委常委）刘洋（副县长）
    r"[（(][^（()）]{0,14}(?:长|书记|主任|常委|委员|主席)[）)]\s*(?=[一-龥])"
)
_SHORT_POST = re.compile(
    r"(?:常务|执行|第一|业务|护理)?副?"
    r"(?:[省市州盟旗县区镇乡局处科股院校园站所部厅署行社段队厂场馆台关会组庭河湖林链]|秘书|检察|总队|支队|大队|参谋|董事|理事)长"
    r"|副?(?:书记|主任|主席|委员|常委|政委|总经理|经理|总监|巡视员|调研员)|(?:独立|外部|职工|执行)?[董监]事"
)
_POST = re.compile(
    r".{2,20}(?:[省市州县区镇乡局处科股院校园站所部厅署行社队厂场馆台关会组庭河湖林]长|秘书长|检察长|书记|主任|委员|常委|主席|政委|总监|经理|巡视员|调研员|成员"
    r"|总[一-龥]{2}师|助理|科员)"
)
_HEADED = re.compile(
    "(?:局|委|部|处|办|厅|院|庭|党组|委会|工会|人大|政协|中心|总支|支部|常务|执行)$"
    # 武装部长, 宣传委员: what the post is for begins as surnames do
    "|^(?:武装|宣传|宣统|宣教|农业|农村|农林|农经|安全|安监|党建|党群|党务|后勤|应急|计生|水利|项目|司法|公安|金融|文教|文卫|文旅|商务|经济)$"
)  # 公安局 before 局长
_SHORTEST_POST = 4
_LONGEST_RUN = 12
_ENDS_NAMES = frozenset("科会园行联港团台社")
_MARKS = re.compile("[、，,]")
_SAYS_MORE = re.compile("[。；;：:0-9]")
_TRAILING = re.compile(r"(等|同志|同志等|等同志|等领导)$")


class PeopleNames:
    """Reads the officials' cells of one file; names that stand alone help to part those run together."""

    def __init__(
        self, decided: Mapping[str, list[str]] = NOTHING_DECIDED.names, known: Iterable[str] = ()
    ) -> None:
        self._decided = decided
        self.left_unnamed = {words for words, names in decided.items() if not names}
        self.seen: Counter[str] = Counter(dict.fromkeys(known, 2))
        self._read: dict[str, Names] = {}

    def learn(self, text: str) -> None:
        """Remember the persons who stand alone in a cell or on a line."""
        for piece in pieces_of(_named_in(text), people=True):
            name = without_title(squash(piece.text))
            if 2 <= len(name) <= 3 and _NAME.fullmatch(name) and len(_parted(name)) == 0:
                self.seen[name] += 1

    def read(self, text: str) -> Names:
        """The persons named in a cell, each once, in the order written."""
        if (known := self._read.get(text)) is None:
            settled = self._decided.get(squash(text))
            known = self._read[text] = self._split(text) if settled is None else Names(list(settled))
        return known

    def _split(self, text: str) -> Names:
        result = Names()
        if words.NOTHING.match(squash(text)):
            return result
        for raw in _joined(pieces_of(_named_in(text), people=True)):
            if _BRACKETS.fullmatch(raw) and result.names and not look_like_people(raw[1:-1]):
                result.doubts.append(Doubt(f"“{raw}”是“{result.names[-1]}”的职务", sure=True))
                continue
            name = without_title(raw)
            if not name:
                continue
            if name != raw:
                result.doubts.append(Doubt(f"“{raw}”读作“{name}”", sure=True))
            for person in self._separated(name, result.doubts):
                if person not in result.names:
                    result.names.append(person)
        if not result.names:
            result.names += dict.fromkeys(squash(piece.text) for piece in pieces_of(text))
            result.doubts.append(Doubt(f"“{squash(text)}”只有职务没有姓名，请补上姓名", is_post=True))
        return result

    def _separated(self, name: str, doubts: list[Doubt]) -> list[str]:
        """One person, or several written without anything between them."""
        if "·" in name or (self.seen[name] > 1 and len(name) <= 3):
            return [name]
        if len(name) <= 3 or (len(name) == 4 and name[:2] in words.DOUBLE_SURNAMES):
            if not _NAME.fullmatch(name) or _UNIT.search(name) or not _has_surname(name):
                doubts.append(Doubt(f"“{name}”不像姓名，请核对"))
            return [name]
        ways = [way for way in _ways(name) if all(self.seen[part] for part in way)]
        if len(ways) == 1:
            doubts.append(Doubt(f"连写的“{name}”按“{'、'.join(ways[0])}”读入", sure=True))
            return ways[0]
        ways = ways or _parted(name)
        if ways:
            known = max(ways, key=lambda way: (sum(bool(self.seen[part]) for part in way), -len(way)))
            doubts.append(Doubt(f"连写的“{name}”疑为“{'、'.join(known)}”，按此读入，请核对"))
            return known
        doubts.append(Doubt(f"“{name}”不像姓名，请核对"))
        return [name]


def look_like_people(text: str) -> bool:
    """Whether every name in a list begins with a surname and is no unit."""
    names = [squash(piece.text) for piece in pieces_of(text, people=True)]
    return bool(names) and all(
        (2 <= len(name) <= 4 or "·" in name)
        and bool(_NAME.fullmatch(name))
        and ("·" in name or (_has_surname(name) and (len(name) < 4 or _is_long(name))))
        and not words.UNIT_ENDING.search(name)
        for name in names
    )


def _is_post(name: str) -> bool:
    """公安局局长, 宣传统战委员, 副镇长: a post, whose holder stands beside it."""
    return bool(_SHORT_POST.fullmatch(name) or (len(name) >= _SHORTEST_POST and _POST.fullmatch(name)))


def are_people(listed: str) -> bool:
    """Whether persons are named, with or without their titles (副区长王  涛、李明), or the posts they hold."""
    if look_like_people(listed) or names_posts(listed):
        return True
    whole = squash(listed)
    if _SAYS_MORE.search(whole):
        return False
    titled = [look_like_people(without_title(name)) for name in _MARKS.split(whole)]
    return all(titled) or look_like_people(without_title(whole))


def _is_long(name: str) -> bool:
    """Whether four characters are a name or two run together, and not the first words of a heading (经济发展)."""
    return simplified(name[:2]) in words.DOUBLE_SURNAMES or bool(_parted(name))


def names_people(text: str) -> bool:
    """The same with their titles, 县委常委、常务副县长秦明亮, or the posts alone."""
    if look_like_people(text):
        return True
    text = _TITLE_BEHIND.sub(r"\g<0>、", text)
    bare = [without_title(squash(piece.text)) for piece in pieces_of(text, people=True)]
    return bool(bare) and (not any(bare) or look_like_people("、".join(filter(None, bare))))


def names_posts(text: str) -> bool:
    """Whether only posts stand there, without the names of who holds them: 分管副省长、协管副秘书长."""
    posts = [squash(piece.text) for piece in pieces_of(text, people=True)]
    return bool(posts) and all(len(post) > 2 and not without_title(post) for post in posts)


def may_be_a_person(text: str) -> bool:
    """Whether a short word may be a name though units end as it does: 孙登科, and not 水利局."""
    return (
        2 <= len(text) <= 3 and bool(_NAME.fullmatch(text)) and _has_surname(text) and text[-1] in _ENDS_NAMES
    )


def may_be_people(text: str) -> bool:
    """Whether a few characters may be several names run together (秦明亮罗玉华)."""
    return 4 <= len(text) <= _LONGEST_RUN and not words.UNIT_ENDING.search(text) and bool(_parted(text))


def _named_in(text: str) -> str:
    """按《要点》分工（王伟、李强）, 分管领导：王伟: the persons without the words before them that are no person."""
    text = _TITLE_BEHIND.sub(r"\g<0>、", _LABEL.sub("", text))
    found = _ALL_IN_BRACKET.fullmatch(squash(text))
    behind = found and look_like_people(found["inner"]) and not look_like_people(found["before"])
    return found["inner"] if found and behind else text


def _has_surname(name: str) -> bool:
    name = simplified(name[:2])
    return name[0] in words.SURNAMES or name in words.DOUBLE_SURNAMES


def _joined(pieces: list[Piece]) -> list[str]:
    """Names whose last character slipped onto the next line, put together again."""
    names: list[str] = []
    for piece in pieces:
        text = squash(piece.text)
        if names and piece.gap is not Gap.MARK and (len(text) == 1 or len(names[-1]) == 1):
            names[-1] += text
        else:
            names.append(text)
    return names


def without_title(name: str) -> str:
    """The bare name: 副区长徐治国 and 徐治国同志 are 徐治国; a title without a name is nothing."""
    name = _BRACKETS.sub("", name).strip("。.：:*") or name
    name = _TRAILING.sub("", name) if len(name) > 3 else name
    if _SHORT_POST.fullmatch(name):
        return ""
    if len(name) <= 3 and not name.endswith(("长", "委", "任")):
        return name
    if name in words.TITLES.split():
        return ""
    if found := words.TITLE_BEFORE.match(name):
        rest = name[found.end() :]
        return "" if _is_post(rest) else rest
    if found := words.TITLE_AFTER.search(name):
        bare = name[: found.start()]
        short = 2 <= len(bare) <= 3 or (len(bare) == 4 and _is_long(bare))
        whole = short and _has_surname(bare) and not _HEADED.search(bare)
        if (whole or ("·" in bare and _NAME.fullmatch(bare))) and not bare.endswith(("区", "县", "市", "府")):
            return bare
    if _is_post(name):
        return ""
    if words.TITLE_ONLY.match(name) and (len(name) > 3 or name in words.TITLES.split()):
        return ""
    return name


def _ways(name: str) -> list[list[str]]:
    """Every way to part a run of characters into names of two, three or (with a double surname) four."""
    if not name:
        return [[]]
    sizes = [2, 3, 4] if name[:2] in words.DOUBLE_SURNAMES else [2, 3]
    return (
        [[name[:n], *rest] for n in sizes if n <= len(name) for rest in _ways(name[n:])]
        if len(name) < 24
        else []
    )


def _parted(name: str) -> list[list[str]]:
    """The ways in which every part begins with a surname, when there are at least two parts."""
    if len(name) < 4:
        return []
    return [way for way in _ways(name) if len(way) > 1 and all(_has_surname(part) for part in way)]
