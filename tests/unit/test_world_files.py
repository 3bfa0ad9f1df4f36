"""A world file is read exactly or refused by name and cause: never a pickle, never a silent repair."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from unit.toy_world import Arrays, toy

from blocs.data import npz, store
from blocs.errors import DataError
from blocs.world.accounts import largest_error
from blocs.world.load import BUNDLED, load_world


def write(path: Path, arrays: Arrays) -> Path:
    np.savez_compressed(path, **arrays)  # pyright: ignore[reportArgumentType]
    return path


def test_a_file_gives_the_world_that_is_in_it(tmp_path: Path) -> None:
    world = load_world(write(tmp_path / "toy.npz", toy()))
    assert (world.name, world.year, world.regions, world.sectors) == ("toy", 2022, ("AAA", "BBB"), ("X", "Y"))
    np.testing.assert_allclose(world.accounts.spending[0], [8 + 1 * 1.05, 9 + 2 * 1.1])
    np.testing.assert_array_equal(world.accounts.tariff[1], 0.0)
    assert largest_error(world.accounts) < 1e-12


def test_a_bundled_world_by_path_is_the_one_by_name() -> None:
    by_name, by_path = load_world("81x28"), load_world(store.path(BUNDLED["81x28"]))
    np.testing.assert_array_equal(by_name.accounts.use, by_path.accounts.use)


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_worlds_balance_to_rounding(name: str) -> None:
    assert largest_error(load_world(name).accounts) < 1e-12


def set_to(name: str, where: tuple[int, ...], value: float) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays[name][where] = value

    return change


def replace_by(name: str, array: np.ndarray) -> Callable[[Arrays], None]:
    return lambda arrays: arrays.__setitem__(name, array)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a.pop("use_share"), "is no world: it lacks use_share"),
        (replace_by("flows", np.ones((2, 2, 3))), "flows has shape (2, 2, 3)"),
        (replace_by("tariff", np.zeros((3, 2, 2))), "tariff has shape (3, 2, 2)"),
        (replace_by("tariff", np.array(0.1)), "tariff has shape ()"),
        (replace_by("flows", np.ones((2, 2, 2), dtype=int)), "flows has dtype int64"),
        (replace_by("regions", np.array([1, 2])), "regions has dtype int64; text is needed"),
        (replace_by("regions", np.array(["AAA", "AAA"])), "regions repeats AAA"),
        (replace_by("sectors", np.array(["X", ""])), "sectors has an empty code"),
        (replace_by("sectors", np.array(["X", None], dtype=object)), "pickled Python objects"),
        (replace_by("year", np.array(2022.5)), "a whole number is needed"),
        (set_to("flows", (0, 0, 1), np.nan), "flows is nan at good X, AAA -> BBB"),
        (set_to("flows", (0, 0, 1), np.inf), "flows is inf"),
        (set_to("flows", (0, 0, 1), -1.0), "flows is negative"),
        (set_to("use_share", (0, 1, 0), np.nan), "use_share is nan at good X, user Y, region AAA"),
        (set_to("use_share", (0, 1, 0), -0.1), "use_share is -0.1"),
        (set_to("use_share", (0, 1, 0), 0.9), "must not sum above 1"),
        (set_to("labour_share", (0, 1), 1.5), "labour_share is 1.5"),
        (set_to("tariff", (0, 0, 1), -1.0), "tariff is -1"),
        (replace_by("use_share", np.full((2, 2, 2), 0.5)), "value added of Y in AAA is negative"),
    ],
)
def test_a_wrong_array_is_refused_by_name(
    tmp_path: Path, change: Callable[[Arrays], None], words: str
) -> None:
    arrays = toy()
    change(arrays)
    with pytest.raises(DataError, match=re.escape(words)) as error:
        load_world(write(tmp_path / "toy.npz", arrays))
    assert "toy.npz" in str(error.value)


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_a_file_cut_short_is_refused(tmp_path: Path, keep: float) -> None:
    content = write(tmp_path / "toy.npz", toy()).read_bytes()
    (tmp_path / "toy.npz").write_bytes(content[: int(keep * len(content))])
    with pytest.raises(DataError, match=r"toy\.npz cannot be read"):
        load_world(tmp_path / "toy.npz")


def test_damaged_bytes_are_refused_or_harmless(tmp_path: Path) -> None:
    content = write(tmp_path / "toy.npz", toy()).read_bytes()
    for place in range(0, len(content), 23):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        (tmp_path / "bad.npz").write_bytes(damaged)
        try:
            load_world(tmp_path / "bad.npz")
        except DataError as error:
            assert "bad.npz" in str(error)  # noqa: PT017 most places raise, bytes that no reader uses do not


def test_other_archives_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("not an archive")
    with pytest.raises(DataError, match=r"text\.npz cannot be read"):
        load_world(tmp_path / "text.npz")
    with pytest.raises(DataError, match="is no world: it lacks year"):
        load_world(store.path("worlds/totals-81x28.npz"))
    with pytest.raises(DataError, match="no file"):
        load_world(tmp_path / "absent.npz")
    with pytest.raises(DataError, match=r"unknown world '81x51'; did you mean '81x50'.*path of a \.npz file"):
        load_world("81x51")


def test_headers_are_read_without_the_arrays() -> None:
    found = npz.headers(store.path("worlds/by-user-81x28.npz"))
    assert found["codes"].shape == (28, 81, 29, 81)
    assert found["codes"].dtype == np.int8
