"""拆分: all parts of a task are one form, which keeps or refuses everything in it together."""

import re
from typing import Any

import pytest

from app.models.task import Task
from app.services.parts import PartForm, change_part, split
from tests.office import GROWTH, SCHOOL, Office
from tests.services.test_parts import TWO, YEAR

Typed = dict[str, list[str]]
OFFERED = 4
"""Blank lines for new parts."""


@pytest.fixture
def parts(office: Office) -> list[int]:
    with office.database.writing() as session:
        made = split(session, office.task(session, GROWTH), TWO, actor=office.viewer("fagai"))
        return [part.id or 0 for part in made]


def as_offered(page: str) -> Typed:
    """What a browser sends of the page when nobody has typed."""
    form = page[page.index('<form method="post" action="/tasks/') :]
    typed: Typed = {"reason": []}
    for name in ("part", "shown", "due_on", "weight", "reason"):
        typed[name] = re.findall(rf'name="{name}" value="([^"]*)"|value="([^"]*)"[^>]*name="{name}"', form)
        typed[name] = ["".join(each) for each in typed[name]]
    typed["standard"] = re.findall(r'name="standard" value="([^"]*)"', form)
    typed["standard"] += re.findall(r'name="standard"[^>]*>\n([^<]*)</textarea>', form)
    typed["department"] = [
        re.search(r'value="(\d+)" selected', each)[1]  # type: ignore[index]
        for each in re.findall(r'name="department">(.*?)</select>', form)
    ]
    return typed


def opened(office: Office) -> Typed:
    return as_offered(office.browser("fagai").get(address(office)).text)


def address(office: Office) -> str:
    return f"/tasks/{office.task_id(GROWTH)}/parts"


def sent(office: Office, typed: Typed) -> Any:
    return office.browser("fagai").post(address(office), data=typed)


def standards(office: Office, parts: list[int]) -> list[str]:
    with office.database.reading() as session:
        return [session.get_one(Task, part).standard for part in parts]


def test_two_parts_are_changed_one_is_added_and_saved_with_one_press(
    office: Office, parts: list[int]
) -> None:
    typed = opened(office)
    assert len(typed["standard"]) == len(typed["department"]) == len(parts) + OFFERED
    typed["standard"][:3] = ["上半年增长8.1%。", "全年增长8.1%。", "第四季度补齐差额。"]
    saved = sent(office, typed)
    assert (saved.status_code, saved.headers["location"]) == (303, address(office))
    assert standards(office, parts) == ["上半年增长8.1%。", "全年增长8.1%。"]
    assert "第四季度补齐差额。" in office.browser("fagai").get(address(office)).text


def test_a_mistake_in_one_part_loses_nothing_of_the_others(office: Office, parts: list[int]) -> None:
    typed = opened(office)
    typed["standard"][:3] = ["上半年增长8.1%。", "全年增长8.1%。", "第四季度补齐差额。"]
    typed["weight"][1], typed["due_on"][2] = "x", "2019-06-30"
    refused = sent(office, typed)
    assert refused.status_code == 422
    for words in (
        "分解项 1-2：权重请填 1 到 1000 之间的整数。",
        "第 1 行：完成时限不能晚于原任务的2018年12月31日。",
        *typed["standard"][:3],
    ):
        assert words in refused.text
    assert standards(office, parts) == [row.standard for row in TWO]
    again = as_offered(refused.text)
    assert again["shown"] == typed["shown"]
    again["weight"][1], again["due_on"][2] = "3", "2018-12-31"
    assert sent(office, again).status_code == 303
    assert standards(office, parts) == ["上半年增长8.1%。", "全年增长8.1%。"]


def test_a_part_is_taken_back_for_a_reason_while_another_is_changed(office: Office, parts: list[int]) -> None:
    typed = opened(office)
    typed["standard"][1] = "全年增长8.1%。"
    typed["withdraw"] = [str(parts[0])]
    refused = sent(office, typed)
    assert (refused.status_code, "分解项 1-1：请写明撤回的原因。" in refused.text) == (422, True)
    assert re.search(rf'name="withdraw" value="{parts[0]}" checked', refused.text)
    assert standards(office, parts)[1] == TWO[1].standard
    typed["reason"][0] = "并入全年。"
    assert sent(office, typed).status_code == 303
    assert standards(office, parts)[1] == "全年增长8.1%。"
    assert "已撤回 1-1" in office.browser("fagai").get(f"/tasks/{office.task_id(GROWTH)}").text


def test_a_reason_without_a_tick_takes_nothing_back(office: Office, parts: list[int]) -> None:
    typed = opened(office)
    typed["reason"][0] = "并入全年。"
    refused = sent(office, typed)
    assert (refused.status_code, "没有勾选撤回" in refused.text) == (422, True)
    assert "并入全年。" in refused.text


def opened_before_a_colleague_changed_the_first(office: Office, parts: list[int]) -> Typed:
    typed = opened(office)
    colleague = PartForm("上半年增长7.9%。", TWO[0].due_on, 2)
    with office.database.writing() as session:
        change_part(session, session.get_one(Task, parts[0]), colleague, actor=office.viewer("ducha"))
    return typed


def test_a_line_left_alone_puts_nothing_back_that_a_colleague_changed(
    office: Office, parts: list[int]
) -> None:
    typed = opened_before_a_colleague_changed_the_first(office, parts)
    typed["standard"][1] = "全年增长8.1%。"
    assert sent(office, typed).status_code == 303
    assert standards(office, parts) == ["上半年增长7.9%。", "全年增长8.1%。"]


def test_a_line_that_a_colleague_changed_too_is_shown_beside_ones_own(
    office: Office, parts: list[int]
) -> None:
    typed = opened_before_a_colleague_changed_the_first(office, parts)
    typed["standard"][:2] = ["上半年增长8.1%。", "全年增长8.1%。"]
    refused = sent(office, typed)
    assert (refused.status_code, "分解项 1-1 已被同事修改" in refused.text) == (409, True)
    assert "上半年增长7.9%。" in refused.text
    assert standards(office, parts) == ["上半年增长7.9%。", TWO[1].standard]
    assert sent(office, as_offered(refused.text)).status_code == 303
    assert standards(office, parts) == ["上半年增长8.1%。", "全年增长8.1%。"]


def test_a_part_of_another_task_is_not_to_be_had_through_this_form(office: Office, parts: list[int]) -> None:
    with office.database.writing() as session:
        rows = (PartForm("选址。", YEAR),)
        other = split(session, office.task(session, SCHOOL), rows, actor=office.viewer("ducha"))[0].id
    typed = opened(office)
    typed["part"][0], typed["standard"][0] = str(other), "改写。"
    assert sent(office, typed).status_code == 404
