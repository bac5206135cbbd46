"""Writes docs/rights.md from the rights table and the routes: ``python -m docs.rights``."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.rules.permissions import ACTION_LABELS, ALLOWED, RELATION_LABELS, Action, needed

PAGE = Path(__file__).resolve().parent / "rights.md"
HEAD = """# 权限

这一页由 `python -m docs.rights` 从程序里的权限表写出，测试保证两者一致。系统对每一次操作都按这张表判断；页面、接口、
导出的文件用同一张表。系统里的“权限”页（/rights）给使用者看的也是它。

- 业务（督查室、分管领导、联络员）、系统管理（系统管理员）、审计（审计员）三类账号互不兼任。
- 看不到进展的任务，进展在列表、统计、筛选和文件中都不出现，不是只在页面上藏起来。
- 其他辖区的内容对任何人都等于不存在：回答与编号写错时相同（404）。
"""


def page(app: FastAPI) -> str:
    """The whole page: who may do what, then which address takes which right."""
    return "\n".join([HEAD, *_table(), "", "## 地址与权限", "", *_addresses(app), ""])


def routes(app: FastAPI) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every page and every interface, as the program itself knows them: method, path, handler."""
    for found in iter_route_contexts(app.routes):
        if isinstance(found.original_route, APIRoute):
            for method in sorted(found.original_route.methods):
                yield method, found.path or "", found.original_route.endpoint


def _table() -> Iterator[str]:
    yield "## 谁能做什么"
    yield ""
    yield "| 事项 | " + " | ".join(RELATION_LABELS.values()) + " |"
    yield "|---|" + ":-:|" * len(RELATION_LABELS)
    for action, label in ACTION_LABELS.items():
        marks = ("✓" if relation in ALLOWED[action] else "—" for relation in RELATION_LABELS)
        yield f"| {label} | " + " | ".join(marks) + " |"


def _addresses(app: FastAPI) -> Iterator[str]:
    yield "| 事项 | 地址 |"
    yield "|---|---|"
    found: dict[Action | None, list[str]] = {}
    for method, path, handler in routes(app):
        found.setdefault(needed(handler), []).append(f"`{method} {path}`")
    yield f"| （登录之前） | {'<br>'.join(found.pop(None))} |"
    for action, label in ACTION_LABELS.items():
        yield f"| {label} | {'<br>'.join(found.get(action, ['（随所办的事项判断）']))} |"


if __name__ == "__main__":
    from app.config import Settings
    from app.main import create_app

    PAGE.write_text(page(create_app(Settings(database_url="sqlite:///never-opened.db"))), "utf-8")
