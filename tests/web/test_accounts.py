"""账号: opened, changed, disabled by the administrator; never deleted."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlmodel import col

from app.clock import utcnow
from app.models.account import Role, User
from app.models.directory import Department, Official
from tests.office import PASSWORD, Office
from tests.web.accounts import account_id, change_user, sign_in, told, user_of


def department_id(office: Office, name: str) -> int:
    with office.database.reading() as session:
        query = select(col(Department.id)).where(col(Department.name) == name)
        return session.execute(query).scalar_one()


def fields(office: Office, **changed: Any) -> dict[str, Any]:
    new = {
        "username": "xiaoli",
        "name": "李小明",
        "role": "liaison",
        "department": department_id(office, "教育局"),
    }
    return {**new, **changed}


def first_password(page: str) -> str:
    return re.findall(r"<dt>首次密码</dt><dd><code>([^<]+)</code>", page)[0]


def post(office: Office, username: str, deed: str = "", /, by: str = "admin", **data: Any) -> Any:
    return office.browser(by).post(f"/accounts/{account_id(office, username)}{deed}", data=data)


def test_an_account_is_opened_with_a_first_password_shown_once(office: Office) -> None:
    answer = office.browser("admin").post("/accounts", data=fields(office))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    password = first_password(answer.text)
    assert len(password) >= 10
    assert not set(password) & set("0O1lI")
    new = user_of(office, "xiaoli")
    assert (new.role, new.must_change_password, new.is_active) == (Role.LIAISON, True, True)
    assert password not in new.password_hash
    assert sign_in(office, "xiaoli", password).status_code == 303
    (event,) = told(office, "account_created")
    assert (event["username"], event["role"], event["department"]) == ("xiaoli", "liaison", "教育局")
    assert password not in str(event)
    assert password not in office.browser("admin").get(f"/accounts/{new.id}").text


def test_whoever_signs_in_elsewhere_gets_no_password_here(office: Office) -> None:
    answer = office.browser("admin").post("/accounts", data=fields(office, credential="oidc"))
    new = user_of(office, "xiaoli")
    assert answer.headers["location"] == f"/accounts/{new.id}"
    assert (new.password_hash, new.must_change_password) == ("", False)
    assert sign_in(office, "xiaoli", "").status_code == 401
    refused = post(office, "xiaoli", "/password")
    assert refused.status_code == 409
    assert "这里没有密码" in refused.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"username": "a b"}, "用户名须为 2 到 50 个字母、数字、汉字"),
        ({"username": "fagai"}, "用户名“fagai”已有人使用"),
        ({"username": "Fagai"}, "用户名“Fagai”已有人使用"),
        ({"username": "ｆａｇａｉ"}, "用户名“ｆａｇａｉ”已有人使用"),
        ({"username": "neighbour"}, "用户名“neighbour”已有人使用"),
        ({"name": " "}, "姓名是空的"),
        ({"role": ""}, "请选择角色"),
        ({"role": "king"}, "请选择角色"),
        ({"department": ""}, "请选择联络员所在的单位"),
        ({"department": "987654"}, "请选择联络员所在的单位"),
        ({"role": "lead_official"}, "请选择这个账号属于哪位分管领导"),
        ({"external_id": "x" * 101}, "工号不能超过 100 字"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    office: Office, changed: dict[str, str], sentence: str
) -> None:
    answer = office.browser("admin").post("/accounts", data=fields(office, **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'class="field has-error"' in answer.text
    assert told(office, "account_created") == []


def test_what_changed_stands_old_to_new_in_the_trail(office: Office) -> None:
    browser = office.browser("jiaoyu")
    changed = {"name": "赵明", "role": "supervision", "external_id": "OA-7", "department": "1"}
    assert post(office, "jiaoyu", **changed).status_code == 303
    assert told(office, "account_changed") == [
        {
            "username": "jiaoyu",
            "tokens": 0,
            "before": {"name": "赵教育", "role": "liaison", "department": "教育局", "external_id": ""},
            "after": {"name": "赵明", "role": "supervision", "department": "", "external_id": "OA-7"},
        }
    ]
    assert browser.get("/account").status_code == 303, "what was open was opened under another role"
    page = office.browser("auditor").get("/trail").text
    assert "角色 部门联络员 → 督查室" in page
    assert post(office, "jiaoyu", **changed).status_code == 303
    assert len(told(office, "account_changed")) == 1, "the same once more changes nothing"


def test_a_token_does_not_gain_the_rights_of_another_role(office: Office) -> None:
    api = office.api("fagai")
    user = user_of(office, "fagai")
    unit = {"name": user.name, "role": "liaison", "department": str(user.department_id)}
    assert post(office, "fagai", **{**unit, "name": "李改"}).status_code == 303
    assert api.get("/api/v1/plans").status_code == 200, "another name is no other right"
    assert post(office, "fagai", name="李改", role="supervision").status_code == 303
    assert api.get("/api/v1/plans").status_code == 401
    assert [each["tokens"] for each in told(office, "account_changed")] == [0, 1]
    assert "令牌作废 1 个" in office.browser("auditor").get("/trail").text


def test_the_username_stays_whatever_is_sent(office: Office) -> None:
    data = {"username": "other", "name": "赵教育", "role": "auditor"}
    assert post(office, "jiaoyu", **data).status_code == 303
    assert user_of(office, "jiaoyu").role is Role.AUDITOR


def test_a_disabled_account_is_out_at_once_with_its_tokens_and_can_come_back(office: Office) -> None:
    browser, api = office.browser("fagai"), office.api("fagai")
    assert api.get("/api/v1/plans").status_code == 200
    assert post(office, "fagai", "/disable").status_code == 303
    assert browser.get("/account").status_code == 303
    assert api.get("/api/v1/plans").status_code == 401
    assert sign_in(office, "fagai").status_code == 401
    assert told(office, "account_disabled") == [{"username": "fagai", "sessions": 1, "tokens": 1}]
    assert post(office, "fagai", "/enable").status_code == 303
    assert sign_in(office, "fagai").status_code == 303
    assert api.get("/api/v1/plans").status_code == 401, "its tokens stay revoked"
    assert told(office, "account_enabled") == [{"username": "fagai"}]


def test_one_cannot_disable_or_demote_oneself(office: Office) -> None:
    answer = post(office, "admin", "/disable")
    assert answer.status_code == 409
    assert "不能停用自己的账号，没有改动" in answer.text
    demoted = post(office, "admin", name="钱管理", role="auditor")
    assert demoted.status_code == 422
    assert "不能改自己的角色" in demoted.text
    assert user_of(office, "admin").is_active


def test_the_last_administrator_stays(office: Office) -> None:
    """Two administrators, each in a browser: the second to be fast enough finds himself the last."""
    change_user(office, "auditor", role=Role.ADMINISTRATOR)
    first, second = office.browser("admin"), office.browser("auditor")
    assert first.post(f"/accounts/{account_id(office, 'auditor')}/disable").status_code == 303
    assert second.post(f"/accounts/{account_id(office, 'admin')}/disable").status_code == 401
    assert user_of(office, "admin").is_active
    with office.database.writing() as session:
        from app.errors import Conflict
        from app.installation import command_actor
        from app.services.accounts import disable_account

        actor = command_actor(session, "青山区", Role.ADMINISTRATOR)
        last = session.execute(select(User).where(col(User.username) == "admin")).scalar_one()
        with pytest.raises(Conflict, match="最后一个可用的系统管理员"):
            disable_account(session, last, actor=actor, now=utcnow())


def test_a_forgotten_password_is_reset_and_its_wrong_tries_forgotten(office: Office) -> None:
    for number in range(3):
        sign_in(office, "fagai", f"guess {number}")
    browser = office.browser("jiaoyu")
    answer = post(office, "fagai", "/password")
    password = first_password(answer.text)
    assert "发改局" in answer.text
    assert sign_in(office, "fagai").status_code == 401
    assert sign_in(office, "fagai", password).status_code == 303
    assert browser.get("/account").status_code == 200, "another's session goes on"
    assert told(office, "password_reset") == [{"username": "fagai"}]


def test_the_administrator_ends_all_sessions_of_an_account(office: Office) -> None:
    browsers = [office.browser("fagai") for _ in range(2)]
    assert post(office, "fagai", "/sessions/end").status_code == 303
    assert [each.get("/account").status_code for each in browsers] == [303, 303]
    assert told(office, "session_ended") == [{"username": "fagai", "addresses": ["127.0.0.1"]}]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"ducha", "fagai", "jiaoyu", "luqiuming", "admin", "auditor"}),
        ("?role=liaison", {"fagai", "jiaoyu"}),
        ("?role=nonsense", {"ducha", "fagai", "jiaoyu", "luqiuming", "admin", "auditor"}),
        ("?state=disabled", {"jiaoyu"}),
        ("?state=first", {"fagai"}),
        ("?state=active&role=liaison", set()),
        ("?text=FAGAI", {"fagai"}),
        ("?text=督查", {"ducha"}),
        ("?text=%25", set()),
        ("?text=nobody", set()),
    ],
)
def test_the_list_is_narrowed_and_never_shows_the_neighbours(
    office: Office, query: str, shown: set[str]
) -> None:
    change_user(office, "jiaoyu", is_active=False)
    change_user(office, "fagai", must_change_password=True)
    page = office.browser("ducha").get(f"/accounts{query}").text
    assert set(re.findall(r'<a href="/accounts/\d+">(\w+)</a>', page)) == shown
    assert "neighbour" not in page


def test_the_supervision_office_looks_and_only_the_administrator_changes(office: Office) -> None:
    address = f"/accounts/{account_id(office, 'fagai')}"
    page = office.browser("ducha").get(address)
    assert page.status_code == 200
    assert "<form" not in page.text.split('id="main"')[1]
    assert office.browser("ducha").post(f"{address}/disable").status_code == 403
    assert office.browser("fagai").get("/accounts").status_code == 403


def test_a_leaders_account_belongs_to_an_official(office: Office) -> None:
    with office.database.reading() as session:
        number = session.execute(select(col(Official.id)).where(col(Official.name) == "薛红霞")).scalar_one()
    data = fields(office, role="lead_official", official=number)
    assert office.browser("admin").post("/accounts", data=data).status_code == 200
    assert (user_of(office, "xiaoli").official_id, user_of(office, "xiaoli").department_id) == (number, None)


def issue(office: Office, **data: Any) -> Any:
    wanted = {"name": "OA 系统", "account": account_id(office, "fagai"), "days": "30", **data}
    return office.browser("admin").post("/accounts/tokens", data=wanted)


def test_a_token_is_shown_once_works_and_runs_out(office: Office) -> None:
    answer = issue(office)
    key = re.findall(r'<code class="key">([^<]+)</code>', answer.text)[0]
    api = office.api()
    headers = {"authorization": f"Bearer {key}"}
    assert api.get("/api/v1/plans", headers=headers).status_code == 200
    assert key not in office.browser("admin").get("/accounts/tokens").text
    with time_machine.travel(utcnow() + timedelta(days=31)):
        assert api.get("/api/v1/plans", headers=headers).status_code == 401
        assert "已过期" in office.browser("admin").get("/accounts/tokens").text
    (event,) = told(office, "token_issued")
    assert (event["name"], event["username"], bool(event["until"])) == ("OA 系统", "fagai", True)


def test_the_last_day_of_a_token_is_told_by_the_offices_calendar(office: Office) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 17, tzinfo=UTC)):  # 1 in the morning of the 22nd
        issue(office, days="1")
    assert [each["until"] for each in told(office, "token_issued")] == ["2026-11-23"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": ""}, "请写明用途"),
        ({"account": ""}, "请选择令牌代表哪个账号"),
        ({"days": "0"}, "有效天数请填 1 到 3650"),
        ({"days": "很久"}, "有效天数请填 1 到 3650"),
    ],
)
def test_a_token_needs_a_purpose_an_account_and_honest_days(
    office: Office, data: dict[str, str], sentence: str
) -> None:
    answer = issue(office, **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert told(office, "token_issued") == []


def test_a_token_is_revoked_once(office: Office) -> None:
    key = re.findall(r'<code class="key">([^<]+)</code>', issue(office, days="").text)[0]
    page = office.browser("admin").get("/accounts/tokens").text
    (address,) = re.findall(r'action="(/accounts/tokens/\d+/revoke)"', page)
    for _ in range(2):
        assert office.browser("admin").post(address).status_code == 303
    assert told(office, "tokens_revoked") == [{"name": "OA 系统", "count": 1}]
    headers = {"authorization": f"Bearer {key}"}
    assert office.api().get("/api/v1/plans", headers=headers).status_code == 401


def test_the_demonstrations_password_opens_nothing_real(office: Office) -> None:
    """Even if a row with its hash were copied into an installation by hand."""
    from app.rules.passwords import DEMONSTRATION_PASSWORD
    from app.security import hash_password

    with office.database.writing() as session:
        user = session.execute(select(User).where(col(User.username) == "neighbour")).scalar_one()
        user.password_hash = hash_password(DEMONSTRATION_PASSWORD)
        session.add(user)
    change_user(office, "ducha", password_hash=user_of(office, "neighbour").password_hash)
    assert sign_in(office, "neighbour", DEMONSTRATION_PASSWORD).status_code == 401
    assert sign_in(office, "ducha", DEMONSTRATION_PASSWORD).status_code == 303, "青山区 is a demonstration"
    data = {"old": PASSWORD, "new": DEMONSTRATION_PASSWORD, "again": DEMONSTRATION_PASSWORD}
    refused = office.browser("fagai").post("/account", data=data)
    assert refused.status_code == 422
    assert "这个密码太常见" in refused.text
