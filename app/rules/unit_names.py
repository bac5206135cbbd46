"""Two ways to write one unit: what is sure enough to be ticked beforehand, and what a person must say."""

import re

_PARTS = re.compile(r".{1,12}?(?:自治区|自治州|自治县|地区|省|市|县|区|盟|旗|镇|乡|街道)(?=..|$)")
_LEVELS = "省市县区盟旗镇乡"
_OFFICE = re.compile(r"(人民政府|政府|党委|委员会|管委会)?(办公室|办|督查室)?$")
_ABBREVIATIONS = (
    ("发展和改革", "发改"),
    ("发展改革", "发改"),
    ("工业和信息化", "工信"),
    ("经济和信息化", "经信"),
    ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"),
    ("住房和城乡建设", "住建"),
    ("住房城乡建设", "住建"),
    ("自然资源和规划", "资规"),
    ("自规", "资规"),
    ("文化广电和旅游", "文广旅"),
    ("文化广电旅游", "文广旅"),
    ("文化和旅游", "文旅"),
    ("文化旅游", "文旅"),
    ("卫生健康", "卫健"),
    ("市场监督管理", "市场监管"),
    ("市监", "市场监管"),
    ("应急管理", "应急"),
    ("城市管理", "城管"),
    ("综合行政执法", "综合执法"),
    ("交通运输", "交通"),
    ("教育体育", "教体"),
    ("科学技术局", "科技局"),
    ("科学技术协会", "科协"),
    ("医疗保障", "医保"),
    ("退役军人事务", "退役军人"),
    ("国有资产监督管理", "国资"),
    ("环境保护", "环保"),
    ("国土资源", "国土"),
    ("机关事务管理", "机关事务"),
    ("政务服务和数据管理", "政务服务数据管理"),
    ("妇女联合会", "妇联"),
    ("残疾人联合会", "残联"),
    ("工商业联合会", "工商联"),
    ("供销合作总社", "供销社"),
    ("供销合作社", "供销社"),
    ("机构编制委员会办公室", "编办"),
    ("编委办", "编办"),
    ("经济技术开发区", "经开区"),
    ("经济开发区", "经开区"),
    ("高新技术产业开发区", "高新区"),
    ("高新技术开发区", "高新区"),
    ("管理委员会", "管委会"),
    ("街道办事处", "街道"),
    ("人民政府", "政府"),
    ("委员会", "委"),
    ("办公室", "办"),
)
"""What offices write for what, the longer words first where one holds the other."""


def surely_one(one: str, other: str, jurisdiction: str) -> bool:
    """Whether two names differ only by the jurisdiction's own prefix (区发改局, 武进区发改局) or by a known abbreviation."""
    prefixes = own_prefixes(jurisdiction)
    return _shortest(one, prefixes) == _shortest(other, prefixes)


def own_prefixes(jurisdiction: str) -> list[str]:
    """What a unit of this jurisdiction may carry before its name, the longest first: 常州市武进区, 武进区, 武进, 区."""
    place = _OFFICE.sub("", "".join(jurisdiction.split()))
    parts = _PARTS.findall(place)
    own = parts[-1] if parts else place
    bare = own[:-1] if len(own) > 2 and own[-1] in _LEVELS else ""
    level = own[-1] if own and own[-1] in _LEVELS else ""
    return sorted({word for word in (place, own, bare, level) if word}, key=len, reverse=True)


def _shortest(name: str, prefixes: list[str]) -> str:
    prefix = next((each for each in prefixes if name.startswith(each) and len(name) - len(each) > 1), "")
    short = name[len(prefix) :]
    for full, brief in _ABBREVIATIONS:
        short = short.replace(full, brief)
    return short
