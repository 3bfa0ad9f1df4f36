"""Adoption of AI rises, stays under its ceiling, and obeys whatever limits it meets."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from blocs.data.assumptions import Assumptions
from blocs.vectors.ai import adoption
from blocs.vectors.ai.measures import AiAdoption, ComputeLimit, OpenRelease, PowerLimit

YEARS = tuple(range(2027, 2042))
NUMBERS = Assumptions.default()
starts = st.floats(0.01, 0.3)
ceilings = st.floats(0.35, 1.0)
speeds = st.floats(0.01, 2.0)
growths = st.floats(0.0, 0.2)


def levels(world, *measures) -> np.ndarray:
    """Return the United States' adoption by year."""
    usa = world.regions.index("USA")
    return np.array([adoption.paths(measures, world, y, YEARS, NUMBERS)[0].share[usa] for y in YEARS])


@given(start=starts, ceiling=ceilings, speed=speeds, growth=growths, cost_fall=st.floats(0.01, 0.95))
def test_adoption_is_monotone_and_bounded_under_any_limits(
    world28, start, ceiling, speed, growth, cost_fall
) -> None:
    adopt = AiAdoption(region=["USA"], start=start, ceiling=ceiling, speed=speed)
    release = OpenRelease(cost_fall=cost_fall, frontier=["CHN"])
    for extra in (
        (),
        (PowerLimit(region=["USA"], growth=growth),),
        (ComputeLimit(region=["USA"], growth=growth),),
    ):
        path = levels(world28, adopt, *extra)
        assert (np.diff(path) >= 0.0).all()
        assert (path >= start).all()
        assert (path <= ceiling + 1e-12).all()
        opened = levels(world28, adopt, release, *extra)
        assert (opened >= path - 1e-12).all()
        assert (opened <= 1.0).all()


@given(start=starts, ceiling=ceilings, speed=speeds)
def test_the_free_path_is_the_logistic(world28, start, ceiling, speed) -> None:
    path = levels(world28, AiAdoption(region=["USA"], start=start, ceiling=ceiling, speed=speed))
    years = np.arange(1, len(YEARS) + 1)
    np.testing.assert_allclose(
        path, ceiling / (1.0 + (ceiling / start - 1.0) * np.exp(-speed * years)), rtol=1e-9
    )


@given(growth=growths)
def test_power_binds_where_need_outgrows_room_and_slackens_where_it_does_not(world28, growth) -> None:
    usa = world28.regions.index("USA")
    adopt, limit = AiAdoption(region=["USA"]), PowerLimit(region=["USA"], growth=growth)
    free, held = levels(world28, adopt), levels(world28, adopt, limit)
    need = NUMBERS["ai.power.host"]
    room = NUMBERS["ai.power.share"] * ((1.0 + growth) ** np.arange(1, len(YEARS) + 1) - 1.0)
    assert (need * (held - NUMBERS["ai.adoption.start"]) <= room + 1e-12).all()
    for n, year in enumerate(YEARS):
        (path,) = adoption.paths([adopt, limit], world28, year, YEARS, NUMBERS)
        if path.power_binds[usa]:
            np.testing.assert_allclose(need * (held[n] - NUMBERS["ai.adoption.start"]), room[n], atol=1e-12)
    if (need * (free - NUMBERS["ai.adoption.start"]) <= room).all():
        np.testing.assert_allclose(held, free)


def test_a_generous_grid_does_not_bind_and_a_frozen_one_stops_adoption(world28) -> None:
    adopt = AiAdoption(region=["USA"])
    free = levels(world28, adopt)
    np.testing.assert_array_equal(levels(world28, adopt, PowerLimit(region=["USA"], growth=0.5)), free)
    frozen = levels(world28, adopt, PowerLimit(region=["USA"], growth=0.0))
    np.testing.assert_allclose(frozen, NUMBERS["ai.adoption.start"])


def test_more_compute_never_slows_adoption(world28) -> None:
    adopt = AiAdoption(region=["USA"])
    paths = [levels(world28, adopt, ComputeLimit(region=["USA"], growth=g)) for g in (0.0, 0.1, 0.2, 1.0)]
    for less, more in pairwise(paths):
        assert (more >= less).all()
    np.testing.assert_allclose(paths[0], NUMBERS["ai.adoption.start"])
    np.testing.assert_array_equal(paths[-1], levels(world28, adopt))
