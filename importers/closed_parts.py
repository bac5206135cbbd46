"""A paragraph in which several brackets each close a task: which words belong to which of them."""

from dataclasses import dataclass

from importers.characters import CLOSING
from importers.values.brackets import Sentence
from importers.values.duty_verbs import NO_DUTIES, Duties

_BULLETS = "—–-－●◆■◇▪•○□ \u3000"


@dataclass(slots=True)
class Part:
    """A task of a paragraph, with the duties that close it."""

    text: str
    duties: Duties
    marks_lead: bool = False
    rule: str = ""  # what its bracket says of all such lists
    behind: str = ""  # what stands behind the last bracket, and so may be no part of it
    breaks_off: bool = False  # the text ends within its bracket
    keeps_bracket: bool = False  # a bracket of mere units was left in its text


def parts_of(sentences: list[Sentence], *, units_in_brackets: bool) -> list[Part]:
    """The tasks of a paragraph; text after the last bracket belongs to what stands before."""
    parts: list[Part] = []
    open_part: Part | None = None
    for place, sentence in enumerate(sentences):
        duties = duties_of(sentence, units_in_brackets=units_in_brackets)
        cut = not duties and bool(parts) and open_part is None and _breaks_off(sentence)
        if cut:
            duties = sentence.duties or NO_DUTIES
        words = sentence.text if duties else words_of(sentence, units_in_brackets=units_in_brackets)
        words = words if place else words.lstrip(_BULLETS)  # ——新建公园3处
        part = open_part or Part("", {})
        part.text = f"{part.text}\n{words}" if part.text else words
        part.keeps_bracket = part.keeps_bracket or (sentence.units_only and not duties)
        open_part = part
        if duties:
            part.duties, part.rule, part.breaks_off = duties, sentence.rule, cut
            part.marks_lead = "lead_departments" in duties and not sentence.units_only
            parts.append(part)
            open_part = None
    if open_part and parts:
        last = parts[-1]
        last.behind = open_part.text
        last.text = f"{last.text}\n{open_part.text}"
        last.keeps_bracket = last.keeps_bracket or open_part.keeps_bracket
    elif open_part:
        parts.append(open_part)
    return parts


def words_of(sentence: Sentence, *, units_in_brackets: bool) -> str:
    """The text of a sentence; a closing bracket that names nobody for sure stays part of it."""
    return sentence.as_written if sentence.units_only and not units_in_brackets else sentence.text


def duties_of(sentence: Sentence, *, units_in_brackets: bool) -> Duties:
    """Who answers for a sentence; a bracket of mere units says so only where that is the text's habit."""
    return sentence.duties if sentence.duties and (units_in_brackets or not sentence.units_only) else {}


def _breaks_off(sentence: Sentence) -> bool:
    """…。（市建委、 at the end of a text, behind tasks that all close with a bracket."""
    return sentence.units_only and not sentence.as_written.rstrip("。；; ").endswith(tuple(CLOSING))
