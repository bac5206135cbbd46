"""名称: what a table is called, from 交办 on and when the supervision office changes it."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.errors import InvalidInput
from app.models.plan import Plan
from app.queries.stages import units_concerned
from app.rules.permissions import Action, Viewer, require
from app.rules.stages import final_title, is_in_force, require_not_archived
from app.services import events, notices
from app.services.import_decisions import checked_title

NOT_RENAMED = "名称没有修改。"


def rename(session: Session, plan: Plan, title: str, *, actor: Viewer) -> None:
    """Give the table another name and tell its units; what a closed period keeps stays as it was."""
    require(actor, Action.RENAME_PLAN)
    session.refresh(plan, with_for_update={"key_share": True})
    require_not_archived(plan)
    before = plan.title
    give_title(session, plan, title, actor)
    if plan.title != before and is_in_force(plan):
        words = f"“{before}”已更名为“{plan.title}”，任务和填报不变。"
        for unit in units_concerned(session, plan, actor.today):
            notices.tell_department(session, actor, unit.id, words, f"/plans/{plan.id}/tasks")


def give_title(session: Session, plan: Plan, title: str, actor: Viewer) -> None:
    """The name of a table that is held, and the line over its workbooks where that is the name."""
    try:
        title = checked_title(title, plan.year)
    except InvalidInput as refusal:
        raise InvalidInput(NOT_RENAMED, fields=refusal.fields) from None
    before = plan.title
    if title == before:
        return
    try:
        with session.begin_nested():
            if final_title(plan.heading) == final_title(before) != title:
                plan.heading = title
            plan.title = title
            session.add(plan)
    except IntegrityError:
        taken = f"{plan.year} 年已有名为“{title}”的责任分解表，请换一个名称。"
        raise InvalidInput(NOT_RENAMED, fields={"title": taken}) from None
    events.record(session, actor, "plan_renamed", plan_id=plan.id, before=before, after=title)
    events.announce(session, actor, "plan.renamed", plan=plan.id, before=before, after=title)
