"""To-dos and notices through the JSON door."""

from app.services.notices import tell_department
from tests.office import Office


def test_an_oa_reads_what_its_account_must_do(office: Office) -> None:
    answer = office.api("fagai").get("/api/v1/todos")
    assert answer.status_code == 200
    first = answer.json()[0]
    assert first == {
        "kind": "report",
        "urgency": "now",
        "title": "填报 1 项任务的进展",
        "detail": "2018年9月，9月30日截止，还有 2 天",
        "due_on": "2018-09-30",
        "address": f"/plans/{office.plan_id}/sheet",
        "count": 1,
        "plan": "2018年政府工作报告责任分解表",
    }
    assert [todo["count"] for todo in office.api("jiaoyu").get("/api/v1/todos").json()] == [1]
    assert office.api("admin").get("/api/v1/todos").json() == []


def test_reading_notices_there_does_not_mark_them_as_read(office: Office) -> None:
    fagai = office.viewer("fagai")
    with office.database.writing() as session:
        for words in ("第一件。", "第二件。"):
            tell_department(session, office.viewer("ducha"), fagai.department_id or 0, words, "/todos")
    api = office.api("fagai")
    for _ in range(2):
        page = api.get("/api/v1/notices", params={"size": 1}).json()
        assert (page["total"], page["size"], len(page["items"])) == (2, 1, 1)
        assert (page["items"][0]["words"], page["items"][0]["is_new"]) == ("第二件。", True)
    assert api.get("/api/v1/notices", params={"size": 0}).status_code == 422
    assert office.api("jiaoyu").get("/api/v1/notices").json()["items"] == []
