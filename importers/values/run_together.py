"""Names of units written without anything between them: where one ends and the next begins."""

import re
from collections.abc import Callable
from functools import lru_cache

from importers.scripts import either_script
from importers.values import words

_WHOLE_UNIT = re.compile(either_script(r"(局|办公室|委员会|中心|部|办|委|厅|公司|集团|联|会)$"))
ODD_BEHIND_UNIT = re.compile(
    either_script(
        r"局.{1,6}(联|办|委|部|会|院|社|公司|集团|镇|街道)$|^(?![各有相全所]).*[）)](各.{1,8}|[一-龥]{2,3}(街道|镇|乡))$|^(?!.*(集团|分公司|省|国))[一-龥]{2,5}公司[一-龥]{2,5}公司$"
        r"|.(政府|管委会|委员会|公司|集团|中心|海关|局|办)[一-龥]{2,5}[区县市旗](人民)?政府|(局|办|委)([区县市省]直|国家|国网|中国)|(社区|村|办)[一-龥]{2,6}(厂|公司|集团)$|办公室[一-龥]{2,5}处$|处(机关|省|市)[一-龥]{2,}"
        r"|(海关|办|部门|单位)各[区县市镇乡街][一-龥]|委员会[区县市][一-龥]{2,10}(局|委|办)$"
    )
)
_BEGINS_UNIT = re.compile(
    either_script(
        r"((市(?![场政民容区])|县(?!域)|区(?!域)|省|高新|经开)(?=.{2})|团[省市县区]委)(?![^（(]*[）)])"
    )
)
_ENDS_UNIT = re.compile(
    either_script(
        r"局|办公室|委员会|中心|部|办|(?<=.)委|厅|公司|集团|联|会|大队|支队|镇街|单位|部门|政府|[）)]"
    )
)
_SHORTEST_BEFORE = 2  # 县委县政府督查室 is one
_BUREAU_OF_POLICE = 2  # 市公安局交通管理局
_SMALL_UNITS = ("科", "股", "村", "所", "社区", "分局", "处")  # none of which is part of another
_GOES_ON = {"科": "[技学研教协创普目级员]", "处": "[理置罚方分]", "所": "[有得在属]", "村": "[级镇庄民委集]"}
_SHORTEST_SMALL_UNIT = 3  # 社科规划科, 派出所
_UNIT_AND_ANOTHER = re.compile(
    either_script(
        r"(?P<unit>[一-龥]{2,}(?:局|办公室|厅|中心|公司|集团|管委会|(?<=[一-龥]{2})委)|[一-龥]+(?:总工会|残联|妇联|科协|工商联))"
        r"(?P<other>各(?!成员单位)[一-龥（）()]{1,12}|[一-龥]{2,3}(?:镇|乡|街道)(?:人民政府|政府|办事处))"
    )
)
_LEAGUE_AND_ANOTHER = re.compile(  # 团县委住建局, 城投集团教育局, 各乡镇人民政府商务局
    either_script(
        r"(?P<league>团[省市州县区]委|[省市州县区]?(?:残联|妇联|文联|科协|工商联|侨联|总工会|红十字会)"
        r"|[省市州县区]?[一-龥]{2,4}集团|各[一-龥]{0,6}(?:政府|办事处|镇街|街道|乡镇))(?P<other>[一-龥]{2,}(?:局|委|办))"
    )
)
_TOWN = re.compile(either_script(r"[一-龥]{2,3}?(?:街道|镇|乡)"))
_TOWNS = re.compile(rf"(?![各有相全所]|[^镇乡街]*[市县区])(?:{_TOWN.pattern}){{2,}}")  # 永红街道西林街道


def seem_several(name: str, is_name: Callable[[str], bool], is_known: Callable[[str], bool]) -> bool:
    """县审计局市公安局交警大队, 县直有关单位团县委: behind a whole unit begins the name of another.

    It is told by the place it begins with, or because it ``is_known`` from other cells.
    """
    if "、" in name:
        return False  # 各区、县政府 is one group
    begun = {found.start() for found in _BEGINS_UNIT.finditer(name) if is_name(name[found.start() :])}
    ends = (found.end() for found in _ENDS_UNIT.finditer(name) if found.end() > _SHORTEST_BEFORE)
    return any(end in begun or is_known(name[end:]) for end in ends)


def before_another(name: str) -> re.Match[str] | None:
    """县教体局各乡镇, 县工信局武平镇人民政府: a group or a town behind a whole unit."""
    return _UNIT_AND_ANOTHER.fullmatch(name)


@lru_cache(maxsize=16)
def _ends_of(ending: str) -> re.Pattern[str]:
    """Where a small unit's name may end: not at the 科 of 科技, 科学 or 科研, nor at the 处 of 处理."""
    return re.compile(f"{ending}(?!{_GOES_ON.get(ending, '$^')})")


def _bureaus(name: str) -> list[str]:
    """民政局 and 市生态环境局东山分局 of a run of them: a branch belongs to the bureau before it."""
    parts: list[str] = []
    for part in (before + "局" for before in name.split("局")[:-1]):
        if parts and part.endswith(("分局", "支局")):
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def parted_by_endings(name: str) -> list[str]:
    """发改局经信局: 局 twice, the second no 分局, can hardly be one unit; nor can 区委办公室区政府办公室."""
    if found := before_another(name):
        return [*(parted_by_endings(found["unit"]) or [found["unit"]]), found["other"]]
    if found := _LEAGUE_AND_ANOTHER.fullmatch(name):
        return [found["league"], *(parted_by_endings(found["other"]) or [found["other"]])]
    if _TOWNS.fullmatch(name):
        return _TOWN.findall(name)
    parts = _bureaus(name) if name.endswith("局") else []
    if (
        len(parts) > 1
        and (len(parts) > _BUREAU_OF_POLICE or not parts[0].endswith("公安局"))
        and all(len(part) >= 3 and not part.endswith("总局") for part in parts)
    ):
        return parts
    for ending in _SMALL_UNITS:
        parts = [part + ending for part in _ends_of(ending).split(name)[:-1]] if name.endswith(ending) else []
        if len(parts) > 1 and all(len(part) >= _SHORTEST_SMALL_UNIT for part in parts):
            return parts
    level = name[0]
    if level in "省市区县":
        for cut in range(4, len(name) - 3):
            if name[cut] == level and _WHOLE_UNIT.search(name[:cut]) and words.UNIT_ENDING.search(name[cut:]):
                return [name[:cut], *(parted_by_endings(name[cut:]) or [name[cut:]])]
    return []
