"""量化指标: the figure a task promises, against which its completion is measured."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import InvalidInput
from app.models.task import Indicator, Task
from app.rules.figures import NONSENSE, figure_in
from app.rules.permissions import Action, Viewer, require
from app.rules.targets import PLACES, figure_words
from app.rules.text import plain
from app.services import events, figures
from app.services.tasks import hold

LONGEST_NAME = 100
LONGEST_UNIT = 20
REFUSED = "量化指标没有保存。"


def set_target(
    session: Session, task: Task, *, name: str, target: str, unit: str, actor: Viewer
) -> Indicator:
    """Say what figure the task promises (设定量化指标), or correct it. From then on figure ÷ target is its completion.

    ``target`` is the figure as typed.
    """
    require(actor, Action.RATE_TASK)
    hold(session, task)
    after = _checked(name, target, unit)
    indicator = _indicator(session, task)
    before = _said(indicator)
    if indicator is not None and before == {**after, "target": figure_words(after["target"])}:
        return indicator
    if indicator is None:
        indicator = Indicator(jurisdiction_id=task.jurisdiction_id, task_id=task.id or 0, **after)
    indicator.name, indicator.target, indicator.unit = after["name"], after["target"], after["unit"]
    session.add(indicator)
    figures.refresh(session, task)
    session.flush()
    _record(session, task, "target_set", before, _said(indicator), actor)
    return indicator


def remove_target(session: Session, task: Task, *, actor: Viewer) -> None:
    """The task promises no figure (取消量化指标): its unit states a percentage again. Nothing happens where it has none."""
    require(actor, Action.RATE_TASK)
    hold(session, task)
    indicator = _indicator(session, task)
    if indicator is None:
        return
    before = _said(indicator)
    session.delete(indicator)
    figures.refresh(session, task)
    session.flush()
    _record(session, task, "target_removed", before, None, actor)


def _checked(name: str, target: str, unit: str) -> dict[str, Any]:
    fields: dict[str, str] = {}
    name, unit = " ".join(plain(name).split()), plain(unit)
    if not name:
        fields["name"] = "请写明数的是什么，例如：新建、改造公厕。"
    elif len(name) > LONGEST_NAME:
        fields["name"] = f"指标名称最多 {LONGEST_NAME} 字，现有 {len(name)} 字。"
    if len(unit) > LONGEST_UNIT:
        fields["unit"] = f"单位最多 {LONGEST_UNIT} 字，例如：座、万元、%。"
    figure = figure_in(target, unit)
    if figure is None or figure == NONSENSE or figure <= 0:
        fields["target"] = "目标值请填大于 0 的数，例如：58 或 8.5。"
    elif round(figure, PLACES) != figure:
        fields["target"] = f"目标值最多保留 {PLACES} 位小数。"
    if fields:
        raise InvalidInput(REFUSED, fields=fields)
    return {"name": name, "target": figure, "unit": unit}


def _indicator(session: Session, task: Task) -> Indicator | None:
    query = select(Indicator).where(col(Indicator.task_id) == task.id)
    return session.execute(query).scalar_one_or_none()


def _said(indicator: Indicator | None) -> dict[str, Any] | None:
    if indicator is None:
        return None
    return {"name": indicator.name, "target": figure_words(indicator.target), "unit": indicator.unit}


def _record(
    session: Session,
    task: Task,
    kind: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    actor: Viewer,
) -> None:
    place = {"plan_id": task.plan_id, "task_id": task.id}
    events.record(session, actor, kind, **place, before=before, after=after)
    events.announce(session, actor, f"task.{kind}", task=task.id)
