"""Where an address that only takes a form leads when it is opened: by a bookmark, Back, a reload, after signing in again."""

import re
from functools import cache

from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import compile_path

from app.web import router

ELSEWHERE = {
    "/account/second-factor/off": "/account",
    "/directory/departments": "/directory/departments/new",
    "/directory/groups/{group_id}/members": "/directory/departments/{group_id}",
}
"""Forms that stand on another page than the nearest above their address."""


def page_of_form(path: str) -> str | None:
    """The page a form stands on, from the form's address; None for an address that is no form's alone.

    Whether the page is there, and for whom, is for the page itself to say.
    """
    for form, page in _forms():
        if found := form.fullmatch(path):
            return page.format_map(found.groupdict())
    return None


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    """Every address without a page of its own, and the nearest one above it that has one."""
    methods: dict[str, set[str]] = {}
    for found in iter_route_contexts(router.routes):
        if isinstance(found.original_route, APIRoute):
            methods.setdefault(found.path or "", set()).update(found.original_route.methods or ())
    pages = {path for path, allowed in methods.items() if "GET" in allowed}
    forms = methods.keys() - pages
    return [(compile_path(path)[0], ELSEWHERE.get(path) or _above(path, pages)) for path in sorted(forms)]


def _above(path: str, pages: set[str]) -> str:
    while path and path not in pages:
        path = path.rpartition("/")[0]
    return path or "/"
