"""Who does what in the invented year, and when."""

from dataclasses import replace
from datetime import UTC, datetime

from app.models.account import Role
from app.models.event import EventSource
from app.queries.tasks import Named
from app.rules.permissions import Viewer


def at(viewer: Viewer, moment: datetime) -> Viewer:
    return replace(viewer, now=moment.astimezone(UTC))


def supervision(viewer: Viewer, moment: datetime) -> Viewer:
    """The supervision office at its desk."""
    return replace(at(viewer, moment), name="督查室", source=EventSource.PAGE)


def liaison(viewer: Viewer, unit: Named, moment: datetime) -> Viewer:
    """Somebody who reports for the unit."""
    return replace(
        supervision(viewer, moment),
        role=Role.LIAISON,
        name=f"{unit.name}联络员",
        department_id=unit.id,
        department_name=unit.name,
    )
