"""Names of regions and goods: what they resolve to, what is refused, and that the bundled tables agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocs.errors import DataError
from blocs.world.groups import (
    coverage,
    coverage_table,
    goods_groups,
    load_goods_groups,
    load_region_groups,
    members,
    region_groups,
    resolve_goods,
    resolve_regions,
)
from blocs.world.tables import country_table, region_table, sector_table

REGIONS = tuple(region_table())
SECTORS_50 = tuple(code for code, sector in sector_table().items() if sector.kind != "aggregate")
SECTORS_28 = tuple(code for code, sector in sector_table().items() if sector.kind != "services")
EUROPE = {"Northern Europe", "Western Europe", "Southern Europe", "Eastern Europe", "Northern America"}

regions_and_groups = st.one_of(
    st.sampled_from(REGIONS), st.sampled_from(sorted(region_groups())), st.just("all")
)


def test_tables_hold_81_regions_and_50_industries() -> None:
    assert len(REGIONS) == 81
    assert REGIONS[-1] == "ROW"
    assert list(REGIONS[:80]) == sorted(REGIONS[:80])
    assert len(SECTORS_50) == 50
    assert len(SECTORS_28) == 28
    assert sum(sector.kind == "goods" for sector in sector_table().values()) == 27


def test_every_country_is_counted_in_a_region() -> None:
    for country in country_table().values():
        assert country.region in REGIONS
    own = {code for code, country in country_table().items() if country.region == code}
    assert own == set(REGIONS) - {"ROW"}


def test_positions_are_on_the_globe_and_codes_stay_text() -> None:
    for region in region_table().values():
        if region.position is not None:
            lon, lat = region.position
            assert -180 <= lon <= 180
            assert -60 <= lat <= 75
    assert region_table()["AGO"].iso_numeric == "024"
    assert country_table()["NAM"].iso2 == "NA"
    assert region_table()["NOR"].iso2 == "NO"


def test_oecd_years_agree_between_the_tables() -> None:
    since = {spell.code: spell.since for spell in region_groups()["OECD"].memberships}
    assert since == {code: region.oecd_since for code, region in region_table().items() if region.oecd_since}


def test_north_and_south_follow_the_stated_rule() -> None:
    north = {
        country.code
        for country in country_table().values()
        if country.un_region in EUROPE
        or country.un_region == "Australia and New Zealand"
        or country.code in ("CYP", "ISR", "JPN", "KOR")
    }
    counted = {code for code, country in country_table().items() if country.region in (code, "ROW")}
    assert set(members("GLOBAL_NORTH")) == north & counted
    assert set(members("GLOBAL_SOUTH")) == counted - north


@pytest.mark.parametrize(
    ("group", "year", "count"),
    [
        ("G7", None, 7),
        ("G20", None, 19),
        ("EU27", 2012, 27),
        ("EU27", 2018, 28),
        ("EU27", 2020, 28),
        ("EU27", 2021, 27),
        ("EUROZONE", 2022, 19),
        ("EUROZONE", 2026, 21),
        ("OECD", None, 38),
        ("NATO", 2022, 30),
        ("NATO", None, 32),
        ("BRICS", 2010, 4),
        ("BRICS", 2023, 5),
        ("BRICS", 2025, 10),
        ("ASEAN", 2024, 10),
        ("ASEAN", 2025, 11),
        ("OPEC", 2024, 12),
        ("OPEC", 2026, 11),
        ("CPTPP", 2024, 12),
        ("SCO", None, 10),
        ("AFRICAN_UNION", None, 55),
        ("G77", None, 134),
        ("RCEP", None, 15),
    ],
)
def test_groups_have_the_number_of_members_their_bodies_give(
    group: str, year: int | None, count: int
) -> None:
    assert len(members(group, year)) == count


def test_members_come_and_go_by_year() -> None:
    assert "QAT" in members("OPEC", 2018)
    assert "QAT" not in members("OPEC", 2019)
    assert "ITA" in members("BRI", 2022)
    assert "ITA" not in members("BRI", 2024)
    assert "ECU" in members("OPEC", 1990)
    assert "ECU" not in members("OPEC", 2000)
    assert "ECU" in members("OPEC", 2010)
    assert "SAU" not in members("BRICS", 2025)


def test_brics_coverage_reads_as_a_sentence() -> None:
    cover = coverage("BRICS", REGIONS, 2025)
    assert cover.inside_row == ("ETH", "IRN")
    assert len(cover.regions) == 8
    assert cover.members == 10
    assert str(cover) == "BRICS 2025: 8 of 10 members are regions of this world; ETH, IRN are inside ROW"
    assert resolve_regions("brics", REGIONS, 2025).coverage == (str(cover),)


def test_coverage_table_has_a_row_for_every_group() -> None:
    table = coverage_table(REGIONS, 2022)
    assert [row["group"] for row in table] == list(region_groups())
    for row in table:
        assert row["members"] == row["regions"] + len(row["inside_row"])
        assert not row["elsewhere"]


def test_names_are_read_from_left_to_right() -> None:
    assert resolve_regions(["all", "-CHN"], REGIONS).codes == tuple(code for code in REGIONS if code != "CHN")
    assert "JPN" not in resolve_regions(["G7", "-JPN"], REGIONS).codes
    assert "DEU" in resolve_regions(["G7", "-EU27", "DEU"], REGIONS).codes
    assert "ROW" in resolve_regions("all", REGIONS).codes


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("IRN", "IRN (Iran) is inside ROW; blocs has no separate accounts for it"),
        ("chn", "did you mean 'CHN'"),
        ("Germany", "did you mean 'DEU'"),
        ("OPEK", "'OPEC'"),
        ("REU", "name FRA instead"),
        (["-CHN"], "write [all, -CHN]"),
        (["G7", "-CHN"], "takes nothing away"),
        (["G7", "-G7"], "no region is left"),
        ([], "no regions are named"),
        ([False], "named by text, not by False"),
    ],
)
def test_refusals_say_what_to_do(names: str | list[str], words: str) -> None:
    with pytest.raises(DataError) as error:
        resolve_regions(names, REGIONS)
    assert words in str(error.value)


def test_groups_before_their_beginning_are_refused() -> None:
    with pytest.raises(DataError, match="no members in 1990; it begins in 2009"):
        resolve_regions("BRICS", REGIONS, 1990)


def test_aggregated_worlds_say_what_they_lack() -> None:
    world = ("USA", "CHN", "EU", "ROW")
    assert resolve_regions("EU", world).codes == ("EU",)
    assert resolve_regions("G7", world).coverage[0].endswith("are without a region of their own")
    with pytest.raises(DataError, match="EU27 means nothing in this world"):
        resolve_regions("EU27", world)
    with pytest.raises(DataError, match="DEU \\(Germany\\) is not a region of this world"):
        resolve_regions("DEU", world)


def test_goods_resolve_in_each_resolution() -> None:
    assert resolve_goods("all", SECTORS_50) == SECTORS_50
    assert resolve_goods("all", SECTORS_28) == SECTORS_28
    assert resolve_goods(["services"], SECTORS_28) == ("SERV",)
    assert resolve_goods(["Steel", "C26"], SECTORS_50) == ("C24A", "C26")
    goods, services = resolve_goods("goods", SECTORS_50), resolve_goods("services", SECTORS_50)
    assert goods + services == SECTORS_50
    assert resolve_goods(["agriculture", "mining", "manufacturing"], SECTORS_28) == goods
    assert resolve_goods("all", ["farms", "works"]) == ("farms", "works")


@pytest.mark.parametrize(
    ("name", "sectors", "words"),
    [
        ("D", SECTORS_28, "inside SERV, the one service sector"),
        ("energy", SECTORS_28, "no sector D; name what is meant, such as [B05, B06, C19]"),
        ("SERV", SECTORS_50, "name the group 'services'"),
        ("steal", SECTORS_50, "did you mean 'steel'"),
        ("c26", SECTORS_50, "'C26'"),
        ("-C26", SECTORS_50, "without minus"),
        ("manufacturing", ("farms", "works"), "farms, works"),
        ("C26", ("farms", "works"), "is not a sector of this world"),
    ],
)
def test_goods_that_a_world_does_not_have_are_refused(
    name: str, sectors: tuple[str, ...], words: str
) -> None:
    with pytest.raises(DataError) as error:
        resolve_goods(name, sectors)
    assert words in str(error.value)


def test_every_sector_group_is_whole_in_the_50_sector_world() -> None:
    for name, group in goods_groups().items():
        assert resolve_goods(name, SECTORS_50) == tuple(code for code in SECTORS_50 if code in group.sectors)


def test_own_groups_resolve_beside_the_bundled_ones(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "NORDIC: {title: t, source: s, as_of: '2025', status: memory,\n"
        "  members: [NOR, {from: 1995, codes: [SWE]}]}"
    )
    groups = {**region_groups(), **load_region_groups(path)}
    assert resolve_regions("nordic", REGIONS, 1990, groups=groups).codes == ("NOR",)
    assert resolve_regions(["NORDIC", "FIN"], REGIONS, groups=groups).codes == ("FIN", "NOR", "SWE")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A: {title: t, source: s, as_of: '2025', status: memory, members: [XYZ]}", "unknown country 'XYZ'"),
        ("A: {title: t, as_of: '2025', status: memory, members: [USA]}", "lacks source"),
        ("A: {title: t, source: s, as_of: '2025', status: sure, members: [USA]}", "unknown status 'sure'"),
        ("A: {title: t, source: s, as_of: now, status: memory, members: [USA]}", "as_of is 'now'"),
        ("A: {title: t, source: s, as_of: '2025', status: memory, members: [USA, USA]}", "twice in one year"),
        (
            "A: {title: t, source: s, as_of: '2025', status: memory, members: [{code: USA}]}",
            "unknown key 'code'",
        ),
        ("all: {}", "is taken"),
        ("A: [USA]", "are needed"),
        ("- A", "holds no groups"),
        ("A: {", "cannot read"),
    ],
)
def test_broken_group_files_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(DataError) as error:
        load_region_groups(path)
    assert words in str(error.value)
    assert "mine.yaml" in str(error.value)


def test_sector_groups_know_their_industries(tmp_path: Path) -> None:
    path = tmp_path / "goods.yaml"
    path.write_text("toys: {title: t, source: s, status: memory, sectors: [C99]}")
    with pytest.raises(DataError, match="group toys: unknown sector 'C99'"):
        load_goods_groups(path)


@given(st.lists(regions_and_groups, min_size=1, max_size=4), st.integers(2016, 2030))
def test_resolving_is_idempotent_and_keeps_world_order(names: list[str], year: int) -> None:
    try:
        codes = resolve_regions(names, REGIONS, year).codes
    except DataError:  # a group that had not begun
        return
    assert list(codes) == sorted(set(codes), key=REGIONS.index)
    assert resolve_regions(codes, REGIONS).codes == codes
    assert resolve_regions([*names, *reversed(names)], REGIONS, year).codes == codes


@given(st.sets(st.sampled_from(REGIONS), min_size=2))
def test_a_minus_undoes_a_plus(codes: set[str]) -> None:
    taken = min(codes)
    left = resolve_regions([*sorted(codes), f"-{taken}"], REGIONS).codes
    assert set(left) == codes - {taken}
    assert set(resolve_regions(["all", f"-{taken}"], REGIONS).codes) == set(REGIONS) - {taken}


@given(st.sampled_from(sorted(region_groups())), st.integers(1950, 2040))
def test_coverage_accounts_for_every_member(group: str, year: int) -> None:
    cover = coverage(group, REGIONS, year)
    assert sorted((*cover.regions, *cover.inside_row, *cover.elsewhere)) == list(members(group, year))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12))
def test_unknown_names_raise_with_valid_ones(name: str) -> None:
    known = {key.lower() for key in (*REGIONS, *region_groups(), "all", *country_table())}
    alike = {country.name.lower() for country in country_table().values()}
    if name.strip().lstrip("-").strip().lower() in known | alike:
        return
    with pytest.raises(DataError, match=r"did you mean|valid:"):
        resolve_regions(name, REGIONS)
    if name.strip().lower() not in {key.lower() for key in (*SECTORS_50, *goods_groups(), "serv")}:
        with pytest.raises(DataError, match=r"did you mean|valid:|without minus"):
            resolve_goods(name, SECTORS_50)
