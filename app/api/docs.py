"""The interface's own page, served without the internet."""

from fastapi import APIRouter, Request, Response

from app.rules.permissions import needs
from app.templating import render

router = APIRouter()


@router.get("/api/docs", include_in_schema=False)
@needs(None)
def show_docs(request: Request) -> Response:
    return render(request, "api/docs.html")
