"""草稿: of two people who type into one sheet neither replaces what he has not seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.models.progress import ReportState
from app.rules.targets import figure_words
from app.rules.text import as_typed

FIELDS = ("status", "completion", "actual", "progress", "problems", "next_steps")
"""The fields of one row of the sheet, in the order of the page."""
LONGEST_FIGURE = 100
LONGEST_DRAFT = 20_000
"""A report may say less (``services.progress.LONGEST_TEXT``): a draft also keeps what is still to be cut down."""


class RowState(StrEnum):
    """How one row of the sheet stands: 未填, 草稿, 已报送, 已报送后有改动, 退回, 审核通过."""

    EMPTY = "empty"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGED = "changed"
    RETURNED = "returned"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Change:
    """One field as somebody left it: ``was`` is what he last knew to be kept, ``text`` what stands there now."""

    was: str
    text: str


@dataclass(frozen=True, slots=True)
class Merge:
    """What of a person's changes can be kept beside what is kept already."""

    written: dict[str, str]
    """Fields to be replaced."""
    conflicts: frozenset[str]
    """Fields a colleague has changed meanwhile: nothing of them is replaced."""


def merge(kept: Mapping[str, str], changes: Mapping[str, Change]) -> Merge:
    """A field is replaced only by whoever has seen what stands in it; the same words twice are no change."""
    written: dict[str, str] = {}
    conflicts = set()
    for name, change in changes.items():
        text = as_typed(change.text)
        if text == kept[name]:
            continue
        if as_typed(change.was) == kept[name]:
            written[name] = text
        else:
            conflicts.add(name)
    return Merge(written, frozenset(conflicts))


def too_long(changes: Mapping[str, Change]) -> dict[str, str]:
    """A sentence for every field with more than a draft can hold."""
    sentences = {}
    for name, change in changes.items():
        most = LONGEST_FIGURE if name in ("status", "completion", "actual") else LONGEST_DRAFT
        if len(change.text) > most:
            sentences[name] = f"这里最多能存 {most} 字，现有 {len(change.text)} 字，没有保存，请先精简。"
    return sentences


def row_state(report: ReportState | None, *, has_draft: bool) -> RowState:
    """How a row stands, from its newest report of the period and whether anything is typed that was not sent."""
    if report is None:
        return RowState.DRAFT if has_draft else RowState.EMPTY
    if report is ReportState.SUBMITTED and has_draft:
        return RowState.CHANGED
    return RowState(report.value)


def fields_of(report: Any) -> dict[str, str]:
    """A report as the fields it was typed into: a correction starts from what was said."""
    return {
        "status": "" if report.status is None else str(report.status.value),
        "completion": "" if report.completion is None else str(report.completion),
        "actual": "" if report.actual is None else figure_words(report.actual),
        "progress": report.progress or "",
        "problems": report.problems or "",
        "next_steps": report.next_steps or "",
    }
