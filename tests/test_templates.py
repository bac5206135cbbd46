"""Every template compiles, and no page needs what the security policy or the intranet refuses."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2.meta import find_referenced_templates

from app.templating import make_environment

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "app" / "static"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*") if path.is_file())

ADDRESS = re.compile(r"""(?:https?://|//(?=[\w-]+\.\w))[^\s"'<>)]+""")
NAMESPACES = ("http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg")
"""Names that look like addresses; nobody fetches them."""


class InlineCode(HTMLParser):
    """Collects what a policy without ``unsafe-inline`` makes a browser ignore."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self._add(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
                self._add(f"{name}=")
            if (value or "").strip().lower().startswith(("javascript:", "js:")):
                self._add(f"{name}={value}")

    def _add(self, what: str) -> None:
        self.found.append(f"line {self.getpos()[0]}: {what}")


def without_jinja(source: str) -> str:
    """The HTML around the Jinja code: comments and statements vanish, a printed value becomes a word."""
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}", keep_lines, source, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", lambda match: "value" + keep_lines(match), source, flags=re.DOTALL)


def keep_lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def inline_code(html: str) -> list[str]:
    parser = InlineCode()
    parser.feed(without_jinja(html))
    parser.close()
    return parser.found


def addresses(text: str) -> list[str]:
    return [found for found in ADDRESS.findall(text) if not found.startswith(NAMESPACES)]


def test_there_are_templates() -> None:
    assert "base.html" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name: str) -> None:
    make_environment().get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_template_finds_what_it_includes(name: str) -> None:
    tree = make_environment().parse((TEMPLATES / name).read_text(encoding="utf-8"))
    named = {other for other in find_referenced_templates(tree) if other is not None}
    assert [other for other in sorted(named) if other not in NAMES] == []


@pytest.mark.parametrize("name", NAMES)
def test_template_has_no_inline_code(name: str) -> None:
    assert inline_code((TEMPLATES / name).read_text(encoding="utf-8")) == []


def test_nothing_is_fetched_from_outside() -> None:
    """Government networks have no way out: whatever a page needs, the installation serves itself."""
    pages = [path for path in (*TEMPLATES.rglob("*"), *STATIC.rglob("*")) if path.is_file()]
    text = {
        path: path.read_text(encoding="utf-8")
        for path in pages
        if path.suffix not in {".png", ".ico", ".woff2"}
    }
    found = {str(path.relative_to(ROOT)): addresses(content) for path, content in text.items()}
    assert {name: outside for name, outside in found.items() if outside} == {}


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ("<p {% if late %}style='color: red'{% endif %}>x</p>", 1),
        ("<button onclick='go()'>x</button>", 1),
        ("<div hx-on:click='go()'></div>", 1),
        ("<script>go()</script><style>p {}</style>", 2),
        ("<a href='javascript:go()'>x</a>", 1),
        ('<script src="{{ path }}" defer></script>', 0),
        ("{# <p style='x'> #}<p class='{{ \"style\" }}'>x</p>", 0),
    ],
)
def test_inline_code_is_seen(html: str, count: int) -> None:
    assert len(inline_code(html)) == count


@pytest.mark.parametrize(
    ("text", "is_seen"),
    [
        ("@import url(//fonts.example.com/a.css)", True),
        ("<img src='https://example.com/a.png'>", True),
        ("<svg xmlns='http://www.w3.org/2000/svg'>", False),
        ("// a comment in a script", False),
    ],
)
def test_outside_addresses_are_seen(text: str, is_seen: bool) -> None:
    assert bool(addresses(text)) is is_seen
