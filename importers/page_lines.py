"""The lines of a plan among those of the page it was copied from: its address, its foot, its date."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from importers.grid import Line
from importers.values.line_labels import as_label_line

# The page a text was copied from names its own 主办单位 at the foot: that is nobody's task.
_FOOT_OF_SITE = re.compile(
    r"(?i)copy ?right|版权所有|ICP备|公网安备|网站标识码|^(联系)?(地址|邮编|传真)[:：]"
    r"|^(主办|主管|承办)(单位)?[:：].*(地址|邮编|邮政编码|电话|技术支持)"
)
_END_OF_PAGE = re.compile(
    r"分享(到|至)|扫一扫|打印本页|关闭(窗口|本页)|返回顶部|相关(链接|文档|文件|信息)|[上下]一篇"
)
_HOSTS = re.compile(r"(网站)?(主办|主管|承办|技术支持)(单位)?[:：]")
_STARRED = re.compile(r"^[★☆*＊※▲]\s*(?=\d{1,3}[.、．]|[（(]\d{1,3}[）)])")  # ★3.…
_ASIDE = re.compile(
    r"^(https?://|www\.|20\d\d年\d{1,2}月\d{1,2}日$|\d{4}-\d\d-\d\d|第?\s*\d+\s*页|[（(]此件[一-龥]{2,8}[）)]$)"
)


def of_plan(lines: list[Line]) -> Iterator[tuple[Line, str, str]]:
    """Each line that belongs to the plan, its words, and those of the line below it."""
    page_ended = False
    for line, below in zip_longest(lines, lines[1:]):
        text = as_label_line(_STARRED.sub("", line.text.strip(" \t\u3000")))
        ends = _END_OF_PAGE.match(text) or _FOOT_OF_SITE.search(text)
        page_ended = bool(ends or (page_ended and _HOSTS.match(text)))
        if (page_ended and _HOSTS.match(text)) or _ASIDE.match(text) or _FOOT_OF_SITE.search(text):
            continue
        yield line, text, as_label_line(below.text.strip()) if below else ""
