"""A report keeps the name its unit had, and the lines of a task are found by the task."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "20261122reports"
down_revision: str | None = "20261122closed"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OF_TASK = ("task_id", "department_id", "official_id", "held_from", "held_to")


def upgrade() -> None:
    with op.batch_alter_table("progress_report") as batch:
        batch.add_column(sa.Column("department_name", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("progress_report") as batch:
        batch.alter_column("department_name", server_default=None)
    # The unique keys that did this are partial now, and no help to a question about a day.
    op.create_index("ix_assignment_of_task", "assignment", list(OF_TASK))


def downgrade() -> None:
    op.drop_index("ix_assignment_of_task", "assignment")
    with op.batch_alter_table("progress_report") as batch:
        batch.drop_column("department_name")
