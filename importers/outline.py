"""Paragraphs as a tree: headings in levels, numbered items under them, labels where they belong."""

import re
from dataclasses import replace

from importers.characters import numeral, squash
from importers.errors import TOO_LONG, UnreadableFile
from importers.grid import Line
from importers.habits import (
    all_of,
    heads_numbered,
    is_said_heading,
    label_above_groups,
    paragraphs_answer,
    paragraphs_close,
    says_headings,
)
from importers.headings import NOTE
from importers.items import (
    PARAGRAPH_RANK,
    TITLE_RANK,
    Item,
    Outline,
    breaks_off,
    find_first_heading,
    find_first_name,
    join_broken_names,
    nest_below_names,
    part_headings,
    part_numbered_headings,
    stand_beside,
)
from importers.line_kinds import (
    END,
    LONGEST_HEADING,
    begins_anew,
    begins_record,
    begins_record_below,
    beside,
    is_heading,
    names_who,
    next_in_order,
)
from importers.numbering import BULLET_RANK, TASK_RANK, UNNUMBERED_RANK, Numbering, numbering_of
from importers.page_lines import of_plan
from importers.title import ends_like_a_plan, names_a_plan
from importers.units_first import tasks_before_duties
from importers.values.brackets import Sentence, sentences_of
from importers.values.departments import look_like_units
from importers.values.duties import RESPONSIBLE, find_label, read_duties
from importers.values.duty_verbs import Duties, leading_duties
from importers.values.heading_duties import duties_of_heading
from importers.values.line_labels import (
    as_label_line,
    describes_task,
    further_label,
    in_brackets,
    is_plain,
    label_of_heads,
    label_of_task,
    labels_below,
    read_time_label,
    says_progress,
    tells_progress,
    time_apart,
    words_of_task,
)
from importers.values.rules import before_rule
from importers.who_lines import (
    is_unit_above,
    lists_units,
    says_only_who,
    took_up_rest,
    units_go_on,
    with_units_joined,
)
from importers.whole_lines import whole_lines

_SHORT_NAME = 12  # a line as short was not broken by the page: it names the task
_RANKING = re.compile(
    r"\d+[、.．][^；;。，,]{2,10}([；;]\s*\d+[、.．][^；;。，,]{2,10})+[。；;]?"
)  # 1、甲县；2、乙区
_NUMBER_BEFORE_LABEL = re.compile(r"(?P<n>\d{1,3})[ \u3000]+(?=[一-龥]{2,8}[:：])")  # 01 项目名称：…
_NUMBER_LABEL = re.compile(r"(序号|编号)[:：](?P<n>\d{1,4})")
_UNIT_AND_HEAD = re.compile(r"[一-龥]{0,4}(单位|部门)[及和与、/]?.{0,3}(负责人|责任人|负责同志)[:：]")
_YEAR = re.compile(r"20\d\d")
_DATE = re.compile(r"(20\d\d|二[〇○零0].{2})年.{1,2}月.{1,3}日")
_GLUED = re.compile(r"(?P<n>\d{1,2})(?P<rest>[一-龥].*)")  # 2改造公厕, above its label line
_SEVERAL_POINTS = re.compile("①[^①]+②")
_MOST_CHARACTERS = 500_000  # of running text: several hundred pages
_ANNEX = re.compile(r"附[件表]\d{0,2}[:：]?")  # alone on its line, above the title of the plan
_ANNEXES = re.compile(r"附[件表][:：][1１一][.、．]")


def outline_of(lines: list[Line]) -> Outline:
    """Read lines into a tree; a label line belongs to the item above it. A text too long for a plan is refused."""
    if sum(len(line.text) for line in lines) > _MOST_CHARACTERS:
        raise UnreadableFile("too_large", TOO_LONG)
    outline = Outline()
    told = tasks_before_duties(with_units_joined(whole_lines(lines)))
    filled = [part for line in told for part in _with_time_apart(line)]
    texts = [as_label_line(line.text.strip()) for line in filled]
    outline.group_label, outline.labels_below = label_above_groups(texts), labels_below(texts)
    outline.paragraphs_answer, outline.units_below = paragraphs_answer(texts), units_go_on(texts)
    outline.heads_numbered = heads_numbered(texts)
    outline.with_heads = any(map(_UNIT_AND_HEAD.match, texts))
    outline.says_headings, outline.paragraphs_close = says_headings(texts), paragraphs_close(texts)
    for line, text, following in of_plan(filled):
        _place(outline, line, text, following)
    part_headings(outline)
    part_numbered_headings(outline.items)
    join_broken_names(outline.items)
    stand_beside(outline.items)
    nest_below_names(outline.items)
    find_first_name(outline)
    find_first_heading(outline)
    return outline


def _with_time_apart(line: Line) -> list[Line]:
    words, time = time_apart(line.text.strip())
    return [replace(line, text=words), replace(line, text=time)] if time else [line]


def _has_begun(outline: Outline) -> bool:
    return outline.is_answered() or any(item.progress for item in all_of(outline.items))


def _place(outline: Outline, line: Line, text: str, following: str) -> None:
    last = outline.last()
    annex, outline.annex_begins = outline.annex_begins, bool(_ANNEX.fullmatch(squash(text)))
    if (glued := _NUMBER_BEFORE_LABEL.match(text)) and label_of_task(text[glued.end() :]):
        outline.announced, text = int(glued["n"]), text[glued.end() :]
    if _DATE.fullmatch(squash(following)) and look_like_units(text):
        outline.left_out.append(line)  # who signs the plan, above the date
        return
    if find_label(following) != 0 and not names_who(text) and outline.remarks.take(text):
        outline.left_out.append(line)
        return
    duties = read_duties(text) if find_label(text) == 0 or says_only_who(last, text) else None
    if duties and (rule := before_rule(text)[1]):
        outline.left_out.append(replace(line, text=rule))
    if time := read_time_label(text):
        duties = {"due": time}
    if not duties and in_brackets(text):
        duties = read_duties(text[1:-1])  # （甲局牵头，乙局配合） on a line of its own
    if duties and outline.group_label and text.startswith(outline.group_label):
        if last is not None and last.rank < TASK_RANK and last.number is not None and not last.children:
            last.duties |= duties  # right below 一、…: who answers for all under that heading
            return
        outline.add(Item(UNNUMBERED_RANK, None, text, [Sentence(text, None)], line, duties))
        return
    if duties:
        _answer(outline, line, duties)
        return
    if (
        last is not None
        and (last.is_answered() or last.label or last.rank == TASK_RANK)
        and (tells_progress(text) or (last.is_answered() and says_progress(text) and not names_who(text)))
    ):
        last.said_progress = last.said_progress or not tells_progress(text)
        last.reports = True
        last.progress, last.after_label = "\n".join(filter(None, (last.progress, text))), False
        return
    if last is not None and last.label and last.reports and is_plain(text):
        last.progress += "\n" + text
        return
    alone = numeral(text) is not None and bool(label_of_task(following))
    if announced := _NUMBER_LABEL.fullmatch(f"序号：{text}" if alone else squash(text)):
        outline.announced = int(announced["n"])
        return
    if (label := label_of_task(text)) and begins_record(last, label, following):
        words, number = words_of_task(text), outline.announced
        if number is None and (told := numbering_of(words)) and told.rank == TASK_RANK and told.rest:
            words, number = told.rest, told.number if isinstance(told.number, int) else None
        outline.add(Item(PARAGRAPH_RANK, number, words, sentences_of(words), line, label=label))
        outline.announced = None
        return
    if last is not None and label and (last.is_answered() or last.label):
        _add_line(last, text)
        return
    if last is not None and last.is_answered() and not NOTE.match(squash(text)):
        further, words = further_label(text, outline.labels_below)
        if further and words:
            last.duties[further], last.after_label = words, False
            return
    if last is not None and last.rank < TASK_RANK and not last.children and (words := words_of_task(text)):
        if last.number is not None and describes_task(text):
            _add_line(last, text)
            return
        outline.add(Item(PARAGRAPH_RANK, None, words, sentences_of(words), line, label=label))
        return
    goes_on = outline.units_below and not begins_anew(following)
    anew = last is None or begins_record_below(outline, last, text, following)
    if last is not None and not anew and took_up_rest(last, text, units_below=goes_on):
        return
    if last is not None and in_brackets(text) and not last.children:
        if not last.is_answered() and look_like_units(text[1:-1]) and not _YEAR.search(text):
            _close_with(last, text)
            return
        if last.rank < TASK_RANK and not duties_of_heading(text):
            outline.left_out.append(line)  # (2010年2月成立专班) below a heading
            return
    if (
        last is not None
        and last.rank >= TASK_RANK
        and not last.is_answered()
        and lists_units(text)
        and find_label(following) != 0
    ):
        last.bare_units = text
        _answer(outline, line, {RESPONSIBLE: text})
        last.after_label = False
        return
    if outline.says_headings and is_said_heading(text, following) and last is not None:
        outline.add(Item(UNNUMBERED_RANK, None, text, [Sentence(text, None)], line))
        return
    if last is not None and names_a_plan(text) and outline.is_answered() and find_label(following) != 0:
        outline.add(Item(TITLE_RANK, None, text, [Sentence(text, None)], line))
        return
    numbering = numbering_of(text) or next_in_order(outline, text)
    annexes = outline.lists_annexes and numbering is not None and numbering.rank == TASK_RANK
    outline.lists_annexes = bool(_ANNEXES.match(squash(text))) or (annexes and len(text) < LONGEST_HEADING)
    if outline.is_answered() and not numbering:
        outline.remarks.note(text)
    if (NOTE.match(squash(text)) and not numbering) or _RANKING.fullmatch(text) or outline.lists_annexes:
        outline.left_out.append(line)
        return
    if annex and numbering is None and is_heading(text, following) and not _has_begun(outline):
        outline.begin_again(text)
        return
    if last is not None and last.rank == TASK_RANK and _SEVERAL_POINTS.match(text) and not last.is_answered():
        _extend(last, sentences_of(text))  # ①…；②…；③… in one paragraph below 1.…
        return
    if numbering and numbering.rest and (numbering.rank < BULLET_RANK or last is not None):
        outline.add(_numbered(numbering, line, text))
        return
    if (glued := _GLUED.match(text)) and find_label(following) == 0:
        number = int(glued["n"])
        if outline.last_number() == number - 1:
            outline.add(Item(TASK_RANK, number, text, sentences_of(glued["rest"]), line))
            return
    if duties_of_heading(text) or is_unit_above(text, following):
        outline.add(Item(UNNUMBERED_RANK, None, text, [Sentence(text, None)], line))
        return
    if last is not None and last.breaks_off():
        last.sentences = sentences_of(last.text() + text)
        return
    sentences = sentences_of(text)
    closes = outline.paragraphs_close
    answered = any(sentence.duties and (closes or not sentence.units_only) for sentence in sentences)
    if last is None and (answered or find_label(following) == 0) and (half := outline.first_half()):
        text = half + text
        sentences = sentences_of(text)
    if last is None and not answered:
        outline.above.append(text)
        if find_label(following) == 0 and not outline.group_label:
            outline.add(Item(PARAGRAPH_RANK, None, text, sentences, line))
        return
    if last is not None and last.rank < TASK_RANK:
        if answered and last.text().endswith(END) and outline.task_beside(last):
            _extend(last, sentences)  # a further paragraph of （八）…, which is a task as （七） is
            return
        if outline.paragraphs_answer and find_label(following) == 0 and numbering is None:
            outline.add(Item(PARAGRAPH_RANK, None, text, sentences, line))
            return
    open_still = last is not None and last.rank == TASK_RANK and last.waits() and find_label(following) == 0
    if last is None or (last.is_answered() and not open_still) or (answered and last.rank < TASK_RANK):
        _add_unnumbered(outline, line, text, sentences, following)
    elif is_heading(text, following) and (last.rank < TASK_RANK or last.text().endswith(END)):
        if ends_like_a_plan(text) and not outline.is_answered():
            outline.begin_again(text)
            return
        outline.add(Item(UNNUMBERED_RANK, None, text, sentences, line))
    elif last.rank == TASK_RANK and not last.duties and (leading := leading_duties(text)):
        last.duties, rest = leading
        _extend(last, sentences_of(rest))
    elif last.rank < TASK_RANK and last.names_who():
        below = numbering_of(following)
        if below and last.rank < below.rank < TASK_RANK:
            outline.left_out.append(line)  # what the leader is there for, above the first unit's heading
        else:
            outline.add(Item(PARAGRAPH_RANK, None, text, sentences, line))
    else:
        _extend(last, sentences)


def _close_with(item: Item, units: str) -> None:
    """（甲局、乙局） on a line of its own below a task, as at its end."""
    sentence = item.sentences[-1]
    duties = {"lead_departments": units[1:-1]}
    item.sentences[-1] = Sentence(sentence.text, duties, f"{sentence.text}\n{units}")


def _numbered(numbering: Numbering, line: Line, text: str) -> Item:
    sentences = sentences_of(numbering.rest)
    if not any(sentence.duties for sentence in sentences) and (leading := leading_duties(numbering.rest)):
        duties, rest = leading
        return Item(numbering.rank, numbering.number, text, sentences_of(rest), line, duties)
    item = Item(numbering.rank, numbering.number, text, sentences, line)
    if len(sentences) > 1 and sentences[-2].duties:
        item.said_progress = says_progress(sentences[-1].text)
        if item.said_progress or tells_progress(sentences[-1].text):
            item.progress = sentences.pop().text
    return item


def _add_unnumbered(
    outline: Outline, line: Line, text: str, sentences: list[Sentence], following: str
) -> None:
    answered = any(sentence.duties for sentence in sentences)
    heading = not answered and is_heading(text, following)
    whole = text.endswith("。") or breaks_off(text)
    if not heading and not answered and find_label(following) != 0 and not whole:
        outline.left_out.append(line)
        return
    last, below = outline.last(), numbering_of(following)
    if heading and last and below and last.rank == below.rank < UNNUMBERED_RANK:
        outline.close(last)  # a heading above （三）, and not below （二）
    outline.add(Item(UNNUMBERED_RANK if heading else beside(outline), None, text, sentences, line))


def _answer(outline: Outline, line: Line, duties: Duties) -> None:
    """Give the duties of a label line to the item above it."""
    last = outline.last()
    if last is None:
        if not outline.above:
            return
        text = outline.above.pop()
        last = Item(PARAGRAPH_RANK, None, text, sentences_of(text), line)
        outline.add(last)
    last = _whole_of(outline, last)
    outline.close_below(last)
    if last.duties.get("officials") and (heads := label_of_heads(line.text.strip())):
        duties = {heads if role == "officials" else role: words for role, words in duties.items()}
    for role, words in duties.items():
        last.duties[role] = "\n".join(filter(None, (last.duties.get(role, ""), words)))
    last.after_label = True


def _whole_of(outline: Outline, last: Item) -> Item:
    """（1）…（2）… under one number, and only then a label: it answers for the number, not for its last part."""
    above = outline.open_above()
    if above is None or last.rank <= TASK_RANK or above.rank < TASK_RANK or len(above.children) < 2:
        return last
    return last if any(child.is_answered() for child in above.children) else above


def _add_line(item: Item, text: str) -> None:
    """任务目标：… below the units says more of the same task."""
    item.after_label = False
    if item.sentences and item.sentences[-1].duties is None:
        item.sentences[-1] = replace(item.sentences[-1], text=f"{item.sentences[-1].text}\n{text}")
    else:
        item.sentences.append(Sentence(text, None))


def _extend(item: Item, sentences: list[Sentence]) -> None:
    """Body text: a line that was broken in mid-sentence is joined, a new paragraph keeps its line."""
    for sentence in sentences:
        last = item.sentences[-1] if item.sentences else None
        if last is None or last.duties is not None:
            item.sentences.append(sentence)
            continue
        above = last.text.rsplit("\n", 1)[-1]
        broken = not above.endswith(END) and item.rank >= TASK_RANK and len(above) > _SHORT_NAME
        before = last.text if broken else f"{last.text}\n"
        as_written = before + sentence.as_written if sentence.as_written else ""
        item.sentences[-1] = Sentence(before + sentence.text, sentence.duties, as_written)
