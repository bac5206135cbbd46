"""Which two names are one unit for sure."""

import pytest

from app.rules.unit_names import own_prefixes, surely_one


@pytest.mark.parametrize(
    ("jurisdiction", "one", "other"),
    [
        ("青山区", "区发改局", "发改局"),
        ("青山区", "发改局", "发展和改革局"),
        ("青山区", "区发改局", "区发展和改革局"),
        ("青山区", "区发改局", "发展和改革局"),
        ("青山区", "青山区教育局", "区教育局"),
        ("常州市", "常州经开区", "经开区"),
        ("平顶山市", "市工业和信息化委", "工业和信息化委员会"),
        ("常州市武进区", "武进高新区", "高新区"),
        ("常州市武进区人民政府办公室", "武进区政府办公室", "区人民政府办"),
        ("沂水县", "县住房城乡建设局", "住建局"),
    ],
)
def test_the_own_prefix_and_a_known_abbreviation_make_two_names_one(
    jurisdiction: str, one: str, other: str
) -> None:
    assert surely_one(one, other, jurisdiction)
    assert surely_one(other, one, jurisdiction)


@pytest.mark.parametrize(
    ("jurisdiction", "one", "other"),
    [
        ("青山区", "市水利局", "水利局"),
        ("青山区", "常州经开区", "经开区"),
        ("平顶山市", "城镇投公司", "城投公司"),
        ("青山区", "区水务局", "区水利局"),
        ("常州市武进区", "常州高新区", "高新区"),
        ("青山区", "文联", "文旅局"),
        ("青山区", "区市政局", "市政局办公室"),
    ],
)
def test_anothers_prefix_and_other_words_are_for_a_person_to_judge(
    jurisdiction: str, one: str, other: str
) -> None:
    assert not surely_one(one, other, jurisdiction)


@pytest.mark.parametrize(
    ("jurisdiction", "prefixes"),
    [
        ("常州市武进区", ["常州市武进区", "武进区", "武进", "区"]),
        ("新市区", ["新市区", "新市", "区"]),
        ("恩施土家族苗族自治州", ["恩施土家族苗族自治州"]),
        ("某地", ["某地"]),
    ],
)
def test_what_a_jurisdiction_writes_before_its_units(jurisdiction: str, prefixes: list[str]) -> None:
    assert own_prefixes(jurisdiction) == prefixes
