"""What plans, tasks, reports and accounts keep for the month: due days, signatures, ratings, reviews."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "20261123columns"
down_revision: str | None = "20261123month"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
PLAN_STATES = ("draft", "issued", "closed", "archived")
PLAN_STATES_NOW = ("draft", "comment", "issued", "running", "closed", "archived")
REPORT_STATES = ("draft", "submitted", "returned", "approved")
REPORT_STATES_NOW = ("submitted", "returned", "approved")
RATINGS = ("ahead", "on_pace", "behind", "far_behind", "unrated")

FILLED = {
    "assignment": {"signed_by": ""},
    "plan": {
        "due_day": 31,
        "due_months_after": 0,
        "due_shift": "later",
        "remind_days": 3,
        "comment_round": 0,
    },
    "progress_report": {"reviewer_name": "", "return_reason": ""},
    "task": {"weight": 1, "rating_reason": "", "rated_by": ""},
    "user_account": {"notices_read": 0},
}
"""Columns that are never NULL, with what the rows of before get."""
EMPTY: dict[str, dict[str, sa.types.TypeEngine]] = {
    "assignment": {"signed_at": MOMENT},
    "plan": {"comment_due_on": sa.Date(), "issued_at": MOMENT, "sign_due_on": sa.Date(), "closed_at": MOMENT},
    "progress_report": {"actual": sa.Float(), "reviewed_at": MOMENT},
    "reporting_period": {"opened_at": MOMENT},
    "task": {"signed_at": MOMENT, "closed_at": MOMENT, "rating": sa.String(32), "rated_at": MOMENT},
    "user_account": {"calendar_hash": sa.String()},
}
CHECKS = {
    "plan": {
        "ck_plan_due_day_of_month": "due_day BETWEEN 1 AND 31",
        "ck_plan_due_soon_after": "due_months_after BETWEEN 0 AND 1",
        "ck_plan_reminded_in_time": "remind_days BETWEEN 0 AND 31",
        "ck_plan_due_shift": "due_shift IN ('later', 'earlier')",
    },
    "task": {
        "ck_task_weight_counts": "weight BETWEEN 1 AND 1000",
        "ck_task_rated_with_reason": "(rating IS NULL) = (rating_reason = '')",
        "ck_task_rating": f"rating IN {RATINGS}",
    },
    "progress_report": {
        "ck_progress_report_returned_with_reason": "(state = 'returned') = (return_reason <> '')"
    },
}


def upgrade() -> None:
    op.execute("DELETE FROM progress_report WHERE state = 'draft'")
    op.execute("UPDATE progress_report SET state = 'submitted' WHERE state = 'returned'")
    for table, columns in EMPTY.items():
        with op.batch_alter_table(table) as batch:
            for name, kind in columns.items():
                batch.add_column(sa.Column(name, kind, nullable=True))
    for table, filled in FILLED.items():
        with op.batch_alter_table(table) as batch:
            for name, value in filled.items():
                kind = (
                    sa.Integer() if isinstance(value, int) else sa.String(32 if name == "due_shift" else None)
                )
                batch.add_column(sa.Column(name, kind, nullable=False, server_default=str(value)))
        with op.batch_alter_table(table) as batch:
            for name in filled:
                batch.alter_column(name, server_default=None)
            for name, condition in CHECKS.get(table, {}).items():
                batch.create_check_constraint(op.f(name), condition)
    with op.batch_alter_table("user_account") as batch:
        batch.create_unique_constraint(op.f("uq_user_account_calendar_hash"), ["calendar_hash"])
    _restate("plan", "plan_state", PLAN_STATES_NOW)
    _restate("progress_report", "report_state", REPORT_STATES_NOW)


def downgrade() -> None:
    op.execute("UPDATE plan SET state = 'draft' WHERE state = 'comment'")
    op.execute("UPDATE plan SET state = 'issued' WHERE state = 'running'")
    _restate("progress_report", "report_state", REPORT_STATES)
    _restate("plan", "plan_state", PLAN_STATES)
    with op.batch_alter_table("user_account") as batch:
        batch.drop_constraint(op.f("uq_user_account_calendar_hash"), type_="unique")
    for table in {**EMPTY, **FILLED}:
        with op.batch_alter_table(table) as batch:
            for name in CHECKS.get(table, {}):
                batch.drop_constraint(op.f(name), type_="check")
            for name in [*EMPTY.get(table, {}), *FILLED.get(table, {})]:
                batch.drop_column(name)


def _restate(table: str, name: str, states: tuple[str, ...]) -> None:
    """The words a column may hold, which is a CHECK, said anew."""
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), f"state IN {states}")
