"""The data package describes every bundled table as it is, with source, licence and checksum, and stays small."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from blocs.builders import package as builder
from blocs.data import core_yaml, package, store
from blocs.errors import DataError

ALL = 12_000_000
ONE = 2_500_000
LICENCES = {"CC-BY-4.0", "MIT", "other-pd"}

# DataResource 2.0: https://datapackage.org/profiles/2.0/dataresource.json
PATH = re.compile(r"^((?=[^./~])(?!file:)((?!\/\.\.\/)(?!\\)(?!:\/\/).)*|(http|ftp)s?:\/\/.*)$")
HASH = re.compile(r"^sha256:[a-f0-9]{64}$")
FIELD_TYPES = {"string", "number", "integer", "year"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads((store.folder() / package.DESCRIPTOR).read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A data folder that may be damaged: the small tables, with their own package."""
    for name in ("regions.csv", "sectors.csv", "elasticities.yaml", "worlds/world-81x28.npz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(store.path(name), tmp_path / name)
    builder.write_package(tmp_path, partial=True)
    return tmp_path


def test_package_is_what_the_tables_and_the_catalogue_say() -> None:
    """Fails if a table or the catalogue changed: run `blocs data build package --in-place`."""
    written = (store.folder() / package.DESCRIPTOR).read_text(encoding="utf-8")
    assert written == builder.as_text(builder.describe()), "stale: run `blocs data build package --in-place`"


def test_every_file_is_described_and_whole() -> None:
    assert package.verify() == []
    assert {r["path"] for r in package.resources()} == set(package.described(store.folder()))


def test_nothing_but_tables_readmes_and_code_is_in_the_data_folder() -> None:
    files = [f for f in store.folder().rglob("*") if f.is_file() and "__pycache__" not in f.parts]
    assert {f.suffix for f in files} <= {*package.TABLES, ".py", ".md"}


def test_descriptor_has_what_the_profile_requires(document: dict[str, Any]) -> None:
    assert document["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch(r"[a-z0-9._-]+", document["name"])
    names = [r["name"] for r in document["resources"]]
    assert len(set(names)) == len(names) > 0
    for resource in document["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        assert "data" not in resource
        assert PATH.match(resource["path"])
        assert HASH.match(resource["hash"])
        assert isinstance(resource["bytes"], int)
        assert all(resource[key] for key in ("title", "description", "format", "sources"))
        assert all(source["title"] for source in resource["sources"])
        assert all(PATH.match(source["path"]) for source in resource["sources"] if "path" in source)
        for field in resource.get("schema", {}).get("fields", []):
            assert field["type"] in FIELD_TYPES
            assert field["description"]


def test_licences_and_ways_of_making_are_known(document: dict[str, Any]) -> None:
    for resource in document["resources"]:
        assert {licence["name"] for licence in resource["licenses"]} <= LICENCES
        assert all(source["licence"] for source in resource["sources"]), resource["name"]
        assert resource["status"] in builder.STATUSES
        assert resource["may_be_bundled"] in builder.BUNDLING
        assert resource["builder"] in builder.BUILDERS.values()
        assert resource["unit"]


def test_every_table_has_columns_and_every_archive_arrays(document: dict[str, Any]) -> None:
    for resource in document["resources"]:
        assert (resource["format"] == "csv") == ("schema" in resource) == (resource.get("type") == "table")
        assert (resource["format"] == "npz") == ("arrays" in resource)
        for array in resource.get("arrays", []):
            assert len(array["shape"]) == len(array["axes"])
            assert array["unit"]


def test_bundled_data_stay_small() -> None:
    sizes = {r["path"]: r["bytes"] for r in package.resources()}
    assert max(sizes.values()) < ONE
    assert sum(sizes.values()) < ALL


def test_no_machine_path_is_in_the_package(document: dict[str, Any]) -> None:
    assert not re.search(r"/(work|tmp|home)/", json.dumps(document))


def test_tables_are_found_by_name_path_and_file_name() -> None:
    entry = package.find("world-81x50")
    assert entry == package.find("worlds/world-81x50.npz") == package.find("world-81x50.npz")
    with pytest.raises(DataError, match="unknown table 'wrld-81x50'; did you mean 'world-81x50'"):
        package.find("wrld-81x50")


def test_gdp_check_tells_taiwan_and_the_rest_of_the_world() -> None:
    rows = {row["region"]: row for row in store.rows("worlds/gdp-check.csv")}
    assert len(rows) == 81
    assert rows["TWN"]["gap_pct"] == ""
    assert "countries" in rows["ROW"]["basis"]
    gaps = sorted(float(row["gap_pct"]) for row in rows.values() if row["gap_pct"])
    assert -7.0 < gaps[len(gaps) // 2] < -4.0  # taxes on products are not in value added at basic prices
    for row in rows.values():
        if row["gdp"]:
            gap = 100 * ((int(row["value_added"]) + int(row["duty"])) / int(row["gdp"]) - 1)
            assert float(row["gap_pct"]) == pytest.approx(gap, abs=0.1)


def test_damage_is_named_with_the_fix(copy: Path) -> None:
    assert package.verify(copy) == []
    (copy / "regions.csv").write_text((copy / "regions.csv").read_text().replace("Angola", "Angoli"))
    (copy / "sectors.csv").write_text("code\n")
    (copy / "elasticities.yaml").unlink()
    (copy / "more.csv").write_text("a\n1\n")
    problems = {problem.resource: problem for problem in package.verify(copy)}
    assert set(problems) == {"regions", "sectors", "elasticities-notes", "more.csv"}
    assert "another checksum" in problems["regions"].what
    assert "has 5 bytes, not" in problems["sectors"].what
    assert "missing" in problems["elasticities-notes"].what
    assert "not described" in problems["more.csv"].what
    assert all(problem.fix for problem in problems.values())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"resources": [{"name": "a"}]}', None])
def test_a_broken_descriptor_is_a_problem_not_a_crash(copy: Path, text: str | None) -> None:
    (copy / package.DESCRIPTOR).unlink()
    if text is not None:
        (copy / package.DESCRIPTOR).write_text(text)
    (problem,) = package.verify(copy)
    assert problem.resource == package.DESCRIPTOR


def test_a_path_out_of_the_folder_is_refused(copy: Path) -> None:
    document = json.loads((copy / package.DESCRIPTOR).read_text())
    document["resources"][0]["path"] = "../elsewhere.csv"
    (copy / package.DESCRIPTOR).write_text(json.dumps(document))
    with pytest.raises(DataError, match="leaves the folder"):
        package.resources(copy)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("regions.csv", "code,name", "kode,name", "has columns kode"),
        ("regions.csv", "17.6", "west", "lon is 'west', not number"),
        ("regions.csv", "ARE,United", "AGO,United", "two rows for AGO"),
    ],
)
def test_a_table_that_is_not_as_the_catalogue_says_is_refused(
    copy: Path, name: str, old: str, new: str, words: str
) -> None:
    (copy / name).write_text((copy / name).read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(words)):
        builder.describe(copy, partial=True)


def test_a_table_that_is_missing_or_not_in_the_catalogue_is_refused(copy: Path) -> None:
    with pytest.raises(DataError, match="build it, or take it out"):
        builder.describe(copy)
    (copy / "more.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"more\.csv is not in the catalogue"):
        builder.describe(copy)


def test_both_yaml_readers_agree_on_every_bundled_table() -> None:
    """What libyaml reads quickly is what the pure YAML 1.2 reader reads, types included."""
    files = sorted(store.folder().rglob("*.yaml"))
    assert len(files) > 15
    for file in files:
        text = file.read_text(encoding="utf-8")
        expected = YAML(typ="safe", pure=True).load(text)
        assert repr(core_yaml.load(text)) == repr(expected), file.name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("1e3", 1000.0),
        ("12:30", "12:30"),
        ("~", None),
        ("1_0", "1_0"),
    ],
)
def test_bundled_tables_are_yaml_1_2(text: str, value: object) -> None:
    """Norway is a country, and a colon makes no number of base 60."""
    assert core_yaml.load(f"a: {text}") == {"a": value}
