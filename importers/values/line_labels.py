"""What a label at the beginning of a line announces: who answers, what is to be done, how far it has come."""

import itertools
import re
from collections import Counter

from importers.characters import CLOSING, OPENING, numeral, outside_brackets, squash
from importers.columns import TOO_PLAIN, ColumnKind, is_listed, kind_of, names_heads
from importers.numbering import numbering_of
from importers.scripts import either_script
from importers.values.deadlines import names_a_time
from importers.values.departments import look_like_units
from importers.values.duties import LABEL, REPORTS, count_labels, find_label, is_further_label, label_kind
from importers.values.people import look_like_people

_SPACED_LABEL = re.compile(r"(?P<label>[一-龥]{3,8})(?:[ \t\u3000]+|→|—+|-+>?)(?P<words>[^\s:：].{1,60})")
_LABEL_IN_BRACKETS = re.compile(r"[【〔\[〖［](?P<label>[一-龥]{2,12})[:：]?[】〕\]〗］][:：]?\s*(?=\S)")
_GLUED_LABEL = re.compile(
    r"(?:^|(?<=[。；;，,（(\s]))(?P<label>(?:牵头|牵头责任|责任|主要责任|配合|协办|协同|参与)(?:单位|部门))[ \u3000]*"
    r"(?P<words>[各省市区县镇乡][^。；;，,：:）)]{2,40})"
)
_LEADER_THEN_UNITS = re.compile(
    r"(?P<leader>(?:牵头|分管|责任|配合|主管)领导[:：]\s*[一-龥]{2,10}?)(?=(?:牵头|责任|主办|配合|协办)(?:部门|单位)[:：])"
)
_DESCRIBES = re.compile("^(项目|建设|实事|实施|具体|主要)?(建设)?(内容|内容及规模)$")
_SAYS_PROGRESS = re.compile(
    either_script(
        r"[此该本这][项件个]?(?:民生|惠民)?(?:工作|任务|实事|项目|工程|指标|事项)?(?:目前|现)?(?:已(?!列|纳|经?批|经?印)|正在|(?:全部|全面|基本|如期|超额|提前)完成)"
        r"|截[至止]到?(?:目前|20\d\d年|\d{1,2}月)|目前[,，]?(?:已|正|累计|全[省市州县区])|已(?:经|全面|全部|基本|超额|提前|如期)?(?:完成|办结|建成|完工)[^，,]{0,12}。"
    )
)
_FURTHER_LABEL = re.compile(r"[ \t\u3000；;。]+(?=[一-龥]{2,6}[:：])")
_TELLING = frozenset({ColumnKind.TASK, ColumnKind.GOAL})
_LONGEST_TIME = 12
_EDGES = " \n\t\u3000；;，,、。"
_BULLETS = "—–-●▪•·◆■□○※* "


def tells_progress(text: str) -> bool:
    """Whether a line reports on the task above it: 完成情况：…, 下一步措施：…."""
    match = LABEL.match(text)
    kind = kind_of(squash(match["label"])) if match else None
    return kind in REPORTS and kind is not ColumnKind.PLAN


def says_progress(text: str) -> bool:
    """Whether a paragraph reports without a label: 此项工作已完成。…, 截至10月底，已建成…."""
    return bool(_SAYS_PROGRESS.match(text)) and not count_labels(text)


def further_label(text: str, habitual: frozenset[str] = frozenset()) -> tuple[str, str]:
    """主要责任人：王伟, 进度安排：… below the units of a task: the label and its words, kept as they are; or nothing.

    ``habitual``: labels that stand so below many tasks of the text.
    """
    match = LABEL.match(text)
    label = squash(match["label"]) if match else ""
    listed = is_listed(label) and kind_of(label) is ColumnKind.OTHER
    kept = label in habitual or listed or kind_of(label) is ColumnKind.PLAN or is_further_label(label)
    return (label, text[match.end() :].strip()) if match and kept else ("", "")


def labels_below(texts: list[str]) -> frozenset[str]:
    """The labels that follow another label more than once, and nearly always: they say more of the item above."""
    labels = [squash(match["label"]) if (match := LABEL.match(text)) else "" for text in texts]
    found = Counter(label for label in labels if label)
    below = Counter(label for above, label in itertools.pairwise(labels) if above and label)
    return frozenset(label for label, times in below.items() if times > 1 and times * 4 >= found[label] * 3)


def read_time_label(text: str) -> str:
    """The words after 完成时限： on a line of its own, or nothing."""
    match = LABEL.match(text)
    if not match or label_kind(match["label"]) is not ColumnKind.DUE:
        return ""
    words = text[match.end() :].strip(_EDGES)
    # 时间：… may begin a letter; 整改时限：立行立改 says when, though it names no day.
    surely = squash(match["label"]) not in TOO_PLAIN and len(words) <= _LONGEST_TIME
    return words if surely or names_a_time(words) else ""


def time_apart(text: str) -> tuple[str, str]:
    """年度任务：建成驿站 完成时限：6月底: the words of a label line that tells the task, and the time's own label; or nothing."""
    if not label_of_task(text):
        return text, ""
    for found in _FURTHER_LABEL.finditer(text):
        if read_time_label(text[found.end() :]):
            return text[: found.start()].rstrip(_EDGES), text[found.end() :]
    return text, ""


def label_of_task(text: str) -> str:
    """The label of a line that tells what the task is: 任务目标：…, 建设内容：…; or nothing."""
    match = LABEL.match(text)
    told = match is not None and is_listed(match["label"]) and kind_of(squash(match["label"])) in _TELLING
    return squash(match["label"]) if match and told else ""


def label_of_heads(text: str) -> str:
    """The label of a line that names the heads of the units (责任人：…), who stand below 责任领导; or nothing."""
    match = LABEL.match(text)
    label = squash(match["label"]) if match else ""
    return label if names_heads(label) else ""


def words_of_task(text: str) -> str:
    """What stands behind 主要任务： at the beginning of a line, or nothing."""
    return text[found.end() :].strip() if label_of_task(text) and (found := LABEL.match(text)) else ""


def describes_task(text: str) -> bool:
    """Whether a line only tells what the task named above it holds: 项目内容：…, 建设规模：…."""
    return bool(_DESCRIBES.search(label_of_task(text)))


def is_plain(text: str) -> bool:
    """Whether a line has no number and no label of its own."""
    return not (numbering_of(text) or label_of_task(text)) and find_label(text) < 0 and numeral(text) is None


def in_brackets(text: str) -> bool:
    """Whether a line is one bracket and nothing else."""
    return text[:1] in tuple(OPENING) and text[-1:] in tuple(CLOSING) and not outside_brackets(text)


_ODD_COLON = re.compile(
    r"(?<=[一-龥])[ \u3000]*[∶﹕︰]|(?<=[一-龥])[ \u3000]+[:：]"
)  # 牵头单位 ：, 牵头单位∶


def with_colons(text: str) -> str:
    """…。牵头单位县城管局，… and …。【牵头单位】县教育局【完成时限】8月底 as the labels they stand for.

    责任领导：王伟责任单位：… runs together and is parted.
    """
    text = _ODD_COLON.sub("：", text)
    text = _LEADER_THEN_UNITS.sub(r" \g<leader>；", text)
    if _LABEL_IN_BRACKETS.search(text, 1):
        text = _LABEL_IN_BRACKETS.sub(
            lambda found: f"；{found['label']}：" if label_kind(found["label"]) else found.group(), text
        ).lstrip("；")
    for found in reversed(list(_GLUED_LABEL.finditer(text))):
        if look_like_units(found["words"]):
            text = f"{text[: found.end('label')]}：{text[found.end('label') :]}"
    return text


def as_label_line(text: str) -> str:
    """【牵头单位】甲局, 【牵头单位：甲局；…】 and ——牵头单位：甲局 as the label line they stand for."""
    found = _LABEL_IN_BRACKETS.match(text)
    if found and label_kind(found["label"]):
        return _LABEL_IN_BRACKETS.sub(r"；\g<label>：", text).lstrip("；")
    inner = text.lstrip(_BULLETS)
    if in_brackets(inner):
        inner = inner[1:-1].strip()
    if spaced := _SPACED_LABEL.fullmatch(inner):
        label, words = spaced["label"], spaced["words"]
        told = look_like_units(words) or look_like_people(words) or names_a_time(words)
        if told and is_listed(label) and label not in TOO_PLAIN and label_kind(label):
            return f"{label}：{words}"
    return inner if find_label(inner) == 0 else text
