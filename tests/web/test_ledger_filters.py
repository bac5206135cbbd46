"""The choices of the ledger's filter bar: those who answer for tasks of the table in view."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlmodel import col

from app.models.directory import Department, Official
from tests.office import Office


@pytest.fixture
def browser(office: Office) -> TestClient:
    with office.database.writing() as session:
        home = office.viewer("ducha").jurisdiction_id
        session.add(Department(jurisdiction_id=home, name="气象局", short_name="", position=99))
        session.add(Official(jurisdiction_id=home, name="空闲人", post="", position=99))
    return office.browser("ducha")


def choices(page: str, name: str) -> list[str]:
    options = page.partition(f'id="filter-{name}"')[2].partition("</select>")[0]
    return re.findall(r"<option value=\"\d+\"[^>]*>([^<]*)</option>", options)


def number_of(office: Office, name: str) -> int:
    with office.database.reading() as session:
        return session.execute(select(col(Department.id)).where(col(Department.name) == name)).scalar_one()


def test_only_those_with_a_task_of_the_table_are_offered_in_the_order_of_the_directory(
    office: Office, browser: TestClient
) -> None:
    page = browser.get(f"/plans/{office.plan_id}/tasks").text
    assert choices(page, "official") == ["陆秋明", "薛红霞", "是峰"]
    assert choices(page, "department") == ["发改局", "卫健局", "城管局", "教育局", "住建局"]


def test_the_one_chosen_is_offered_though_it_has_no_task(office: Office, browser: TestClient) -> None:
    number = number_of(office, "气象局")
    page = browser.get(f"/plans/{office.plan_id}/tasks", params={"department": number}).text
    assert choices(page, "department")[-1] == "气象局"
    assert "（未知）" not in page
    assert "没有符合条件的任务" in page


def test_a_number_of_another_jurisdiction_stays_unknown(office: Office, browser: TestClient) -> None:
    with office.database.writing() as session:
        there = office.viewer("neighbour").jurisdiction_id
        session.add(Department(jurisdiction_id=there, name="隔壁局", short_name="", position=1))
    page = browser.get(
        f"/plans/{office.plan_id}/tasks", params={"department": number_of(office, "隔壁局")}
    ).text
    assert "隔壁局" not in page
    assert "（未知）" in page
