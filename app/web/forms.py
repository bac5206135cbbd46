"""What people fill in on pages, as it arrives: always strings, judged by the services."""

from datetime import date
from unicodedata import normalize

from pydantic import BaseModel

from app.errors import AppError, InvalidInput
from app.models.account import Credential, Role
from app.models.task import TaskStatus
from app.queries.account_list import AccountRow
from app.queries.directory_sheet import day_in
from app.queries.tasks import TaskRow
from app.services.accounts import AccountForm
from app.services.progress import Statement, statement_of
from app.services.urging import Demand

NO_NUMBER = -1


def sentences_of(refusal: AppError | None) -> dict[str, str]:
    """What a form says it was refused for: at its fields, or else as a whole."""
    if refusal is None:
        return {}
    return getattr(refusal, "fields", {}) or {"": refusal.sentence()}


def whole_number(text: str) -> int | None:
    """The number in a field or an address; None for an empty field and for nonsense."""
    text = normalize("NFKC", text).strip()  # an input method set to full width types ２０１８
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def day_or_none(text: str) -> date | None:
    """The day in a field, as a browser sends it or as one types it; None for an empty field and for nonsense."""
    try:
        return day_in(normalize("NFKC", text))
    except ValueError:
        return None


class AccountFields(BaseModel):
    """An account as it is filled in."""

    username: str = ""
    name: str = ""
    role: str = ""
    department: str = ""
    official: str = ""
    external_id: str = ""
    credential: str = Credential.PASSWORD
    shown: str = ""

    @classmethod
    def of(cls, row: AccountRow) -> "AccountFields":
        return cls(
            username=row.username,
            name=row.name,
            role=row.role,
            department=str(row.department_id or ""),
            official=str(row.official_id or ""),
            external_id=row.external_id,
            credential=row.credential,
            shown=row.digest,
        )

    def account(self) -> AccountForm:
        """Raises ``InvalidInput`` for a role there is none of."""
        if self.role not in list(Role):
            raise InvalidInput("账号没有保存。", fields={"role": "请选择角色。"})
        known = self.credential in list(Credential)
        return AccountForm(
            self.username,
            self.name,
            Role(self.role),
            whole_number(self.department),
            whole_number(self.official),
            self.external_id,
            Credential(self.credential) if known else Credential.PASSWORD,
        )


class ProgressForm(BaseModel):
    """进展填报 of one task. ``seen`` is the newest report shown when the page was opened."""

    status: str = ""
    completion: str = ""
    actual: str = ""
    progress: str = ""
    problems: str = ""
    next_steps: str = ""
    seen: int = 0

    @classmethod
    def of(cls, row: TaskRow, seen: int, actual: str = "") -> "ProgressForm":
        """An empty report that starts from where the task stands."""
        completion = row.judgement.completion
        return cls(
            status=row.status or TaskStatus.NOT_STARTED,
            completion="" if completion is None else str(completion),
            actual=actual,
            seen=seen,
        )

    def statement(self, unit: str = "") -> Statement:
        """Nonsense becomes values the service refuses with a sentence at the field."""
        return statement_of(self.model_dump(), unit)


class DemandForm(BaseModel):
    """What a slip asks for, and until when."""

    words: str = ""
    answer_by: str = ""

    @classmethod
    def of(cls, demand: Demand) -> "DemandForm":
        return cls(words=demand.words, answer_by=demand.answer_by.isoformat() if demand.answer_by else "")

    def demand(self) -> Demand:
        return Demand(self.words, day_or_none(self.answer_by))
