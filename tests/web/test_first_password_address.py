"""The address on the strip of a first password: one that leads the reader somewhere, or none."""

import base64
import re
from io import BytesIO

import openpyxl
import pytest

from tests.office import Office
from tests.web.accounts import account_id, settings


def sheet(office: Office, host: str) -> tuple[str, str]:
    """The page, and the note in its workbook."""
    browser = office.browser("admin")
    headers = {"host": host, "origin": f"http://{host}"}
    answer = browser.post(f"/accounts/{account_id(office, 'fagai')}/password", headers=headers)
    assert answer.status_code == 200
    book = base64.b64decode(re.findall(r"base64,([A-Za-z0-9+/=]+)\" download", answer.text)[0])
    return answer.text, str(openpyxl.load_workbook(BytesIO(book)).worksheets[0]["A2"].value)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "127.3.2.1", "0.0.0.0:8000"])
def test_an_address_that_leads_nowhere_is_not_printed(office: Office, host: str) -> None:
    page, note = sheet(office, host)
    assert f"http://{host}" not in page + note
    assert "<dt>登录地址</dt>" not in page
    assert "请手工填写大家使用的地址" in page
    assert "打开登录地址（由系统管理员填写：＿" in page
    assert note.startswith("登录地址请手工填写；首次密码")


def test_an_address_others_can_open_is_printed(office: Office) -> None:
    page, note = sheet(office, "10.1.2.3:8000")
    assert "<dt>登录地址</dt><dd>http://10.1.2.3:8000</dd>" in page
    assert "手工填写" not in page
    assert note.startswith("登录地址 http://10.1.2.3:8000；")


def test_the_address_of_the_settings_goes_before_the_one_typed(office: Office) -> None:
    with settings(office, public_url="http://duban.example"):
        page, note = sheet(office, "127.0.0.1:8000")
    assert "<dt>登录地址</dt><dd>http://duban.example</dd>" in page
    assert "http://duban.example" in note
