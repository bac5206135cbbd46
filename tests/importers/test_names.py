"""Lists of units and officials as offices type them; what is doubtful is said."""

import pytest

from importers import read_table
from importers.duplicates import may_be_one
from importers.values.departments import DepartmentNames, Names, is_group
from importers.values.people import PeopleNames


def units(text: str, *others: str) -> Names:
    reader = DepartmentNames()
    for other in others:
        reader.learn(other)
    reader.learn(text)
    return reader.read(text)


def people(text: str, *others: str) -> Names:
    reader = PeopleNames()
    for other in others:
        reader.learn(other)
    return reader.read(text)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (
            "区发改局、区财政局，区住建局,区城管局；区水利局;区教育局",
            ["区发改局", "区财政局", "区住建局", "区城管局", "区水利局", "区教育局"],
        ),
        ("编  办\n\n综治办", ["编办", "综治办"]),
        ("发改局 经信局", ["发改局", "经信局"]),
        ("县 公 安 局", ["县公安局"]),
        ("高新园（邹区镇）、各县（市、区）政府", ["高新园（邹区镇）", "各县（市、区）政府"]),
        ("区自然资源和规划局。", ["区自然资源和规划局"]),
        ("市生态环境局咸安分局", ["市生态环境局咸安分局"]),
        ("各乡镇人民政府、街道办事处", ["各乡镇人民政府、街道办事处"]),
        ("市财政局，各县区、功能板块", ["市财政局", "各县区、功能板块"]),
        ("区发改局、区财政局等部门", ["区发改局", "区财政局"]),
        ("区城投公司等有关部门、单位，南坪街道", ["区城投公司", "南坪街道"]),
        ("1.区发改局 2.区财政局", ["区发改局", "区财政局"]),
        ("发改局、发改局", ["发改局"]),
        ("区发改局\n（区粮食局）", ["区发改局（区粮食局）"]),
        ("—", []),
        ("无", []),
    ],
)
def test_unit_lists_are_taken_apart(written: str, names: list[str]) -> None:
    assert units(written).names == names


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("西太湖科技\n\n产业园", ["西太湖科技产业园"]),
        ("住建局\n\n住房公积金\n\n中心", ["住建局", "住房公积金中心"]),
        ("常州经开区\n管委会", ["常州经开区管委会"]),
        ("区自然资源和\n规划局", ["区自然资源和规划局"]),
        ("市生态环境局\n武进分局", ["市生态环境局武进分局"]),
    ],
)
def test_a_name_broken_over_lines_is_put_together_and_told(written: str, names: list[str]) -> None:
    read = units(written)
    assert read.names == names
    assert read.doubts


def test_a_unit_that_stands_alone_elsewhere_is_not_swallowed_by_the_line_above() -> None:
    read = units("武进水务\n发改局", "发改局", "发改局、财政局")
    assert read.names == ["武进水务", "发改局"]


@pytest.mark.parametrize(
    ("written", "others", "names"),
    [
        ("发改局综治办", ("发改局", "综治办"), ["发改局", "综治办"]),
        ("发改局经信局", (), ["发改局", "经信局"]),
        ("区委办公室区政府办公室", (), ["区委办公室", "区政府办公室"]),
        ("区委宣传部", ("区委", "宣传部"), ["区委宣传部"]),
    ],
)
def test_units_run_together_are_parted_and_told(
    written: str, others: tuple[str, ...], names: list[str]
) -> None:
    read = units(written, *others)
    assert read.names == names
    assert bool(read.doubts) == (len(names) > 1)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("县教体局各相关乡镇政府", ["县教体局", "各相关乡镇政府"]),
        ("县工信局武溪镇人民政府", ["县工信局", "武溪镇人民政府"]),
        ("县政府各部门", ["县政府各部门"]),
        ("县委各部委", ["县委各部委"]),
    ],
)
def test_a_group_or_a_town_behind_a_whole_unit_is_parted_and_asked_about(
    written: str, names: list[str]
) -> None:
    found = units(written)
    assert found.names == names
    assert [doubt.sure for doubt in found.doubts] == [False] * (len(names) - 1)


@pytest.mark.parametrize(
    "written", ["区发改局和区财政局", "区财政局和各镇街", "湖塘镇政府及各街道", "卫健局妇联"]
)
def test_what_may_be_two_units_is_asked_about_and_never_split_at_and(written: str) -> None:
    read = units(written)
    assert read.names == [written]
    assert any(not doubt.sure for doubt in read.doubts)


@pytest.mark.parametrize(
    "name",
    [
        "各镇街",
        "各乡镇人民政府、街道办事处",
        "县直有关单位",
        "县各有关单位",
        "相关乡镇办",
        "各区政府",
        "各县（市、区）政府",
    ],
)
def test_groups_of_units_are_recognised(name: str) -> None:
    assert is_group(name)


@pytest.mark.parametrize("name", ["区住建局", "邹区镇", "县机关事务局", "湖塘镇街道办"])
def test_single_units_are_no_groups(name: str) -> None:
    assert not is_group(name)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("是  峰", ["是峰"]),
        ("汪  峰   吴蓓蓓", ["汪峰", "吴蓓蓓"]),
        ("吴蓓蓓  汪  峰", ["吴蓓蓓", "汪峰"]),
        ("陆秋明\n\n是  峰\n\n徐治国", ["陆秋明", "是峰", "徐治国"]),
        ("王 伟、李 强", ["王伟", "李强"]),
        ("陆秋明 徐治国 薛红霞", ["陆秋明", "徐治国", "薛红霞"]),
        ("区委常委、常务副区长 陆秋明", ["陆秋明"]),
        ("副区长徐治国", ["徐治国"]),
        ("欧阳小明", ["欧阳小明"]),
        ("阿不都·热合曼", ["阿不都·热合曼"]),
        ("阿不都·热合曼副县长", ["阿不都·热合曼"]),
        ("王伟副镇长", ["王伟"]),
        ("戴士\n福", ["戴士福"]),
    ],
)
def test_officials_are_read_without_titles_and_gaps(written: str, names: list[str]) -> None:
    assert people(written).names == names


@pytest.mark.parametrize("name", ["上官云飞", "诸葛明", "淳于意", "尉迟敬"])
def test_a_double_surname_is_a_surname(name: str) -> None:
    assert people(name).doubts == []


def test_people_run_together_are_parted_by_the_names_of_other_cells() -> None:
    read = people("陆秋明徐治国", "陆秋明", "徐治国")
    assert read.names == ["陆秋明", "徐治国"]
    assert read.doubts[0].sure


def test_people_run_together_are_parted_by_surnames_and_asked_about() -> None:
    read = people("汪峰吴蓓蓓")
    assert read.names == ["汪峰", "吴蓓蓓"]
    assert not read.doubts[0].sure


def test_a_title_without_a_name_is_asked_about() -> None:
    assert people("分管副区长").doubts


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("经开区", "常州经开区", True),
        ("区发改局", "发改局", True),
        ("发改局", "区发展和改革局", True),
        ("农业局", "农业农村局", True),
        ("区财政局", "市财政局", False),
        ("教育局", "体育局", False),
        ("公安局", "公安分局", False),
    ],
)
def test_names_that_may_be_one_unit_are_offered(one: str, other: str, alike: bool) -> None:
    assert may_be_one(one, other) is alike


def test_words_of_a_cell_that_are_no_names_are_kept_beside_them() -> None:
    lines = (
        "序号\t工作任务\t分管领导\t牵头单位",
        "1\t新建公园。\t副区长徐治国\t园林局等部门",
        "2\t改造公厕。\t是  峰\t城管局、各县（市、区）政府",
    )
    first, second = read_table("\n".join(lines).encode(), "a.txt").tasks
    assert (first.officials, first.lead_departments) == (["徐治国"], ["园林局"])
    assert first.written == {"officials": "副区长徐治国", "lead_departments": "园林局等部门"}
    assert second.written == {}


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("城管局\n自然资源分局", ["城管局", "自然资源分局"]),
        ("市生态环境局\n青禾分局", ["市生态环境局青禾分局"]),
        ("国家税务总局青禾市税务局", ["国家税务总局青禾市税务局"]),
        ("市财政局、各区、县政府", ["市财政局", "各区、县政府"]),
    ],
)
def test_branches_and_levels_keep_their_names_together(cell: str, names: list[str]) -> None:
    assert DepartmentNames().read(cell).names == names


@pytest.mark.parametrize(
    "text",
    [
        "东河区政府西江区政府",
        "市委人才办各县市区政府",
        "市建投公司东河区政府",
        "古城管理委员会区文化和旅游局",
        "市农业农村局国家统计局东河调查队",
        "市审计局县公安局交警大队",
        "县直有关单位团县委",
    ],
)
def test_units_run_together_are_asked_about(text: str) -> None:
    assert "像是几个单位连写" in DepartmentNames().read(text).doubts[0].message


@pytest.mark.parametrize(
    "text",
    [
        "县公安局交警大队",
        "区委区政府督查室",
        "各县（市、区）交通运输局",
        "各区、县政府",
    ],
)
def test_one_unit_with_another_inside_its_name_is_not_asked_about(text: str) -> None:
    assert DepartmentNames().read(text).doubts == []


@pytest.mark.parametrize(
    "text", ["区安委会各成员单位", "各区县政府", "县政府办公室", "市公安局交通管理局", "县委县政府"]
)
def test_a_unit_within_another_is_not_asked_about(text: str) -> None:
    read = DepartmentNames().read(text)
    assert (read.names, read.doubts) == ([text], [])


def test_a_group_behind_a_unit_and_bureaus_in_a_row_are_parted_and_asked_about() -> None:
    assert units("县行政审批局县直各单位").names == ["县行政审批局", "县直各单位"]
    assert units("公安局市场监管局教体局").names == ["公安局", "市场监管局", "教体局"]


def test_a_name_of_one_character_is_asked_about():
    assert [doubt.message for doubt in units("市水利局、市").doubts] == ["“市”不像单位名称，请核对"]
