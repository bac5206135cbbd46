"""Who answers for all that stands under a heading, said in the heading's own words."""

import re

from importers.characters import squash
from importers.scripts import either_script
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.duty_verbs import Duties
from importers.values.people import look_like_people, without_title

_IN_HEADING = re.compile(
    either_script(
        r"(?P<who>[一-龥·、]{2,16}?)(?:主抓|牵头|负责|分管|包抓|联系)(?:负责|落实|抓)?的?(?:重点|主要)?"
        r"(?:工作|任务|事项|项目)(?:清单|分解表|一览表|责任表|台账|表)?(?:[（(][^（()）]*[）)])?"
    )
)
_TIME_IN_HEADING = re.compile(  # 6月底前完成的任务（12项）, 长期坚持的工作
    r"(?P<when>.{2,16}?)(?:(?:前|内|底)?(?:须|应|需要?)?(?:完成|办结|落实|建成|见效))?的(?:重点|主要|整改)?"
    r"(?:工作|任务|事项|项目|目标|措施)(?:[（(][^（()）]*[）)])?"
)
_TIME_ALONE = re.compile(  # 6月底前完成（3项）, 长期坚持类
    r"(?P<when>(?:20\d\d年)?(?:\d{1,2}月|第?[一二三四1-4]季度|[上下]半年|年)(?:\d{1,2}日)?[底末内]?(?:之|以)?前?|(?:长期|持续|常态化?)(?:坚持|推进|推动|实施|落实)?)"
    r"(?:须|应|需要?|要)?(?:完成|办结|落实|建成|见效|开工|启动)?(?P<sorts>的?类?(?:[（(][^（）()]*[）)])?)"
)
_SAYS_WHEN = re.compile(r"[月底末]|季度|半年|年内|长期|持续|常态|立行立改")
_TITLED = re.compile(  # 县委常委、副县长王伟（3项）
    r"(?:[省市州区县镇乡]?(?:委|政府|人大|政协|党组|党工委|管委会)?(?:常委|副?书记|副?[省市州区县镇乡]长|常务副[市区县]长|副?主任|副?主席)[、，]?"
    r"|[一-龥]{2,10}(?:局|厅|部|处|书|秘书|检察|法院院|工会主)[长记席任][、，]?)+"
    r"(?P<who>[一-龥]{2,4}?)(?:同志)?(?P<sorts>(?:[（(]共?\d+[项个件][^（()）]*[）)])?)"
)
_TITLE_APART = re.compile(r"[长任记席委][ \u3000]+[一-龥][一-龥 \u3000]{1,6}$")  # 副县长　邓凯
_NAMED = re.compile(
    r"(?P<who>[一-龥]{2,4})(同志)?[（(][一-龥、，]{0,16}(长|书记|主任|常委|委员)[）)]"
)  # 王伟（副县长）


def duties_of_heading(words: str, *, numbered: bool = False) -> Duties:
    """一、王伟副市长牵头的工作 and （二）市审计局牵头工作（8项）: the heading names who answers for all under it."""
    numbered = numbered or bool(_TITLE_APART.search(words))
    words = squash(words)
    if (named := _NAMED.fullmatch(words)) and look_like_people(named["who"]):
        return {"officials": named["who"]}
    titled = _TITLED.fullmatch(words)
    if titled and (numbered or titled["sorts"]) and look_like_people(titled["who"]):
        return {"officials": titled["who"]}
    plain = _TIME_ALONE.fullmatch(words)
    if plain and (numbered or plain["sorts"]):
        return {"due": plain["when"]}
    timed = _TIME_IN_HEADING.fullmatch(words)
    if timed and _SAYS_WHEN.search(timed["when"]) and names_a_time(timed["when"]):
        return {"due": timed["when"]}
    found = _IN_HEADING.fullmatch(words)
    if not found:
        return {}
    who = found["who"].removesuffix("同志")
    if look_like_units(who):
        return {"lead_departments": who}
    return {"officials": who} if look_like_people(without_title(who)) else {}
