"""The numbers Word writes before paragraphs by itself: the office sees them, the file holds only the rule."""

from typing import Any

from docx.oxml.ns import qn

_VALUE = qn("w:val")
_CHINESE = "零一二三四五六七八九"
_CHINESE_FORMATS = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "ideographTraditional",
        "japaneseCounting",
        "taiwaneseCountingThousand",
    }
)
_MOST_LEVELS = 9


class AutomaticNumbers:
    """Counts a document's numbered paragraphs in reading order and gives each its number as seen on paper."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._abstract_of: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._of_style: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()
        try:
            self._read_rules(document.part.numbering_part.element)
        except (KeyError, NotImplementedError, AttributeError):
            return
        for style in document.styles.element.iter(qn("w:style")):
            if found := _reference(style.find(qn("w:pPr"))):
                self._of_style[style.get(qn("w:styleId"), "")] = found

    def label(self, paragraph: Any) -> str:
        """The number before this paragraph (一、 or 12. or nothing); every paragraph must be asked for once, in order."""
        if not self._levels:
            return ""
        properties = paragraph.find(qn("w:pPr"))
        found = _reference(properties)
        if (
            found is None
            and properties is not None
            and (style := properties.find(qn("w:pStyle"))) is not None
        ):
            found = self._of_style.get(style.get(_VALUE, ""))
        if found is None:
            return ""
        number, level = found
        abstract = self._abstract_of.get(number, "")
        rules = self._levels.get(abstract, {})
        if level not in rules:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _MOST_LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for each, start in self._restarts.get(number, {}).items():
                counts[each] = start - 1
        current = counts[level]
        counts[level] = rules[level][2] if current is None else current + 1
        counts[level + 1 :] = [None] * (_MOST_LEVELS - level - 1)
        return _written(rules, level, counts)

    def _read_rules(self, numbering: Any) -> None:
        for rule in numbering.iter(qn("w:abstractNum")):
            levels: dict[int, tuple[str, str, int]] = {}
            for level in rule.iter(qn("w:lvl")):
                index = _number(level.get(qn("w:ilvl")), 0)
                if index < _MOST_LEVELS:
                    start = _number(_child(level, "w:start"), 1)
                    levels[index] = (
                        _child(level, "w:numFmt") or "decimal",
                        _child(level, "w:lvlText") or "",
                        start,
                    )
            self._levels[rule.get(qn("w:abstractNumId"), "")] = levels
        for use in numbering.iter(qn("w:num")):
            number = use.get(qn("w:numId"), "")
            self._abstract_of[number] = _child(use, "w:abstractNumId") or ""
            self._restarts[number] = _restarts(use)


def _restarts(use: Any) -> dict[int, int]:
    """The levels that begin anew for this use of a rule, with the number they begin at."""
    found: dict[int, int] = {}
    for override in use.iter(qn("w:lvlOverride")):
        first, level = _child(override, "w:startOverride"), _number(override.get(qn("w:ilvl")), 0)
        if first is not None and level < _MOST_LEVELS:
            found[level] = _number(first, 1)
    return found


def _reference(properties: Any) -> tuple[str, int] | None:
    """The rule and level a paragraph or style refers to."""
    numbered = properties.find(qn("w:numPr")) if properties is not None else None
    if numbered is None:
        return None
    number = _child(numbered, "w:numId")
    level = _number(_child(numbered, "w:ilvl"), 0)
    return (number, level) if number and number != "0" and level < _MOST_LEVELS else None


def _written(rules: dict[int, tuple[str, str, int]], level: int, counts: list[int | None]) -> str:
    kind, text, _ = rules[level]
    if kind in ("bullet", "none"):
        return ""
    for index in range(level + 1):
        if f"%{index + 1}" in text and index in rules:
            value = counts[index] or rules[index][2]
            text = text.replace(f"%{index + 1}", _figure(value, rules[index][0]))
    return text


def _figure(value: int, kind: str) -> str:
    if kind in _CHINESE_FORMATS and 0 < value < 100:
        tens, ones = divmod(value, 10)
        leading = "" if tens == 0 else "十" if tens == 1 else f"{_CHINESE[tens]}十"
        return leading + (_CHINESE[ones] if ones or not tens else "")
    if kind.startswith("decimalEnclosedCircle") and 0 < value <= 20:
        return chr(0x2460 + value - 1)
    return str(value)


def _child(parent: Any, name: str) -> str | None:
    element = parent.find(qn(name))
    return None if element is None else element.get(_VALUE)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else default
