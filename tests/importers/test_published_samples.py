"""Published layouts of other governments: every sampled field must be right."""

import json
from pathlib import Path
from typing import Any

import pytest

from importers import RecognisedTable, UnreadableFile, read_table
from importers.characters import folded, squash
from importers.rows import ImportedRow

SAMPLES = Path(__file__).parent / "samples"
EXPECTATIONS = sorted(path for path in SAMPLES.glob("*.json") if (SAMPLES / f"{path.stem}.txt").exists())
PLANS = [path for path in EXPECTATIONS if "negative" not in path.stem]


def read(expectation: Path) -> tuple[dict[str, Any], RecognisedTable]:
    expected = json.loads(expectation.read_text("utf-8"))
    path = SAMPLES / f"{expectation.stem}.txt"
    return expected, read_table(path.read_bytes(), path.name)


def task_beginning(table: RecognisedTable, words: str) -> ImportedRow:
    (found,) = [task for task in table.tasks if same(task.standard).startswith(same(words))]
    return found


def same(text: str | None) -> str:
    """Half- and full-width punctuation are one: the published excerpts were folded."""
    return folded(squash(text or ""))


@pytest.mark.parametrize("expectation", PLANS, ids=lambda path: path.stem)
def test_every_sampled_field_is_right(expectation: Path) -> None:
    expected, table = read(expectation)
    unmarked = "no lead marker" in json.dumps(expected["column_roles"])
    for sample in expected["samples"]:
        task = task_beginning(table, sample["task_prefix"])
        assert str(task.number) == sample["seq"]
        assert task.officials == sample["lead_officials"]
        if sample["goal"] is not None:
            assert task.goal is not None
            assert same(table.goals[task.goal].name) == same(sample["goal"])
        if not sample["lead_departments"]:
            assert "lead_departments" in task.inherited
            assert any("责任单位" in issue.message for issue in task.issues)
        elif unmarked:
            assert task.lead_departments == sample["lead_departments"] + sample["co_departments"]
        else:
            assert task.lead_departments == sample["lead_departments"]
            assert task.supporting_departments == sample["co_departments"]
        assert (task.due_text or None) == sample["deadline_text"]


@pytest.mark.parametrize("expectation", PLANS, ids=lambda path: path.stem)
def test_tasks_and_headings_are_counted_right(expectation: Path) -> None:
    expected, table = read(expectation)
    partial = expected.get("partial_rows", [])
    assert len(table.tasks) == expected["task_rows"] + len(partial)
    assert [same(goal.name) for goal in table.goals] == [same(name) for name in expected["section_headings"]]
    for number in partial:
        (cut_off,) = [task for task in table.tasks if str(task.number) == number]
        assert cut_off.issues


def test_a_matrix_of_results_is_refused() -> None:
    path = SAMPLES / "15_meishan_2019_multiheader_negative.txt"
    with pytest.raises(UnreadableFile):
        read_table(path.read_bytes(), path.name)
