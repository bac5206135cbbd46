"""What of the jurisdiction is being imported now, or was broken off, as far as the database bears it out."""

from dataclasses import replace

from sqlalchemy import not_, or_, select
from sqlmodel import Session, col

from app.headway import Headway, Headways
from app.models.imports import BatchState, ImportBatch
from app.queries.imports import not_removed
from app.rules.permissions import Viewer


def find(session: Session, viewer: Viewer, headways: Headways, ticket: str) -> Headway | None:
    """The import a page asks about by its ticket; None where nobody has begun with it here."""
    found = headways.find(viewer.jurisdiction_id, ticket)
    return _borne_out(session, viewer, [found])[0] if found else None


def unfinished(session: Session, viewer: Viewer, headways: Headways) -> list[Headway]:
    """In the order begun."""
    found = _borne_out(session, viewer, headways.unfinished(viewer.jurisdiction_id))
    return [each for each in found if each.state != "done"]


def _borne_out(session: Session, viewer: Viewer, found: list[Headway]) -> list[Headway]:
    """A server may die after the transaction and before it says so: that writing is done, not broken off."""
    broken_off = {each.batch_id for each in found if each.state == "stopped"} - {None}
    if not broken_off:
        return found
    written = set(
        session.execute(
            select(col(ImportBatch.id)).where(
                col(ImportBatch.jurisdiction_id) == viewer.jurisdiction_id,
                col(ImportBatch.id).in_(broken_off),
                or_(col(ImportBatch.state) != BatchState.PREVIEWED, not_(not_removed())),
            )
        ).scalars()
    )
    return [
        replace(each, address=f"/imports/{each.batch_id}") if each.batch_id in written else each
        for each in found
    ]
