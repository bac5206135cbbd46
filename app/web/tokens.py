"""令牌: the keys of OA systems, issued, listed and revoked."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlmodel import Session

from app.clock import utcnow
from app.errors import AppError, Conflict, InvalidInput
from app.queries import account_list
from app.queries.account_list import AccountFilter
from app.rules.permissions import Action, Viewer, can, needs
from app.services import tokens
from app.templating import render
from app.web.deps import RowId, SessionDep, ViewerDep, get_database
from app.web.flash import redirect
from app.web.forms import NO_NUMBER, sentences_of, whole_number

router = APIRouter(prefix="/accounts/tokens")


@router.get("")
@needs(Action.VIEW_ACCOUNTS)
def show_tokens(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    return _page(request, session, viewer)


@router.post("")
@needs(Action.MANAGE_ACCOUNTS)
def issue(
    request: Request,
    viewer: ViewerDep,
    name: Annotated[str, Form()] = "",
    account: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "",
    newest: Annotated[str, Form()] = "",
) -> Response:
    typed = {"name": name[:200], "account": account, "days": days[:20]}
    try:
        with get_database(request).writing() as session:
            number = whole_number(account)
            if number is None:
                raise InvalidInput("令牌没有签发。", fields={"account": "请选择令牌代表哪个账号。"})
            user = account_list.get_account(session, viewer, number)
            wanted = (whole_number(days) or NO_NUMBER) if days.strip() else None
            key = tokens.issue_token(
                session, user, name, utcnow(), actor=viewer, days=wanted, newest=whole_number(newest)
            )
    except (InvalidInput, Conflict) as refusal:
        kept = typed if isinstance(refusal, InvalidInput) else None
        with get_database(request).reading() as session:
            return _page(request, session, viewer, refusal, kept)
    return render(request, "accounts/token.html", key=key, name=name, username=user.username)


@router.post("/{token_id}/revoke")
@needs(Action.MANAGE_ACCOUNTS)
def revoke(token_id: RowId, viewer: ViewerDep, session: SessionDep) -> Response:
    token = account_list.get_token(session, viewer, token_id)
    tokens.revoke_token(session, token, actor=viewer, now=utcnow())
    return redirect("/accounts/tokens", "token_revoked")


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    refusal: AppError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    found = account_list.list_tokens(session, viewer, utcnow())
    active = account_list.list_accounts(session, viewer, AccountFilter(), size=1000).items
    return render(
        request,
        "accounts/tokens.html",
        status=refusal.status if refusal else 200,
        tokens=found,
        newest=max((token.id for token in found), default=0),
        accounts=[each for each in active if each.is_active],
        errors=sentences_of(refusal),
        typed=typed or {"name": "", "account": "", "days": "365"},
        can_manage=can(viewer, Action.MANAGE_ACCOUNTS),
    )
