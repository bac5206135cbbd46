"""拆分 as one page says it: some parts changed, some taken back, some new; all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.errors import InvalidInput
from app.models.task import Task
from app.queries.parts import digest_of_line
from app.rules.permissions import Viewer
from app.rules.text import plain
from app.services import figures
from app.services.parts import NOTHING, PartForm, change_part, split, withdraw_part


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part there is, as it stands in the form, and what the form was filled from."""

    part: Task
    form: PartForm
    shown: str
    is_withdrawn: bool = False
    reason: str = ""

    @property
    def is_touched(self) -> bool:
        """A line left alone puts nothing back that a colleague has changed meanwhile."""
        form = self.form
        typed = digest_of_line(plain(form.standard), form.due_on, form.weight, form.department_id)
        return self.is_withdrawn or bool(self.reason.strip()) or typed != self.shown


def arrange(
    session: Session, task: Task, lines: Sequence[PartLine], added: Sequence[PartForm], *, actor: Viewer
) -> None:
    """Keep everything that was filled in on a task's parts (修改、撤回、增加), or say of each line what is wrong."""
    touched = [line for line in lines if line.is_touched]
    figures.lock_all(session, [task, *(line.part for line in touched)])
    fields: dict[str, str] = {}
    with session.begin_nested():
        for line in touched:
            session.flush()
            try:
                _keep(session, line, actor)
            except InvalidInput as refusal:
                of_part = f"-part-{line.part.id}"
                fields |= {
                    f"{name}{of_part}": f"分解项 {line.part.number}：{sentence}"
                    for name, sentence in refusal.fields.items()
                }
        if added or not lines:
            try:
                split(session, task, added, actor=actor)
            except InvalidInput as refusal:
                fields |= refusal.fields
        if fields:
            raise InvalidInput(NOTHING, fields=fields)


def _keep(session: Session, line: PartLine, actor: Viewer) -> None:
    if line.is_withdrawn:
        withdraw_part(session, line.part, line.reason, actor=actor)
        return
    if line.reason.strip():
        raise InvalidInput(NOTHING, fields={"reason": "写了撤回的原因，没有勾选撤回；不撤回的，请删去原因。"})
    change_part(session, line.part, line.form, actor=actor, shown=line.shown)
