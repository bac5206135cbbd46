"""The directory's fuller entries, and for how long somebody holds a task."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "20261122directory"
down_revision: str | None = "20261121first"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DEPARTMENT_CHECKS = {
    "ck_department_not_its_own_parent": "parent_id <> id",
    "ck_department_not_its_own_successor": "successor_id <> id",
    "ck_department_succeeded_on_a_date": "successor_id IS NULL OR retired_on IS NOT NULL",
}
BEARERS = ("official_id", "department_id")


def upgrade() -> None:
    with op.batch_alter_table("department") as batch:
        batch.add_column(sa.Column("category", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("external_id", sa.String(), nullable=True))
        batch.create_unique_constraint(
            op.f("uq_department_jurisdiction_id_external_id"), ["jurisdiction_id", "external_id"]
        )
        batch.create_foreign_key(op.f("fk_department_parent_id"), "department", ["parent_id"], ["id"])
        for name, condition in DEPARTMENT_CHECKS.items():
            batch.create_check_constraint(op.f(name), condition)
    with op.batch_alter_table("department") as batch:
        batch.alter_column("category", server_default=None)

    with op.batch_alter_table("official") as batch:
        batch.add_column(sa.Column("in_office_from", sa.Date(), nullable=True))
        batch.add_column(sa.Column("external_id", sa.String(), nullable=True))
        batch.alter_column("retired_on", new_column_name="in_office_to")
        batch.create_unique_constraint(
            op.f("uq_official_jurisdiction_id_external_id"), ["jurisdiction_id", "external_id"]
        )
        batch.create_check_constraint(op.f("ck_official_term_in_order"), "in_office_to > in_office_from")

    op.create_table(
        "hand_over",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("from_official_id", sa.Integer(), nullable=True),
        sa.Column("to_official_id", sa.Integer(), nullable=True),
        sa.Column("from_department_id", sa.Integer(), nullable=True),
        sa.Column("to_department_id", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(from_official_id IS NULL) = (to_official_id IS NULL)"
            " AND (from_department_id IS NULL) = (to_department_id IS NULL)"
            " AND (from_official_id IS NULL) <> (from_department_id IS NULL)",
            name=op.f("ck_hand_over_people_or_units"),
        ),
        *(
            sa.ForeignKeyConstraint([f"{side}_{table}_id"], [f"{table}.id"], name=op.f(f"fk_hand_over_{side}_{table}_id"))
            for side in ("from", "to")
            for table in ("official", "department")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_hand_over_jurisdiction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    with op.batch_alter_table("hand_over") as batch:
        batch.create_index(op.f("ix_hand_over_jurisdiction_id"), ["jurisdiction_id"])

    with op.batch_alter_table("assignment") as batch:
        batch.add_column(sa.Column("held_from", sa.Date(), nullable=True))
        batch.add_column(sa.Column("held_to", sa.Date(), nullable=True))
        batch.add_column(sa.Column("hand_over_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_assignment_hand_over_id"), "hand_over", ["hand_over_id"], ["id"])
        batch.create_check_constraint(op.f("ck_assignment_days_in_order"), "held_to >= held_from")
        for bearer in BEARERS:
            batch.drop_constraint(op.f(f"uq_assignment_task_id_{bearer}"), type_="unique")
    for bearer in BEARERS:
        held = sa.text(f"held_to IS NULL AND {bearer} IS NOT NULL")
        op.create_index(
            op.f(f"uq_assignment_task_id_{bearer}"),
            "assignment",
            ["task_id", bearer],
            unique=True,
            sqlite_where=held,
            postgresql_where=held,
        )


def downgrade() -> None:
    for bearer in BEARERS:
        op.drop_index(op.f(f"uq_assignment_task_id_{bearer}"), "assignment")
    op.execute("DELETE FROM assignment WHERE held_to IS NOT NULL")
    with op.batch_alter_table("assignment") as batch:
        batch.drop_constraint(op.f("fk_assignment_hand_over_id"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_assignment_days_in_order"), type_="check")
        for bearer in BEARERS:
            batch.create_unique_constraint(op.f(f"uq_assignment_task_id_{bearer}"), ["task_id", bearer])
        for column in ("hand_over_id", "held_to", "held_from"):
            batch.drop_column(column)
    op.drop_table("hand_over")
    with op.batch_alter_table("official") as batch:
        batch.drop_constraint(op.f("ck_official_term_in_order"), type_="check")
        batch.drop_constraint(op.f("uq_official_jurisdiction_id_external_id"), type_="unique")
        batch.alter_column("in_office_to", new_column_name="retired_on")
        batch.drop_column("external_id")
        batch.drop_column("in_office_from")
    with op.batch_alter_table("department") as batch:
        for name in DEPARTMENT_CHECKS:
            batch.drop_constraint(op.f(name), type_="check")
        batch.drop_constraint(op.f("fk_department_parent_id"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_department_jurisdiction_id_external_id"), type_="unique")
        for column in ("external_id", "parent_id", "category"):
            batch.drop_column(column)

