"""Who may import whom: the map of docs/architecture.md, read from the source files themselves."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LEAVES = {"app.config", "app.errors", "app.clock"}
"""Anyone inside app may import these; of ours they import only each other."""

WORDS = {f"app.rules.status.{name}" for name in ("Light", "LIGHT_LABELS", "STATUS_LABELS", "REPORTABLE")}
"""What states are called, and which a department chooses from. What a task's state is, a query has worked out."""

INWARD = {"app.services", "app.queries", "app.reports", "app.rules.permissions", "app.models"} | WORDS
DOOR = INWARD | {"app.security", "app.templating", "app.downloads", "app.headway"}
COMMAND = {"app.services", "app.queries", "app.rules", "app.models", "app.db", "importers"}

MAY_IMPORT: dict[str, set[str]] = {
    "app.models": set(),
    "app.rules": {"app.models"},
    "app.queries": {"app.rules", "app.models"},
    "app.queries.import_headways": {"app.rules", "app.models", "app.headway"},
    "app.reports": {"app.queries", "app.rules.text"},
    "app.security": {"app.models"},
    "app.services": {"app.queries", "app.rules", "app.models", "app.security", "importers"},
    # The only service that asks another house while somebody waits: whether a password of the directory is right.
    "app.services.sign_in": {
        "app.queries",
        "app.rules",
        "app.models",
        "app.security",
        "app.integrations.ldap",
    },
    "app.integrations.ldap": set(),
    "app.integrations": {"app.services", "app.queries", "app.rules", "app.models"},
    "app.templating": {"app.rules", "app.models"},
    "app.downloads": set(),
    "app.web": DOOR,
    "app.web.single_sign_on": DOOR | {"app.integrations.oidc"},
    "app.api": DOOR,
    "app.web.deps": DOOR | {"app.db"},
    "app.api.deps": DOOR | {"app.db"},
    "app.db": set(),
    "app.middleware": set(),
    "app.turnstile": {"app.middleware"},
    "app.turns": set(),
    "app.headway": set(),
    "app.installation": COMMAND,
    "app.demonstration": COMMAND | {"app.installation", "app.security"},
    "app.main": {"app", "importers"},
    "app.serving": {"app.main"},
    "app.cli": {"app", "importers"},
    "importers": set(),
}
"""Of two entries that fit a module, the longer one counts; each may import itself and the leaves."""

WEB_FRAMEWORK = {"fastapi", "starlette", "uvicorn", "httpx", "jinja2"}
DATABASE = {"sqlalchemy", "sqlmodel", "alembic", "psycopg", "sqlite3"}
OUT_OF_PLACE: dict[str, set[str]] = {
    "importers": WEB_FRAMEWORK | DATABASE,
    "app.models": WEB_FRAMEWORK,
    "app.rules": WEB_FRAMEWORK | DATABASE | {"app.clock.utcnow", "app.clock.office_now"},
    "app.queries": WEB_FRAMEWORK,
    "app.services": WEB_FRAMEWORK,
    "app.reports": WEB_FRAMEWORK | DATABASE,
}
"""What a layer must not know: rules have no session, no clock and no HTTP; only doors answer HTTP."""


@dataclass(frozen=True)
class Module:
    """One Python file of ours, by the name others import it under."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), filename=str(self.path))

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def entry(self) -> str | None:
        """The entry of the map that speaks about this module."""
        return max((entry for entry in MAY_IMPORT if is_within(self.name, entry)), key=len, default=None)


@dataclass(frozen=True)
class Import:
    line: int
    target: str


def is_within(name: str, ancestor: str) -> bool:
    return name == ancestor or name.startswith(f"{ancestor}.")


def modules(*packages: str) -> list[Module]:
    found = []
    for path in sorted(path for package in packages for path in (ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


OURS = modules("app", "importers")


def imports_of(module: Module) -> Iterator[Import]:
    """Every import anywhere in the file, also those inside functions or only for type checking."""
    package = module.name if module.path.name == "__init__.py" else module.name.rpartition(".")[0]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, base] if base else parent)
            for alias in node.names:
                yield Import(node.lineno, f"{base}.{alias.name}")


def refusal(module: Module, found: Import) -> str | None:
    """A sentence about an import the map does not allow."""
    where = f"{module.place}:{found.line} imports {found.target}"
    entry = module.entry or ""
    layer = next((layer for layer in OUT_OF_PLACE if is_within(module.name, layer)), "")
    if any(is_within(found.target, banned) for banned in OUT_OF_PLACE.get(layer, ())):
        return f"{where}: {layer} must not know it"
    if found.target == "app" or not (is_within(found.target, "app") or is_within(found.target, "importers")):
        return None
    own_package = ".".join(module.name.split(".")[:2])
    allowed = {own_package} if is_within(module.name, "app") else {"importers"}
    if is_within(module.name, "app"):
        allowed |= LEAVES
    if module.name not in LEAVES:
        allowed |= MAY_IMPORT.get(entry, set())
    if any(is_within(found.target, name) for name in allowed):
        return None
    return f"{where}: it may import only {', '.join(sorted(allowed))}"


def test_every_module_has_its_place_on_the_map() -> None:
    lost = [module.place for module in OURS if not module.entry and module.name not in {"app", *LEAVES}]
    assert not lost, f"say in MAY_IMPORT what these may import: {', '.join(lost)}"


def test_imports_follow_the_map() -> None:
    refused = [text for module in OURS for found in imports_of(module) if (text := refusal(module, found))]
    assert not refused, "\n" + "\n".join(refused)


def test_migrations_import_nothing_of_the_application() -> None:
    """A migration must do the same in years to come, whatever the application has become by then."""
    refused = [
        f"{module.place}:{found.line} imports {found.target}"
        for module in modules("alembic/versions")
        for found in imports_of(module)
        if is_within(found.target, "app") or is_within(found.target, "importers")
    ]
    assert not refused, "\n" + "\n".join(refused)


def test_the_alembic_folder_is_no_package() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists(), "it would hide the Alembic library"


def calls_on_objects(module: Module) -> Iterator[tuple[int, str, str]]:
    """Calls of methods as (line, "session", "commit"); ``imports.commit()`` of a module is none."""
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver = node.func.value
            if not (isinstance(receiver, ast.Name) and receiver.id in imported):
                yield node.lineno, ast.unparse(receiver), node.func.attr


def test_only_the_database_module_commits() -> None:
    """One request is one transaction: a commit half way would leave half of what was asked for."""
    refused = [
        f"{module.place}:{line} calls {receiver}.{method}()"
        for module in OURS
        if module.name != "app.db"
        for line, receiver, method in calls_on_objects(module)
        if method in {"commit", "begin"}
    ]
    assert not refused, "\n" + "\n".join(refused)


def test_only_the_clock_reads_the_time() -> None:
    """Everyone else is told `now` or `today`, so that a demonstration can stand still on one date."""
    readings = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
    refused = [
        f"{module.place}:{node.lineno} calls {name}()"
        for module in OURS
        if module.name != "app.clock"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        if (name := ast.unparse(node.func)) in readings or name.removeprefix("datetime.") in readings
    ]
    assert not refused, "\n" + "\n".join(refused)


@pytest.mark.parametrize(
    ("name", "target", "is_refused"),
    [
        ("app.web.tasks", "app.services.tasks", False),
        ("app.web.tasks", "app.rules.permissions", False),
        ("app.web.tasks", "app.rules.pace", True),
        ("app.web.tasks", "app.rules.status.Light", False),
        ("app.web.tasks", "app.rules.status.light", True),
        ("app.web.tasks", "app.api.schemas", True),
        ("app.web.tasks", "app.db", True),
        ("app.web.deps", "app.db", False),
        ("app.api.tasks", "app.web.forms", True),
        ("app.services.tasks", "app.db", True),
        ("app.services.imports", "importers.rows", False),
        ("app.queries.tasks", "app.services.tasks", True),
        ("app.queries.tasks", "app.config", False),
        ("app.rules.status", "sqlmodel", True),
        ("app.rules.status", "app.clock.utcnow", True),
        ("app.rules.status", "app.clock.office_date", False),
        ("app.models.task", "app.rules.status", True),
        ("app.config", "app.models.task", True),
        ("app.services.tasks", "app.demonstration", True),
        ("app.cli", "app.demonstration", False),
        ("importers.rows", "app.errors", True),
        ("importers.rows", "importers.grid", False),
    ],
)
def test_the_map_says_what_the_office_style_says(name: str, target: str, is_refused: bool) -> None:
    module = Module(name, ROOT / (name.replace(".", "/") + ".py"))
    assert (refusal(module, Import(1, target)) is not None) is is_refused
