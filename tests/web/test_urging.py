"""催办 on its pages: tick, send, print, sign for."""

import re

from sqlalchemy import select
from sqlmodel import col

from app.models.directory import Department
from app.models.plan import PlanState
from app.models.urging import Urging
from tests.office import GROWTH, SCHOOL, Office
from tests.services.todos import change_plan

DEMAND = {"words": "请抓紧补报。", "answer_by": "2018-10-09"}


def unit(office: Office, name: str) -> str:
    with office.database.reading() as session:
        query = select(col(Department.id)).where(col(Department.name) == name)
        return str(session.execute(query).scalar_one())


def slips(office: Office) -> list[Urging]:
    with office.database.reading() as session:
        return list(session.execute(select(Urging).order_by(col(Urging.id))).scalars())


def plain_text(page: str) -> str:
    return re.sub(r"<[^>]+>|\s", "", page)


def test_the_page_lists_who_is_late_and_sends_to_the_ticked(office: Office) -> None:
    ducha, path = office.browser("ducha"), f"/plans/{office.plan_id}/urging"
    page = ducha.get(path).text
    assert "4个单位还没有报齐2018年9月的进展" in plain_text(page)
    assert page.count('name="departments"') == 4
    assert 'value="2018-10-08"' in page
    chosen = [unit(office, "发改局"), unit(office, "教育局")]
    answer = ducha.post(path, data={**DEMAND, "departments": chosen})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}#slips")
    assert [each.department_name for each in slips(office)] == ["发改局", "教育局"]
    page = ducha.get(path).text
    assert "催办单〔2018〕第2号" in page
    assert page.count("今天已发") == 2


def test_pressed_again_it_says_that_nothing_was_sent(office: Office) -> None:
    ducha, path = office.browser("ducha"), f"/plans/{office.plan_id}/urging"
    for _ in range(2):
        ducha.post(path, data={**DEMAND, "departments": [unit(office, "发改局")]})
    assert len(slips(office)) == 1
    page = ducha.get(path).text
    assert "没有重复发催办单" in page
    assert '<p class="flash note"' in page, "nothing was done"


def test_what_was_typed_and_ticked_is_still_there_when_it_is_refused(office: Office) -> None:
    ducha, path = office.browser("ducha"), f"/plans/{office.plan_id}/urging"
    number = unit(office, "教育局")
    page = ducha.post(path, data={"words": "请补报。", "answer_by": "2018-09-01", "departments": [number]})
    assert page.status_code == 422
    assert "请补报。" in page.text
    assert page.text.count(" checked") == 1
    assert f'value="{number}" checked' in page.text
    nobody = ducha.post(path, data=DEMAND)
    assert nobody.status_code == 422
    assert "请至少勾选一个" in nobody.text
    closed = ducha.post(path, data={**DEMAND, "period": "987654", "departments": [number]})
    assert closed.status_code == 409
    assert slips(office) == []


def test_the_slip_is_a_paper_and_the_unit_signs_for_it(office: Office) -> None:
    ducha, jiaoyu = office.browser("ducha"), office.browser("jiaoyu")
    number = [unit(office, "教育局")]
    ducha.post(f"/plans/{office.plan_id}/urging", data={**DEMAND, "departments": number})
    address = f"/urging/{slips(office)[0].id}"
    paper = ducha.get(address).text
    for words in ("督办催办单", "催办单〔2018〕第1号", "教育局：", SCHOOL, "请抓紧补报。", "青山区督查室"):
        assert words in paper
    assert "签收这张催办单" not in paper
    assert "签收这张催办单" in jiaoyu.get(address).text
    assert jiaoyu.post(f"{address}/receive").headers["location"] == address
    assert "签收：教育局 赵教育" in ducha.get(address).text
    assert office.browser("fagai").get(address).status_code == 404
    assert office.browser("luqiuming").get(address).status_code == 200


def test_a_unit_finds_its_own_slips_under_the_same_address(office: Office) -> None:
    path = f"/plans/{office.plan_id}/urging"
    both = [unit(office, "发改局"), unit(office, "教育局")]
    office.browser("ducha").post(path, data={**DEMAND, "departments": both})
    page = office.browser("jiaoyu").get(path).text
    assert "第2号" in page
    assert "第1号" not in page
    assert 'name="departments"' not in page


def test_one_task_is_urged_from_its_page(office: Office) -> None:
    ducha, task_id = office.browser("ducha"), office.task_id(GROWTH)
    assert "发出催办单" in ducha.get(f"/tasks/{task_id}").text
    refused = ducha.post(f"/tasks/{task_id}/urging", data={"words": "", "answer_by": "2018-10-09"})
    assert refused.status_code == 422
    assert "请写明要求单位做什么" in refused.text
    ducha.post(f"/tasks/{task_id}/urging", data=DEMAND)
    page = office.browser("fagai").get(f"/tasks/{task_id}").text
    assert "催办单〔2018〕第1号" in page
    assert "催办单〔2018〕第1号" not in office.browser("jiaoyu").get(f"/tasks/{task_id}").text
    assert ducha.get(f"/tasks/{task_id}/urging").status_code == 303


def test_a_slip_sent_by_mistake_is_taken_back_on_its_page(office: Office) -> None:
    ducha, jiaoyu = office.browser("ducha"), office.browser("jiaoyu")
    path = f"/plans/{office.plan_id}/urging"
    ducha.post(path, data={**DEMAND, "departments": [unit(office, "教育局")]})
    address = f"/urging/{slips(office)[0].id}"
    assert "作废这张催办单" not in jiaoyu.get(address).text
    assert jiaoyu.post(f"{address}/void", data={"reason": "不想要。"}).status_code == 403
    refused = ducha.post(f"{address}/void", data={"reason": " "})
    assert refused.status_code == 422
    assert "请写明为什么作废" in refused.text
    assert ducha.get(f"{address}/void").headers["location"] == address
    done = ducha.post(f"{address}/void", data={"reason": "已按时报送，误发。"})
    assert (done.status_code, done.headers["location"]) == (303, address)
    for page in (ducha.get(address), jiaoyu.get(address)):
        assert "已作废王督查，" in plain_text(page.text)
        assert "已按时报送，误发。" in page.text
    assert "签收这张催办单" not in jiaoyu.get(address).text
    late = jiaoyu.post(f"{address}/receive")
    assert (late.status_code, "没有办成" in late.text) == (409, True)
    assert "督查室已将这张催办单作废，不用签收。原因：已按时报送，误发。" in late.text
    listed = ducha.get(path).text
    assert "已作废" in listed
    assert "今天已发" not in listed
    assert "已作废" in ducha.get(f"/tasks/{office.task_id(SCHOOL)}").text
    assert "督查室作废了催办单〔2018〕第1号，不用答复。" in jiaoyu.get("/notices").text


def test_who_takes_a_slip_back_after_a_colleague_keeps_his_own_words(office: Office) -> None:
    ducha = office.browser("ducha")
    ducha.post(f"/plans/{office.plan_id}/urging", data={**DEMAND, "departments": [unit(office, "教育局")]})
    address = f"/urging/{slips(office)[0].id}/void"
    ducha.post(address, data={"reason": "已按时报送，误发。"})
    late = ducha.post(address, data={"reason": "该单位已并入别的单位。"})
    assert late.status_code == 409
    assert "您刚才写的没有用上：该单位已并入别的单位。" in late.text


def test_the_slip_of_an_archived_table_offers_nothing_that_would_be_refused(office: Office) -> None:
    ducha = office.browser("ducha")
    ducha.post(f"/plans/{office.plan_id}/urging", data={**DEMAND, "departments": [unit(office, "教育局")]})
    address = f"/urging/{slips(office)[0].id}"
    assert "作废这张催办单" in ducha.get(address).text
    change_plan(office, state=PlanState.ARCHIVED)
    assert "作废这张催办单" not in ducha.get(address).text
