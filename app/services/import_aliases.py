"""Saying of names that look alike whether they are one unit: kept with the batch, entered into the directory at its commit."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace
from itertools import combinations

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.directory import DepartmentAlias, Jurisdiction
from app.models.imports import BatchState, ImportBatch, ImportDecision
from app.queries.directory import names_to_ids
from app.queries.import_aliases import (
    ALIASES,
    DIFFERENT,
    JUDGED,
    AlikeNames,
    Judgement,
    Pair,
    alike_names,
    judgements_of,
    meant,
    mentions,
    told_apart,
)
from app.queries.imports import new_names
from app.rules.permissions import Action, Viewer, require
from app.rules.unit_names import surely_one
from app.services import events
from app.services.directory import alike_known, checked_name, register_alias, tell_apart, wait_in_line
from app.services.import_decisions import forget, refuse_unless_previewed


def to_judge(session: Session, viewer: Viewer, batch: ImportBatch) -> AlikeNames:
    """Every pair of names of the file, or of the file and the directory, that may be one unit."""
    if batch.state is not BatchState.PREVIEWED:
        return AlikeNames()
    new = new_names(session, viewer, batch)
    return alike_names(session, viewer, batch, alike_known(session, viewer, new.departments))


def judge_alike(
    session: Session, batch: ImportBatch, judgements: Sequence[Judgement], *, actor: Viewer
) -> None:
    """Keep with the batch which names are one unit, and remember for every later file where a tick was taken away.

    A pair nobody has ever ticked is two units in this file only: to leave it as it is says little of the next one.
    Nothing enters the directory before the commit. The same said again changes nothing. Raises ``InvalidInput`` with
    the sentence when the answers cannot all be true.
    """
    require(actor, Action.IMPORT_PLAN)
    require(actor, Action.EDIT_DIRECTORY)
    session.refresh(batch, with_for_update=True)
    refuse_unless_previewed(batch)
    wait_in_line(session, actor)
    _, departments = names_to_ids(session, actor.jurisdiction_id)
    said = {each.pair: each for each in map(_checked, judgements)}
    _refuse_strangers(said, {*mentions(batch), *departments})
    before = {each.pair: each for each in judgements_of(batch)}
    judged = before | said
    remembered = told_apart(session, actor.jurisdiction_id)
    aliases = _aliases_of(batch, list(judged.values()), departments, remembered)
    jurisdiction = session.get_one(Jurisdiction, actor.jurisdiction_id).name
    for pair, each in said.items():
        was_ticked = before[pair].same if pair in before else surely_one(each.one, each.other, jurisdiction)
        if was_ticked and not each.same:
            tell_apart(session, each.one, each.other, actor=actor)
        elif each.same and pair in remembered:
            _forget_apart(session, pair, actor)
    if judged == before:
        return
    changed = [each for pair, each in said.items() if before.get(pair) != each]
    events.record(
        session,
        actor,
        "import_names_judged",
        batch_id=batch.id,
        same=[[each.one, each.other] for each in changed if each.same],
        apart=[[each.one, each.other] for each in changed if not each.same],
    )
    batch.decisions = {
        **batch.decisions,
        JUDGED: [list(astuple(each)) for each in judged.values()],
        ALIASES: aliases,
    }
    session.add(batch)
    session.flush()


def enter_aliases(session: Session, batch: ImportBatch, *, actor: Viewer) -> dict[str, int]:
    """At the commit: the aliases of the file that the directory does not have yet, each with the number it gets."""
    _, departments = names_to_ids(session, actor.jurisdiction_id)
    standing = mentions(batch)
    _refuse_overtaken(batch, departments, standing)
    wanted = {alias: name for alias, name in meant(batch, departments).items() if standing[alias]}
    for alias, name in wanted.items():
        register_alias(session, alias, name, actor=actor)
    query = select(col(DepartmentAlias.name), col(DepartmentAlias.id)).where(
        col(DepartmentAlias.jurisdiction_id) == actor.jurisdiction_id, col(DepartmentAlias.name).in_(wanted)
    )
    return {row.name: row.id for row in session.execute(query)}


def _refuse_overtaken(batch: ImportBatch, departments: dict[str, int], standing: Counter[str]) -> None:
    """What was said to be another name of a unit may have become a unit since."""
    for alias, name in batch.decisions.get(ALIASES, {}).items():
        if standing[alias] and alias in departments and departments[alias] != departments.get(name):
            raise Conflict(
                f"您说过“{alias}”与“{name}”是同一个单位，可是“{alias}”现在已是名录中的另一个单位。现在还没有导入。",
                "请在“判断过的名称”里去掉这一行的勾选，或者在“单位与人员”里把它们合并，再提交。",
            )


def _checked(said: Judgement) -> Judgement:
    one, other = checked_name(said.one), checked_name(said.other)
    if one == other:
        raise _refusal("两个名称相同，不用判断。")
    keep = "".join(said.keep.split()) or other
    if said.same and keep not in (one, other):
        raise _refusal(f"“{one}”与“{other}”只能统一写作其中一个。")
    return replace(said, one=one, other=other, keep=keep if said.same else "")


def _refuse_strangers(said: dict[Pair, Judgement], known: set[str]) -> None:
    for each in said.values():
        for name in (each.one, each.other):
            if name not in known:
                raise _refusal(
                    f"这份文件和单位名录里现在都没有“{name}”，可能已经处理过了。请按现在的页面再判断。"
                )


def _aliases_of(
    batch: ImportBatch, judged: list[Judgement], departments: dict[str, int], remembered: set[Pair]
) -> dict[str, str]:
    """Alias → name, for all names that are one unit, however many pairs lead from one to the other."""
    same = [each for each in judged if each.same]
    apart = (remembered | {each.pair for each in judged if not each.same}) - {each.pair for each in same}
    times = mentions(batch)
    found: dict[str, str] = {}
    for together in _clusters(same):
        known = [name for name in together if name in departments]
        for one, other in combinations(known, 2):
            if departments[one] != departments[other]:
                raise _contradiction(one, other, "在名录中是两个单位")
        for pair in apart:
            if pair <= together:
                one, other = sorted(pair)
                raise _contradiction(one, other, "没有勾选为同一个，或者以前说过是两个单位")
        given_up = {name for each in same if each.pair <= together for name in each.pair - {each.keep}}
        candidates = known or [name for name in together if name not in given_up] or list(together)
        keep = max(candidates, key=lambda name: (times[name], len(name), name))
        found |= {name: keep for name in sorted(together) if name != keep and name not in departments}
    return found


def _clusters(same: Iterable[Judgement]) -> list[set[str]]:
    clusters: list[set[str]] = []
    for each in same:
        touched = [cluster for cluster in clusters if cluster & each.pair]
        clusters = [cluster for cluster in clusters if not cluster & each.pair]
        clusters.append(set(each.pair).union(*touched))
    return clusters


def _contradiction(one: str, other: str, why: str) -> InvalidInput:
    return _refusal(
        f"按现在的勾选，“{one}”与“{other}”会成为同一个单位，可是它们{why}。请再看看与它们有关的几行。"
    )


def _refusal(sentence: str) -> InvalidInput:
    return InvalidInput("没有记下，未作任何改动。", fields={"alike": sentence})


def _forget_apart(session: Session, pair: Pair, actor: Viewer) -> None:
    query = select(ImportDecision).where(
        col(ImportDecision.jurisdiction_id) == actor.jurisdiction_id,
        col(ImportDecision.kind) == DIFFERENT,
        col(ImportDecision.words) == "≠".join(sorted(pair)),
    )
    for decision in session.execute(query).scalars():
        forget(session, decision, actor=actor)
