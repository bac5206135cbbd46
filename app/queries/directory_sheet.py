"""The workbook of 单位与人员: what its sheets and columns are called, and how a cell says several things."""

import re
from datetime import date

DEPARTMENTS, OFFICIALS = "单位", "分管领导"

NUMBER, ID, EXTERNAL_ID = "序号", "系统编号", "外部编号"
NAME, SHORT_NAME, ALIASES, CATEGORY = "全称", "简称", "别名", "类别"
PARENT, MEMBERS, RETIRED_ON, SUCCESSOR = "上级单位", "成员单位", "撤并日期", "承接单位"
PERSON, POST, FROM, TO = "姓名", "职务", "任职日期", "离任日期"

DEPARTMENT_COLUMNS = (
    NUMBER,
    NAME,
    SHORT_NAME,
    ALIASES,
    CATEGORY,
    PARENT,
    MEMBERS,
    EXTERNAL_ID,
    RETIRED_ON,
    SUCCESSOR,
    ID,
)
OFFICIAL_COLUMNS = (NUMBER, PERSON, POST, FROM, TO, EXTERNAL_ID, ID)
OTHER_WORDS = {"单位名称": NAME, "单位全称": NAME, "名称": NAME, "曾用名": ALIASES, "单位简称": SHORT_NAME}
"""Headers of an office's own list that mean one of ours."""

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")


def names_in(cell: str) -> list[str]:
    """Several names in one cell: 区发改局、发改委."""
    return [name for name in re.split(r"[、,，;；\s]+", cell) if name]


def joined(names: list[str]) -> str:
    return "、".join(names)


def day_in(cell: str) -> date | None:
    """2018-06-30, 2018/6/30, 2018年6月30日. Raises ``ValueError`` for anything else."""
    if not cell:
        return None
    found = _DAY.fullmatch(cell.strip())
    if found is None:
        raise ValueError(cell)
    return date(*map(int, found.groups()))
