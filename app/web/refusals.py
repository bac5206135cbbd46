"""Notes a refusal in the trail, whichever door it happened at, after the request's own work was undone."""

import logging

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from app.clock import utcnow
from app.errors import AppError, CrossOrigin, Forbidden, NotSignedIn
from app.security import fingerprint
from app.services import refusals
from app.services.refusals import Refusal
from app.web.deps import SESSION_COOKIE, client_address, get_database

logger = logging.getLogger(__name__)


async def note(request: Request, error: AppError) -> None:
    """Only what the trail is for: a missing right, a request from another site, a token that is valid no more."""
    if isinstance(error, Forbidden | CrossOrigin):
        await run_in_threadpool(_note, request, getattr(error, "right", ""))
    elif isinstance(error, NotSignedIn) and (key := _token(request)):
        await run_in_threadpool(_note_token, request, key)


def _note(request: Request, right: str) -> None:
    refusal = Refusal(request.method, request.url.path, right)
    database = get_database(request)
    try:
        with database.reading() as session:
            actor = getattr(request.state, "viewer", None) or refusals.person_behind(
                session, _key(request), client_address(request)
            )
            if actor is None or refusals.is_on_record(session, refusal, actor=actor):
                return
        with database.writing() as session:
            refusals.record_refusal(session, refusal, actor=actor)
    except SQLAlchemyError:  # the answer is a refusal all the same
        logger.exception("a refusal could not be recorded")


def _note_token(request: Request, key: str) -> None:
    database = get_database(request)
    try:
        with database.reading() as session:
            found = refusals.token_behind(session, key, client_address(request), utcnow())
            if found is None or refusals.is_token_on_record(session, found):
                return
        with database.writing() as session:
            refusals.record_token(session, found)
    except SQLAlchemyError:
        logger.exception("a refused token could not be recorded")


def _token(request: Request) -> str:
    """The fingerprint of the key an OA system has sent."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer" and request.url.path.startswith("/api/")
    return fingerprint(key.strip()) if is_bearer and key.strip() else ""


def _key(request: Request) -> str:
    """The fingerprint of the sign-in's cookie; its name has a prefix over https."""
    keys = (key for name, key in request.cookies.items() if name.endswith(SESSION_COOKIE))
    return next(map(fingerprint, keys), "")
