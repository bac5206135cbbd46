"""Which table whoever has chosen none is shown: one that is worked by, not the newest draft."""

import re
from datetime import date

import pytest

from app.clock import utcnow
from app.models.plan import Plan, PlanState
from tests.office import GROWTH, HOME, PASSWORD, PLAN, Office, command_actor

BOTH = [PlanState.DRAFT, PlanState.COMMENT]


def newer(office: Office, state: PlanState) -> int:
    """Another table of a later year, in this state."""
    with office.database.writing() as session:
        plan = Plan(
            jurisdiction_id=command_actor(session, HOME).jurisdiction_id,
            title="2019年重点工作",
            year=2019,
            state=state,
            starts_on=date(2019, 1, 1),
            ends_on=date(2019, 12, 31),
            heading="2019年重点工作",
            columns=[],
            created_at=utcnow(),
        )
        session.add(plan)
        session.flush()
        return plan.id or 0


def set_state(office: Office, state: PlanState) -> None:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = state
        session.add(plan)


@pytest.mark.parametrize(
    ("older", "later", "is_later"),
    [
        (PlanState.RUNNING, PlanState.DRAFT, False),
        (PlanState.ISSUED, PlanState.COMMENT, False),
        (PlanState.RUNNING, PlanState.CLOSED, False),
        (PlanState.RUNNING, PlanState.ISSUED, True),
        (PlanState.CLOSED, PlanState.DRAFT, False),
        (PlanState.ARCHIVED, PlanState.COMMENT, False),
        (PlanState.CLOSED, PlanState.RUNNING, True),
        (PlanState.DRAFT, PlanState.COMMENT, True),
    ],
)
def test_everyone_begins_with_the_newest_table_that_is_worked_by(
    office: Office, older: PlanState, later: PlanState, is_later: bool
) -> None:
    set_state(office, older)
    later_id = newer(office, later)
    wanted = later_id if is_later else office.plan_id
    leader = office.browser("luqiuming").get("/")
    assert leader.headers["location"].startswith(f"/plans/{wanted}/workload/officials/")
    assert f'href="/plans/{wanted}/sheet"' in office.browser("fagai").get("/todos").text
    ducha = office.browser("ducha")
    assert f'href="/plans/{wanted}/overview"' in ducha.get("/todos").text
    assert f'action="/plans/{wanted}/tasks" role="search"' in ducha.get("/todos").text


@pytest.mark.parametrize("state", BOTH)
def test_a_draft_is_reached_from_the_list_of_tables_which_says_what_it_is(
    office: Office, state: PlanState
) -> None:
    later = newer(office, state)
    ducha = office.browser("ducha")
    page = ducha.get("/todos").text
    label = "草稿" if state is PlanState.DRAFT else "征求意见"
    assert f'<a href="/?plan={later}">2019年 · 2019年重点工作（{label}）</a>' in page
    address = ducha.get(f"/?plan={later}").headers["location"]
    assert address == f"/plans/{later}/overview"
    page = ducha.get(address).text
    assert '<span class="plan-title">2019年重点工作</span>' in page
    assert f'href="/plans/{later}/review"' in page


def leads_to(page: str) -> set[str]:
    """The tables that the bar under the masthead and the search lead to."""
    head = page[page.index('<form class="search"') : page.index("</nav>")]
    return set(re.findall(r"/plans/(\d+)/", head))


def test_the_bar_on_a_page_of_another_table_leads_on_within_that_table(office: Office) -> None:
    later = newer(office, PlanState.RUNNING)
    ducha, growth = office.browser("ducha"), office.task_id(GROWTH)
    assert leads_to(ducha.get("/todos").text) == {str(later)}
    for address in (f"/tasks/{growth}", f"/tasks/{growth}/parts", f"/plans/{office.plan_id}/review"):
        page = ducha.get(address).text
        assert leads_to(page) == {str(office.plan_id)}, address
        assert f'data-plan="{office.plan_id}"' in page
    page = ducha.get(f"/tasks/{growth}").text
    assert f'<a href="/plans/{office.plan_id}/tasks" aria-current="page">台账</a>' in page
    refused = ducha.post(f"/tasks/{growth}/rating", data={}).text
    assert leads_to(refused) == {str(office.plan_id)}


def test_a_page_without_a_table_leads_back_to_the_one_that_was_looked_at_last(office: Office) -> None:
    later = newer(office, PlanState.RUNNING)
    ducha = office.browser("ducha")
    ducha.cookies.set("duban_plan", str(office.plan_id))
    page = ducha.get("/todos").text
    assert leads_to(page) == {str(office.plan_id)}
    assert f'<span class="plan-title">{PLAN}</span>' in page
    assert leads_to(ducha.get(f"/plans/{later}/tasks").text) == {str(later)}
    for nonsense in ("987654", "x", "", "1" * 50):
        ducha.cookies.set("duban_plan", nonsense)
        assert leads_to(ducha.get("/todos").text) == {str(later)}


def test_after_signing_in_one_begins_with_the_table_that_is_worked_by(office: Office) -> None:
    signed_in = office.browser().post("/login", data={"username": "ducha", "password": PASSWORD})
    assert any(
        each.startswith('duban_plan=""; expires=') for each in signed_in.headers.get_list("set-cookie")
    )
