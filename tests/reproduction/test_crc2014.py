"""Costinot and Rodríguez-Clare (2014), gains from trade with one sector.

Source: A. Costinot and A. Rodríguez-Clare, "Trade Theory with Numbers", Handbook of International Economics 4,
2014, table 4.1, column "one sector": 34 regions, 2008, theta = 5. The gains are the share of real income
lost in moving to autarky, 1 - lambda^(1/theta). One decimal is published.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.io import loadmat
from source_data import validation

import blocs

THETA = 5.0
PUBLISHED = {"AUS": 2.3, "BEL": 7.5, "DEU": 4.5, "IRL": 8.0, "USA": 1.8, "CHN": 2.6}


@pytest.fixture(scope="module")
def world() -> blocs.World:
    table = loadmat(validation("crc2014") / "WIOD_Data_CR2014.mat")
    flows = table["X_nis"].sum(axis=2)[None]  # origin x destination, all sectors together
    codes = [str(row[0]) for row in table["countries"].ravel()]
    return blocs.World.from_flows(flows, np.zeros((1, 1, len(codes))), regions=codes, sectors=["all"])


def test_gains_from_trade_are_the_published_ones(world: blocs.World) -> None:
    """The formula at the data's home shares, to the published decimal."""
    accounts = world.accounts
    home = np.einsum("jj->j", accounts.flows[0]) / accounts.spending[0]
    gains = 100.0 * (1.0 - home ** (1.0 / THETA))
    for code, value in PUBLISHED.items():
        assert round(float(gains[world.region_index(code)]), 1) == value


def test_autarky_of_every_region_loses_the_gains_from_trade(world: blocs.World) -> None:
    """The engine closes all borders at once; deficits are purged first, so the home shares are the purged ones."""
    elasticities = blocs.Elasticities.uniform(THETA)
    tight = blocs.Anderson(tolerance=1e-12)
    base = blocs.purge(world, elasticities=elasticities, solver=tight)
    closed = np.eye(len(base.regions))[None]
    outcome = blocs.solve(base, availability=closed, elasticities=elasticities, solver=tight)
    assert outcome.status.converged, outcome.status
    home = np.einsum("jj->j", base.accounts.flows[0]) / base.accounts.spending[0]
    np.testing.assert_allclose(outcome.welfare.values, 100.0 * (home ** (1.0 / THETA) - 1.0), atol=1e-7)
    for code, value in PUBLISHED.items():  # balanced trade moves the home shares a little
        assert -float(outcome.welfare.sel(region=code)) == pytest.approx(value, abs=0.5)
