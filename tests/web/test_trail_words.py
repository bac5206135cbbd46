"""Every deed on record is told in words an officer knows."""

import ast
from collections.abc import Iterator

from app.config import PROJECT_ROOT
from app.templating import event_in_words, event_kinds


def kinds_recorded() -> Iterator[tuple[str, str]]:
    """Every kind that some code of ours writes down, and where."""
    for path in sorted((PROJECT_ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith(
                ("events.record", "_close")
            ):
                continue
            for argument in node.args[2:]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value, str(path.relative_to(PROJECT_ROOT))


def test_every_kind_of_event_has_a_word() -> None:
    known = {kind for words in event_kinds().values() for kind in words}
    found = dict(kinds_recorded())
    assert {"trail_exported", "progress_reported", "plan_revised"} <= set(found)
    assert {kind: path for kind, path in found.items() if kind not in known} == {}


def test_words_of_people_stay_what_they_are() -> None:
    assert event_in_words("alias_registered", {"alias": "<b>&", "name": "甲"}, "page") == (
        "登记单位别名",
        "“<b>&”即“甲”",
        "网页",
    )


def test_who_answers_now_is_told_role_by_role_and_a_move_with_its_places() -> None:
    detail = {
        "changes": ["moved", "reassigned"],
        "before": {
            "shares": [["official", "是峰"], ["lead", "城管局"], ["supporting", "财政局"]],
            "goal": "改善民生",
            "place": 3,
        },
        "after": {"shares": [["official", "是峰"], ["lead", "住建局"]], "goal": "改善民生", "place": 5},
    }
    told = event_in_words("task_revised", detail, "page")[1]
    assert "位置有移动：第 3 项 → 第 5 项" in told
    assert "分工有调整：牵头单位 城管局 → 住建局，配合单位 财政局 → 未明确" in told
    assert "是峰" not in told
    detail["after"]["goal"] = "优环境"  # type: ignore[index]
    assert "“改善民生” → “优环境”" in event_in_words("task_revised", detail, "page")[1]
    kept_before = {"changes": ["moved"], "before": {"goal": "民生"}, "after": {"goal": "民生"}}
    assert event_in_words("task_revised", kept_before, "page")[1] == "位置有移动"
