"""How far the reading of a long file has come, as its listener is told."""

from itertools import groupby, pairwise

from importers import read_table
from tests.importers.build import document, read, xlsx

HEADER = ["序号", "工作任务", "责任单位"]


def long_table(rows: int) -> bytes:
    return xlsx([HEADER, *([number, f"建成学校{number}所。", "教育局"] for number in range(1, rows + 1))])


def told(data: bytes, name: str = "表.xlsx") -> list[tuple[str, int, int]]:
    heard: list[tuple[str, int, int]] = []
    read_table(data, name, listener=lambda *what: heard.append(what))
    return heard


def test_a_workbook_tells_its_rows_twice_and_then_its_tasks() -> None:
    heard = told(long_table(350))
    steps = {
        step: [(done, total) for _, done, total in told] for step, told in groupby(heard, lambda w: w[0])
    }
    assert steps == {
        "read": [(0, 351), (100, 351), (200, 351), (300, 351)],
        "recognise": [(0, 351), (100, 351), (200, 351), (300, 351)],
        "check": [(0, 350), (100, 350), (200, 350), (300, 350)],
    }


def test_more_is_never_done_than_there_is() -> None:
    rows = [[number, f"建成学校{number}所。", "教育局"] for number in range(1, 250)]
    heard = told(document("某县重点工作责任清单", [HEADER, *rows]), "表.docx")
    assert [step for step, _, _ in heard][-1] == "check"
    assert all(done <= total for _, done, total in heard)
    assert all(one[1] < other[1] for one, other in pairwise(heard) if one[0] == other[0])


def test_who_does_not_listen_is_told_nothing_and_reads_the_same() -> None:
    data = long_table(120)
    heard = told(data)
    assert read_table(data, "表.xlsx").as_dict() == read(data, year=None).as_dict()
    assert told(data) == heard
