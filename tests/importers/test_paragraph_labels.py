"""Labels as offices set them: commas between them, other brackets, dashes, headings that name the leader."""

import pytest

from tests.importers.build import read


@pytest.mark.parametrize(("opening", "closing", "between"), [("(", ")", ","), ("（", "）", "，")])
def test_commas_between_labels_make_no_columns(opening: str, closing: str, between: str) -> None:
    labels = ["分管领导：王伟", "牵头单位：县农委", "配合单位：县财政局、各乡镇", "完成时限：10月底前"]
    ending = opening + between.join(labels) + closing
    table = read(f"2025年重点工作分解\n1.建设示范村20个。{ending}\n2.实施农网改造。{ending}\n", "事.txt")
    assert [task.standard for task in table.tasks] == ["建设示范村20个。", "实施农网改造。"]
    first = table.tasks[0]
    assert first.officials == ["王伟"]
    assert first.lead_departments == ["县农委"]
    assert first.supporting_departments == ["县财政局", "各乡镇"]
    assert first.due_text == "10月底前"
