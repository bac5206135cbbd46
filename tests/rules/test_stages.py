"""The plan's year as a table: each step from each state, and what each state forbids."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from app.errors import Conflict
from app.models.plan import Plan, PlanState
from app.rules import stages
from app.rules.stages import STATE_LABELS, STEP_LABELS, TRANSITIONS, Step, after

DRAFT, COMMENT, ISSUED, RUNNING, CLOSED, ARCHIVED = PlanState
LEADS_TO = [
    # step, from each of: draft, comment, issued, running, closed, archived
    (Step.OPEN_COMMENTS, [COMMENT, None, None, None, None, None]),
    (Step.END_COMMENTS, [None, DRAFT, None, None, None, None]),
    (Step.ISSUE, [ISSUED, ISSUED, None, None, None, None]),
    (Step.BEGIN, [None, None, RUNNING, None, None, None]),
    (Step.CLOSE, [None, None, CLOSED, CLOSED, None, None]),
    (Step.REOPEN, [None, None, None, None, RUNNING, None]),
    (Step.ARCHIVE, [None, None, None, None, ARCHIVED, None]),
]
FORBIDS = [
    # asked, whether it goes through in each state
    (stages.require_reporting, "--++--"),
    (stages.require_open, "++++--"),
    (stages.require_not_archived, "+++++-"),
    (stages.require_comments, "-+----"),
    (stages.require_signing, "--++--"),
]
NOW = datetime(2018, 9, 28, tzinfo=UTC)


def plan(state: PlanState, issued_at: datetime | None = NOW) -> Plan:
    return Plan(
        jurisdiction_id=1,
        title="表",
        year=2018,
        state=state,
        starts_on=date(2018, 1, 1),
        ends_on=date(2018, 12, 31),
        heading="表",
        columns=[],
        created_at=NOW,
        issued_at=issued_at,
    )


@pytest.mark.parametrize(("step", "reached"), LEADS_TO)
def test_a_step_leads_where_the_table_says(step: Step, reached: list[PlanState | None]) -> None:
    assert [after(state, step) for state in PlanState] == reached


@pytest.mark.parametrize("state", list(PlanState))
@pytest.mark.parametrize("step", list(Step))
def test_a_step_that_cannot_be_taken_is_refused_in_words(step: Step, state: PlanState) -> None:
    if after(state, step) is None:
        with pytest.raises(Conflict, match=STEP_LABELS[step]):
            stages.require_step(plan(state), step)
    else:
        assert stages.require_step(plan(state), step) is after(state, step)


@pytest.mark.parametrize(("asked", "passes"), FORBIDS)
@pytest.mark.parametrize(("place", "state"), list(enumerate(PlanState)))
def test_a_state_forbids_what_the_table_says(
    asked: Callable[[Plan], None], passes: str, place: int, state: PlanState
) -> None:
    if passes[place] == "+":
        asked(plan(state))
    else:
        with pytest.raises(Conflict):
            asked(plan(state))


def test_a_report_on_a_draft_is_told_to_wait() -> None:
    with pytest.raises(Conflict, match="还在征求意见，交办以后才能填报"):
        stages.require_reporting(plan(PlanState.COMMENT))


def test_a_table_issued_on_paper_is_not_signed_for_here() -> None:
    assert not stages.is_signed_for(plan(PlanState.RUNNING, issued_at=None))
    with pytest.raises(Conflict, match="线下"):
        stages.require_signing(plan(PlanState.RUNNING, issued_at=None))


def test_nothing_leads_out_of_the_archive_and_every_state_and_step_has_words() -> None:
    assert all(PlanState.ARCHIVED not in ways for ways in TRANSITIONS.values())
    assert set(STATE_LABELS) == set(PlanState)
    assert set(STEP_LABELS) == set(TRANSITIONS) == set(Step)


@pytest.mark.parametrize(
    ("names", "state"),
    [
        (("2018年重点工作责任分解（征求意见稿）.xlsx", "重点工作责任分解"), DRAFT),
        (("分解表.xlsx", "重点工作责任分解（讨 论 稿）"), DRAFT),
        (("分解表.xlsx", "", "2018年重点工作任务清单（草案）"), DRAFT),
        (("2018年目标任务责任分解表.xlsx", "目标任务责任分解表"), ISSUED),
    ],
)
def test_a_table_that_says_it_is_not_final_begins_as_a_draft(
    names: tuple[str, ...], state: PlanState
) -> None:
    assert stages.begins_as(*names) is state


@pytest.mark.parametrize(
    ("draft", "final"),
    [
        ("2026年责任分解表（征求意见稿）", "2026年责任分解表"),
        ("2026年责任分解表 (草案)", "2026年责任分解表"),
        ("《2026年重点工作责任分解方案》（第二次征求意见稿）", "《2026年重点工作责任分解方案》"),
        ("2026年责任分解表【讨论稿】", "2026年责任分解表"),
        ("2026年责任分解表—征求意见稿", "2026年责任分解表"),
        ("2026年责任分解表送审稿", "2026年责任分解表"),
        ("2026年责任分解表（区政府办）", "2026年责任分解表（区政府办）"),
        ("关于征求意见工作的责任分解表", "关于征求意见工作的责任分解表"),
        ("征求意见稿", "征求意见稿"),
    ],
)
def test_an_issued_table_is_called_what_the_draft_was_without_its_mark(draft: str, final: str) -> None:
    assert stages.final_title(draft) == final
