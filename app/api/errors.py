"""Every refusal as problem+json (RFC 9457) with a stable code."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from app.errors import AppError, InvalidInput


def answer(request: Request, error: AppError) -> Response:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.sentence(),
        "code": error.code,
        "instance": request.url.path,
    }
    if isinstance(error, InvalidInput) and error.fields:
        body["fields"] = error.fields
    headers = {"www-authenticate": "Bearer"} if error.status == 401 else None
    return JSONResponse(body, error.status, headers, media_type="application/problem+json")
