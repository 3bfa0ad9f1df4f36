"""Benchmarks of the payments network: one year of corridors, the shocks, and all equilibria of the invoicing game."""

from __future__ import annotations

import numpy as np

import blocs
from blocs.data.assumptions import Assumptions
from blocs.vectors.payments.blocs_of import blocs_of, game_of
from blocs.vectors.payments.invoicing import equilibria
from blocs.vectors.payments.measures import CutOff
from blocs.vectors.payments.rails import trade_between
from blocs.vectors.payments.vector import PaymentsVector

CUT = [CutOff(rail="swift", of=["CHN"], by=["G7", "EU27"])]


def test_a_silent_year_of_rails(benchmark) -> None:
    vector, world = PaymentsVector(), blocs.load_world("81x50")
    state = vector.start(world, (2025,), Assumptions.default())
    assert benchmark(lambda: vector.shocks(state, [], 2025)).is_neutral


def test_a_year_with_a_cut_off(benchmark) -> None:
    vector, world = PaymentsVector(), blocs.load_world("81x50")
    state = vector.start(world, (2025,), Assumptions.default())
    assert not benchmark(lambda: vector.shocks(state, CUT, 2025)).is_neutral


def test_all_equilibria_of_thirty_blocs(benchmark) -> None:
    world = blocs.load_world("81x28")
    players = blocs_of(world, trade_between(world.accounts.flows))
    game = game_of(players, 0.5, np.zeros(len(world.regions), dtype=bool))
    assert benchmark(lambda: equilibria(game))
