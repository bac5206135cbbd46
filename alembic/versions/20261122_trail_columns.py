"""Room for the chain of events: number, address and hash of each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "20261122trail"
down_revision: str | None = "20261122people"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "trail_head",
        sa.Column("jurisdiction_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_trail_head_jurisdiction_id")
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", name=op.f("pk_trail_head")),
    )
    op.add_column("event", sa.Column("sequence", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("address", sa.String(), nullable=False, server_default=""))
    op.add_column("event", sa.Column("hash", sa.String(), nullable=True))


def downgrade() -> None:
    for column in ("hash", "address", "sequence"):
        op.drop_column("event", column)
    op.drop_table("trail_head")
