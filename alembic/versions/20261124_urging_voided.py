"""A 催办单 may be taken back (作废): by whom, when and why."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "20261124voided"
down_revision: str | None = "20261123columns"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WORDS = ("voided_by", "void_reason")


def upgrade() -> None:
    with op.batch_alter_table("urging") as batch:
        batch.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        for name in WORDS:
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("urging") as batch:
        for name in WORDS:
            batch.alter_column(name, server_default=None)
        batch.create_check_constraint(
            op.f("ck_urging_voided_with_reason"), "(voided_at IS NULL) = (void_reason = '')"
        )


def downgrade() -> None:
    with op.batch_alter_table("urging") as batch:
        batch.drop_constraint(op.f("ck_urging_voided_with_reason"), type_="check")
        for name in ("voided_at", *WORDS):
            batch.drop_column(name)
