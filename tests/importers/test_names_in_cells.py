"""However an office writes its leaders and units into a cell, in whatever way the table is copied: the same are read."""

from collections.abc import Callable

import pytest

from importers import read_table
from importers.rows import RecognisedTable
from importers.values.departments import DepartmentNames
from importers.values.people import PeopleNames
from tests.importers.ways import WAYS

TASKS = [
    "新建改造农村公路30公里，提升通行能力",
    "建成社区养老服务站12个，开展助餐服务",
    "完成老旧小区改造8个，惠及居民2000户",
    "新增城镇就业3500人，开展技能培训",
]
PEOPLE = ["王伟", "李明", "张建国", "陈立新"]
LEADS = ["县交通局", "县民政局", "县住建局", "县人社局"]
HELPERS = [["县财政局", "各镇"], ["县卫健局"], ["县城管局", "县供电公司"], ["县总工会", "团县委"]]

LEADERS: dict[str, Callable[[str], str]] = {
    "name": lambda name: name,
    "post before": lambda name: f"副县长{name}",
    "post after": lambda name: f"{name}副县长",
    "post in brackets": lambda name: f"{name}（副县长）",
    "posts before": lambda name: f"县委常委、副县长{name}",
    "comrade": lambda name: f"{name}同志",
    "typed wide": lambda name: "　".join(name) if len(name) == 2 else name,
}
UNITS: dict[str, Callable[[str, str], str]] = {
    "labels": lambda lead, helpers: f"牵头单位：{lead}；配合单位：{helpers}",
    "short labels": lambda lead, helpers: f"牵头：{lead}；配合：{helpers}",
    "verbs": lambda lead, helpers: f"{lead}牵头，{helpers}配合",
    "helpers' verb": lambda lead, helpers: f"{lead}，{helpers}配合",
    "helpers in brackets": lambda lead, helpers: f"{lead}（{helpers}配合）",
    "mark behind": lambda lead, helpers: f"{lead}（牵头）、{helpers}",
    "mark and no comma": lambda lead, helpers: f"{lead}（牵头）{helpers}",
    "marks before": lambda lead, helpers: f"[牵头]{lead}[配合]{helpers}",
    "star": lambda lead, helpers: f"★{lead}、{helpers}",
    "together with": lambda lead, helpers: f"{lead}会同{helpers}",
}


def written(headers: list[str], cells: list[list[str]], way: str) -> RecognisedTable:
    rows = [["序号", "工作任务", *headers], *([str(n), *row] for n, row in enumerate(cells, start=1))]
    return read_table(f"青溪县2025年重点工作责任分解表\n{WAYS[way](rows)}".encode(), "表.txt")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("leader", LEADERS)
def test_a_leader_is_read_without_the_post(leader: str, way: str) -> None:
    cells = [
        [task, LEADERS[leader](name), lead] for task, name, lead in zip(TASKS, PEOPLE, LEADS, strict=True)
    ]
    table = written(["分管领导", "责任单位"], cells, way)
    assert [task.standard for task in table.tasks] == TASKS
    assert [task.officials for task in table.tasks] == [[name] for name in PEOPLE]
    assert [task.lead_departments for task in table.tasks] == [[lead] for lead in LEADS]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("units", UNITS)
def test_who_leads_and_who_helps_is_read_out_of_one_cell(units: str, way: str) -> None:
    told = [UNITS[units](lead, "、".join(helpers)) for lead, helpers in zip(LEADS, HELPERS, strict=True)]
    table = written(["责任单位"], [list(row) for row in zip(TASKS, told, strict=True)], way)
    assert [task.standard for task in table.tasks] == TASKS
    assert [task.lead_departments for task in table.tasks] == [[lead] for lead in LEADS]
    assert [task.supporting_departments for task in table.tasks] == HELPERS


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("党工委委员、管委会副主任\n蔡文博", ["蔡文博"]),
        ("罗小军 乡长", ["罗小军"]),
        ("陈桂兰 副书记", ["陈桂兰"]),
        ("党工委委员、宣传统战委员\n黎小燕", ["黎小燕"]),
        ("党委委员、武装部部长 麻建华", ["麻建华"]),
        ("副县长、公安局局长  雷大鹏", ["雷大鹏"]),
        ("州人大常委会副主任、\n青泥湖州级湖长 阿苏拉日", ["阿苏拉日"]),
        ("赵立群总农艺师", ["赵立群"]),
        ("财务总监\n丁  玥", ["丁玥"]),
        ("二级巡视员 汤敏", ["汤敏"]),
        ("副县长 刘永长", ["刘永长"]),
        ("副场长\n桂松涛", ["桂松涛"]),
        ("党总支书记 牛凤英", ["牛凤英"]),
        ("常务副主席\n李慧敏", ["李慧敏"]),
        ("董事、副总经理\n汪海波", ["汪海波"]),
        ("徐治国副区长、李园副县长", ["徐治国", "李园"]),
        ("张建国（县委常委）刘洋（副县长）", ["张建国", "刘洋"]),
    ],
)
def test_a_post_beside_a_name_is_no_name(cell: str, names: list[str]) -> None:
    assert PeopleNames().read(cell).names == names


@pytest.mark.parametrize("post", ["武装部长", "宣传委员", "组织委员", "安全总监", "常务副县长", "后勤主任"])
def test_a_post_that_begins_as_a_name_does_is_no_name(post: str) -> None:
    names = PeopleNames().read(post)
    assert names.names == [post]
    assert [doubt.is_post for doubt in names.doubts] == [True]


@pytest.mark.parametrize("helper", ["市青少年宫", "市少年之家", "市科技馆"])
def test_a_star_tells_who_leads_whatever_the_others_are_called(helper: str) -> None:
    table = written(["责任单位"], [[task, f"★体卫艺科、{helper}"] for task in TASKS], "tabs")
    assert [task.lead_departments for task in table.tasks] == [["体卫艺科"]] * len(TASKS)
    assert [task.supporting_departments for task in table.tasks] == [[helper]] * len(TASKS)


@pytest.mark.parametrize(
    "units",
    [
        ["学前教育科", "发展规划科", "财务科"],
        ["李湾村", "石桥村"],
        ["派出所", "市场监管所"],
        ["双泉社区", "南坪社区"],
        ["城东分局", "高台分局"],
        ["县自然资源和规划局", "市生态环境局东河分局"],
        ["市生态环境局东河分局", "民政局", "住建局"],
        ["县总工会", "各镇街"],
        ["种业管理处", "农业机械化管理处"],
        ["各镇街", "市民政局"],
        ["各乡镇人民政府", "商务局"],
    ],
)
def test_units_run_together_are_parted_and_asked_about(units: list[str]) -> None:
    together = "".join(units)
    departments = DepartmentNames()
    for _ in range(3):  # written so in several cells, as those who run names together do
        departments.learn(together)
    names = departments.read(together)
    assert names.names == units
    assert [doubt.sure for doubt in names.doubts] == [False]


@pytest.mark.parametrize(
    "unit",
    [
        "社科规划科",
        "科技科",
        "派出所",
        "卫生研究所",
        "综合科",
        "新村村委会",
        "社会科技统计科",
        "农业科学教育科",
        "污水处理管理处",
    ],
)
def test_one_small_unit_stays_one(unit: str) -> None:
    assert DepartmentNames().read(unit).names == [unit]
