"""佐证材料 at both doors: uploading, looking, taking away; junk and size refused in words."""

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from app.config import Settings
from app.downloads import PAPER, PICTURE
from app.main import UPLOAD_PATHS, UPLOADS, create_app
from tests.office import GROWTH, HOSPITAL, Office

PNG = b"\x89PNG\r\n\x1a\nand so on"
PDF = b"%PDF-1.7 and so on"
WITHIN = {"hx-request": "true"}


def send(client: TestClient, task: int, *files: tuple[str, bytes], **more: str) -> httpx.Response:
    parts = [("files", (name, content)) for name, content in files]
    return client.post(f"/tasks/{task}/evidence", files=parts, data=more)


def evidence_of(office: Office, standard: str = GROWTH) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (
        office.api("ducha").get(f"/api/v1/tasks/{office.task_id(standard)}/evidence").json()
    )
    return found


def test_several_files_are_sent_at_once_and_seen_on_the_task(office: Office) -> None:
    browser, task = office.browser("fagai"), office.task_id(GROWTH)
    answer = send(browser, task, ("现场.png", PNG), ("批复.pdf", PDF))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tasks/{task}#evidence")
    page = browser.get(f"/tasks/{task}").text
    assert "现场.png" in page
    assert "批复.pdf" in page
    assert page.count('<img src="/evidence/') == 1
    assert "上传佐证材料" in page  # on record


def test_from_within_a_page_the_list_comes_back(office: Office) -> None:
    browser, task = office.browser("fagai"), office.task_id(GROWTH)
    parts = [("files", ("现场.png", PNG))]
    answer = browser.post(f"/tasks/{task}/evidence", files=parts, headers=WITHIN)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "现场.png" in answer.text
    number = evidence_of(office)[0]["id"]
    emptied = browser.post(f"/evidence/{number}/remove", headers=WITHIN)
    assert "现场.png" not in emptied.text


def test_from_the_sheet_one_comes_back_to_the_sheet(office: Office) -> None:
    browser, task = office.browser("fagai"), office.task_id(GROWTH)
    send(browser, task, ("现场.png", PNG))
    period = evidence_of(office)[0]["period_id"]
    answer = send(browser, task, ("批复.pdf", PDF), back="sheet", period=str(period))
    assert answer.headers["location"] == f"/plans/{office.plan_id}/sheet?period={period}#task-{task}"


def test_a_picture_is_shown_and_runs_nothing(office: Office) -> None:
    send(office.browser("fagai"), office.task_id(GROWTH), ("<script>.html", PNG))
    (row,) = evidence_of(office)
    assert row["name"] == "_script_.html.png"
    shown = office.browser("luqiuming").get(f"/evidence/{row['id']}")
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["content-disposition"].startswith("inline; filename*=UTF-8''")
    assert shown.headers["content-security-policy"] == PICTURE
    assert "sandbox" in PICTURE
    assert "script-src" not in PICTURE + PAPER
    assert shown.headers["x-content-type-options"] == "nosniff"


def test_a_pdf_is_shown_and_a_document_is_saved(office: Office) -> None:
    browser, task = office.browser("fagai"), office.task_id(GROWTH)
    send(browser, task, ("批复.pdf", PDF), ("纪要.txt", "会议纪要".encode()))
    paper, words = (browser.get(f"/evidence/{row['id']}") for row in evidence_of(office))
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["content-disposition"].startswith("inline")
    assert paper.headers["content-security-policy"] == PAPER
    assert words.headers["content-disposition"].startswith("attachment")
    assert words.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("材料.zip", b"PK\x03\x04"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("图.png", b"<!doctype html><script>alert(1)</script>"),
        ("程序.pdf", b"MZ\x90\x00"),
        ("空.png", b""),
    ],
)
def test_junk_is_refused_in_words_and_nothing_is_kept(office: Office, name: str, content: bytes) -> None:
    answer = send(office.browser("fagai"), office.task_id(GROWTH), ("好.png", PNG), (name, content))
    assert answer.status_code == 422
    assert f"“{name}”" in answer.text
    assert evidence_of(office) == []


def test_nothing_chosen_says_so(office: Office) -> None:
    browser, address = office.browser("fagai"), f"/tasks/{office.task_id(GROWTH)}/evidence"
    empty = '--X\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--X--\r\n'
    kind = {"content-type": "multipart/form-data; boundary=X"}
    for answer in (browser.post(address), browser.post(address, content=empty.encode(), headers=kind)):
        assert answer.status_code == 422
        assert "请先选择文件。" in answer.text


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\王\\现场.png", "现场.png"),
        ("现场\u202egpj.png", "现场gpj.png"),
        ("现场\x00.png", "现场.png"),
        ("长" * 300 + ".png", "长" * 58 + ".png"),
    ],
)
def test_a_name_leads_nowhere(office: Office, name: str, kept: str) -> None:
    head = f'--X\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    body = head.encode() + PNG + b"\r\n--X--\r\n"
    kind = {"content-type": "multipart/form-data; boundary=X"}
    office.browser("fagai").post(f"/tasks/{office.task_id(GROWTH)}/evidence", content=body, headers=kind)
    assert [row["name"] for row in evidence_of(office)] == [kept]


def test_a_huge_file_gets_a_sentence_at_both_doors(office: Office) -> None:
    task = office.task_id(GROWTH)
    huge = PNG + b"x" * 20_200_000
    answer = send(office.browser("fagai"), task, ("大.png", huge))
    assert answer.status_code == 413
    assert "一次上传的材料合计超过了 20 MB" in answer.text
    answer = office.api("fagai").post(f"/api/v1/tasks/{task}/evidence", files={"files": ("大.png", huge)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "20 MB" in answer.json()["detail"]
    assert evidence_of(office) == []


def test_a_large_file_comes_through_where_other_posts_are_refused(office: Office) -> None:
    task, large = office.task_id(GROWTH), PNG + b"x" * 3_000_000
    assert send(office.browser("fagai"), task, ("大.png", large)).status_code == 303
    assert evidence_of(office)[0]["size"] == len(large)
    answer = office.browser("fagai").post(f"/tasks/{task}/progress", data={"progress": "长" * 700_000})
    assert answer.status_code == 413


def test_only_the_address_of_an_upload_takes_a_large_body() -> None:
    assert all(UPLOADS.fullmatch(path.replace("{task_id}", "12")) for path in UPLOAD_PATHS)
    for path in (
        "/tasks/12/progress",
        "/tasks/x/evidence",
        "/tasks/1/evidence/2",
        "/evidence/1/remove",
        "/imports/1",
    ):
        assert not UPLOADS.fullmatch(path)


def test_the_limit_is_a_setting(office: Office) -> None:
    app = create_app(Settings(database_url="sqlite:///never-opened.db", upload_limit=1_000_000))
    app.state.database = office.database
    client = office.browser("fagai")
    small = TestClient(app, headers={"origin": "http://testserver"}, cookies=dict(client.cookies))
    answer = send(small, office.task_id(GROWTH), ("大.png", PNG + b"x" * 1_050_000))
    assert answer.status_code == 413
    assert "“大.png”超过了 1 MB" in answer.text


def test_another_jurisdiction_and_a_unit_without_part_are_kept_out(office: Office) -> None:
    send(office.browser("fagai"), office.task_id(GROWTH), ("现场.png", PNG))
    number = evidence_of(office)[0]["id"]
    assert office.browser("neighbour").get(f"/evidence/{number}").status_code == 404
    assert office.browser("jiaoyu").get(f"/evidence/{number}").status_code == 403
    assert "现场.png" not in office.browser("jiaoyu").get(f"/tasks/{office.task_id(GROWTH)}").text
    answer = send(office.browser("jiaoyu"), office.task_id(GROWTH), ("现场.png", PNG))
    assert answer.status_code == 403
    assert send(office.browser("neighbour"), office.task_id(GROWTH), ("a.png", PNG)).status_code == 404


def test_an_oa_uploads_lists_and_downloads(office: Office) -> None:
    api, task = office.api("fagai"), office.task_id(HOSPITAL)
    answer = api.post(f"/api/v1/tasks/{task}/evidence", files={"files": ("现场.png", PNG)})
    assert answer.status_code == 201
    (row,) = answer.json()
    assert (row["name"], row["kind"], row["department"], row["period"]) == (
        "现场.png",
        "图片",
        "发改局",
        "2018年9月",
    )
    assert api.get(f"/api/v1/tasks/{task}/evidence", params={"period": row["period_id"]}).json() == [row]
    file = api.get(f"/api/v1/evidence/{row['id']}")
    assert file.content == PNG
    assert file.headers["content-disposition"].startswith("attachment")
    wrong = api.post(
        f"/api/v1/tasks/{task}/evidence", files={"files": ("现场.png", PNG)}, data={"period": "999"}
    )
    assert wrong.status_code == 404
