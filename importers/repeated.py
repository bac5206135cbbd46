"""A task that stands twice under one goal: asked about at the later row, taken out only where a person says so."""

from collections import Counter

from importers.characters import folded, squash
from importers.decisions import DROP, KEEP, DecisionKind, Question
from importers.rows import ImportedRow, Issue, Level, RecognisedTable

_STOPS = "。;.；．"
_ENDS = 6  # so many characters at either end tell most tasks apart; the others are compared whole
_CHOICES = ((KEEP, "保留两项"), (DROP, "去掉这一项"))


def settle_repeated(table: RecognisedTable, settled: dict[str, str]) -> None:
    """Leave out the rows a person called repeated (重复); ask about the others with the units of the one before.

    The same words given to other units are a task of theirs (each street its share), which is only told.
    """
    first: dict[tuple[int | None, str], int] = {}
    times: dict[tuple[int | None, str], int] = {}
    kept: list[ImportedRow] = []
    told = [squash(task.standard).rstrip(_STOPS) for task in table.tasks]
    ends = [folded(words[:_ENDS] + words[-_ENDS:]) for words in told]
    alike = Counter(ends)
    for task, standard, end in zip(table.tasks, told, ends, strict=True):
        key = task.goal, folded(standard) if alike[end] > 1 else standard
        times[key] = times.get(key, 0) + 1
        words = f"{times[key]}@{task.place}"
        if key in first and settled.get(words) == DROP:
            continue
        if key in first and words not in settled:
            before = kept[first[key]]
            task.issues.append(_about(task, before, first[key] + 1, words))
        first.setdefault(key, len(kept))
        kept.append(task)
    table.tasks = kept


def _about(task: ImportedRow, before: ImportedRow, number: int, words: str) -> Issue:
    if _units(task) != _units(before):
        message = f"与第 {number} 项（{before.place}）文字相同，单位不同，按两项读入"
        return Issue(Level.NOTE, task.place, message)
    message = f"与第 {number} 项（{before.place}）文字相同，是不是重复了？现按两项读入"
    return Issue(Level.WARNING, task.place, message, Question(DecisionKind.REPEAT, words, KEEP, _CHOICES))


def _units(task: ImportedRow) -> set[str]:
    return {*task.lead_departments, *task.main_departments}
