"""What stands below the first task of a text is read, or told."""

from dataclasses import replace
from pathlib import Path

import pytest

from importers import read_table
from importers.nothing_lost import unread
from importers.readers import read_document
from tests.importers.expect import samples

TEXTS = [path for path in samples() if path.suffix in (".txt", ".html")]


@pytest.mark.parametrize("sample", TEXTS, ids=lambda path: path.stem)
def test_no_word_of_a_sample_is_lost_in_silence(sample: Path) -> None:
    data = sample.read_bytes()
    assert unread(read_document(data, sample.name), read_table(data, sample.name, year=2025)) == []


def test_words_that_went_nowhere_are_told_with_their_line() -> None:
    text = "一、园林绿化\n1.新建口袋公园6处。\n责任单位：园林局\n2.更换老旧路灯320盏。\n责任单位：照明中心\n"
    data = text.encode()
    table = read_table(data, "清单.txt", year=2025)
    table.tasks[1] = replace(table.tasks[1], lead_departments=[])

    told = unread(read_document(data, "清单.txt"), table)

    assert [(issue.place, issue.message) for issue in told] == [("第5行", "“照明中心”没有读入，请核对")]


def test_words_said_elsewhere_in_the_file_do_not_count_for_a_line() -> None:
    lines = [
        f"{n}.完成第{'甲乙丙丁戊己庚辛'[n - 1]}项工作。\n责任单位：{'照明中心' if n in (1, 8) else '园林局'}"
        for n in range(1, 9)
    ]
    data = "\n".join(lines).encode()
    table = read_table(data, "清单.txt", year=2025)
    table.tasks[7] = replace(table.tasks[7], lead_departments=[])

    assert [issue.place for issue in unread(read_document(data, "清单.txt"), table)] == ["第16行"]


_BELOW = "序号 工作任务 责任单位\n5 新建公园3处，改造2处。 区园林局\n6 新建幼儿园5所。 区教育局\n7 修路12公里。 区交通局\n"


def test_a_row_above_the_header_of_a_text_that_begins_within_its_table_is_told() -> None:
    table = read_table(f"4 新建停车位600个。 区城管局\n- 2 -\n{_BELOW}".encode(), "摘录.txt", year=2025)

    assert [task.number for task in table.tasks] == [5, 6, 7]
    assert [issue.message for issue in table.issues if "表头之前" in issue.message] == [
        "“4新建停车位600个。区城管局”在表头之前，没有读入，请核对",
    ]


@pytest.mark.parametrize("between", [" ", "\n"])
def test_rows_that_lead_up_to_the_header_of_the_next_page_are_read_with_it(between: str) -> None:
    above = "3 改造老旧小区36个。 区住建局\n4 新建停车位600个。 区城管局\n"
    text = (above + _BELOW).replace(" ", between)
    table = read_table(text.encode(), "摘录.txt", year=2025)

    assert [(task.number, task.lead_departments) for task in table.tasks] == [
        (3, ["区住建局"]),
        (4, ["区城管局"]),
        (5, ["区园林局"]),
        (6, ["区教育局"]),
        (7, ["区交通局"]),
    ]
