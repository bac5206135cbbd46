"""Two people on one form: the page opened first and saved last does not silently undo the other's change."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.office import Office
from tests.web.accounts import account_id, told

UNIT = {"name": "粮食局", "category": "区直部门", "kind": "unit", "aliases": "区粮食局\n粮局"}
PERSON = {"name": "王伟", "post": "副区长", "in_office_from": "2018-01-05"}


def form_on(page: str) -> dict[str, str]:
    """What the page would send if it were saved as it stands."""
    form = page[page.index("novalidate") : page.index("form-end")]
    values = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            values[name[1]] = unescape(value[1]) if value else ""
    for name, inside in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?([^<]*)</textarea>', form):
        values[name] = unescape(inside)
    for select in re.findall(r"<select .*?</select>", form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', select)
        values[re.findall(r'name="([^"]*)"', select)[0]] = chosen[1] if chosen else ""
    return values


@pytest.fixture
def both(office: Office) -> tuple[TestClient, TestClient]:
    return office.browser("ducha"), office.browser("ducha")


def summary(page: str) -> str:
    found = re.search(r'class="error-summary".*?</div>', page, re.DOTALL)
    return unescape(found[0]) if found else ""


def opened(browser: TestClient, address: str) -> dict[str, Any]:
    answer = browser.get(f"{address}/edit")
    assert answer.status_code == 200
    return form_on(answer.text)


def test_an_older_page_does_not_put_the_old_name_of_a_unit_back(both: tuple[TestClient, TestClient]) -> None:
    mine, hers = both
    address = mine.post("/directory/departments", data=UNIT).headers["location"]
    old = opened(mine, address)
    assert old["name"] == "粮食局"
    renamed = opened(hers, address) | {"name": "粮食和物资储备局", "aliases": "区粮食局"}
    assert hers.post(address, data=renamed).status_code == 303
    answer = mine.post(address, data=old | {"category": "我写的类别"})
    assert answer.status_code == 409
    told = summary(answer.text)
    assert "您打开此页之后，这个单位已被修改" in told
    assert "全称“粮食和物资储备局”，也写作“区粮食局、粮食局”，类别“区直部门”" in told
    assert "请对照现在的内容后再保存" in told
    again = form_on(answer.text)
    assert again == old | {"category": "我写的类别", "shown": again["shown"]}
    assert again["shown"] != old["shown"]
    assert opened(mine, address)["name"] == "粮食和物资储备局"
    assert mine.post(address, data=again).status_code == 303, "the second time it is a decision"
    assert opened(mine, address)["name"] == "粮食局"
    assert opened(mine, address)["category"] == "我写的类别"


def test_a_third_change_is_told_again(both: tuple[TestClient, TestClient]) -> None:
    mine, hers = both
    address = mine.post("/directory/departments", data=UNIT).headers["location"]
    old = opened(mine, address)
    hers.post(address, data=opened(hers, address) | {"category": "镇街"})
    again = form_on(mine.post(address, data=old | {"short_name": "粮"}).text)
    hers.post(address, data=opened(hers, address) | {"external_id": "D7"})
    answer = mine.post(address, data=again)
    assert answer.status_code == 409
    assert "外部编号“D7”" in summary(answer.text)


def test_a_refused_field_does_not_make_an_old_page_new(both: tuple[TestClient, TestClient]) -> None:
    """The form that comes back for a wrong field is still the one that was opened then."""
    mine, hers = both
    address = mine.post("/directory/departments", data=UNIT).headers["location"]
    refused = mine.post(address, data=opened(mine, address) | {"name": ""})
    assert refused.status_code == 422
    hers.post(address, data=opened(hers, address) | {"name": "粮食和物资储备局"})
    answer = mine.post(address, data=form_on(refused.text) | {"name": "粮食局"})
    assert answer.status_code == 409


def test_what_changes_elsewhere_or_alike_asks_nobody_to_look_again(
    both: tuple[TestClient, TestClient],
) -> None:
    mine, hers = both
    above = mine.post("/directory/departments", data={"name": "上级局", "kind": "unit"}).headers["location"]
    unit = UNIT | {"parent": above.rsplit("/", 1)[1]}
    address = mine.post("/directory/departments", data=unit).headers["location"]
    old = opened(mine, address)
    hers.post(f"{address}/move", data={"place": "1"})
    hers.post(above, data=opened(hers, above) | {"name": "上级委"})
    assert mine.post(address, data=old | {"category": "镇街"}).status_code == 303
    old, same = opened(mine, address), {"category": "园区"}
    assert hers.post(address, data=opened(hers, address) | same).status_code == 303
    assert mine.post(address, data=old | same).status_code == 303, "both wrote the same"


def test_an_older_page_does_not_put_an_official_back(both: tuple[TestClient, TestClient]) -> None:
    mine, hers = both
    address = mine.post("/directory/officials", data=PERSON).headers["location"]
    old = opened(mine, address)
    left = opened(hers, address) | {"post": "区长", "in_office_to": "2018-06-30"}
    assert hers.post(address, data=left).status_code == 303
    answer = mine.post(address, data=old | {"external_id": "我写的"})
    assert answer.status_code == 409
    told = summary(answer.text)
    assert "您打开此页之后，这位领导的信息已被修改" in told
    assert "职务“区长”，离任日期“2018年6月30日”，外部编号没有填写" in told
    again = form_on(answer.text)
    assert (again["post"], again["external_id"]) == ("副区长", "我写的")
    assert opened(mine, address)["post"] == "区长"
    assert mine.post(address, data=again).status_code == 303
    assert opened(mine, address)["post"] == "副区长"


def test_an_older_page_does_not_give_an_account_its_old_role_back(office: Office) -> None:
    mine, hers = office.browser("admin"), office.browser("admin")
    address = f"/accounts/{account_id(office, 'jiaoyu')}"
    old = opened(mine, address)
    changed = opened(hers, address) | {"role": "auditor", "department": ""}
    assert hers.post(address, data=changed).status_code == 303
    answer = mine.post(address, data=old | {"name": "我写的名"})
    assert answer.status_code == 409
    sentence = summary(answer.text)
    assert "您打开此页之后，这个账号已被修改" in sentence
    assert "角色“审计员”，单位没有填写" in sentence
    again = form_on(answer.text)
    assert (again["name"], again["role"]) == ("我写的名", "liaison")
    assert opened(mine, address)["role"] == "auditor"
    assert len(told(office, "account_changed")) == 1
    assert mine.post(address, data=again).status_code == 303
    assert opened(mine, address)["role"] == "liaison"
