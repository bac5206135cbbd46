"""Rules that a text sets for all its lists, written behind one of them: …。列第一位的为牵头单位，下同."""

import re

from importers.scripts import either_script
from importers.values.words import ENDS_RULE

FIRST_LEADS = re.compile(
    either_script(
        r"(?:第一|首)(?:位|个|名|家)?(?:的|者)?(?:责任)?(?:单位|部门)?(?:的)?(?:即?为|是|系|作为|(?<=的部门)|(?<=的单位))(?:主要?|总|工作)?(?:牵头|主办|(?:第一|主要)责任单位|主责单位)"
    )
)
_LONGEST_RULE = 120
_SENTENCE_ENDS = re.compile("[。；;]")
_SPEAKS_OF_LISTS = re.compile(either_script("[的者均除]|未"))  # 明确牵头部门的，…; no list of units has these


def before_rule(text: str) -> tuple[str, str]:
    """A list, and the sentence behind it that sets a rule for all such lists; the text and nothing where there is none."""
    if ENDS_RULE.search(text) or FIRST_LEADS.search(text):
        for mark in _SENTENCE_ENDS.finditer(text, max(0, len(text) - _LONGEST_RULE)):
            if mark.start() and is_rule(rule := text[mark.end() :].strip()):
                return text[: mark.start()], rule
    return text, ""


def is_rule(sentence: str) -> bool:
    """Whether a sentence sets a rule for all lists of units, and names none that answers for one task."""
    sets = ENDS_RULE.search(sentence) or FIRST_LEADS.search(sentence)
    return bool(sets) and bool(_SPEAKS_OF_LISTS.search(sentence)) and not re.search("[:：]", sentence)
