from datetime import UTC, datetime

import pytest

from app.errors import Forbidden
from app.models.account import Role
from app.models.task import AssignmentRole
from app.rules.permissions import ALLOWED, Action, Relation, Share, Viewer, can, relation, require

SHARES = [
    Share(AssignmentRole.OFFICIAL, None, 1),
    Share(AssignmentRole.LEAD, 11, None),
    Share(AssignmentRole.MAIN, 12, None),
    Share(AssignmentRole.SUPPORTING, 13, None),
]


def viewer(role: Role, department: int | None = None, official: int | None = None) -> Viewer:
    return Viewer(
        jurisdiction_id=1,
        role=role,
        name="某人",
        now=datetime(2018, 9, 28, tzinfo=UTC),
        department_id=department,
        department_name="某局",
        official_id=official,
    )


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (viewer(Role.SUPERVISION), Relation.SUPERVISION),
        (viewer(Role.LIAISON, department=11), Relation.LEAD_DEPARTMENT),
        (viewer(Role.LIAISON, department=12), Relation.MAIN_DEPARTMENT),
        (viewer(Role.LIAISON, department=13), Relation.SUPPORTING_DEPARTMENT),
        (viewer(Role.LIAISON, department=99), Relation.OTHER_DEPARTMENT),
        (viewer(Role.LEAD_OFFICIAL, official=1), Relation.LEAD_OFFICIAL),
        (viewer(Role.LEAD_OFFICIAL, official=2), Relation.OTHER_OFFICIAL),
        (viewer(Role.ADMINISTRATOR), Relation.ADMINISTRATOR),
        (viewer(Role.AUDITOR), Relation.AUDITOR),
    ],
)
def test_a_viewer_stands_in_one_relation_to_a_task(who: Viewer, expected: Relation) -> None:
    assert relation(who, SHARES) is expected


def test_every_action_is_decided_and_every_relation_may_do_something() -> None:
    assert set(ALLOWED) == set(Action)
    assert set().union(*ALLOWED.values()) == set(Relation)


@pytest.mark.parametrize("department", [13, 99])
def test_only_lead_and_main_departments_report(department: int) -> None:
    with pytest.raises(Forbidden, match="牵头单位不是某局"):
        require(viewer(Role.LIAISON, department=department), Action.REPORT_PROGRESS, SHARES)


def test_a_supporting_department_sees_progress_and_a_stranger_does_not() -> None:
    assert can(viewer(Role.LIAISON, department=13), Action.VIEW_PROGRESS, SHARES)
    assert not can(viewer(Role.LIAISON, department=99), Action.VIEW_PROGRESS, SHARES)


def test_administration_and_audit_do_no_business() -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        for action in (Action.VIEW_PLAN, Action.VIEW_PROGRESS, Action.REPORT_PROGRESS, Action.IMPORT_PLAN):
            assert not can(viewer(role), action, SHARES)
