"""导入, while checking: settle a doubt, name the columns, say which names are one unit, judge a pair, choose the plan."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from app.errors import FileRefused, InvalidInput
from app.queries import imports as import_queries
from app.queries import plans as plan_queries
from app.queries.import_aliases import Judgement
from app.rules.permissions import Action, Viewer, needs
from app.services import import_aliases, import_decisions
from app.services.import_gaps import under_one_goal
from app.web.deps import DatabaseDep, RowId, SessionDep, ViewerDep
from app.web.flash import redirect
from app.web.forms import whole_number
from app.web.import_page import Refused, preview_page

router = APIRouter(prefix="/imports/{batch_id}")
Words = Annotated[str, Form()]
Lines = Annotated[list[str] | None, Form()]


@router.post("/decisions")
@needs(Action.IMPORT_PLAN)
def settle_doubt(
    request: Request,
    batch_id: RowId,
    viewer: ViewerDep,
    database: DatabaseDep,
    kind: Words = "",
    words: Words = "",
    meaning: Words = "",
    at: Words = "",
    whole: Words = "",
) -> Response:
    """``at`` is the section the answer was given in: the worklist, or the comparison.

    ``whole``: the lead unit is that of every task under the goal which nobody answers for.
    """
    place = "comparison" if at == "comparison" else "doubts"
    found = [words]
    if whole and kind == "lead":
        with database.reading() as session:
            batch = import_queries.get_batch(session, viewer, batch_id)
            found = under_one_goal(batch.recognised, words)
    answers = [(kind, each, meaning) for each in found]
    return _settle(request, batch_id, viewer, database, answers, place, is_whole=bool(whole))


@router.post("/columns")
@needs(Action.IMPORT_PLAN)
def name_columns(
    request: Request,
    batch_id: RowId,
    viewer: ViewerDep,
    database: DatabaseDep,
    header: Annotated[list[str], Form()],
    kind: Annotated[list[str], Form()],
    was: Annotated[list[str], Form()],
) -> Response:
    changed = [
        ("column", each, meaning)
        for each, meaning, before in zip(header, kind, was, strict=False)
        if meaning != before
    ]
    return _settle(request, batch_id, viewer, database, changed, "columns")


@router.post("/aliases")
@needs(Action.IMPORT_PLAN)
def settle_alike_names(
    request: Request,
    batch_id: RowId,
    viewer: ViewerDep,
    database: DatabaseDep,
    one: Lines = None,
    other: Lines = None,
    keep: Lines = None,
    same: Lines = None,
) -> Response:
    """One line a pair: ``same`` has the numbers of the ticked ones, ``keep`` the name that stays of each."""
    ticked = set(same or ())
    judgements = [
        Judgement(names[0], names[1], str(number) in ticked, names[2])
        for number, names in enumerate(zip(one or (), other or (), keep or (), strict=False))
    ]
    try:
        with database.writing() as session:
            batch = import_queries.get_batch(session, viewer, batch_id)
            import_aliases.judge_alike(session, batch, judgements, actor=viewer)
    except InvalidInput as refusal:
        with database.reading() as session:
            batch = import_queries.get_batch(session, viewer, batch_id)
            alike = import_aliases.to_judge(session, viewer, batch).as_said(judgements)
            sentence = "".join(refusal.fields.values())
            refused = Refused({"alike": sentence}, alike=alike, status=refusal.status)
            return preview_page(request, session, viewer, batch, refused)
    return redirect(f"/imports/{batch_id}#doubts", "names_judged")


@router.post("/pairs")
@needs(Action.IMPORT_PLAN)
def judge_pair(
    batch_id: RowId,
    viewer: ViewerDep,
    session: SessionDep,
    old: Words = "",
    new: Words = "",
    verdict: Words = "",
) -> Response:
    batch = import_queries.get_batch(session, viewer, batch_id)
    row = whole_number(new)
    pair = whole_number(old) or 0, -1 if row is None else row
    if verdict == "join" and not (old and new):
        raise InvalidInput("没有改动。", "请先选择是哪一项任务。")
    if verdict in ("join", "part"):
        import_decisions.declare_same(session, batch, *pair, actor=viewer, same=verdict == "join")
    else:
        import_decisions.declare_apart(session, batch, *pair, actor=viewer, apart=verdict == "apart")
    return redirect(f"/imports/{batch_id}#comparison", "doubt_settled")


@router.post("/target")
@needs(Action.IMPORT_PLAN)
def choose_plan(
    request: Request,
    batch_id: RowId,
    viewer: ViewerDep,
    database: DatabaseDep,
    target: Words = "",
    title: Words = "",
    year: Words = "",
) -> Response:
    """``target`` is a plan to update; empty: a new plan of this name and year."""
    with database.reading() as session:
        batch = import_queries.get_batch(session, viewer, batch_id)
        try:
            if target:
                plan = plan_queries.get_plan(session, viewer, whole_number(target) or 0)
                wanted = (plan.title, plan.year)
            else:
                wanted = (title, whole_number(year) or 0)
                _refuse_taken(session, viewer, *wanted)
            import_decisions.checked_title(*wanted)
            reading = None
            if wanted[1] != batch.year:
                reading = import_decisions.read_again(session, batch, actor=viewer, year=wanted[1])
        except InvalidInput as refusal:
            refused = Refused(refusal.fields, title, year, status=refusal.status)
            return preview_page(request, session, viewer, batch, refused)
    with database.writing() as session:
        batch = import_queries.get_batch(session, viewer, batch_id)
        import_decisions.retarget(session, batch, *wanted, actor=viewer, reading=reading)
    return redirect(f"/imports/{batch_id}")


def _settle(
    request: Request,
    batch_id: RowId,
    viewer: Viewer,
    database: DatabaseDep,
    answers: Sequence[tuple[str, str, str]],
    place: str,
    *,
    is_whole: bool = False,
) -> Response:
    """Read the file again before the database is locked; then keep what was settled and what came of it."""
    with database.reading() as session:
        batch = import_queries.get_batch(session, viewer, batch_id)
        import_decisions.refuse_unless_previewed(batch)
        try:
            decisions = [import_decisions.checked_decision(batch, *answer) for answer in answers]
            reading = import_decisions.read_again(session, batch, decisions, actor=viewer)
        except (InvalidInput, FileRefused) as refusal:
            return preview_page(request, session, viewer, batch, _refused(answers, place, refusal, is_whole))
    with database.writing() as session:
        batch = import_queries.get_batch(session, viewer, batch_id)
        import_decisions.settle(session, batch, decisions, actor=viewer, reading=reading)
    return redirect(f"/imports/{batch_id}#{place}", "doubt_settled")


def _refused(
    answers: Sequence[tuple[str, str, str]], place: str, refusal: InvalidInput | FileRefused, is_whole: bool
) -> Refused:
    if isinstance(refusal, InvalidInput):
        sentence = "".join(refusal.fields.values())
    else:
        sentence = f"按这样认，读不出责任分解表，没有采用。{refusal.message}"
    _, words, meaning = answers[0] if place == "doubts" and answers else ("", "", "")
    return Refused({place: sentence}, words=words, meaning=meaning, is_whole=is_whole, status=refusal.status)


def _refuse_taken(session: Session, viewer: Viewer, title: str, year: int) -> None:
    plans = plan_queries.list_plans(session, viewer)
    if any((plan.title, plan.year) == (" ".join(title.split()), year) for plan in plans):
        sentence = (
            f"{year} 年已有这个名称的责任分解表。要更新它，请在“用于”中选择；要另建一份，请换一个名称。"
        )
        raise InvalidInput("名称已被使用。", fields={"title": sentence})
