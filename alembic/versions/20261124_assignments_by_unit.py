"""What a unit answers for in a plan is found without reading everybody else's assignments."""

from collections.abc import Sequence

from alembic import op


revision: str = "20261124byunit"
down_revision: str | None = "20261124voided"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_assignment_of_unit", "assignment", ["department_id", "plan_id"])


def downgrade() -> None:
    op.drop_index("ix_assignment_of_unit", table_name="assignment")
