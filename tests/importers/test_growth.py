"""Four times the text is no more than about four times the work, counted in calls and not in seconds."""

import sys
from collections.abc import Callable

import pytest

from importers import UnreadableFile, read_table

SHAPES: dict[str, Callable[[int], str]] = {
    "equal tasks": lambda n: "一、经济\n（一）工业\n" + "1.改造公厕。\n" * n + "责任单位：城管局",
    "equal lines": lambda n: "改造公厕五十八座\n" * n,
    "headings": lambda n: "一、改造公厕\n" * n,
    "annexes": lambda n: "附件\n某某重点工作\n" * n,
    "list of annexes": lambda n: "附件：1.目标任务表\n2.某某重点工作\n" * n,
    "labels": lambda n: "1.改造公厕。\n责任单位：城管局\n" * n,
    "progress": lambda n: "1.改造公厕。\n责任单位：城管局\n完成情况：已完成\n目前正在进行。\n" * n,
    "brackets on one line": lambda n: "".join(f"{k}.改造公厕{k}座。（城管局、{k}中心）" for k in range(n)),
    "verbs on one line": lambda n: "改造公厕五十八座，城管局牵头，财政局配合。" * n,
    "one list of units": lambda n: "1.改造（由" + "城管局、" * n + "牵头）",
    "opening brackets": lambda n: "（" * n,
    "headers": lambda n: "\t序号\n\t工作任务\n\t责任单位\n" * n,
    "units below a header": lambda n: "序号\n工作任务\n责任单位\n" + "城管局\n" * n,
    "annexes with a header": lambda n: "城管局\n" * n + "某某县目标任务表\n序号\n工作任务\n责任单位\n" * n,
    "cells a line": lambda n: (
        "序号\n工作任务\n责任单位\n" + "".join(f"{k}\n改造{k}座\n城管局\n" for k in range(n))
    ),
    "cells between blank lines": lambda n: (
        "序号\n\n工作任务\n\n责任单位\n\n" + "".join(f"{k}\n\n改造{k}座\n\n城管局\n\n" for k in range(n))
    ),
    "header again and again": lambda n: "|序号|工作任务|责任单位|\n" * n,
    "boxes": lambda n: "┌──┬──┐\n│序号│工作任务│责任单位│\n" + "├──┼──┤\n│1│改造公厕│城管局│\n" * n,
    "rows broken between tabs": lambda n: (
        "序号\t工作任务\t责任单位\n" + "".join(f"{k}\t改造{k}座\n\t并验收\t城管局\n" for k in range(n))
    ),
    "cells between lone tabs": lambda n: (
        "序号\n\t\n工作任务\n\t\n责任单位\n"
        + "".join(f"{k}\n\t\n改造{k}座\n\t\n城管局\n财政局\n" for k in range(1, n))
    ),
    "headings between lone tabs": lambda n: (
        "序号\n\t\n工作任务\n\t\n责任单位\n" + "一、改造\n一、改造\n一、改造\n\t\n" * n
    ),
    "cells between spaces": lambda n: (
        "序号 工作任务 责任单位\n" + "".join(f"{k} 改造公厕{k}座 城管局财政局{k}中心\n" for k in range(n))
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_work_grows_with_the_text(shape: Callable[[int], str]) -> None:
    assert _calls(shape(600)) < 6 * _calls(shape(150))


def _calls(text: str) -> int:
    calls = 0

    def count(_frame: object, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        read_table(text.encode(), "表.txt", year=2025)
    except UnreadableFile:
        pass
    finally:
        sys.setprofile(None)
    return calls


def test_a_page_of_more_tables_than_any_plan_has_is_refused() -> None:
    table = "<table><tr><td>序号</td><td>工作任务</td></tr><tr><td>1</td><td>改造公厕</td></tr></table>"
    with pytest.raises(UnreadableFile, match="超过 2000 张"):
        read_table((table * 2001).encode(), "表.html", year=2025)


def test_a_header_over_nothing_but_bars_holds_no_plan() -> None:
    with pytest.raises(UnreadableFile, match="没有找到责任分解表"):
        read_table(("|序号|工作任务|责任单位|完成时限|\n" + "|||||\n" * 3).encode(), "表.txt", year=2025)


@pytest.mark.parametrize(
    "text", ["改造公厕。" * 110_000, "城管局\n" * 100_001, "1" * 2_000_001], ids=["prose", "lines", "all"]
)
def test_a_text_longer_than_any_plan_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile, match="文本太长"):
        read_table(text.encode(), "表.txt", year=2025)
