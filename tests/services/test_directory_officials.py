"""Officials entered, told apart by post, and leaving office."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from app.errors import Forbidden, InvalidInput
from app.models.directory import Official
from app.models.event import Event
from app.queries.directory import get_department, get_official, names_to_ids
from app.queries.directory_entries import Which, official_entries
from app.queries.import_preview import preview
from app.rules.permissions import Viewer
from app.services import directory_order, imports, officials
from app.services.departments import DepartmentFacts, add_department, retire_department
from app.services.directory_merge import merge_department
from app.services.hand_over import confirm_hand_over
from app.services.officials import OfficialFacts
from tests.office import TABLE, TODAY, Office
from tests.services.test_edit_directory import of_units


def official(session: Session, viewer: Viewer, name: str) -> Official:
    names, _ = names_to_ids(session, viewer.jurisdiction_id)
    return get_official(session, viewer, names[name])


def test_an_official_is_entered_and_corrected_with_events(office: Office) -> None:
    admin = office.viewer("admin")
    with office.database.writing() as session:
        made = officials.add_official(
            session, OfficialFacts("王 伟", " 副区长 ", date(2018, 1, 5), None, "L1"), actor=admin
        )
        assert (made.name, made.post) == ("王伟", "副区长")
        wanted = OfficialFacts("王伟", "常务副区长", date(2018, 1, 5), None, "L1")
        assert officials.change_official(session, made, wanted, actor=admin)
        assert not officials.change_official(session, made, wanted, actor=admin)
        session.commit()
        (told,) = session.execute(
            select(col(Event.detail)).where(col(Event.kind) == "official_changed")
        ).scalars()
        assert told == {"name": "王伟", "before": {"post": "副区长"}, "after": {"post": "常务副区长"}}


def test_two_of_the_same_name_are_told_apart_by_post(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        with pytest.raises(InvalidInput) as refusal:
            officials.add_official(session, OfficialFacts("是峰"), actor=ducha)
        assert "请写明职务" in refusal.value.fields["post"]
        other = officials.add_official(session, OfficialFacts("是峰", "开发区主任"), actor=ducha)
        names, _ = names_to_ids(session, ducha.jurisdiction_id)
        assert names["是峰"] != other.id  # the one who was there first stands higher
        assert names["是峰（开发区主任）"] == other.id
        first = get_official(session, ducha, names["是峰"])
        with pytest.raises(InvalidInput) as refusal:
            officials.change_official(session, first, OfficialFacts("是峰", "开发区主任"), actor=ducha)
        assert "不同的职务" in refusal.value.fields["post"]


def test_an_import_says_which_of_two_namesakes_it_means(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        officials.change_official(
            session, official(session, ducha, "是峰"), OfficialFacts("是峰", "副区长"), actor=ducha
        )
        officials.add_official(session, OfficialFacts("是峰", "开发区主任"), actor=ducha)
        batch = imports.preview(session, TABLE, b"x", "a.xlsx", title="新", year=2018, actor=ducha)
        (doubt,) = preview(session, ducha, batch).open_doubts
        assert "2 位在任的“是峰”（副区长、开发区主任），现按副区长的那位读入" in doubt.messages[0]
        assert doubt.places == [(3, "Sheet1 第5行")]


def test_an_import_says_who_is_no_longer_there(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        gone, staying = official(session, ducha, "是峰"), official(session, ducha, "陆秋明")
        confirm_hand_over(session, gone, staying, effective_on=TODAY, reason="", actor=ducha)
        officials.change_official(session, gone, OfficialFacts("是峰", in_office_to=TODAY), actor=ducha)
        abolished = add_department(session, DepartmentFacts("粮食局"), actor=ducha)
        retire_department(session, abolished, TODAY, actor=ducha)
        merged = add_department(session, DepartmentFacts("物价局"), actor=ducha)
        _, names = names_to_ids(session, ducha.jurisdiction_id)
        merge_department(session, merged, get_department(session, ducha, names["发改局"]), TODAY, actor=ducha)
        for table, words in (
            (TABLE, ["“是峰”在名录中已离任"]),
            (of_units("粮食局", "物价局"), ["“粮食局”在名录中已撤销"]),
        ):
            batch = imports.preview(session, table, b"x", "a.xlsx", title="新", year=2018, actor=ducha)
            doubts = preview(session, ducha, batch).open_doubts
            assert [doubt.messages[0].partition("，")[0] for doubt in doubts] == words


def test_of_two_with_one_name_the_one_in_office_is_meant(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        first = officials.add_official(session, OfficialFacts("王伟", "副区长"), actor=ducha)
        second = officials.add_official(session, OfficialFacts("王伟", "区长"), actor=ducha)
        assert official(session, ducha, "王伟").id == first.id
        left = OfficialFacts("王伟", "副区长", None, TODAY)
        officials.change_official(session, first, left, actor=ducha)
        assert official(session, ducha, "王伟").id == second.id
        assert [entry.post for entry in official_entries(session, ducha, Which.PAST)] == ["副区长"]


def test_who_leaves_office_hands_over_first(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        leaving, staying = official(session, ducha, "陆秋明"), official(session, ducha, "是峰")
        left = OfficialFacts("陆秋明", "", None, TODAY)
        for actor in (ducha, office.viewer("admin")):
            with pytest.raises(InvalidInput) as refusal:
                officials.change_official(session, leaving, left, actor=actor)
            assert "还有 2 项没有办结的任务由陆秋明分管" in refusal.value.fields["in_office_to"]
        # An end known beforehand is no leaving yet.
        assert officials.change_official(
            session, leaving, OfficialFacts("陆秋明", "", None, date(2019, 1, 1)), actor=ducha
        )
        confirm_hand_over(session, leaving, staying, effective_on=TODAY, reason="分工调整", actor=ducha)
        assert officials.change_official(session, leaving, left, actor=ducha)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (OfficialFacts(" "), "name"),
        (OfficialFacts("王伟", "长" * 101), "post"),
        (OfficialFacts("王伟", "", date(2018, 5, 1), date(2018, 5, 1)), "in_office_to"),
        (OfficialFacts("王伟", external_id="L1"), "external_id"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(office: Office, wanted: OfficialFacts, field: str) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        officials.add_official(session, OfficialFacts("李娜", external_id="L1"), actor=ducha)
        with pytest.raises(InvalidInput) as refusal:
            officials.add_official(session, wanted, actor=ducha)
        assert list(refusal.value.fields) == [field]


def test_the_order_of_rank_is_the_offices(office: Office) -> None:
    ducha = office.viewer("ducha")
    with office.database.writing() as session:
        before = [entry.name for entry in official_entries(session, ducha)]
        directory_order.move_official(session, official(session, ducha, before[-1]), 1, actor=ducha)
        assert [entry.name for entry in official_entries(session, ducha)] == [before[-1], *before[:-1]]


def test_others_do_not_keep_the_list(office: Office) -> None:
    with office.database.writing() as session:
        for username in ("fagai", "luqiuming", "auditor"):
            with pytest.raises(Forbidden):
                officials.add_official(session, OfficialFacts("王伟"), actor=office.viewer(username))
