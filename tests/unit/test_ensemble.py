"""Ensembles: a draw is the run under its values, and nothing finished is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from unit.ensembles import TARIFF, scenario

import blocs
from blocs.study.ensemble.backends import BackendError, Dask, InProcess, Kept, Spawn
from blocs.study.ensemble.evaluate import CHUNK, Chunk
from blocs.study.ensemble.folder import FolderError

# --- runs -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(world28: blocs.World) -> blocs.Ensemble:
    other = scenario("other", measures=[{**TARIFF, "rate": 0.25}])
    return blocs.ensemble(world28, [scenario(), other], draws=24, backend=InProcess())


def test_a_draw_is_the_run_under_its_values(small: blocs.Ensemble, world28: blocs.World) -> None:
    values = {k: v for k, v in small.table.iloc[5].items() if k not in ("elasticities", "closure")}
    alone = scenario(
        assumptions=values,
        elasticities=small.table.iloc[5]["elasticities"],
        closure=small.table.iloc[5]["closure"],
    )
    run = blocs.run(world28, alone)
    np.testing.assert_allclose(
        small.values("welfare").sel(draw=5).values[0], run.regional("welfare")[0], atol=1e-6
    )


def test_quantiles_shares_and_differences_are_over_the_same_draws(small: blocs.Ensemble) -> None:
    assert small.converged == small.draws == 24
    welfare = small.values("welfare").sel(label="CHN")
    middle = small.quantiles("welfare", q=(0.5,)).sel(label="CHN").item()
    assert middle == pytest.approx(np.median(welfare.values))
    gap = small.difference("welfare", "s", "other").sel(label="CHN")
    assert (gap.values < 0.0).all()  # the higher duty hurts more in every draw
    assert small.share(small.values("welfare") < 0.0).sel(label="CHN").item() == 1.0


def test_failed_draws_are_kept_and_counted(world28: blocs.World) -> None:
    # Singapore has no crude oil of its own: without imports, and nests that cannot do without it, nothing is feasible
    alone = {"type": "embargo", "between": ["SGP", ["all", "-SGP"]], "goods": "B06"}
    found = blocs.ensemble(
        world28, scenario(measures=[alone]), draws=8, hold=["closure"], backend=InProcess()
    )
    failed = ~np.isfinite(found.values("welfare").values).all(axis=(1, 2))
    assert 0 < failed.sum() == found.draws - found.converged
    assert len(found.messages) == failed.sum()
    assert "SGP" in found.messages[0]


def test_the_document_is_complete_and_null_where_nothing_converged(small: blocs.Ensemble) -> None:
    from blocs.study.ensemble.document import EnsembleDocument

    document = json.loads(EnsembleDocument.of(small, ("CHN", "USA")).to_json())
    assert document["schema"] == "blocs.ensemble/1"
    assert set(document["welfare"]["USA"]) == {"0.05", "0.25", "0.5", "0.75", "0.95"}
    assert document["draws"] == document["converged"] == 24
    assert set(document["against"]) == {"other"}
    assert set(document["groups"]) == {"elasticity set", "trade elasticities", "nests", "closure"}


def test_a_stopped_ensemble_goes_on_and_gives_the_same_numbers(world28: blocs.World, tmp_path: Path) -> None:
    class Stops:
        def map(self, tasks):
            yield next(iter(InProcess().map(tasks)))
            raise KeyboardInterrupt

    whole = blocs.ensemble(world28, scenario(), draws=CHUNK * 2 + 3, backend=InProcess())
    with pytest.raises(KeyboardInterrupt):
        blocs.ensemble(world28, scenario(), draws=CHUNK * 2 + 3, backend=Stops(), out=tmp_path / "e")

    class Counts:
        asked = 0

        def map(self, tasks):
            Counts.asked = len(tasks)
            yield from InProcess().map(tasks)

    again = blocs.ensemble(
        world28, scenario(), draws=CHUNK * 2 + 3, backend=Counts(), out=tmp_path / "e", resume=True
    )
    assert Counts.asked == 2
    np.testing.assert_array_equal(again.values("welfare").values, whole.values("welfare").values)
    # more draws extend it: only the partial chunk and the new ones are computed
    more = blocs.ensemble(
        world28, scenario(), draws=CHUNK * 4, backend=Counts(), out=tmp_path / "e", resume=True
    )
    assert Counts.asked == 2
    np.testing.assert_array_equal(
        more.values("welfare").values[: CHUNK * 2], whole.values("welfare").values[: CHUNK * 2]
    )


def test_a_damaged_chunk_is_computed_again(world28: blocs.World, tmp_path: Path) -> None:
    first = blocs.ensemble(world28, scenario(), draws=4, backend=InProcess(), out=tmp_path / "e")
    (chunk,) = (tmp_path / "e" / "chunks").glob("*.parquet")
    chunk.write_bytes(chunk.read_bytes()[:100])
    again = blocs.ensemble(world28, scenario(), draws=4, backend=InProcess(), out=tmp_path / "e", resume=True)
    np.testing.assert_array_equal(again.values("welfare").values, first.values("welfare").values)


def test_a_folder_that_holds_something_else_is_refused(world28: blocs.World, tmp_path: Path) -> None:
    begun = tmp_path / "e"
    blocs.ensemble(world28, scenario(), draws=2, backend=InProcess(), out=begun)

    def again(**changes: object) -> None:
        given_ = {"draws": 2, "backend": InProcess(), "out": begun, "resume": True, **changes}
        blocs.ensemble(world28, given_.pop("scenario", scenario()), **given_)

    with pytest.raises(FolderError, match="add --resume"):
        again(resume=False)
    with pytest.raises(FolderError, match=r"other seed \(2026 then, 7 now\)"):
        again(seed=7)
    with pytest.raises(FolderError, match="other scenarios"):
        again(scenario=scenario(measures=[{**TARIFF, "rate": 0.1}]))
    with pytest.raises(FolderError, match="other factors"):
        again(hold=["closure"])
    card = json.loads((begun / "ensemble.json").read_text())
    card["versions"]["numpy"] = "1.0"
    (begun / "ensemble.json").write_text(json.dumps(card))
    with pytest.raises(FolderError, match=r"numpy 1\.0 then"):
        again()
    (begun / "ensemble.json").write_text("{")
    with pytest.raises(FolderError, match="damaged"):
        again()
    other = tmp_path / "o"
    other.mkdir()
    (other / "mine.txt").write_text("keep me")
    with pytest.raises(FolderError, match="no ensemble"):
        again(out=other)
    assert (other / "mine.txt").read_text() == "keep me"


def test_a_full_disk_is_one_clear_error_and_keeps_what_is_finished(
    world28: blocs.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blocs.study.ensemble import folder

    write, calls = folder._write_bytes, []

    def full(path: Path, content: bytes) -> None:
        calls.append(path)
        if len(calls) > 2:
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(folder, "_write_bytes", full)
    with pytest.raises(FolderError, match="No space left on device; finished chunks are kept"):
        blocs.ensemble(world28, scenario(), draws=CHUNK * 3, backend=InProcess(), out=tmp_path / "e")
    assert len(list((tmp_path / "e" / "chunks").glob("*.parquet"))) == 1


def test_workers_encode_the_chunks_that_a_folder_keeps(
    world28: blocs.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from blocs.study.ensemble import folder

    seen: list[Chunk] = []
    keep = folder.Folder.keep
    monkeypatch.setattr(folder.Folder, "keep", lambda self, chunk: (seen.append(chunk), keep(self, chunk))[1])
    blocs.ensemble(world28, scenario(), draws=CHUNK + 2, backend=InProcess(), out=tmp_path / "e")
    assert len(seen) == 2
    for chunk in seen:
        file = next((tmp_path / "e" / "chunks").glob(f"{chunk.number:05d}-*.parquet"))
        assert file.read_bytes() == chunk.file
        back = folder.Folder(tmp_path / "e").read(chunk.number, file)
        assert back.index == chunk.index
        np.testing.assert_array_equal(back.columns["welfare/USA"], chunk.columns["welfare/USA"])


def test_a_wrong_measure_fails_before_anything_is_drawn(world28: blocs.World, tmp_path: Path) -> None:
    wrong = scenario(measures=[{**TARIFF, "on": "CHX"}])
    with pytest.raises(blocs.ScenarioError, match="CHX"):
        blocs.ensemble(world28, wrong, draws=2, backend=InProcess(), out=tmp_path / "e")
    assert not (tmp_path / "e").exists()


# --- other processes ------------------------------------------------------------------------------------------


def children(pid: int) -> list[int]:
    found = []
    for entry_ in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry_.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(entry_.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds worker processes in /proc")
def test_a_killed_worker_is_replaced_and_a_killed_run_resumes(tmp_path: Path) -> None:
    content = {"name": "s", "years": "2025", "world": "81x28", "measures": [TARIFF]}
    blocs.Scenario.from_dict(content).save(tmp_path / "s.yaml")
    command = [
        sys.executable, "-c", "from blocs.cli import main; main()", "ensemble", str(tmp_path / "s.yaml"), "--draws",
        str(CHUNK * 5), "--workers", "2", "--out", str(tmp_path / "e"), "--json",
    ]  # fmt: skip
    chunks = tmp_path / "e" / "chunks"

    def wait_for(count: int, process: subprocess.Popen) -> None:
        until = time.monotonic() + 300.0
        while len(list(chunks.glob("*.parquet"))) < count and process.poll() is None:
            assert time.monotonic() < until, "no chunk in five minutes"
            time.sleep(0.02)

    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for(1, process)
    workers = [
        pid for pid in children(process.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    assert workers
    os.kill(workers[0], signal.SIGKILL)  # a worker dies: its chunk is computed again
    wait_for(3, process)
    process.kill()  # kill -9: what is finished stays
    process.wait()
    kept = {file.name: file.read_bytes() for file in chunks.glob("*.parquet")}
    assert len(kept) >= 1
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {name: (chunks / name).read_bytes() for name in kept} == kept
    document = json.loads(done.stdout)
    assert document["draws"] == document["converged"] == CHUNK * 5
    here = blocs.ensemble(None, blocs.Scenario.load(tmp_path / "s.yaml"), draws=CHUNK, backend=InProcess())
    from_disk = blocs.ensemble(
        None, blocs.Scenario.load(tmp_path / "s.yaml"), draws=CHUNK * 5, backend=InProcess(), out=tmp_path / "e",
        resume=True,
    )  # fmt: skip
    np.testing.assert_allclose(
        from_disk.values("welfare").values[:CHUNK], here.values("welfare").values, atol=1e-6
    )


def test_workers_that_keep_dying_end_in_a_clear_error() -> None:
    with pytest.raises(BackendError, match="without finishing a chunk"):
        list(Spawn(1).map([DEADLY]))


def test_kept_workers_stay_between_calls_and_are_replaced_when_they_die() -> None:
    kept = Kept(1)
    try:
        first, again = (dict(kept.each(process_of, [0, 1])) for _ in range(2))
        assert len({*first.values(), *again.values()}) == 1  # the same process did all four
        os.kill(first[0], signal.SIGKILL)
        after = dict(kept.each(process_of, [0, 1]))
        assert set(after) == {0, 1}
        assert first[0] not in after.values()
    finally:
        kept.close()
    with pytest.raises(ProcessLookupError):
        os.kill(after[0], 0)


def test_an_interrupted_pool_waits_for_nobody() -> None:
    kept = Kept(2)
    results = kept.each(sleeper, [0.0, 600.0])
    _, process = next(results)
    stranger = get_context("spawn").Process(target=time.sleep, args=(600.0,))
    stranger.start()  # the user's own, while the pool is there
    results.close()  # as Ctrl-C ends the loop over it
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert stranger.is_alive()
    stranger.kill()
    assert dict(kept.each(process_of, [0]))[0] != process
    kept.close()


def sleeper(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def process_of(_: int) -> int:
    return os.getpid()


class Deadly:
    """A task whose unpickling ends the worker."""

    number, draws = 0, ()

    def __reduce__(self):
        return (os._exit, (3,))


DEADLY = Deadly()


def test_a_wrong_scheduler_address_is_one_clear_error(world28: blocs.World) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(BackendError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        blocs.ensemble(world28, scenario(), draws=2, backend=Dask("tcp://127.0.0.1:1", timeout=2.0))


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_numbers(world28: blocs.World) -> None:
    pytest.importorskip("distributed")
    here = blocs.ensemble(world28, scenario(), draws=CHUNK + 4, backend=InProcess())
    there = blocs.ensemble(world28, scenario(), draws=CHUNK + 4, backend=Dask(workers=2))
    np.testing.assert_allclose(here.values("welfare").values, there.values("welfare").values, atol=1e-6)


# --- further results ------------------------------------------------------------------------------------------


def gap_of_china(done: blocs.Run) -> dict[str, np.ndarray]:
    """Return welfare of China less that of the United States by year, a result no ensemble keeps by itself."""
    china, usa = (done.world.regions.index(code) for code in ("CHN", "USA"))
    welfare = done.regional("welfare")
    return {"gap/all": welfare[:, china] - welfare[:, usa]}


def test_an_ensemble_keeps_further_results(tmp_path: Path) -> None:
    world = blocs.load_world("81x28")
    keep = ("USA", "CHN", "JPN", "DEU")
    small = world.aggregate(regions={"REST": [code for code in world.regions if code not in keep]})
    given = {"draws": 3, "backend": InProcess()}
    found = blocs.ensemble(small, scenario(), **given, also=gap_of_china, out=tmp_path / "kept")
    welfare = found.values("welfare").sel(year=2025)
    gap = found.values("gap").sel(year=2025, label="all")
    expected = welfare.sel(label="CHN") - welfare.sel(label="USA")
    assert np.array_equal(gap.values, expected.values)
    assert np.array_equal(
        blocs.ensemble(small, scenario(), **given).values("welfare"), found.values("welfare")
    )
    with pytest.raises(FolderError, match="also"):
        blocs.ensemble(small, scenario(), **given, out=tmp_path / "kept", resume=True)
