"""Where each role can go; two levels at most."""

import re
from dataclasses import dataclass

from app.models.account import Role
from app.models.plan import Plan
from app.queries.plans import PlanRef
from app.rules.permissions import Viewer

TODOS = ("我的待办", "/todos")
LEDGER = ("台账", "/plans/{plan}/tasks")
PAGES: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.SUPERVISION: (
        TODOS,
        ("概览", "/plans/{plan}/overview"),
        LEDGER,
        ("责任矩阵", "/plans/{plan}/matrix"),
        ("工作量", "/plans/{plan}/workload"),
        ("填报审核", "/plans/{plan}/review"),
        ("报表", "/plans/{plan}/reports"),
        ("导入", "/imports"),
        ("单位与人员", "/directory"),
    ),
    Role.LEAD_OFFICIAL: (
        ("我的分管", "/plans/{plan}/workload/officials/{official}"),
        TODOS,
        ("概览", "/plans/{plan}/overview"),
        LEDGER,
        ("责任矩阵", "/plans/{plan}/matrix"),
        ("报表", "/plans/{plan}/reports"),
    ),
    Role.LIAISON: (
        TODOS,
        ("填报", "/plans/{plan}/sheet"),
        LEDGER,
        ("报表", "/plans/{plan}/reports"),
    ),
    Role.ADMINISTRATOR: (
        ("账号", "/accounts"),
        ("单位与人员", "/directory"),
    ),
    Role.AUDITOR: (("办理记录", "/trail"),),
}
OF_THE_MONTH = re.compile(
    r"/plans/\d+/(review|applications|urging|periods|comments|stage|signing)\b|/(periods|urging|applications)/\d|/working-days"
)
"""Pages of the month that stand under another: the supervision office's under 填报审核, a liaison's under 我的待办."""


@dataclass(frozen=True)
class NavItem:
    """One entry of the bar under the masthead."""

    label: str
    href: str
    active: bool = False


def pages(viewer: Viewer, plan: PlanRef | Plan | None) -> list[NavItem]:
    """The viewer's pages; those of a plan only when there is one."""
    items = []
    for label, address in PAGES[viewer.role]:
        if plan is None and "{plan}" in address:
            continue
        items.append(NavItem(label, _address(address, viewer, plan)))
    return items


def with_active(items: list[NavItem], path: str, query: str) -> list[NavItem]:
    """Marks the entry whose address is the longest beginning of where we are."""
    here = f"{path}?{query}"
    matching = [item for item in items if here.startswith(item.href) or path == item.href]
    if not matching and OF_THE_MONTH.match(path):
        month = [item for item in items if item.href.endswith("/review")]
        matching = month or [item for item in items if item.href == "/todos"]
    if path.startswith("/tasks/"):  # one task stands in the ledger, wherever its plan is
        matching = [item for item in items if item.href.endswith("/tasks")]
    if path == "/hand-overs":  # begun from an entry of the directory
        matching = [item for item in items if item.href == "/directory"]
    best = max(matching, key=lambda item: len(item.href), default=None)
    return [NavItem(item.label, item.href, item is best) for item in items]


def home(viewer: Viewer, plan: PlanRef | None) -> str:
    """The first page of the role."""
    items = pages(viewer, plan)
    if items:
        return items[0].href
    return "/account"


def home_of_plan(viewer: Viewer, plan: PlanRef) -> str:
    """Where a role begins with one plan, when it has chosen that plan."""
    of_plan = [item.href for item in pages(viewer, plan) if item.href.startswith("/plans/")]
    if viewer.role is Role.LIAISON:
        return f"/plans/{plan.id}/tasks"  # there is something to see in a table of any state
    return of_plan[0] if of_plan else home(viewer, plan)


def _address(address: str, viewer: Viewer, plan: PlanRef | Plan | None) -> str:
    return address.format(plan=plan.id if plan else "", official=viewer.official_id)
