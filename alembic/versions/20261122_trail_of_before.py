"""Chain the events there are, in the order they were written."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op


revision: str = "20261122chained"
down_revision: str | None = "20261122trail"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

EVENT = sa.table(
    "event",
    *(
        sa.column(name)
        for name in (
            "id",
            "jurisdiction_id",
            "sequence",
            "actor_id",
            "actor_name",
            "source",
            "address",
            "kind",
            "plan_id",
            "task_id",
            "batch_id",
            "hash",
        )
    ),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("detail", sa.JSON()),
)
HEAD = sa.table("trail_head", sa.column("jurisdiction_id"), sa.column("sequence"), sa.column("hash"))
COVERED = (
    "jurisdiction_id",
    "sequence",
    "actor_id",
    "actor_name",
    "source",
    "address",
    "kind",
    "plan_id",
    "task_id",
    "batch_id",
    "detail",
)


def upgrade() -> None:
    connection = op.get_bind()
    places = connection.execute(sa.text("SELECT id FROM jurisdiction")).scalars()
    heads: dict[int, tuple[int, str]] = {place: (0, "") for place in places}
    for row in connection.execute(sa.select(EVENT).order_by(EVENT.c.id)).mappings().all():
        number, before = heads[row["jurisdiction_id"]]
        link = _link(before, {**row, "sequence": number + 1})
        heads[row["jurisdiction_id"]] = (number + 1, link)
        mine = sa.update(EVENT).where(EVENT.c.id == row["id"])
        connection.execute(mine.values(sequence=number + 1, hash=link))
    for jurisdiction_id, (number, link) in heads.items():
        connection.execute(
            sa.insert(HEAD).values(jurisdiction_id=jurisdiction_id, sequence=number, hash=link)
        )


def downgrade() -> None:
    op.execute("DELETE FROM trail_head")


def _link(before: str, row: dict[str, Any]) -> str:
    """The same as ``app.rules.trail.link`` on the day this was written."""
    at: datetime = row["at"]
    moment = (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat(
        timespec="microseconds"
    )
    covered = {name: row[name] for name in COVERED} | {"at": moment}
    text = json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(f"{before}\n{text}".encode()).hexdigest()
