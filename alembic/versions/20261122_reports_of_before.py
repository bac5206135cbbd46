"""Reports there are get the name their unit has now: nobody was renamed before."""

from collections.abc import Sequence

from alembic import op

revision: str = "20261122named"
down_revision: str | None = "20261122reports"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute(
        "UPDATE progress_report SET department_name ="
        " (SELECT name FROM department WHERE department.id = progress_report.department_id)"
        " WHERE department_id IS NOT NULL"
    )


def downgrade() -> None:
    """The column goes with the step before."""
