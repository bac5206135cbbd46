"""撤销导入 gives back the very tasks an import found, each in its place: those it brought go, and those it took come back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.models.event import Event
from app.models.imports import ImportBatch
from app.rules.matching import Change, Version


@dataclass(slots=True)
class _Done:
    """What the commit of an import did, by the trail: to which tasks, and how they stood before."""

    brought: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)
    places: dict[int, int] = field(default_factory=dict)
    """Of those that moved or went; the others stand in the order they stood in."""
    wordings: dict[int, str] = field(default_factory=dict)
    """Of those that were reworded."""


def stood_before(
    session: Session, undone: ImportBatch, old: Sequence[Version], new: Sequence[Version]
) -> tuple[list[Version], list[tuple[int, int]]]:
    """Of every task the plan ever had, those that the table before (``new``) has too; and (task, row) where that is sure.

    All of them, as compared with any other table, where the trail does not account for each row (yet).
    """
    done = _done_by(session, undone)
    if done is None:
        return list(old), []
    stood = [
        task for task in old if task.key in done.taken or not (task.withdrawn or task.key in done.brought)
    ]
    if len(stood) != len(new):
        return list(old), []
    places = {task.key: task.place for task in stood if task.withdrawn} | done.places
    unmoved = [task.key for task in stood if task.key not in places]
    left = sorted(set(range(1, len(new) + 1)) - set(places.values()))
    if len(unmoved) == len(left):
        places |= zip(unmoved, left, strict=True)
    wording = {task.key: done.wordings.get(task.key, task.standard) for task in stood}
    row_at = dict(enumerate(new, 1))
    return stood, [
        (key, row.key)
        for key, place in places.items()
        if (row := row_at.get(place)) and row.standard == wording.get(key)
    ]


def _done_by(session: Session, undone: ImportBatch) -> _Done | None:
    """What a later undo did in the name of the import comes after the end of its commit, and is left out."""
    of_batch = col(Event.batch_id) == undone.id
    closed = select(func.min(col(Event.id))).where(of_batch, col(Event.kind) == "plan_revised")
    end = session.execute(closed).scalar_one()
    if end is None:
        return None
    query = select(col(Event.kind), col(Event.task_id), col(Event.detail)).where(
        of_batch,
        col(Event.kind).in_(("task_imported", "task_withdrawn", "task_revised")),
        col(Event.id) < end,
    )
    done = _Done()
    for row in session.execute(query):
        if row.kind == "task_withdrawn":
            done.taken.add(row.task_id)
            if "place" in row.detail:
                done.places[row.task_id] = row.detail["place"]
        elif row.kind == "task_imported" or Change.RESTORED in row.detail["changes"]:
            done.brought.add(row.task_id)
        else:
            before = row.detail["before"]
            if "place" in before:
                done.places[row.task_id] = before["place"]
            if "standard" in before:
                done.wordings[row.task_id] = before["standard"]
    return done
