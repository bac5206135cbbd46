"""The foot of the web page a text was copied from: links, printing, who keeps the site; no part of any table."""

import re

from importers.characters import squash
from importers.columns import kind_of
from importers.numbering import numbering_of
from importers.values.deadlines import says_only_when
from importers.values.departments import look_like_units
from importers.values.duties import find_label
from importers.values.people import names_people

_SURE = re.compile(
    r"(?i)(责任)?编辑[:：]|(文字|信息)?审核[:：]|(上|下)一[篇条页]([:：]|$)|附件下载([:：]|$)|隐私声明|友情链接|网站地图|关于我们|联系我们|站长统计"
    r"|[【\[]?(我要|文章)?(打印|关闭|收藏|分享)(本页|正文|此页|页面|窗口|本文)?([】\]\s【|｜]|$)|返回(顶部|首页|列表)"
    r"|相关(链接|新闻|文章|阅读|推荐|信息|文件|附件)([:：]|$)|分享(到|至)[:：]?|扫一扫|访问量[:：]|您是第|建议使用.*浏览器"
    r"|copyright|©|版权所有|版权声明|免责声明|网站(声明|标识码)|技术支持[:：]|\S{0,4}ICP备|备案[号序]|.{0,4}公网安备"
    r"|(主办|主管|承办)(单位)?[:：].*(网站标识码|备案|地址|邮编|电话|技术支持|主办|主管|承办)|\S{4,20}(主办|主管|承办)([\s\u3000]+\S|$)"
)
_SURE_ANYWHERE = re.compile(
    r"(?i)ICP备\d|公网安备|网站标识码|版权所有|copyright|(联系我们|关于我们|网站地图)(\s|$)"
)
_FILE = re.compile(r"(?i)[^、，。；]{2,60}\.(docx?|xlsx?|pdf|wps|et|rar|zip|ofd)([（(].{1,12}[）)])?$")
_HOST = re.compile(r"(主办|主管|承办|运维)(单位)?[:：]|\S{0,4}(地址|电话|热线|邮编|传真|邮箱|网址)[:：]")
_RULE = re.compile(r"^[-*_=\s|]+")  # * * *
_MOST_LINES = 30
_LONGEST = 40
_TOLD = 20


def without_foot(lines: list[str]) -> tuple[list[str], str]:
    """The lines with those of the page's foot blank, so that each keeps its number, and what is to be told of it."""
    written = [index for index, line in enumerate(lines) if line.strip()][-_MOST_LINES:]
    begins = None
    for index in reversed(written):
        text = _RULE.sub("", lines[index]).strip()
        if (
            _SURE.match(text)
            or _SURE_ANYWHERE.search(text)
            or (begins and (not text or _HOST.match(text) or _FILE.match(text)))
        ):
            begins = index
        elif text and ("|" in lines[index] or not _may_be_foot(text)):
            break
    if begins is None:
        return lines, ""
    foot = [lines[index].strip() for index in written if index >= begins]
    count = f"等 {len(foot)} 行" if len(foot) > 1 else ""
    return lines[:begins] + [""] * (
        len(lines) - begins
    ), f"第{begins + 1}行起“{foot[0][:_TOLD]}”{count}是网页的页脚，没有读入"


def _may_be_foot(text: str) -> bool:
    """Whether a line may stand among those of a foot: a few words that are no cell of a table and nobody's duty."""
    if _FILE.search(text) or _HOST.match(text):
        return True
    words = squash(text)
    return not (
        len(words) > _LONGEST
        or "\t" in text
        or words[0].isdigit()
        or numbering_of(words)
        or kind_of(words)
        or find_label(words) >= 0
        or says_only_when(words)
        or look_like_units(words)
        or names_people(words)
    )
