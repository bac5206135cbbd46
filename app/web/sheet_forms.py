"""What the report sheet sends: one row at a time from its script, or all of it as one form without."""

from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field

from app.models.types import LARGEST_ID
from app.services.drafts import Change, Place
from app.web.forms import whole_number

Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
MOST_ROWS = 1000


class Typed(BaseModel):
    """One field: what the page last knew to be kept, and what stands in it now."""

    was: str = ""
    text: str


class TypedRow(BaseModel):
    """What the script sends of one row: the fields that changed."""

    period: Number
    task: Number
    seen: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    fields: dict[str, Typed] = {}

    def place(self, plan_id: int) -> Place:
        return Place(plan_id, self.period, self.task)

    def changes(self) -> dict[str, Change]:
        return {name: Change(typed.was, typed.text) for name, typed in self.fields.items()}


class TypedRows(BaseModel):
    """Every row of the sheet that is filled in."""

    rows: Annotated[list[TypedRow], Field(max_length=MOST_ROWS)]

    def rows_of(self, plan_id: int) -> dict[Place, dict[str, Change]]:
        return {row.place(plan_id): row.changes() for row in self.rows}

    def seen(self) -> dict[int, int]:
        return {row.task: row.seen for row in self.rows}


class SheetForm(BaseModel):
    """The sheet as one form. A row's fields carry its task's number: progress-12, was-12, seen-12.

    ``was`` holds, as JSON, what the page knew to be kept. ``act`` is the button pressed: save, submit-12, all, send-15.
    """

    model_config = ConfigDict(extra="allow")

    period: str = ""
    act: str = "save"

    @property
    def period_id(self) -> int:
        return whole_number(self.period) or 0

    @property
    def done(self) -> str:
        """What the next page says."""
        if self.act == "save":
            return "draft_saved"
        return "contribution_sent" if self.act.startswith("send-") else "reports_submitted"

    def rows(self, plan_id: int) -> dict[Place, dict[str, Change]]:
        """What was changed in the tasks the unit answers for."""
        return {place: changes for place, changes in self._changed(plan_id).items() if "words" not in changes}

    def supporting(self, plan_id: int) -> dict[Place, Change]:
        """What was changed in the tasks it helps with."""
        changed = self._changed(plan_id)
        return {place: changes["words"] for place, changes in changed.items() if "words" in changes}

    def seen(self) -> dict[int, int]:
        return {task: whole_number(self._typed().get(f"seen-{task}", "")) or 0 for task in self._tasks()}

    def _changed(self, plan_id: int) -> dict[Place, dict[str, Change]]:
        typed = self._typed()
        found = {}
        for task in self._tasks():
            changes = {
                name: Change(was, typed[f"{name}-{task}"])
                for name, was in _known(typed[f"was-{task}"]).items()
                if f"{name}-{task}" in typed and _lines(typed[f"{name}-{task}"]) != was
            }
            if changes:
                found[Place(plan_id, self.period_id, task)] = changes
        return found

    def _tasks(self) -> list[int]:
        numbers = (whole_number(name[4:]) for name in self._typed() if name.startswith("was-"))
        return [number for number in numbers if number]

    def _typed(self) -> dict[str, str]:
        extra: dict[str, Any] = self.model_extra or {}
        return {name: text for name, text in extra.items() if isinstance(text, str)}


def _lines(text: str) -> str:
    """A form sends every line end as two characters."""
    return text.replace("\r\n", "\n")


def _known(was: str) -> dict[str, str]:
    try:
        known = orjson.loads(was)
    except orjson.JSONDecodeError:
        return {}
    return (
        {name: text for name, text in known.items() if isinstance(text, str)}
        if isinstance(known, dict)
        else {}
    )
