"""The checking page of an import, as every step of the checking shows it again."""

from dataclasses import dataclass, field

from fastapi import Request, Response
from sqlmodel import Session

from app.headway import new_ticket
from app.models.imports import BatchState, ImportBatch
from app.models.plan import PlanState
from app.queries import directory as directory_queries
from app.queries import import_headways, import_preview
from app.queries import imports as import_queries
from app.queries import plans as plan_queries
from app.queries import revisions as revision_queries
from app.queries.blank_cells import AS_BEFORE
from app.queries.import_aliases import AlikeNames
from app.queries.import_names import unchecked_names
from app.queries.plans import PlanRef
from app.queries.revisions import Revision, RevisionRow
from app.rules.permissions import Viewer
from app.services import import_aliases
from app.services.import_decisions import (
    BLANK_CHOICES,
    COLUMN_CHOICES,
    FIRST_LISTED_LEADS,
    REPEAT_CHOICES,
    RULE_CHOICES,
    reading_seen,
    rule_in_force,
    settled_in,
)
from app.services.import_reading import own_name
from app.services.issued_progress import first_reports
from app.templating import render, with_query
from app.web.deps import get_headways
from app.web.forms import whole_number

COMPARED = 100
"""Rows of a comparison shown at once."""
MOST_DOUBTS = 100


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed and refused, so that the page keeps it."""

    errors: dict[str, str] = field(default_factory=dict)
    title: str = ""
    year: str = ""
    reason: str = ""
    state: str = ""
    """已印发, or 征求意见稿; empty while nobody has said."""
    unchecked: bool = False
    """That names nobody has checked may be entered."""
    words: str = ""
    """The doubt that was answered in a way that cannot be."""
    meaning: str = ""
    """The answer to it, and whether it was meant for its whole goal."""
    is_whole: bool = False
    alike: AlikeNames | None = None
    """The names that may be one unit, ticked as they were sent."""
    status: int = 200


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """The comparison with the plan, narrowed to one kind of change, one page of it."""

    revision: Revision
    rows: list[RevisionRow]
    kind: str
    page: int
    pages: int

    @property
    def open_kind(self) -> str:
        """The filter that shows just the rows that ask something (待核对); none where they ask different things."""
        kinds = [kind for kind in ("doubtful", "blank") if self.revision.count(kind)]
        return kinds[0] if len(kinds) == 1 else ""


def preview_page(
    request: Request, session: Session, viewer: Viewer, batch: ImportBatch, refused: Refused | None = None
) -> Response:
    refused = refused or Refused()
    title, year = refused.title or batch.title, refused.year or str(batch.year)
    open_to_change = batch.state is BatchState.PREVIEWED
    page = whole_number(request.query_params.get("page", "")) or 1
    alike = refused.alike or import_aliases.to_judge(session, viewer, batch)
    under_way = import_headways.unfinished(session, viewer, get_headways(request)) if open_to_change else []
    by_name = import_queries.begins_as(session, batch)
    comparison = _comparison(request, session, viewer, batch, title, year) if open_to_change else None
    return render(
        request,
        "imports/show.html",
        status=refused.status,
        batch=batch,
        preview=import_preview.preview(
            session,
            viewer,
            batch,
            page=page,
            alike=alike,
            is_for_new_plan=open_to_change and not comparison,
            recognised=comparison.revision.recognised if comparison else None,
        ),
        begins_as=refused.state or by_name,
        named_draft=by_name is PlanState.DRAFT,
        comparison=comparison,
        first_reports=_first_reports(batch, comparison) if open_to_change else [],
        not_reported=_not_reported(batch, comparison) if comparison else 0,
        under_way=[each for each in under_way if each.batch_id == batch.id],
        ticket=new_ticket(),
        unchecked=unchecked_names(session, viewer, batch) if open_to_change else [],
        twins=import_queries.waiting_twins(session, viewer, batch),
        undoing=import_queries.undoing(session, batch),
        settled=settled_in(batch),
        judged=alike.judged,
        units=directory_queries.list_departments(session, viewer) if open_to_change else [],
        leads_before=comparison.revision.leads_before() if comparison else {},
        seen=reading_seen(batch),
        targets=[("", "新的责任分解表"), *plan_choices(plan_queries.list_plans(session, viewer))],
        column_choices=COLUMN_CHOICES,
        blank_choices=[each for each in BLANK_CHOICES if comparison or each[0] != AS_BEFORE],
        field_words={**import_preview.FIELD_WORDS, "due": "完成时限"},
        repeat_choices=REPEAT_CHOICES,
        rule_choices=RULE_CHOICES,
        rule_words=FIRST_LISTED_LEADS,
        rule=rule_in_force(session, batch),
        most_doubts=MOST_DOUBTS,
        errors=refused.errors,
        refused=refused,
        title=title,
        year=year,
        own=own_name(batch, import_queries.original_name(session, batch), viewer.today)
        if comparison and not refused.title
        else (title, year),
        here=lambda **changes: _here(request, batch, changes),
    )


def plan_choices(plans: list[PlanRef]) -> list[tuple[str, str]]:
    """Existing plans that a table may be a newer version of."""
    return [(str(plan.id), f"更新：{plan.title}（{plan.year} 年）") for plan in plans]


def _comparison(
    request: Request, session: Session, viewer: Viewer, batch: ImportBatch, title: str, year: str
) -> ComparisonPage | None:
    plan = revision_queries.plan_to_revise(session, viewer, title, whole_number(year) or batch.year)
    if plan is None:
        return None
    revision = revision_queries.revision(session, plan, batch)
    kind = request.query_params.get("show", "")
    kind = kind if kind in {each for each, _, _ in revision.counts()} else ""
    rows = revision.shown(kind)
    pages = max(1, -(-len(rows) // COMPARED))
    page = min(max(whole_number(request.query_params.get("part", "")) or 1, 1), pages)
    return ComparisonPage(revision, rows[(page - 1) * COMPARED : page * COMPARED], kind, page, pages)


def _first_reports(batch: ImportBatch, comparison: ComparisonPage | None) -> list[tuple[str, int]]:
    """What the file's own progress becomes: only tasks that are new begin with it."""
    rows = batch.recognised["tasks"]
    if comparison is not None:
        rows = [rows[row.key] for row in comparison.revision.comparison.added]
    return first_reports(batch.recognised["columns"], rows)


def _not_reported(batch: ImportBatch, comparison: ComparisonPage) -> int:
    """Of the tasks that the plan has already, how many bring progress in the file: their own reports stand."""
    rows = [batch.recognised["tasks"][pair.new.key] for pair in comparison.revision.comparison.pairs]
    return sum(count for _, count in first_reports(batch.recognised["columns"], rows))


def _here(request: Request, batch: ImportBatch, changes: dict[str, object]) -> str:
    """This page with another filter or page; the rest of its state stays in the address."""
    kept = {name: request.query_params.get(name, "") for name in ("show", "part", "page")}
    return with_query(f"/imports/{batch.id}", {**kept, **changes})
