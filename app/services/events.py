"""办理记录 and the message that goes with it, both written in the transaction of the deed."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

import orjson
from sqlalchemy import Table, event, inspect, select
from sqlalchemy.orm import Session as AnySession
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session, col

from app.models.event import Event, TrailHead
from app.models.outbox import OutboxMessage
from app.rules.permissions import Viewer
from app.rules.trail import link
from app.services.bulk import in_portions, insert_rows, uncollected

WAITING = "events waiting for their place in the chain"
SAVEPOINTS = "how many were waiting when each savepoint was set"


def record(
    session: Session,
    actor: Viewer,
    kind: str,
    *,
    plan_id: int | None = None,
    task_id: int | None = None,
    batch_id: int | None = None,
    **detail: Any,
) -> None:
    """Write down who did what, from where, and what changed. It takes its place in the trail with the commit."""
    deed = {"kind": kind, "plan_id": plan_id, "task_id": task_id, "batch_id": batch_id, "detail": detail}
    record_all(session, actor, [deed])


def record_change(
    session: Session, actor: Viewer, kind: str, before: dict[str, Any], after: dict[str, Any]
) -> bool:
    """Write down what of a named thing changed, old → new; False, and no event, where nothing did."""
    changed = [word for word in after if before[word] != after[word]]
    if changed:
        old, new = ({word: told[word] for word in changed} for told in (before, after))
        record(session, actor, kind, name=before["name"], before=old, after=new)
    return bool(changed)


def record_all(session: Session, actor: Viewer, deeds: Iterable[dict[str, Any]]) -> None:
    """Thousands of deeds of one actor at once; each with a kind, a detail, and plan_id, task_id, batch_id if it has them."""
    common = {
        "plan_id": None,
        "task_id": None,
        "batch_id": None,
        "jurisdiction_id": actor.jurisdiction_id,
        "at": actor.now,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "source": actor.source,
        "address": actor.address,
    }
    session.info.setdefault(WAITING, []).extend({**common, **deed} for deed in deeds)


@event.listens_for(AnySession, "before_commit")
def _enter_in_trail(session: AnySession) -> None:
    """Number and chain what was recorded, at the last moment: others wait for the chain only while we commit."""
    if session.get_nested_transaction() is not None:
        return
    waiting: list[dict[str, Any]] = session.info.pop(WAITING, [])
    with uncollected():
        for jurisdiction_id in dict.fromkeys(deed["jurisdiction_id"] for deed in waiting):
            _chain(session, [deed for deed in waiting if deed["jurisdiction_id"] == jurisdiction_id])


@event.listens_for(AnySession, "after_transaction_create")
def _mark(session: AnySession, begun: SessionTransaction) -> None:
    if begun.nested:
        session.info.setdefault(SAVEPOINTS, {})[begun] = len(session.info.get(WAITING, ()))


@event.listens_for(AnySession, "after_soft_rollback")
def _forget_since(session: AnySession, undone: SessionTransaction) -> None:
    """What was undone did not happen: here, what was recorded since the savepoint."""
    marks = session.info.get(SAVEPOINTS, {})
    if undone in marks:
        del session.info.get(WAITING, [])[marks[undone] :]


@event.listens_for(AnySession, "after_transaction_end")
def _forget(session: AnySession, ended: SessionTransaction) -> None:
    if ended.parent is None:  # after a commit nothing waits any more
        session.info.pop(WAITING, None)
        session.info.pop(SAVEPOINTS, None)


def _chain(session: AnySession, deeds: list[dict[str, Any]]) -> None:
    _hold_what_is_named(session, deeds)
    head = _own_head(session, deeds[0]["jurisdiction_id"])
    sequence, last = head.sequence, head.hash
    for row in deeds:
        sequence += 1
        row["sequence"] = sequence
        row["detail"] = orjson.loads(orjson.dumps(row["detail"], option=orjson.OPT_NON_STR_KEYS))
        row["hash"] = last = link(last, row)
    head.sequence, head.hash = sequence, last
    insert_rows(session, Event, deeds)
    session.flush()


def _hold_what_is_named(session: AnySession, deeds: list[dict[str, Any]]) -> None:
    """The chain is the last thing anybody waits for, so that no two can wait for each other.

    A new event must find the account, task, plan … it names, and PostgreSQL waits for whoever has one of them in hand.
    """
    if session.get_bind().dialect.name == "sqlite":
        return  # one writer at a time
    for column in cast(Table, inspect(Event).local_table).c:
        for key in column.foreign_keys:
            ids = sorted({deed[column.name] for deed in deeds} - {None})
            for some in in_portions(ids):
                named = select(key.column).where(key.column.in_(some)).order_by(key.column)
                session.execute(named.with_for_update(read=True, key_share=True))


def _own_head(session: AnySession, jurisdiction_id: int) -> TrailHead:
    """The end of the chain, held by us until the commit."""
    mine = (
        select(TrailHead)
        .where(col(TrailHead.jurisdiction_id) == jurisdiction_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    head = session.execute(mine).scalar_one_or_none()
    if head is None:
        head = TrailHead(jurisdiction_id=jurisdiction_id, sequence=0, hash="")
        session.add(head)
    return head


def announce(session: Session, actor: Viewer, kind: str, **payload: Any) -> None:
    """Leave a message for OA systems, kept only if the deed itself is."""
    session.add(
        OutboxMessage(
            jurisdiction_id=actor.jurisdiction_id,
            message_id=str(uuid4()),
            kind=kind,
            payload=payload,
            created_at=actor.now,
            due_at=actor.now,
        )
    )
