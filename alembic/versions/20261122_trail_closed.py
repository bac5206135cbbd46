"""The trail is append-only from here on: every row has its place in the chain, and triggers keep it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "20261122closed"
down_revision: str | None = "20261122chained"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REFUSAL = "the trail is append-only"


def upgrade() -> None:
    with op.batch_alter_table("event") as batch:
        batch.drop_index(op.f("ix_event_jurisdiction_id"))
        batch.alter_column("sequence", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("hash", existing_type=sa.String(), nullable=False)
        batch.create_unique_constraint(op.f("uq_event_jurisdiction_id_sequence"), ["jurisdiction_id", "sequence"])
    if op.get_context().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER event_no_{deed.lower()} BEFORE {deed} ON event "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        # REPLACE takes the old row away without asking the trigger above.
        op.execute(
            "CREATE TRIGGER event_no_replace BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event "  # noqa: S608 - no foreign word in it
            "WHERE id = NEW.id OR (jurisdiction_id = NEW.jurisdiction_id AND sequence = NEW.sequence)) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_trail_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION refuse_trail_change()"
    )
    op.execute(
        "CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_trail_change()"
    )


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for deed in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER IF EXISTS event_no_{deed}")
    else:
        for trigger in ("event_no_change", "event_no_truncate"):
            op.execute(f"DROP TRIGGER {trigger} ON event")
        op.execute("DROP FUNCTION refuse_trail_change()")
    with op.batch_alter_table("event") as batch:
        batch.drop_constraint(op.f("uq_event_jurisdiction_id_sequence"), type_="unique")
        batch.alter_column("hash", existing_type=sa.String(), nullable=True)
        batch.alter_column("sequence", existing_type=sa.Integer(), nullable=True)
        batch.create_index(op.f("ix_event_jurisdiction_id"), ["jurisdiction_id"])
