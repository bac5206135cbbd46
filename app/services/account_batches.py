"""Many accounts at once: from a workbook, or one liaison for every unit; all of them or none."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session

from app.errors import Conflict, FileRefused, InvalidInput
from app.models.account import Role
from app.queries import account_list
from app.queries.directory import names_to_ids
from app.rules.permissions import ROLE_LABELS, Action, Viewer, require
from app.rules.usernames import folded
from app.services import accounts
from app.services.accounts import AccountForm
from app.services.directory import wait_in_line
from app.services.passwords import FirstPassword
from app.services.uploaded_tables import read_tables
from app.services.usernames import propose
from importers.grid import Row

MOST = 200
"""At once: each first password takes a moment to be made safe, and somebody is waiting for the page."""
USERNAME, NAME, ROLE, UNIT, OFFICIAL, NUMBER = "用户名", "姓名", "角色", "单位", "分管领导", "工号"
COLUMNS = {
    USERNAME: "username",
    NAME: "name",
    ROLE: "role",
    UNIT: "department",
    OFFICIAL: "official",
    NUMBER: "external_id",
}
OTHER_WORDS = {
    "账号": USERNAME,
    "登录名": USERNAME,
    "部门": UNIT,
    "所属单位": UNIT,
    "单位名称": UNIT,
    "领导": OFFICIAL,
}
ROLE_WORDS = {label: role for role, label in ROLE_LABELS.items()} | {
    "联络员": Role.LIAISON,
    "领导": Role.LEAD_OFFICIAL,
    "管理员": Role.ADMINISTRATOR,
    "审计": Role.AUDITOR,
    "督查": Role.SUPERVISION,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One account as it is written down, before anything is kept."""

    place: str = ""
    username: str = ""
    name: str = ""
    role: str = ""
    department: str = ""
    official: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with what it would become, or with every reason why it cannot."""

    draft: Draft
    form: AccountForm
    reasons: list[str]

    @property
    def role_label(self) -> str:
        return self.draft.role if self.reasons else ROLE_LABELS[self.form.role]


def read_drafts(data: bytes, name: str) -> list[Draft]:
    """The lines of an uploaded workbook; no database is touched. Raises ``FileRefused``."""
    found: list[Draft] = []
    for grid in read_tables(data, name):
        for index, row in enumerate(grid.rows[:20]):
            headers = _headers(row)
            if NAME in headers.values() and ({ROLE, UNIT} & set(headers.values())):
                below = [each for each in grid.rows[index + 1 :] if not each.hidden]
                drafts = [_draft(each, headers, grid.place(each.number)) for each in below]
                found += [each for each in drafts if replace(each, place="") != Draft()]
                break
    if not found:
        raise FileRefused(
            "文件里没有找到账号：没有一张表的表头写着“姓名”和“角色”，或者表头下面是空的。",
            "请下载模板，在上面填写后再上传。",
        )
    return _within_limit(found)


def liaison_drafts(session: Session, actor: Viewer) -> list[Draft]:
    """One liaison for each unit without one, with a user name by its pinyin."""
    require(actor, Action.MANAGE_ACCOUNTS)
    units = account_list.units_without_liaison(session, actor, actor.today)[:MOST]
    names = propose((unit.name for unit in units), account_list.usernames(session))
    label = ROLE_LABELS[Role.LIAISON]
    return [
        Draft("", username, f"{unit.name}联络员", label, unit.name)
        for username, unit in zip(names, units, strict=True)
    ]


def check_drafts(session: Session, drafts: Sequence[Draft], *, actor: Viewer) -> list[CheckedDraft]:
    """What each line would become, or all that is wrong with it. Lines without a user name get one by pinyin."""
    require(actor, Action.MANAGE_ACCOUNTS)
    drafts = _named(session, drafts)
    officials, departments = names_to_ids(session, actor.jurisdiction_id)
    seen: dict[tuple[str, str], str] = {}
    checked = []
    for draft in drafts:
        role = _role(draft)
        form = AccountForm(
            draft.username,
            draft.name,
            role or Role.SUPERVISION,
            departments.get(draft.department),
            officials.get(draft.official),
            draft.external_id,
        ).cleaned()
        fields = accounts.problems(session, form, actor.jurisdiction_id)
        if role is None:
            fields["role"] = (
                f"不认得角色“{draft.role}”，请写督查室、部门联络员、分管领导、系统管理员或审计员。"
                if draft.role
                else "角色是空的。"
            )
        if role is Role.LIAISON and draft.department and form.department_id is None:
            fields["department"] = f"单位名录里没有“{draft.department}”，请写名录中的名称。"
        if role is Role.LEAD_OFFICIAL and draft.official and form.official_id is None:
            fields["official"] = f"名录里没有分管领导“{draft.official}”，请写名录中的姓名。"
        for field, value, same in (
            ("username", form.username, folded(form.username)),
            ("external_id", form.external_id, form.external_id),
        ):
            if value and (field, same) in seen:
                fields[field] = f"与{seen[field, same]}的“{value}”重复。"
            elif value:
                seen[field, same] = draft.place or f"“{draft.name}”"
        checked.append(CheckedDraft(draft, form, list(fields.values())))
    return checked


def open_accounts(
    session: Session,
    drafts: Sequence[Draft],
    passwords: Sequence[FirstPassword],
    *,
    actor: Viewer,
    now: datetime,
) -> list[CheckedDraft]:
    """Open them all, each with its first password. Raises ``Conflict`` when one no longer can be."""
    require(actor, Action.MANAGE_ACCOUNTS)
    wait_in_line(session, actor)
    checked = check_drafts(session, drafts, actor=actor)
    refused = [each for each in checked if each.reasons]
    if refused:
        raise none_opened(len(refused))
    for each, password in zip(checked, passwords, strict=True):
        accounts.open_account(
            session,
            each.form,
            jurisdiction_id=actor.jurisdiction_id,
            password_hash=password.hash,
            now=now,
            actor=actor,
        )
    return checked


def none_opened(wrong: int) -> Conflict:
    """Lines cannot become accounts; often because the same page was sent before and did open them."""
    return Conflict(
        f"有 {wrong} 行不能建立账号，这一次一个也没有建立。",
        "请按各行的说明改正后再提交；如果同一页刚才已经提交过，账号那时已经建立，没有留下的首次密码请逐个重置。",
    )


def written(drafts: Sequence[Draft]) -> str:
    """The lines as the preview hands them to the next step."""
    return orjson.dumps([asdict(draft) for draft in drafts]).decode()


def read_written(text: str) -> list[Draft]:
    """The lines the preview handed on. Raises ``InvalidInput`` for anything else."""
    try:
        rows: Any = orjson.loads(text)
        drafts = [Draft(**{name: str(value) for name, value in row.items()}) for row in rows]
    except (ValueError, TypeError, AttributeError):
        drafts = []
    if not drafts:
        raise InvalidInput("没有要建立的账号，未作任何改动。", "请从账号页面重新开始。")
    return _within_limit(drafts)


def _within_limit(drafts: list[Draft]) -> list[Draft]:
    if len(drafts) > MOST:
        raise FileRefused(f"共有 {len(drafts)} 个账号，一次最多建立 {MOST} 个。", "请分成几份。")
    return drafts


def _headers(row: Row) -> dict[int, str]:
    found: dict[int, str] = {}
    for column, text in row.texts():
        word = "".join(text.split()).strip("*＊")
        word = OTHER_WORDS.get(word, word)
        if word in COLUMNS and word not in found.values():
            found[column] = word
    return found


def _draft(row: Row, headers: dict[int, str], place: str) -> Draft:
    return Draft(place, **{COLUMNS[word]: row.full(column).strip() for column, word in headers.items()})


def _role(draft: Draft) -> Role | None:
    """As written; an empty cell is told from the unit or the official beside it."""
    if draft.role:
        return ROLE_WORDS.get("".join(draft.role.split()))
    if draft.department:
        return Role.LIAISON
    return Role.LEAD_OFFICIAL if draft.official else None


def _named(session: Session, drafts: Sequence[Draft]) -> list[Draft]:
    """Those without a user name get one; those with one keep it."""
    nameless = [draft for draft in drafts if not draft.username]
    if not nameless:
        return list(drafts)
    taken = account_list.usernames(session) | {draft.username for draft in drafts}
    spelled = iter(propose((draft.department or draft.official or draft.name for draft in nameless), taken))
    return [draft if draft.username else replace(draft, username=next(spelled)) for draft in drafts]
