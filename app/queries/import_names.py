"""Names of an import that ask for a second look: known, but perhaps not as meant (同名, 已离任, 已撤销), or new and odd."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from app.models.directory import Department, Official
from app.models.imports import ImportBatch
from app.queries.directory import names_to_ids
from app.queries.directory_entries import is_current, is_in_office
from app.queries.imports import new_names
from app.rules.permissions import Viewer


def unchecked_names(session: Session, viewer: Viewer, batch: ImportBatch) -> list[str]:
    """Names the commit would enter into the directory though an open doubt asks whether they are any (不像单位, 只有职务)."""
    found: dict[str, None] = {}
    for task in batch.recognised["tasks"]:
        for issue in task["issues"]:
            question = issue.get("question")
            if question and question["kind"] in ("name", "post") and issue["level"] != "note":
                names = question["meaning"].split("、")
                found.update((name, None) for name in names if f"“{name}”" in issue["message"])
    if not found:
        return []
    new = new_names(session, viewer, batch)
    wanted = {*new.officials, *new.departments}
    return [name for name in found if name in wanted]


def doubtful_names(session: Session, viewer: Viewer) -> Iterator[tuple[str, str]]:
    """Each name with the sentence that says what is doubtful about it."""
    people, units = names_to_ids(session, viewer.jurisdiction_id)
    here = col(Official.jurisdiction_id) == viewer.jurisdiction_id
    officials = list(session.execute(select(Official).where(here).order_by(col(Official.position))).scalars())
    meant = {official.id: official for official in officials}
    for name in dict.fromkeys(official.name for official in officials):
        one = meant[people[name]]
        posts = [
            each.post or "未写职务"
            for each in officials
            if each.name == name and is_in_office(each, viewer.today)
        ]
        if len(posts) > 1:
            words = f"名录中有 {len(posts)} 位在任的“{name}”（{'、'.join(posts)}）"
            yield name, f"{words}，现按{one.post or '未写职务'}的那位读入；如是另一位，请导入后办理交接"
        elif not posts:
            yield name, f"“{name}”在名录中已离任，任务仍会列在其名下；如已换人，请导入后办理交接"
    query = select(Department).where(
        col(Department.jurisdiction_id) == viewer.jurisdiction_id, col(Department.retired_on).is_not(None)
    )
    gone = {unit.id: unit for unit in session.execute(query).scalars() if not is_current(unit, viewer.today)}
    for name, unit_id in units.items():
        if unit_id in gone:
            yield name, f"“{name}”在名录中已撤销，没有承接单位，任务仍会列在它名下；请先登记承接单位"
