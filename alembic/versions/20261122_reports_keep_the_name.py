"""A report keeps the name its unit had, and the lines of a task are found by the task."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "20261122reports"
down_revision: str | None = "20261122closed"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("progress_report") as batch:
        batch.add_column(sa.Column("department_name", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("progress_report") as batch:
        batch.alter_column("department_name", server_default=None)
    # The unique keys that did this are partial now, and no help to a question about a day.
    op.create_index(op.f("ix_assignment_task_id"), "assignment", ["task_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_assignment_task_id"), "assignment")
    with op.batch_alter_table("progress_report") as batch:
        batch.drop_column("department_name")
