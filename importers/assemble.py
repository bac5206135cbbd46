"""From the raw words of every task to names and dates, each doubt beside its task."""

import re
from datetime import date

from importers import headway
from importers.characters import outside_brackets, squash
from importers.columns import FIELD_OF_KIND
from importers.decisions import NOTHING_DECIDED, WHOLE_YEAR, DecisionKind, Decisions, Question
from importers.raw import DEPARTMENT_FIELDS, RawTask
from importers.rows import ImportedRow, Issue, Level
from importers.unparted import settle_parting
from importers.values.deadlines import Certainty, Deadline, deadline_in_sentence, read_deadline
from importers.values.departments import DepartmentNames, Names, look_like_units
from importers.values.duties import RESPONSIBLE, find_label, read_duties, settled, without_stars
from importers.values.duty_verbs import Duties
from importers.values.people import PeopleNames

_KNOWN = frozenset(FIELD_OF_KIND.values())  # what else a label announces stays under its own words
_PEOPLE_AND_UNITS = re.compile(r"[\s、，,；;（）()/]+")
_GOES_ON = ("、", "，", ",")
_BETWEEN_NAMES = re.compile(r"[\s、，,；;]")


def assemble(
    tasks: list[RawTask], year: int | None, decisions: Decisions = NOTHING_DECIDED
) -> list[ImportedRow]:
    """Read names and deadlines with the help of the whole file: clear cells explain the broken ones."""
    for task in tasks:
        _separate_roles(task)
        _units_beside_people(task)
    people = PeopleNames(decisions.names, decisions.people)
    departments = DepartmentNames(decisions.names, decisions.units)
    for text in {task.fields.get("officials", "") for task in tasks}:
        people.learn(text)
    for text in {task.fields.get(name, "") for task in tasks for name in DEPARTMENT_FIELDS}:
        departments.learn(text)
    headway.begin(headway.Step.CHECK, len(tasks))
    units_lead = any(task.fields.get("lead_departments") for task in tasks)
    return [_row(task, people, departments, year, decisions, units_lead) for task in tasks]


def _separate_roles(task: RawTask) -> None:
    """牵头：…配合：… inside one cell: each unit goes to the role it is given there."""
    for name in DEPARTMENT_FIELDS:
        if not (text := task.fields.get(name)):
            continue
        duties = _lead_on_top(task, text) or read_duties(text)
        if duties is None:
            if name in task.both_roles and len(_BETWEEN_NAMES.split(text)) > 1:
                task.unmarked_roles = True
            if bare := without_stars(text):
                task.fields[name] = bare
            if bare != text and len(_BETWEEN_NAMES.split(text)) > 1:
                task.warn(f"“{' '.join(text.split())}”里有的单位带着记号，看不出谁牵头，请核对")
            continue
        if name == "lead_departments" and set(duties) == {"supporting_departments"}:
            duties = _lead_before_helpers(task, text)
        task.says_who_leads = task.says_who_leads or "lead_departments" in duties
        del task.fields[name]
        if RESPONSIBLE in duties and "lead_departments" not in duties:
            duties[name] = duties.pop(RESPONSIBLE)  # …负责 in a column of its own means what the column means
        for role, words in settled(duties, third_tier_leads=name == "lead_departments").items():
            task.fields[role] = "\n".join(filter(None, (task.fields.get(role, ""), words)))
            if name in task.inherited and role not in task.inherited:
                task.inherited.append(role)
        task.note(f"“{' '.join(text.split())}”按其中写明的分工读入")


def _lead_on_top(task: RawTask, text: str) -> Duties | None:
    """牵头单位：甲局 on the first line of a cell and a list without a label below it: the others help."""
    first, _, rest = text.strip().partition("\n")
    if not rest or find_label(first) != 0 or find_label(rest) >= 0 or first.rstrip().endswith(_GOES_ON):
        return None
    duties = read_duties(first) or {}
    if set(duties) != {"lead_departments"} or not look_like_units(rest):
        return None
    task.warn(f"“{' '.join(text.split())}”只写明第一行牵头，其余按配合读入，请核对")
    return duties | {"supporting_departments": rest}


def _lead_before_helpers(task: RawTask, text: str) -> Duties:
    """牵头单位：甲局，乙局、丙局配合: what stands before the helpers leads."""
    names = text.strip().rstrip("。")
    cuts = [place for place, mark in outside_brackets(names) if mark in "，,；;\n"]
    cuts = cuts or [place for place, mark in outside_brackets(names) if mark == "、"]
    lead = names[: cuts[0]] if cuts else ""
    helpers = read_duties(names[cuts[0] + 1 :]) if cuts else None
    if not helpers or not look_like_units(lead):
        task.warn(f"“{' '.join(text.split())}”没有写明谁牵头，请核对")
        return read_duties(text) or {}
    if names[cuts[0]] == "、":
        task.warn(f"“{' '.join(text.split())}”看不出谁牵头、谁配合，按第一个牵头读入，请核对")
    return {"lead_departments": lead} | helpers


def _units_beside_people(task: RawTask) -> None:
    """秦明（县教育局） under 责任领导及单位, where no other column names a unit: the unit in the bracket answers."""
    text = task.fields.get("officials", "")
    if not text or any(task.fields.get(name) for name in DEPARTMENT_FIELDS):
        return
    pieces = [piece for piece in _PEOPLE_AND_UNITS.split(text) if piece.strip()]
    units = [piece for piece in pieces if look_like_units(piece)]
    if units and len(units) < len(pieces):
        task.fields["officials"] = "、".join(piece.strip() for piece in pieces if piece not in units)
        task.fields["lead_departments"] = "、".join(units)
        task.note(f"“{' '.join(text.split())}”里的单位读作责任单位")


UNNAMED = "责任领导（未填姓名）"
"""Under these words a task keeps a post whose holder nobody named."""


def _row(
    task: RawTask,
    people: PeopleNames,
    departments: DepartmentNames,
    year: int | None,
    decisions: Decisions,
    units_lead: bool,
) -> ImportedRow:
    headway.one_more()
    row = ImportedRow(task.number, task.goal, task.standard, place=task.place)
    row.inherited, row.issues = task.inherited, task.issues
    row.progress = task.progress
    row.extra = task.extra | {name: words for name, words in task.fields.items() if name not in _KNOWN}
    row.says_who_leads = task.says_who_leads
    row.unmarked_roles = task.unmarked_roles
    if officials := task.fields.get("officials"):
        read = people.read(officials)
        row.officials = list(read.names)
        _keep_words(row, "officials", officials, row.officials)
        if not row.officials and "officials" in row.written and squash(officials) in people.left_unnamed:
            row.extra[UNNAMED] = row.written["officials"]
        _tell(row, officials, read)
    for name in DEPARTMENT_FIELDS:
        if text := task.fields.get(name):
            read = departments.read(text, with_heads=name in task.with_heads)
            setattr(row, name, list(read.names))
            _keep_words(row, name, text, read.names)
            _tell(row, text, read)
    if task.unparted and not task.says_who_leads:
        settle_parting(row, task.unparted, decisions.partings)
    _drop_repeated(row)
    _set_deadline(row, task, year, decisions)
    if not (row.lead_departments or row.main_departments):
        _ask_who_leads(row, units_lead)
    return row


def _ask_who_leads(row: ImportedRow, units_lead: bool) -> None:
    """A task without a lead unit is nobody's to report on; a table of leaders alone names none on purpose."""
    if row.supporting_departments:
        _issue(row, Level.WARNING, "没有责任单位牵头，只有配合单位，请补上")
    elif not (row.officials or UNNAMED in row.extra):
        _issue(row, Level.WARNING, "没有责任单位，也没有责任领导，请补上")
    elif units_lead:
        _issue(row, Level.WARNING, "没有责任单位，只有责任领导，请补上")


def _drop_repeated(row: ImportedRow) -> None:
    """Who leads needs no second mention as helper."""
    repeated = [name for name in row.supporting_departments if name in row.lead_departments]
    if repeated and "lead_departments" in row.inherited:
        _issue(row, Level.WARNING, f"“{'、'.join(repeated)}”沿用上行为牵头，又列为配合，请核对牵头单位")
    elif repeated:
        row.supporting_departments = [name for name in row.supporting_departments if name not in repeated]
        _issue(row, Level.NOTE, f"“{'、'.join(repeated)}”已列为牵头，配合中不再重复")


def _set_deadline(row: ImportedRow, task: RawTask, year: int | None, decisions: Decisions) -> None:
    words = task.fields.get("due", "")
    from_sentence = not words
    if from_sentence:
        words = deadline_in_sentence(task.standard, year)
    if not words:
        return
    deadline = read_deadline(words, year)
    if deadline.needs_year:
        _issue(row, Level.NOTE, f"完成时限“{words}”没有写明年份，计划年度确定后才能换算成日期")
    row.due_text, row.due_on, row.due_certainty = deadline.words, deadline.due_on, deadline.certainty
    if deadline.doubt:
        _ask_when(row, deadline, year, decisions)
    elif from_sentence and not deadline.needs_year:
        _issue(row, Level.NOTE, f"完成时限“{words}”取自任务原文")


def _ask_when(row: ImportedRow, deadline: Deadline, year: int | None, decisions: Decisions) -> None:
    """Words that cannot be read, name several times or were guessed at: the day is as a person has said, or asked."""
    words = squash(deadline.words)
    said = decisions.due_said(words, year)
    if not said:
        read = deadline.due_on.isoformat() if deadline.due_on else ""
        question = Question(DecisionKind.DUE, words, read)
        row.issues.append(Issue(Level.WARNING, row.place, f"完成时限：{deadline.doubt}", question))
        return
    if said == WHOLE_YEAR:
        row.due_on = date(year, 12, 31) if year else None
        message = f"完成时限“{deadline.words}”按核对时说的全年计"
    else:
        row.due_on = date.fromisoformat(said)
        message = f"完成时限“{deadline.words}”按核对时填的 {said} 计"
    row.due_certainty = Certainty.EXACT
    row.issues.append(Issue(Level.NOTE, row.place, message, Question(DecisionKind.DUE, words, said)))


def _keep_words(row: ImportedRow, name: str, text: str, names: list[str]) -> None:
    """What the cell says beyond the names read in it: titles, 等部门, marks of roles."""
    if _BETWEEN_NAMES.sub("", text) != _BETWEEN_NAMES.sub("", "".join(names)):
        row.written[name] = " ".join(text.split())


def _tell(row: ImportedRow, text: str, read: Names) -> None:
    for doubt in read.doubts:
        level = Level.NOTE if doubt.sure else Level.WARNING
        kind = DecisionKind.POST if doubt.is_post else DecisionKind.NAME
        question = None if doubt.sure else Question(kind, squash(text), "、".join(read.names))
        row.issues.append(Issue(level, row.place, doubt.message, question))


def _issue(row: ImportedRow, level: Level, message: str) -> None:
    row.issues.append(Issue(level, row.place, message))
