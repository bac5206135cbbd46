"""The Jinja environment, its filters, and ``render``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from app.config import OFFICE_ZONE, PROJECT_ROOT
from app.rules.evidence import ENDINGS, TAKEN_IN_WORDS
from app.rules.status import STATUS_LABELS


def office_time(moment: datetime | None) -> datetime | None:
    """A stored moment as the office's clock shows it."""
    return None if moment is None else moment.astimezone(OFFICE_ZONE)


def with_query(path: str, values: Mapping[str, Any]) -> str:
    """A link that carries its state in the address; empty values are left out."""
    kept = {name: str(value) for name, value in values.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept)}" if kept else path


def make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PROJECT_ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["office_time"] = office_time
    environment.globals["with_query"] = with_query
    environment.globals["evidence_endings"] = ENDINGS
    environment.globals["evidence_words"] = TAKEN_IN_WORDS
    return environment


_environment = make_environment()


def event_kinds() -> dict[str, dict[str, str]]:
    """The kinds of events by subject, each with its word."""
    kinds: dict[str, dict[str, str]] = _event_macros().EVENT_KINDS
    return {subject: words for subject, words in kinds.items() if words}


def event_in_words(kind: str, detail: Mapping[str, Any], source: str) -> tuple[str, str, str]:
    """What was done, what changed, and through which door, as the pages say it.

    A detail of another shape than its kind has today is left unsaid: a page of old events must open.
    """
    macros = _event_macros()
    try:
        changed = macros.event_detail(kind, detail, STATUS_LABELS).striptags()
    except (UndefinedError, KeyError, TypeError, ValueError, AttributeError):
        changed = ""
    return macros.event_word(kind).striptags(), changed, macros.source_word(source).striptags()


def filter_in_words(filter: Mapping[str, Any]) -> str:
    """What part of the trail somebody asked for."""
    narrowed: str = _event_macros().narrowed(filter).striptags()
    return narrowed


def _event_macros() -> Any:
    return _environment.get_template("components/events.html").module


def piece(template: str, macro: str, *values: Any) -> str:
    """What one macro says, for a page that is told of a change without being loaded again."""
    return str(getattr(_environment.get_template(template).module, macro)(*values))


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page or fragment with what every page needs: who looks, where they can go, what was just done."""
    state = request.state
    shared: dict[str, Any] = {
        "request": request,
        "viewer": getattr(state, "viewer", None),
        "jurisdiction_name": getattr(state, "jurisdiction_name", ""),
        "demonstration_date": getattr(state, "demonstration_date", None),
        "plans": getattr(state, "plans", []),
        "plan": None,
        "flash": getattr(state, "flash", []),
        "is_refusal": status >= 400,
        "waiting": _waiting(state, template),
    }
    context = {**shared, **context}
    context["plan_in_view"] = context["plan"] or getattr(state, "plan_in_view", None)
    context["nav"] = state.nav(context["plan_in_view"]) if hasattr(state, "nav") else []
    html = _environment.get_template(template).render(context)
    response = HTMLResponse(html, status_code=status)
    if getattr(state, "flash", []):
        response.delete_cookie("duban_flash")
    return response


def _waiting(state: Any, template: str) -> Any:
    """The numbers of the masthead, for what has one and did not go wrong."""
    folder, _, name = template.rpartition("/")
    ask = getattr(state, "waiting", None)
    return None if ask is None or name.startswith("_") or folder == "errors" else ask()
