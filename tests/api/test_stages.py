"""办理阶段, 征求意见, 签收 and 分解项 for OA systems."""

from datetime import timedelta
from typing import Any

from app.models.plan import PlanState
from tests.office import GROWTH, TODAY, Office

SOON = (TODAY + timedelta(days=5)).isoformat()


def test_a_plan_goes_its_way_through_the_interface(office: Office) -> None:
    with office.database.writing() as session:
        plan = office.plan(session)
        plan.state = PlanState.DRAFT
        session.add(plan)
        path = f"/api/v1/plans/{plan.id}"
    growth = office.task_id(GROWTH)
    ducha, fagai, jiaoyu = office.api("ducha"), office.api("fagai"), office.api("jiaoyu")

    missing = ducha.post(f"{path}/stage", json={"step": "open_comments"})
    assert (missing.status_code, missing.json()["fields"]) == (422, {"due_on": "请填写日期。"})
    opened = ducha.post(f"{path}/stage", json={"step": "open_comments", "due_on": SOON}).json()
    assert (opened["state"], opened["comment_round"], opened["comment_due_on"]) == ("comment", 1, SOON)
    assert ducha.post(f"{path}/stage", json={"step": "reopen"}).status_code == 409
    assert fagai.post(f"{path}/stage", json={"step": "issue", "due_on": SOON}).status_code == 403

    wish = {"task": growth, "answer": "change", "words": "改为7.5%。"}
    told = fagai.post(f"{path}/comments", json={"answers": [wish], "agree_with_rest": True}).json()
    assert [(each["answer"], each["words"]) for each in told] == [
        ("change", "改为7.5%。"),
        ("agree", ""),
        ("agree", ""),
    ]
    assert jiaoyu.post(f"{path}/comments", json={"answers": [wish]}).status_code == 403
    settled = ducha.post(f"{path}/comments/{told[0]['id']}", json={"is_adopted": True, "reply": "已改。"})
    assert [(each["is_adopted"], each["reply"]) for each in settled.json()] == [(True, "已改。")]
    assert len(ducha.get(f"{path}/comments", params={"only_changes": True}).json()) == 1
    assert jiaoyu.get(f"{path}/comments").json() == []

    issued = ducha.post(f"{path}/stage", json={"step": "issue", "due_on": SOON}).json()
    assert (issued["state"], issued["sign_due_on"]) == ("issued", SOON)
    assert fagai.post(f"/api/v1/tasks/{growth}/sign").json() == {"signed": 1}
    assert fagai.post(f"{path}/signing").json() == {"signed": 0}
    signatures = {each["department"]: each["signed_by"] for each in ducha.get(f"{path}/signing").json()}
    assert signatures == {"发改局": "李发改", "卫健局": "", "城管局": "", "教育局": ""}
    assert ducha.get(f"{path}/stage").json()["state"] == "issued"


def test_a_task_is_split_through_the_interface(office: Office) -> None:
    growth, fagai = office.task_id(GROWTH), office.api("fagai")
    parts: list[dict[str, Any]] = [
        {"standard": "上半年增长8%。", "due_on": "2018-06-30"},
        {"standard": "全年增长8%。", "due_on": "2018-12-31", "weight": 3},
    ]
    made = fagai.post(f"/api/v1/tasks/{growth}/parts", json={"parts": parts})
    assert made.status_code == 201
    assert [(each["number"], each["weight"]) for each in made.json()] == [("1-1", 1), ("1-2", 3)]
    first = made.json()[0]["id"]
    report = {"status": "completed", "completion": 100, "progress": "增长8.1%。"}
    assert fagai.post(f"/api/v1/tasks/{first}/progress", json=report).status_code == 201
    assert fagai.get(f"/api/v1/tasks/{growth}").json()["completion"] == 25
    changed = fagai.put(f"/api/v1/tasks/{first}/part", json={**parts[0], "weight": 3}).json()
    assert [each["weight"] for each in changed] == [3, 3]
    assert fagai.get(f"/api/v1/tasks/{growth}").json()["completion"] == 50
    left = fagai.post(f"/api/v1/tasks/{first}/part/withdraw", json={"reason": "不拆。"}).json()
    assert [each["number"] for each in left] == ["1-2"]
    assert [each["number"] for each in fagai.get(f"/api/v1/tasks/{growth}/parts").json()] == ["1-2"]
    assert fagai.put(f"/api/v1/tasks/{growth}/part", json=parts[0]).status_code == 409
    for wrong in (
        {**parts[0], "due_on": "2019-01-01"},
        {**parts[0], "weight": 0},
        {**parts[0], "department": 999},
    ):
        refused = fagai.post(f"/api/v1/tasks/{growth}/parts", json={"parts": [wrong]})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
