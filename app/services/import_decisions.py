"""Settling doubts on the spot: a column, a name, a blank, a deadline; the stored original is then read again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Conflict, InvalidInput
from app.models.imports import BatchState, ImportBatch, ImportDecision
from app.queries import imports as import_queries
from app.queries import revisions as revision_queries
from app.queries.directory import names_to_ids
from app.queries.directory_sheet import day_in
from app.queries.import_aliases import ALIASES
from app.rules.matching import Comparison
from app.rules.permissions import Action, Viewer, require
from app.rules.text import digest_of, plain
from app.services import events
from app.services.directory import wait_in_line
from app.services.import_reading import recognise, stored_form
from importers import Decision, DecisionKind, Decisions
from importers.columns import NAMES, ColumnKind
from importers.decisions import AS_BEFORE, CARRY, DROP, FIRST_LISTED_LEADS, KEEP, LEAVE, WHOLE_YEAR, YES

REMEMBERED = (
    DecisionKind.COLUMN,
    DecisionKind.NAME,
    DecisionKind.RULE,
    DecisionKind.DUE,
    DecisionKind.PARTING,
)
"""What a header or a name means, and who leads, is the same in the next file, and so is a deadline in one of the same year;
all else that is settled is of this file only."""
COLUMN_CHOICES = [(kind.value, words) for kind, words in NAMES.items()]
BLANK_CHOICES = [(CARRY, "沿用上一行"), (LEAVE, "就是空的"), (AS_BEFORE, "照现行的表")]
REPEAT_CHOICES = [(KEEP, "保留两项"), (DROP, "去掉这一项")]
RULE_CHOICES = [("no", "都是牵头单位"), (YES, "第一个牵头，其余配合")]
LONGEST = 2000
LONGEST_NAME = 100
YEARS = range(2000, 2101)
NOT_PREVIEWED = "这次导入已经办结，不能再改认法。"


@dataclass(frozen=True, slots=True)
class Reading:
    """The original of a batch read again, and from which state of the batch: made before any lock is taken."""

    before: list[dict[str, str]]
    year: int
    settled: list[dict[str, str]]
    recognised: dict[str, Any]


def remembered(session: Session, jurisdiction_id: int) -> list[Decision]:
    """What the jurisdiction has settled for good, oldest first."""
    query = (
        select(ImportDecision)
        .where(
            col(ImportDecision.jurisdiction_id) == jurisdiction_id, col(ImportDecision.kind).in_(REMEMBERED)
        )
        .order_by(col(ImportDecision.id))
    )
    return [
        Decision(DecisionKind(row.kind), row.words, row.meaning, of_earlier_file=True)
        for row in session.execute(query).scalars()
    ]


def known_to(session: Session, jurisdiction_id: int) -> list[Decision]:
    """All that helps to read a file of this jurisdiction: the names of its directory, and what it has settled."""
    officials, departments = names_to_ids(session, jurisdiction_id)
    return [
        *(Decision(DecisionKind.PERSON, name, name) for name in officials),
        *(Decision(DecisionKind.UNIT, name, name) for name in departments),
        *remembered(session, jurisdiction_id),
    ]


def rule_in_force(session: Session, batch: ImportBatch) -> str:
    """Whether the first of several units listed without marks leads ("yes"), for this batch."""
    own = [_as_decision(each) for each in settled_in(batch)]
    decided = Decisions.of([*remembered(session, batch.jurisdiction_id), *own])
    return YES if decided.first_listed_leads else "no"


def forget(session: Session, decision: ImportDecision, *, actor: Viewer) -> None:
    """Let the next file be read without it. Files already read keep what they became."""
    require(actor, Action.IMPORT_PLAN)
    events.record(session, actor, "import_decision_forgotten", words=decision.words, meaning=decision.meaning)
    session.delete(decision)
    session.flush()


def checked_decision(batch: ImportBatch, kind: str, words: str, meaning: str) -> Decision:
    """A decision as a form sends it. Raises ``InvalidInput`` with a sentence."""
    problem = ""
    meaning = plain(meaning)
    if kind not in list(DecisionKind) or (kind, words) not in _open_to_decision(batch):
        problem = "这份文件里没有这一处，可能已经处理过了。"
    elif kind == DecisionKind.COLUMN and meaning not in list(ColumnKind):
        problem = "请选择这一栏是什么。"
    elif kind == DecisionKind.BLANK and meaning not in dict(BLANK_CHOICES):
        problem = "请选择空格的意思。"
    elif kind == DecisionKind.REPEAT and meaning not in dict(REPEAT_CHOICES):
        problem = "请选择是保留两项，还是去掉这一项。"
    elif kind == DecisionKind.PARTING and meaning not in _ways_to_part(batch, words):
        problem = "请选择哪些单位牵头、哪些配合。"
    elif kind == DecisionKind.RULE and meaning not in dict(RULE_CHOICES):
        problem = "请选择哪些单位牵头。"
    elif kind == DecisionKind.DUE:
        meaning, problem = _due_meant(meaning)
    elif kind in (DecisionKind.NAME, DecisionKind.POST, DecisionKind.LEAD):
        names = list(filter(None, ("".join(name.split()) for name in re.split(r"[、，,；;\n]", meaning))))
        meaning = "、".join(dict.fromkeys(names))
        taken_away = kind == DecisionKind.LEAD and (kind, words) in _settled_words(batch)
        if not meaning and not taken_away:
            problem = "请写明名称；几个名称之间用“、”隔开。"
        elif kind == DecisionKind.LEAD and max(map(len, names), default=0) > LONGEST_NAME:
            problem = f"一个单位的名称请控制在 {LONGEST_NAME} 字以内；几个单位之间用“、”隔开。"
    if len(meaning) > LONGEST:
        problem = f"请控制在 {LONGEST} 字以内。"
    if problem:
        raise InvalidInput("没有采用，未作任何改动。", fields={"meaning": problem})
    return Decision(DecisionKind(kind), words, meaning)


def _due_meant(meaning: str) -> tuple[str, str]:
    """A deadline as a form sends it, 2018-06-30 or 全年; and what is wrong with it."""
    if meaning == WHOLE_YEAR:
        return meaning, ""
    try:
        day = day_in(normalize("NFKC", meaning))
    except ValueError:
        return meaning, "看不懂这个日期，请写成 2018-06-30 这样；没有确切日期的，点“按全年计”。"
    if day is None:
        return meaning, "请填完成的日期；没有确切日期的，点“按全年计”。"
    if day.year not in YEARS:
        return meaning, f"日期请填 {YEARS[0]} 年到 {YEARS[-1]} 年之间的。"
    return day.isoformat(), ""


def read_again(
    session: Session, batch: ImportBatch, decisions: Sequence[Decision] = (), *, actor: Viewer, year: int = 0
) -> Reading:
    """Read the stored original with all that was settled: the jurisdiction's first, then the batch's. Writes nothing.

    With another ``year`` the days said for deadlines fall away: the same words then mean another day.
    Raises ``FileRefused`` when nothing can be read that way.
    """
    require(actor, Action.IMPORT_PLAN)
    refuse_unless_previewed(batch)
    original = import_queries.get_original(session, actor, batch.id or 0)
    before = settled_in(batch)
    settled = {(each["kind"], each["words"]): each["meaning"] for each in before}
    for decision in decisions:
        settled.pop((decision.kind.value, decision.words), None)  # the last word comes last
        if decision.meaning:  # nothing is said where a unit filled in was taken away again
            settled[decision.kind.value, decision.words] = decision.meaning
    year = year or batch.year
    own = [
        Decision(DecisionKind(kind), words, meaning)
        for (kind, words), meaning in settled.items()
        if kind != DecisionKind.DUE or meaning == WHOLE_YEAR or year == batch.year
    ]
    known = known_to(session, batch.jurisdiction_id)
    table = recognise(original.content, original.name, year=year, decisions=Decisions.of([*known, *own]))
    return Reading(before, year, [_as_dict(decision) for decision in own], stored_form(table))


def settle(
    session: Session,
    batch: ImportBatch,
    decisions: Sequence[Decision],
    *,
    actor: Viewer,
    reading: Reading | None = None,
) -> None:
    """Keep what a person settled, remember columns and names for the next file, and show the table so read.

    ``reading`` is the work of ``read_again`` done before; it is done again here only if a colleague has settled
    something else in between.
    """
    require(actor, Action.IMPORT_PLAN)
    session.refresh(batch, with_for_update=True)
    refuse_unless_previewed(batch)
    if reading is None or reading.before != settled_in(batch) or reading.year != batch.year:
        reading = read_again(session, batch, decisions, actor=actor)
    if reading.settled != settled_in(batch):
        told = [_as_dict(decision) for decision in decisions]
        events.record(session, actor, "import_doubt_settled", batch_id=batch.id, decisions=told)
    batch.decisions = {**batch.decisions, "settled": reading.settled}
    batch.recognised = reading.recognised
    session.add(batch)
    _remember(session, [decision for decision in decisions if decision.kind in REMEMBERED], batch.year, actor)
    session.flush()


def declare_apart(
    session: Session, batch: ImportBatch, old_key: int, new_key: int, *, actor: Viewer, apart: bool = True
) -> None:
    """Say that a row is not the task it looks like (不是同一项), so that one goes and one comes; or take it back."""
    standard = _row_to_judge(session, batch, new_key, actor)
    declared = [each for each in batch.decisions.get("apart", ()) if each[1] != standard]
    if apart:
        plan = revision_queries.plan_to_revise(session, actor, batch.title, batch.year)
        pair = plan and revision_queries.revision(session, plan, batch).reworded_pair(old_key, new_key)
        if not pair:
            return  # said already, or no longer paired: nothing to do
        declared = [*batch.decisions.get("apart", ()), [old_key, standard]]
    _keep_judgement(session, batch, "apart", declared, standard, actor, apart=apart)


def declare_same(
    session: Session, batch: ImportBatch, old_key: int, new_key: int, *, actor: Viewer, same: bool = True
) -> None:
    """Say that a row that comes is a task that would go (是同一项), so that its progress stays; or take it back."""
    standard = _row_to_judge(session, batch, new_key, actor)
    joined = list(batch.decisions.get("joined", ()))
    if same:
        plan = revision_queries.plan_to_revise(session, actor, batch.title, batch.year)
        told = revision_queries.revision(session, plan, batch).comparison if plan else Comparison()
        was = [task.standard for task in told.gone if task.key == old_key]
        if not was or new_key not in {row.key for row in told.added}:
            return  # said already, or one of them has found its own since: nothing to do
        joined.append([old_key, standard, was[0]])
    else:
        joined = [each for each in joined if each[1] != standard]
    _keep_judgement(session, batch, "joined", joined, standard, actor, apart=not same)


def _row_to_judge(session: Session, batch: ImportBatch, key: int, actor: Viewer) -> str:
    """The words of a row of the file, while its batch is held and still open to what a person says of it."""
    require(actor, Action.IMPORT_PLAN)
    session.refresh(batch, with_for_update=True)
    refuse_unless_previewed(batch)
    rows = batch.recognised["tasks"]
    if not 0 <= key < len(rows):
        raise Conflict("文件已按新的认法重新识别，这一行的位置变了，没有改动。", "请在页面上重新核对。")
    return str(rows[key]["standard"])


def _keep_judgement(
    session: Session,
    batch: ImportBatch,
    kind: str,
    judged: list[list[Any]],
    standard: str,
    actor: Viewer,
    *,
    apart: bool,
) -> None:
    batch.decisions = {**batch.decisions, kind: judged}
    session.add(batch)
    events.record(session, actor, "import_pair_judged", batch_id=batch.id, standard=standard, apart=apart)
    session.flush()


def retarget(
    session: Session,
    batch: ImportBatch,
    title: str,
    year: int,
    *,
    actor: Viewer,
    reading: Reading | None = None,
) -> None:
    """Choose which plan the batch is for. With another year the deadlines are read again."""
    require(actor, Action.IMPORT_PLAN)
    session.refresh(batch, with_for_update=True)
    refuse_unless_previewed(batch)
    title = checked_title(title, year)
    if year != batch.year:
        if reading is None or reading.before != settled_in(batch) or reading.year != year:
            reading = read_again(session, batch, actor=actor, year=year)
        batch.recognised = reading.recognised
        batch.decisions = {**batch.decisions, "settled": reading.settled}
    batch.title, batch.year = title, year
    session.add(batch)
    session.flush()


def refuse_removed(batch: ImportBatch) -> None:
    """Raises ``Conflict`` when a colleague has just taken the file off the list (移除)."""
    if import_queries.REMOVED in batch.decisions:
        raise Conflict("这份待核对的文件刚刚被移除，没有导入。", "需要时请重新上传。")


def refuse_unless_previewed(batch: ImportBatch) -> None:
    refuse_removed(batch)
    if batch.state is not BatchState.PREVIEWED:
        raise Conflict(NOT_PREVIEWED, "需要更正时，请导入改正后的文件。")


def reading_seen(batch: ImportBatch) -> str:
    """What was settled when a page showed the table, and which names were made one; the form of the commit carries it."""
    return digest_of((settled_in(batch), batch.decisions.get(ALIASES, {})))


def refuse_if_read_anew(batch: ImportBatch, seen: str) -> None:
    """Raises ``Conflict`` when a colleague has settled a doubt since the page was shown."""
    if seen and batch.state is BatchState.PREVIEWED and seen != reading_seen(batch):
        raise Conflict("同事刚刚改了认法，文件已重新识别，还没有导入。", "请把现在读出的内容再看一遍后提交。")


def checked_title(title: str, year: int) -> str:
    """A plan's name without stray spaces. Raises ``InvalidInput`` for a name or year that cannot be."""
    fields: dict[str, str] = {}
    title = " ".join(plain(title).split())
    if not title:
        fields["title"] = "请给这份责任分解表起一个名称。"
    if len(title) > 200:
        fields["title"] = "名称请控制在 200 字以内。"
    if year not in YEARS:
        fields["year"] = "年度请填四位数字，例如 2018。"
    if fields:
        raise InvalidInput("有内容需要修改，尚未导入。", fields=fields)
    return title


def settled_in(batch: ImportBatch) -> list[dict[str, str]]:
    return list(batch.decisions.get("settled", ()))


def _ways_to_part(batch: ImportBatch, words: str) -> set[str]:
    """Every way offered to part the units that may have stood in several columns."""
    asked = ((each["kind"], each["words"], each["choices"]) for each in _questions(batch))
    return {
        each["meaning"]
        for kind, told, choices in asked
        if kind == DecisionKind.PARTING and told == words
        for each in choices
    }


def _questions(batch: ImportBatch) -> list[dict[str, Any]]:
    recognised = batch.recognised
    issues = [*recognised["issues"], *(issue for task in recognised["tasks"] for issue in task["issues"])]
    return [issue["question"] for issue in issues if issue.get("question")]


def _open_to_decision(batch: ImportBatch) -> set[tuple[str, str]]:
    """Every (kind, words) the batch asks about, shows a column of, or has settled before."""
    asked = {(each["kind"], each["words"]) for each in _questions(batch)} | _settled_words(batch)
    asked |= {(DecisionKind.COLUMN.value, column["header"]) for column in batch.recognised["columns"]}
    return asked | {(DecisionKind.RULE.value, FIRST_LISTED_LEADS)}


def _settled_words(batch: ImportBatch) -> set[tuple[str, str]]:
    return {(each["kind"], each["words"]) for each in settled_in(batch)}


def _as_decision(told: dict[str, str]) -> Decision:
    return Decision(DecisionKind(told["kind"]), told["words"], told["meaning"])


def _as_dict(decision: Decision) -> dict[str, str]:
    return {"kind": decision.kind.value, "words": decision.words, "meaning": decision.meaning}


def _remember(session: Session, decisions: Sequence[Decision], year: int, actor: Viewer) -> None:
    """For the jurisdiction's next file; but a day of another year than the plan's is right in this one only."""
    if not decisions:
        return
    wait_in_line(session, actor)  # two people may settle the same words at once
    for decision in decisions:
        known = session.execute(
            select(ImportDecision).where(
                col(ImportDecision.jurisdiction_id) == actor.jurisdiction_id,
                col(ImportDecision.kind) == decision.kind,
                col(ImportDecision.words) == decision.words,
            )
        ).scalar_one_or_none()
        if decision.kind is DecisionKind.DUE and decision.meaning[:4] not in (WHOLE_YEAR, str(year)):
            if known is not None:  # what was remembered is said otherwise now
                session.delete(known)
                session.flush()
            continue
        known = known or ImportDecision(
            jurisdiction_id=actor.jurisdiction_id,
            kind=decision.kind.value,
            words=decision.words,
            meaning="",
            decided_at=actor.now,
        )
        known.meaning, known.decided_at = decision.meaning, actor.now
        session.add(known)
        session.flush()
