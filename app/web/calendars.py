"""日历: a person's due days for the calendar program."""

from fastapi import APIRouter, Request, Response

from app.downloads import attachment
from app.errors import NotFound
from app.queries.calendars import days, subscriber
from app.reports.calendar import CALENDAR_TYPE, FILE_NAME, calendar_feed
from app.rules.permissions import Action, needs
from app.security import fingerprint
from app.services import calendars
from app.templating import render
from app.web.deps import SessionDep, ViewerDep, get_settings
from app.web.flash import redirect

router = APIRouter()


@router.get("/calendar/{token}.ics")
@needs(None)
def show_calendar(request: Request, token: str, session: SessionDep) -> Response:
    """The address is the key: programs that read calendars cannot sign in."""
    viewer = subscriber(session, fingerprint(token))
    if viewer is None:
        raise NotFound("没有这个日历地址。", "它可能已更换或停用，请登录后在“账号与密码”中重新取得。")
    content = calendar_feed(
        days(session, viewer),
        name=f"{viewer.jurisdiction_name}督办 · {viewer.name}",
        house=_house(request),
        written_at=viewer.now,
    )
    return attachment(content, name=FILE_NAME, media_type=CALENDAR_TYPE)


@router.post("/account/calendar")
@needs(Action.SIGN_IN)
def make_address(request: Request, viewer: ViewerDep, session: SessionDep) -> Response:
    key = calendars.make_address(session, actor=viewer)
    return render(request, "calendars/address.html", address=f"{_house(request)}/calendar/{key}.ics")


@router.post("/account/calendar/off")
@needs(Action.SIGN_IN)
def revoke_address(viewer: ViewerDep, session: SessionDep) -> Response:
    calendars.revoke_address(session, actor=viewer)
    return redirect("/account#calendar", "calendar_address_revoked")


def _house(request: Request) -> str:
    return get_settings(request).public_url.rstrip("/") or str(request.base_url).rstrip("/")
