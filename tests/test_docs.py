"""The documentation says what the code does: settings, routes, refusals, links."""

import re
from typing import Any

import pytest

from app import errors
from app.config import PROJECT_ROOT, Settings
from tests.office import the_app

DOCS = sorted([PROJECT_ROOT / "README.md", *PROJECT_ROOT.glob("docs/**/*.md")])


def rows(page: str, pattern: str) -> list[Any]:
    text = (PROJECT_ROOT / "docs" / page).read_text("utf-8")
    return [match.groups() for match in re.finditer(pattern, text, re.MULTILINE)]


def test_every_setting_is_documented_with_its_default() -> None:
    documented = dict(rows("operations.md", r"^\| `DUBAN_(\w+)` \| `?([^`|]*?)`? \|"))
    defaults = {
        name.upper(): "（空）" if field.default == "" else str(field.default)
        for name, field in Settings.model_fields.items()
    }
    assert documented == defaults


def test_every_api_route_is_documented() -> None:
    documented = set(rows("api.md", r"^\| `(GET|POST|PUT|PATCH|DELETE) (\S+)`"))
    described = the_app().openapi()["paths"]
    assert documented == {(verb.upper(), path) for path, verbs in described.items() for verb in verbs}


def test_documented_refusals_are_those_of_the_code() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AppError)
    ]
    known = {(kind.code, str(kind.status)) for kind in kinds}
    documented = set(rows("api.md", r"^\| `(\w+)` \| (\d{3}) \|"))
    assert documented
    assert documented <= known


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(PROJECT_ROOT)))
def test_links_between_pages_lead_somewhere(page: object) -> None:
    text = page.read_text("utf-8")  # type: ignore[attr-defined]
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), target  # type: ignore[attr-defined]


def test_every_error_has_a_code_of_its_own() -> None:
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AppError)
    ]
    assert len({kind.code for kind in kinds}) == len(kinds)
