"""Names of a file that look alike: one list, ticked, sent at once, kept with the import until its commit."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlmodel import col

from app.models.directory import Department, DepartmentAlias
from app.models.event import Event
from tests.office import GROWTH, HOSPITAL, SCHOOL, TOILETS, Office
from tests.web.test_imports import HEAD, PARK, update, upload, value

SEVERAL = (
    HEAD
    + f"1\t改善民生\t{PARK}\t是峰\t区教育局、区水利局\t\t\n"
    + "2\t改善民生\t建桥1座。\t是峰\t区水利局、水利局、区文广旅局\t\t\n"
    + "3\t改善民生\t修路2条。\t是峰\t区水利局、区文化广电和旅游局、城镇投公司\t\t\n"
    + "4\t改善民生\t修渠3条。\t是峰\t市城镇投公司\t\t\n"
)
LINE = re.compile(
    r'name="one" value="([^"]*)".*?name="other" value="([^"]*)".*?name="same" value="(\d+)"( checked)?>'
    r"(.*?)</li>",
    re.DOTALL,
)


@pytest.fixture
def browser(office: Office) -> TestClient:
    return office.browser("ducha")


def lines(page: str) -> list[tuple[str, str, bool, str]]:
    """Every line of the page: the two names, whether it is ticked, and what else it says."""
    return [
        (unescape(one), unescape(other), bool(ticked), rest)
        for one, other, _, ticked, rest in LINE.findall(page)
    ]


def pairs(page: str) -> set[tuple[str, str]]:
    return {(one, other) for one, other, _, _ in lines(page)}


def answers(page: str, **changed: bool) -> dict[str, list[str]]:
    """The form as a person sends it; ``changed`` says how the tick of a pair with that name stands instead."""
    found = lines(page)
    ticked = [changed.get(one, changed.get(other, was)) for one, other, was, _ in found]
    keep = []
    for _, _, _, rest in found:
        chosen = re.search(r'name="keep" value="([^"]*)"|<option selected>([^<]*)<', rest)
        assert chosen, rest
        keep.append(unescape(chosen[1] or chosen[2]))
    return {
        "one": [one for one, *_ in found],
        "other": [other for _, other, *_ in found],
        "keep": keep,
        "same": [str(number) for number, each in enumerate(ticked) if each],
    }


def commit(browser: TestClient, batch: str, title: str) -> int:
    seen = value(browser.get(batch).text, "seen")
    return browser.post(
        f"{batch}/commit", data={"title": title, "year": "2018", "seen": seen, "unchecked": "1"}
    ).status_code


def directory(office: Office) -> dict[str, str]:
    """Alias → name of the unit it is of, as the directory has them."""
    with office.database.reading() as session:
        query = select(col(DepartmentAlias.name), col(Department.name).label("unit")).join(
            Department, col(Department.id) == col(DepartmentAlias.department_id)
        )
        return {row.name: row.unit for row in session.execute(query)}


def units(office: Office) -> set[str]:
    with office.database.reading() as session:
        return set(session.execute(select(col(Department.name))).scalars())


def test_all_pairs_are_one_list_and_the_sure_ones_are_ticked(browser: TestClient) -> None:
    page = browser.get(upload(browser, SEVERAL, title="别名的表")).text
    assert page.count(">按勾选的统一<") == 1
    told = {frozenset((one, other)): ticked for one, other, ticked, _ in lines(page)}
    assert told == {
        frozenset(("区教育局", "教育局")): True,
        frozenset(("区水利局", "水利局")): True,
        frozenset(("区文广旅局", "区文化广电和旅游局")): True,
        frozenset(("市城镇投公司", "城镇投公司")): False,
    }
    (river,) = [rest for one, other, _, rest in lines(page) if "水利局" in (one, other)]
    for words in (
        "（1 次）",
        "（3 次）",
        "#row-2",
        "<option selected>区水利局</option>",
        "<option>水利局</option>",
    ):
        assert words in river
    (school,) = [rest for one, other, _, rest in lines(page) if "教育局" in (one, other)]
    assert "名录中的名称" in school
    assert 'name="keep" value="教育局"' in school
    assert "<select" not in school


def test_one_press_makes_them_one_and_the_directory_waits_for_the_commit(
    office: Office, browser: TestClient
) -> None:
    batch = upload(browser, SEVERAL, title="别名的表")
    before = units(office)
    sent = answers(browser.get(batch).text)
    for _ in range(2):  # a double click
        answer = browser.post(f"{batch}/aliases", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{batch}#doubts")
    page = browser.get(batch).text
    assert ">按勾选的统一<" not in page
    assert "判断过的名称 4 对" in page
    assert "（原写作区教育局）" in page
    assert (directory(office), units(office)) == ({}, before)
    with office.database.reading() as session:
        told = select(Event).where(col(Event.kind) == "import_names_judged")
        (event,) = session.execute(told).scalars()
        assert len(event.detail["same"]) == 3
    assert commit(browser, batch, "别名的表") == 303
    assert directory(office) == {
        "区教育局": "教育局",
        "水利局": "区水利局",
        "区文广旅局": "区文化广电和旅游局",
    }
    assert units(office) - before == {"区水利局", "区文化广电和旅游局", "城镇投公司", "市城镇投公司"}
    again = browser.get(upload(browser, SEVERAL.replace("修路2条", "修路9条"), title="又一份")).text
    assert ">按勾选的统一<" not in again
    assert "（原写作区教育局）" in again


def test_a_tick_taken_away_is_remembered_and_can_be_given_back(office: Office, browser: TestClient) -> None:
    batch = upload(browser, SEVERAL, title="别名的表")
    browser.post(f"{batch}/aliases", data=answers(browser.get(batch).text, 水利局=False))
    page = browser.get(batch).text
    assert {one: ticked for one, _, ticked, _ in lines(page)}["水利局"] is False
    assert "“区水利局”与“水利局”是两个单位" in browser.get("/imports").text
    assert ">按勾选的统一<" in browser.get(upload(browser, SEVERAL, title="又一份")).text
    assert "水利局" not in {
        one for one, *_ in lines(browser.get(upload(browser, SEVERAL, title="第三份")).text)
    }
    browser.post(f"{batch}/aliases", data=answers(page, 水利局=True))
    assert "“区水利局”与“水利局”是两个单位" not in browser.get("/imports").text
    assert commit(browser, batch, "别名的表") == 303
    assert directory(office)["水利局"] == "区水利局"


def test_a_line_never_ticked_is_two_units_in_this_file_only(office: Office, browser: TestClient) -> None:
    batch = upload(browser, SEVERAL, title="别名的表")
    browser.post(f"{batch}/aliases", data=answers(browser.get(batch).text))
    assert "城镇投公司" not in browser.get("/imports").text
    assert ("市城镇投公司", "城镇投公司") in pairs(browser.get(upload(browser, SEVERAL, title="又一份")).text)
    assert commit(browser, batch, "别名的表") == 303
    later = browser.get(upload(browser, SEVERAL.replace("修路2条", "修路9条"), title="第三份")).text
    assert not lines(later)
    assert "市城镇投公司" in browser.get("/directory").text.split("可能是同一")[1]


def test_the_chosen_spelling_stays(office: Office, browser: TestClient) -> None:
    batch = upload(browser, SEVERAL, title="别名的表")
    sent = answers(browser.get(batch).text)
    sent["keep"] = ["水利局" if each == "区水利局" else each for each in sent["keep"]]
    browser.post(f"{batch}/aliases", data=sent)
    assert commit(browser, batch, "别名的表") == 303
    assert directory(office)["区水利局"] == "水利局"


THREE = (
    HEAD
    + f"1\t改善民生\t{PARK}\t是峰\t区水务局\t\t\n"
    + "2\t改善民生\t建桥1座。\t是峰\t水务局\t\t\n"
    + "3\t改善民生\t修路2条。\t是峰\t青山区水务局\t\t\n"
    + "4\t改善民生\t修渠3条。\t是峰\t青山区水务局\t\t\n"
)


def test_three_spellings_become_one_unit(office: Office, browser: TestClient) -> None:
    batch = upload(browser, THREE, title="三种写法")
    sent = answers(browser.get(batch).text)
    assert browser.post(f"{batch}/aliases", data=sent).status_code == 303
    assert commit(browser, batch, "三种写法") == 303
    assert directory(office) == {"区水务局": "青山区水务局", "水务局": "青山区水务局"}


def test_ticks_that_cannot_all_be_true_are_refused_and_stay(office: Office, browser: TestClient) -> None:
    batch = upload(browser, THREE, title="三种写法")
    page = browser.get(batch).text
    sent = answers(page)
    assert len(sent["one"]) == 3
    sent["same"] = ["0", "2"]
    refused = browser.post(f"{batch}/aliases", data=sent)
    assert refused.status_code == 422
    assert "请再看看与它们有关的几行" in refused.text
    assert [ticked for _, _, ticked, _ in lines(refused.text)] == [True, False, True]
    assert "判断过的名称" not in browser.get(batch).text


def test_two_units_of_the_directory_are_not_made_one_through_a_third(
    office: Office, browser: TestClient
) -> None:
    batch = upload(browser, THREE, title="三种写法")
    sent = {
        "one": ["区水务局", "区水务局"],
        "other": ["教育局", "发改局"],
        "keep": ["教育局", "发改局"],
        "same": ["0", "1"],
    }
    refused = browser.post(f"{batch}/aliases", data=sent)
    assert refused.status_code == 422
    assert "在名录中是两个单位" in refused.text


def test_the_undo_takes_aliases_out_that_nothing_else_is_written_with(
    office: Office, browser: TestClient
) -> None:
    first = upload(browser, SEVERAL, title="别名的表")
    browser.post(f"{first}/aliases", data=answers(browser.get(first).text))
    commit(browser, first, "别名的表")
    second = upload(browser, HEAD + f"1\t改善民生\t{PARK}\t是峰\t区教育局\t\t\n", title="又一份")
    commit(browser, second, "又一份")
    assert browser.post(f"{first}/undo").status_code == 303
    assert directory(office) == {"区教育局": "教育局"}
    assert not units(office) & {"区水利局", "区文化广电和旅游局", "城镇投公司"}
    assert browser.post(f"{second}/undo").status_code == 303
    assert directory(office) == {}


def test_a_name_that_became_a_unit_meanwhile_stops_the_commit(office: Office, browser: TestClient) -> None:
    batch = upload(browser, SEVERAL, title="别名的表")
    browser.post(f"{batch}/aliases", data=answers(browser.get(batch).text))
    with office.database.writing() as session:
        jurisdiction = office.viewer("ducha").jurisdiction_id
        session.add(Department(jurisdiction_id=jurisdiction, name="区教育局", position=99))
    before = units(office)
    refused = browser.post(f"{batch}/commit", data={"title": "别名的表", "year": "2018", "unchecked": "1"})
    assert refused.status_code == 409
    assert "现在已是名录中的另一个单位" in refused.text
    assert (directory(office), units(office)) == ({}, before)
    browser.post(f"{batch}/aliases", data=answers(browser.get(batch).text, 区教育局=False))
    assert commit(browser, batch, "别名的表") == 303


def test_who_judged_after_the_page_was_shown_is_seen_before_the_commit(
    office: Office, browser: TestClient
) -> None:
    batch = upload(browser, SEVERAL, title="别名的表")
    page = browser.get(batch).text
    seen = value(page, "seen")
    office.browser("ducha").post(f"{batch}/aliases", data=answers(page))
    data = {"title": "别名的表", "year": "2018", "seen": seen, "unchecked": "1"}
    assert browser.post(f"{batch}/commit", data=data).status_code == 409


def test_two_people_judge_at_once_and_neither_is_lost(office: Office, browser: TestClient) -> None:
    batch = upload(browser, SEVERAL, title="别名的表")
    sent = answers(browser.get(batch).text)
    halves = []
    for some in (slice(0, 2), slice(2, None)):
        names = {name: sent[name][some] for name in ("one", "other", "keep")}
        halves.append(names | {"same": [str(number) for number in range(len(names["one"]))]})
    colleagues = [office.browser("ducha") for _ in halves]
    with ThreadPoolExecutor(len(halves)) as pool:
        posted = [
            pool.submit(colleague.post, f"{batch}/aliases", data=half)
            for colleague, half in zip(colleagues, halves, strict=True)
        ]
        assert [each.result().status_code for each in posted] == [303, 303]
    assert "判断过的名称 4 对" in browser.get(batch).text


def test_names_the_file_does_not_have_are_refused(browser: TestClient) -> None:
    batch = upload(browser, SEVERAL, title="别名的表")
    sent = {"one": "甲局", "other": "区水利局", "keep": "区水利局", "same": "0"}
    refused = browser.post(f"{batch}/aliases", data=sent)
    assert refused.status_code == 422
    assert "没有“甲局”" in refused.text


def test_a_newer_version_shows_no_change_of_unit_once_the_names_are_one(
    office: Office, browser: TestClient
) -> None:
    text = (
        HEAD
        + f"1\t主要预期目标\t{GROWTH}\t陆秋明\t区发改局\t\t\n"
        + f"2\t改善民生\t{HOSPITAL}\t陆秋明、薛红霞\t卫健局\t发改局\t6月底前\n"
        + f"3\t改善民生\t{TOILETS}\t是峰\t城管局\t\t\n"
        + f"4\t改善民生\t{SCHOOL}\t薛红霞\t教育局\t\t\n"
        + f"5\t改善民生\t{PARK}\t是峰\t城管局\t\t\n"
    )
    batch = upload(browser, text, target=str(office.plan_id))
    page = browser.get(batch).text
    assert '<ins><span class="visually-hidden">改为</span>区发改局</ins>' in page
    browser.post(f"{batch}/aliases", data=answers(page))
    page = browser.get(batch).text
    assert "改为</span>区发改局" not in page
    assert "（原写作区发改局）" in page
    assert update(browser, batch) == 303
    assert directory(office) == {"区发改局": "发改局"}
    assert browser.post(f"{batch}/undo").status_code == 303
    assert directory(office) == {}
    assert "区发改局" not in units(office)
