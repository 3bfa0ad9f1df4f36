"""What programs wrote and time, disks or other programs spoiled: worlds, stored runs, ensembles, tables in memory."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from property.spoiled import broken, leaves_nothing_behind, refusal, spoiled_tree
from unit.toy_world import toy

import blocs
from blocs.report.runs import comparison, leftovers, one, query, stored
from blocs.settlement.files import read as read_payments
from blocs.settlement.write import write_payments
from blocs.study.ensemble.evaluate import Chunk
from blocs.study.ensemble.factors import Factor
from blocs.study.ensemble.folder import Folder, card_of

LONG = settings(max_examples=1000, suppress_health_check=list(HealthCheck))
SHORT = settings(max_examples=40)

# worlds and payments: binary files -----------------------------------------------------------------------------------


def world_bytes(**changed: Any) -> bytes:
    """Return a world file of two regions and two sectors, with arrays changed or (None) left out."""
    stream = io.BytesIO()
    kept = {name: array for name, array in (toy() | changed).items() if array is not None}
    np.savez(stream, **kept)
    return stream.getvalue()


def parquet_bytes() -> bytes:
    """Return three payments as Parquet."""
    with tempfile.TemporaryDirectory() as name:
        text, table = Path(name) / "day.csv", Path(name) / "day.parquet"
        text.write_text(
            "id,time,payer,payee,amount,currency\na1,09:00:00,AAAA,BBBB,100.00,CNY\n"
            "a2,09:00:01,BBBB,CCCC,7.50,CNY\na3,10:00:00,CCCC,AAAA,1.00,CNY\n"
        )
        write_payments(read_payments(text).payments["CNY"], table)
        return table.read_bytes()


BINARY: dict[str, tuple[str, Callable[[], bytes], Callable[[Path], Any]]] = {
    "world": ("world.npz", world_bytes, blocs.load_world),
    "payments": ("day.parquet", parquet_bytes, read_payments),
}


def check_binary(kind: str, data: bytes) -> str:
    name, _, read = BINARY[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        why = refusal(lambda: read(path))
        leaves_nothing_behind(Path(folder), {name})
    return why


@pytest.mark.parametrize("kind", BINARY)
def test_the_binary_file_is_read_before_it_is_spoiled(kind: str) -> None:
    assert check_binary(kind, BINARY[kind][1]()) == ""


@pytest.mark.parametrize("kind", BINARY)
@SHORT
@given(data=st.data())
def test_a_spoiled_binary_file_is_read_or_refused_in_one_line(kind: str, data: st.DataObject) -> None:
    check_binary(kind, data.draw(broken(BINARY[kind][1]())))


@pytest.mark.slow
@pytest.mark.parametrize("kind", BINARY)
@LONG
@given(data=st.data())
def test_thousands_of_spoiled_binary_files(kind: str, data: st.DataObject) -> None:
    check_binary(kind, data.draw(broken(BINARY[kind][1]())))


NUMBERS = st.sampled_from([np.nan, np.inf, -np.inf, -1.0, 0.0, 1e300, 1e-300, 2.0, 1e38])
SHAPES = st.sampled_from([(), (0,), (1,), (2,), (2, 2), (2, 2, 2), (3, 2, 2), (0, 2, 2), (2, 2, 2, 2)])
KINDS = st.sampled_from(["f4", "f8", "f2", "i4", "u8", "c16", "U3", "S3", "?", "M8[D]"])


@SHORT
@given(data=st.data())
def test_a_world_of_odd_arrays_is_refused_or_balances(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(["regions", "sectors", "year", "flows", "use_share", "labour_share", "tariff"])
    )
    kind = data.draw(st.sampled_from(["none", "shape", "dtype", "cell"]))
    good = np.load(io.BytesIO(world_bytes()))[name]
    changed: Any = None
    if kind == "shape":
        changed = np.resize(good, data.draw(SHAPES))
    elif kind == "dtype":
        changed = np.zeros(good.shape, dtype=data.draw(KINDS))
    elif kind == "cell" and good.dtype.kind == "f":
        changed = good.copy()
        with np.errstate(over="ignore"):
            changed.flat[data.draw(st.integers(0, good.size - 1))] = data.draw(NUMBERS)
    elif kind == "cell":
        changed = np.resize(good.flat[0], good.shape)
    with np.errstate(over="ignore"):
        check_binary("world", world_bytes(**{name: changed}))


# tables in memory ----------------------------------------------------------------------------------------------------

ROWS = pd.MultiIndex.from_product([("AA", "BB"), ("food", "cars")], names=["region", "sector"])
BUYERS = pd.MultiIndex.from_product([("AA", "BB"), ("households", "stocks")])


def mrio() -> dict[str, pd.DataFrame]:
    return {
        "Z": pd.DataFrame(np.full((4, 4), 0.5), ROWS, ROWS),
        "Y": pd.DataFrame(np.full((4, 4), 4.0), ROWS, BUYERS),
    }


def spoil_frame(data: st.DataObject, frame: pd.DataFrame) -> Any:
    kind = data.draw(
        st.sampled_from(
            ["cell", "text", "drop", "double", "order", "level", "label", "empty", "none", "array", "complex"]
        )
    )
    at = data.draw(st.integers(0, 3))
    axis = data.draw(st.sampled_from([0, 1]))
    if kind == "cell":
        out = frame.copy()
        out.iloc[at, axis] = data.draw(NUMBERS)
        return out
    if kind == "text":
        out = frame.astype(object)
        out.iat[at, axis] = data.draw(st.sampled_from(["a", None, "", "1.5", pd.NA, {}]))
        return out
    if kind == "drop":
        return frame.drop(frame.axes[axis][at], axis=axis)
    if kind in ("double", "order"):
        keep = [0, 1, 2, 3, at] if kind == "double" else [at, *(n for n in range(4) if n != at)]
        return frame.iloc[keep] if axis == 0 else frame.iloc[:, keep]
    if kind == "level":
        return frame.set_axis([str(label) for label in frame.axes[axis]], axis=axis)
    if kind == "label":
        odd = data.draw(st.sampled_from([None, np.nan, "", "x\ny", 5, ("a",), "x" * 3000]))
        labels = [(odd, b) if n == at else (a, b) for n, (a, b) in enumerate(frame.axes[axis])]
        return frame.set_axis(pd.MultiIndex.from_tuples(labels), axis=axis)
    return {"empty": frame.iloc[:0, :0], "none": None, "array": frame.to_numpy(), "complex": frame * 1j}[kind]


def check_mrio(data: st.DataObject) -> None:
    frames: dict[str, Any] = mrio()
    which = data.draw(st.sampled_from(["Z", "Y", "unit", "tariff", "labour_share"]))
    choices: dict[str, Any] = {}
    if which in frames:
        frames[which] = spoil_frame(data, frames[which])
    elif which == "unit":
        choices["unit"] = data.draw(st.one_of(NUMBERS, st.sampled_from(["1", None, [1.0], True])))
    else:
        shape = data.draw(st.one_of(SHAPES, st.just((2, 2))))
        choices[which] = data.draw(
            st.one_of(
                NUMBERS.map(lambda v: np.full(shape, v)), st.sampled_from(["a", [[1], [2, 3]], {}, object()])
            )
        )
    with np.errstate(all="ignore"):
        refusal(lambda: blocs.World.from_mrio(SimpleNamespace(**frames), **choices))


@SHORT
@given(data=st.data())
def test_a_spoiled_table_is_a_world_or_refused_in_one_line(data: st.DataObject) -> None:
    check_mrio(data)


@pytest.mark.slow
@LONG
@given(data=st.data())
def test_thousands_of_spoiled_tables(data: st.DataObject) -> None:
    check_mrio(data)


# stored runs ---------------------------------------------------------------------------------------------------------

SERIES = {"USA": [0.5, None], "CHN": [-1.0, -2.0]}
METRICS = ("welfare", "real_income", "real_wage", "cpi", "gdp", "exports", "imports", "terms_of_trade")
STATUS = {
    "converged": True,
    "residual": 1e-9,
    "iterations": 9,
    "by_year": {"2025": "converged", "2026": "converged"},
}
MANIFEST = {
    "schema": "blocs.manifest/1", "scenario": "mine", "world": {"name": "81x28", "year": 2022, "notes": []},
    "versions": {"blocs": "1"}, "data": {"datapackage_sha256": "0"}, "seed": None, "status": STATUS, "notes": [],
    "run": {"finished": "2026-11-24T10:00:00+00:00", "seconds": 1.0},
}  # fmt: skip
OUTCOME = {
    "schema": "blocs.run/1", "scenario": "mine", "world": "81x28", "status": STATUS,
    "years": [2025, 2026], "regions": ["USA", "CHN"], **dict.fromkeys(METRICS, SERIES),
    "units": dict.fromkeys(METRICS, "%"), "notes": [], "indicators": {},
}  # fmt: skip
REGIONS = "year,region,name,welfare\n2025,USA,United States,0.5\n2025,CHN,China,-1\n"


def check_store(manifest: bytes, outcome: bytes, regions: bytes) -> list[str]:
    """Put a good run beside a spoiled one, then list, show, compare and query them; return what is refused."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good = (json.dumps(MANIFEST).encode(), json.dumps(OUTCOME).encode(), REGIONS.encode())
        for run, parts in (("good", good), ("odd", (manifest, outcome, regions))):
            (folder / run / "tables").mkdir(parents=True)
            for file, content in zip(
                ("manifest.json", "outcome.json", "tables/regions.csv"), parts, strict=True
            ):
                (folder / run / file).write_bytes(content)

        def listed() -> None:
            assert [run.name for run in stored(folder)].count("good") == 1
            for run in stored(folder):
                assert run.size > 0
                assert isinstance(run.converged, bool)
                assert run.manifest["world"]["name"] is not None
            assert leftovers(folder) == []

        def shown() -> None:
            run = one(folder, "odd")
            document = run.document()
            assert all(isinstance(values[-1], float | None) for values in document["welfare"].values())

        return [
            refusal(ask)
            for ask in (
                listed,
                shown,
                lambda: comparison(one(folder, "good"), one(folder, "odd")),
                lambda: comparison(one(folder, "odd"), one(folder, "good"), metric="gdp", year=2025),
                lambda: query(folder, "select run, welfare from regions join runs using (run)"),
            )
        ]


def as_bytes(content: Any) -> bytes:
    return json.dumps(content).encode("utf-8", "surrogatepass")


def spoil_store(data: st.DataObject) -> tuple[bytes, bytes, bytes]:
    parts = [as_bytes(MANIFEST), as_bytes(OUTCOME), REGIONS.encode()]
    which = data.draw(st.integers(0, 4))
    if which < 2:
        parts[which] = as_bytes(data.draw(spoiled_tree((MANIFEST, OUTCOME)[which])))
    else:
        parts[which - 2] = data.draw(broken(parts[which - 2]))
    return parts[0], parts[1], parts[2]


def test_the_run_is_read_before_it_is_spoiled() -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    assert check_store(as_bytes(MANIFEST), as_bytes(OUTCOME), REGIONS.encode()) == [""] * 5


@pytest.mark.parametrize(
    "text", [b"", b"[" * 100_000, b"null", b"[]", b'{"schema": "blocs.manifest/1"}', b"\xff\xfe"]
)
def test_a_manifest_that_is_none_hides_no_other_run(text: bytes) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    assert check_store(text, as_bytes(OUTCOME), REGIONS.encode())[0] == ""


@settings(max_examples=30)
@given(data=st.data())
def test_a_spoiled_run_is_read_or_refused_in_one_line(data: st.DataObject) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    check_store(*spoil_store(data))


@pytest.mark.slow
@LONG
@given(data=st.data())
def test_thousands_of_spoiled_runs(data: st.DataObject) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    check_store(*spoil_store(data))


# ensembles -----------------------------------------------------------------------------------------------------------

UNIFORM = np.full((2, 1), 0.5)
FACTORS = (Factor("set", "elasticities", options=("a", "b")),)


def card(draws: int = 2) -> dict[str, Any]:
    return card_of([{"name": "x"}], FACTORS, "81x28", seed=1, draws=draws, design="sobol", chunk=16)


CHUNK = Chunk(
    0,
    {"draw": [0, 1], "scenario": ["x", "x"], "year": [2025, 2025], "converged": [True, True], "residual": [0.0, 0.0],
     "message": ["", ""]},
    {"welfare/USA": np.array([0.1, 0.2])},
)  # fmt: skip


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ensemble") / "out"
    folder = Folder(path)
    folder.begin(card(), FACTORS, UNIFORM, resume=False)
    folder.keep(CHUNK)
    return path


def check_ensemble(ensemble: Path, file: str, content: bytes) -> str:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "out"
        shutil.copytree(ensemble, path)
        (path / file).write_bytes(content)

        def resume() -> None:
            folder = Folder(path)
            folder.begin(card(4), FACTORS, UNIFORM, resume=True)
            for number, kept in folder.finished({0: 2}).items():
                found = folder.read(number, kept)
                assert len(found.index["draw"]) == 2

        return refusal(resume)


@SHORT
@given(data=st.data())
def test_a_spoiled_ensemble_is_gone_on_with_or_refused_in_one_line(
    ensemble: Path, data: st.DataObject
) -> None:
    assert check_ensemble(ensemble, "ensemble.json", (ensemble / "ensemble.json").read_bytes()) == ""
    if data.draw(st.booleans()):
        text = as_bytes(data.draw(spoiled_tree(json.loads((ensemble / "ensemble.json").read_text()))))
        check_ensemble(ensemble, "ensemble.json", text)
    else:
        file = data.draw(st.sampled_from(["chunks/00000-2.parquet", "design.parquet", "ensemble.json"]))
        check_ensemble(ensemble, file, data.draw(broken((ensemble / file).read_bytes())))
