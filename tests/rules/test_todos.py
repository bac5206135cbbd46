"""我的待办: words of a day, how urgent it is, and the order of lines."""

from datetime import date, timedelta

import pytest

from app.rules.todos import Todo, TodoKind, Urgency, due_in_words, in_order, urgency_of

TODAY = date(2018, 9, 28)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-40, "8月19日截止，已逾期 40 天"),
        (-1, "9月27日截止，已逾期 1 天"),
        (0, "今天截止"),
        (1, "9月29日截止，还有 1 天"),
        (3, "10月1日截止，还有 3 天"),
        (96, "2019年1月2日截止，还有 96 天"),
    ],
)
def test_a_day_is_told_with_what_is_left_of_it(days: int, words: str) -> None:
    assert due_in_words(TODAY + timedelta(days=days), TODAY) == words


def test_what_has_no_day_says_none() -> None:
    assert due_in_words(None, TODAY) == ""


@pytest.mark.parametrize(
    ("days", "remind_days", "urgency"),
    [
        (-1, 3, Urgency.NOW),
        (0, 0, Urgency.NOW),
        (1, 0, Urgency.SOON),
        (3, 3, Urgency.NOW),
        (4, 3, Urgency.SOON),
        (31, 31, Urgency.NOW),
    ],
)
def test_the_plans_reminder_makes_a_thing_urgent(days: int, remind_days: int, urgency: Urgency) -> None:
    assert urgency_of(TODAY + timedelta(days=days), TODAY, remind_days) is urgency


def test_what_has_no_day_is_to_be_done_now() -> None:
    assert urgency_of(None, TODAY, 3) is Urgency.NOW


def test_lines_stand_by_urgency_then_kind_then_day() -> None:
    def line(kind: TodoKind, urgency: Urgency, due_on: date | None = None) -> Todo:
        return Todo(kind, urgency, "", "", due_on, "/", 1)

    soon = line(TodoKind.CORRECT_REPORT, Urgency.SOON)
    later = line(TodoKind.REPORT, Urgency.NOW, TODAY + timedelta(days=9))
    sooner = line(TodoKind.REPORT, Urgency.NOW, TODAY)
    returned = line(TodoKind.CORRECT_REPORT, Urgency.NOW)
    assert in_order([soon, later, sooner, returned]) == [returned, sooner, later, soon]
