"""Applications and urging slips for an OA system."""

from datetime import date

from tests.office import GROWTH, Office
from tests.web.test_urging import unit

MORE_TIME = {"kind": "extension", "reason": "征地。", "progress": "主体完工。", "due_on": "2018-11-30"}


def due_in_october(office: Office) -> int:
    with office.database.writing() as session:
        task = office.task(session, GROWTH)
        task.due_on = date(2018, 10, 31)
        session.add(task)
        return task.id or 0


def test_an_extension_is_asked_for_and_granted(office: Office) -> None:
    task_id = due_in_october(office)
    fagai, ducha = office.api("fagai"), office.api("ducha")
    made = fagai.post(f"/api/v1/tasks/{task_id}/applications", json=MORE_TIME)
    assert (made.status_code, made.json()["state"]) == (201, "pending")
    same = fagai.post(f"/api/v1/tasks/{task_id}/applications", json=MORE_TIME)
    assert same.json()["id"] == made.json()["id"]
    listed = ducha.get(f"/api/v1/plans/{office.plan_id}/applications").json()
    assert (listed["total"], listed["items"][0]["author"]) == (1, "李发改")
    address = f"/api/v1/applications/{made.json()['id']}"
    done = ducha.post(f"{address}/decision", json={"decision": "approve"})
    assert done.json()["state"] == "approved"
    told = fagai.get(f"/api/v1/tasks/{task_id}").json()
    assert (told["due_on"], told["original_due_on"]) == ("2018-11-30", "2018-10-31")
    assert fagai.get(address).json()["decided_by"] == "王督查"


def test_refusals_are_problems_with_a_sentence_per_field(office: Office) -> None:
    task_id = due_in_october(office)
    fagai, ducha = office.api("fagai"), office.api("ducha")
    bad = fagai.post(f"/api/v1/tasks/{task_id}/applications", json={"kind": "extension", "reason": ""})
    assert bad.status_code == 422
    assert set(bad.json()["fields"]) == {"reason", "progress", "due_on"}
    done = fagai.post(
        f"/api/v1/tasks/{task_id}/applications", json={"kind": "completion", "reason": "已达标。"}
    )
    address = f"/api/v1/applications/{done.json()['id']}"
    early = ducha.post(f"{address}/decision", json={"decision": "approve"})
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert fagai.post(f"{address}/decision", json={"decision": "approve"}).status_code == 403
    assert fagai.post(f"{address}/withdraw").json()["state"] == "withdrawn"
    assert (
        ducha.post(f"{address}/decision", json={"decision": "verify", "words": "看过。"}).status_code == 409
    )


def test_slips_are_issued_listed_and_signed_for(office: Office) -> None:
    ducha, jiaoyu = office.api("ducha"), office.api("jiaoyu")
    body = {"departments": [int(unit(office, "教育局")), int(unit(office, "发改局"))]}
    path = f"/api/v1/plans/{office.plan_id}/urgings"
    issued = ducha.post(path, json=body)
    assert issued.status_code == 201
    assert sorted(each["slip"][-3:] for each in issued.json()["items"]) == ["第1号", "第2号"]
    assert issued.json()["items"][0]["answer_by"] == "2018-10-08"
    again = ducha.post(path, json=body).json()
    assert again["items"] == []
    assert sorted(again["repeated"]) == sorted(["发改局", "教育局"])
    [own] = jiaoyu.get(path).json()["items"]
    assert jiaoyu.get(f"/api/v1/urgings/{own['id']}").json()["period"] == "2018年9月"
    assert jiaoyu.post(f"/api/v1/urgings/{own['id']}/receive").json()["received_by"] == "赵教育"
    assert office.api("fagai").get(f"/api/v1/urgings/{own['id']}").status_code == 404


def test_one_task_is_urged(office: Office) -> None:
    ducha, task_id = office.api("ducha"), office.task_id(GROWTH)
    issued = ducha.post(f"/api/v1/tasks/{task_id}/urging", json={"words": "请加快。"})
    [slip] = issued.json()["items"]
    assert (slip["department"], slip["period"], slip["tasks"]) == ("发改局", "", 1)
    assert ducha.post(f"/api/v1/tasks/{task_id}/urging", json={"words": " "}).status_code == 422


def test_a_slip_is_taken_back_with_a_reason(office: Office) -> None:
    ducha, fagai = office.api("ducha"), office.api("fagai")
    [slip] = ducha.post(f"/api/v1/tasks/{office.task_id(GROWTH)}/urging", json={}).json()["items"]
    assert (slip["voided_by"], slip["voided_at"], slip["void_reason"]) == ("", None, "")
    address = f"/api/v1/urgings/{slip['id']}"
    empty = ducha.post(f"{address}/void", json={"reason": ""})
    assert (empty.status_code, set(empty.json()["fields"])) == (422, {"reason"})
    assert fagai.post(f"{address}/void", json={"reason": "误发。"}).status_code == 403
    for _ in range(2):
        done = ducha.post(f"{address}/void", json={"reason": "误发。"}).json()
        assert (done["voided_by"], done["void_reason"]) == ("王督查", "误发。")
    assert ducha.post(f"{address}/void", json={"reason": "别的。"}).status_code == 409
    assert fagai.post(f"{address}/receive").status_code == 409
