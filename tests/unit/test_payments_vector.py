"""The payments vector on the real world: neutral without measures, cuts, memory, and what it refuses."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import blocs
from blocs.data.assumptions import Assumptions
from blocs.errors import DataError, ScenarioError
from blocs.scenario.schema import Scenario
from blocs.vectors.payments.measures import CutOff, InvoiceShift, JoinRail, SecondarySanctions, SwapLine
from blocs.vectors.payments.rails import RAILS, base_of, cleared_by, number, trade_between
from blocs.vectors.payments.vector import PaymentsVector
from blocs.vectors.trade_limits import Embargo, Sanction

VECTOR = PaymentsVector()
CUT = CutOff(rail="swift", of=["CHN"], by=["G7", "EU27"])


@pytest.fixture(scope="module")
def state(world28):
    return VECTOR.start(world28, range(2022, 2027), Assumptions.default())


def after(state, measures, years, vector=VECTOR):
    """The state after `years`; the vector's own path needs no economy."""
    for year in years:
        state = vector.advance(state, measures, None, year)
    return state


def changes(state, measures, year=2022):
    return VECTOR._corridors(state, measures, year)[0]


def index(world, code):
    return world.regions.index(code)


def test_base_shares_sum_to_one_are_symmetric_and_positive(world28) -> None:
    base = base_of(world28, Assumptions.default())
    assert base.shares.sum(axis=0) == pytest.approx(1.0, abs=1e-12)
    assert base.shares == pytest.approx(base.shares.transpose(0, 2, 1))
    assert (base.shares[[number("swift"), number("cips"), number("bilateral")]] > 0.0).all()
    assert base.trade_share.sum(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize("year", [2022, 2030])
def test_no_measure_is_exactly_neutral(state, year) -> None:
    assert VECTOR.shocks(state, [], year).is_neutral
    assert VECTOR.shocks(after(state, [], range(2022, year)), [], year).is_neutral


def test_the_year_after_a_cut_off_ends_is_neutral_again(state) -> None:
    later = after(state, [CUT], (2022, 2023))
    assert not VECTOR.shocks(later, [CUT], 2024).is_neutral
    assert VECTOR.shocks(later, [], 2024).is_neutral


def test_a_cut_off_costs_everybody_who_trades_with_the_one_cut_off_and_nobody_else(state, world28) -> None:
    change = changes(state, [CUT]).change
    china = index(world28, "CHN")
    others = [n for n in range(len(world28.regions)) if n != china]
    assert (change[china, others] > 0.0).all()
    assert change == pytest.approx(change.T, abs=1e-15)
    # third corridors: nobody joins faster than without the cut to the point of gaining
    assert (change[np.ix_(others, others)] >= 0.0).all()


def test_the_loss_heals_with_the_years_and_never_turns_into_a_gain(state, world28) -> None:
    at, losses = state, []
    for year in range(2022, 2032):
        losses.append(changes(at, [CUT], year).change[index(world28, "CHN"), index(world28, "DEU")])
        at = after(at, [CUT], [year])
    assert all(one >= two for one, two in itertools.pairwise(losses))
    assert losses[0] > 3.0 * losses[4] > 0.0
    assert losses[-1] >= 0.0


def test_a_larger_mu_makes_the_same_cut_cheaper(world28) -> None:
    cost = []
    for mu in (20.0, 77.0, 300.0):
        assumed = Assumptions.default().replace({"payments.mu": mu})
        found = changes(VECTOR.start(world28, (2022,), assumed), [CUT])
        cost.append(found.change[index(world28, "CHN"), index(world28, "USA")])
    assert cost[0] > 3.0 * cost[1] > 9.0 * cost[2]


def test_who_decides_says_how_far_a_cut_reaches(state, world28) -> None:
    brazil, china, usa = (index(world28, code) for code in ("BRA", "CHN", "USA"))
    by_all = changes(state, [CUT]).open_[0]
    alone = changes(state, [CutOff(rail="swift", of=["CHN"], by=["USA"])]).open_[0]
    japan = changes(state, [CutOff(rail="swift", of=["CHN"], by=["JPN"])]).open_[0]
    assert by_all[china, brazil] == 0.0
    assert alone[china, usa] == 0.0
    assert alone[china, brazil] == pytest.approx(1.0 - cleared_by(["USA"], 2022))
    assert 0.4 < cleared_by(["USA"], 2022) < 0.6
    assert alone[china, brazil] < japan[china, brazil] < 1.0


def test_embargoed_flows_pay_no_second_penalty_and_sanctioned_ones_the_larger(state, world28) -> None:
    embargo = Embargo(between=(["USA"], ["CHN"]), goods=["all"])
    both = VECTOR.shocks(state, [CUT, embargo], 2022)
    china, usa, germany = (index(world28, code) for code in ("CHN", "USA", "DEU"))
    assert (both.trade_cost[:, china, usa] == 1.0).all()
    assert (both.export_tax[:, china, usa] == 0.0).all()
    assert (both.trade_cost[:, china, germany] > 1.0).all()
    harsh = Sanction(by=["DEU"], on=["CHN"], goods=["C26"], financial_cost=0.5)
    larger = VECTOR.shocks(state, [CUT, harsh], 2022)
    assert larger.trade_cost[0, china, germany] == pytest.approx(1.0)
    mild = Sanction(by=["DEU"], on=["CHN"], goods=["C26"], financial_cost=0.01)
    rest = VECTOR.shocks(state, [CUT, mild], 2022)
    alone = VECTOR.shocks(state, [CUT], 2022)
    delivered = [
        s.trade_cost[0, china, germany] * (1.0 + s.export_tax[0, china, germany]) for s in (rest, alone)
    ]
    assert delivered[0] * 1.01 == pytest.approx(delivered[1])


def test_fees_sum_to_zero_and_leave_for_third_countries_only_where_no_rail_is_left(state, world28) -> None:
    on_rails = VECTOR.shocks(state, [CUT], 2022).transfer
    assert on_rails.sum() == pytest.approx(0.0, abs=1e-6)
    every = [CUT, CutOff(rail="cips", of=["CHN"]), CutOff(rail="bilateral", of=["CHN"])]
    stranded = VECTOR.shocks(state, every, 2022).transfer
    assert stranded[index(world28, "CHN")] < 0.0
    assert stranded[index(world28, "USA")] < 0.0
    assert stranded[index(world28, "SGP")] > 10.0 * on_rails[index(world28, "SGP")]


def test_resources_and_fees_together_are_the_cost(state, world28) -> None:
    shocks = VECTOR.shocks(state, [CUT], 2022)
    change = changes(state, [CUT]).change
    off = ~np.eye(len(world28.regions), dtype=bool)
    together = (shocks.trade_cost * (1.0 + shocks.export_tax))[3]
    assert together[off] == pytest.approx(1.0 + change[off])


def test_joining_and_swapping_make_corridors_cheaper_and_secondary_sanctions_dearer(state, world28) -> None:
    china, russia, brazil = (index(world28, code) for code in ("CHN", "RUS", "BRA"))
    join = changes(state, [JoinRail(rail="cips", of=["BRA"])]).change
    assert join[china, brazil] < 0.0
    swap = changes(state, [SwapLine(between=(["CHN"], ["BRA"]))]).change
    assert swap[china, brazil] < 0.0
    assert swap[china, russia] == 0.0
    threat = changes(state, [SecondarySanctions(by=["USA"], on=["RUS"])])
    assert threat.change[china, russia] > 0.0
    assert threat.change[china, brazil] == 0.0
    assert (threat.cost[number("swift")] == 0.0).all()


def test_a_shift_of_invoices_costs_nothing_by_itself_and_softens_a_later_cut(state, world28) -> None:
    china, brazil = index(world28, "CHN"), index(world28, "BRA")
    shift = InvoiceShift(of=["BRA"], currency="CNY", share=0.5)
    assert np.abs(changes(state, [shift]).change).max() < 1e-12
    assert changes(state, [shift, CUT]).change[china, brazil] < changes(state, [CUT]).change[china, brazil]


def test_the_bridge_works_between_members_only_and_is_remembered(state, world28) -> None:
    china, saudi, russia = (index(world28, code) for code in ("CHN", "SAU", "RUS"))
    join = JoinRail(rail="bridge", of=["CHN", "SAU"])
    found = changes(state, [join])
    assert found.change[china, saudi] < 0.0
    assert found.change[china, russia] == 0.0
    assert changes(after(state, [join], [2022]), [], 2023).change[china, saudi] < 0.0


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        ([CutOff(rail="swift", of=["USA"], by=["G7"])], "does not cut itself off"),
        ([CutOff(rail="bridge", of=["CHN"])], "nobody is a member"),
        ([JoinRail(rail="bridge", of=["CHN"])], "needs two members"),
        ([CUT, JoinRail(rail="swift", of=["CHN"])], "cut off swift and joins it"),
        ([SwapLine(between=(["CHN"], ["BRICS"]))], "both sides of a swap line"),
        ([SecondarySanctions(by=["USA"], on=["USA"])], "in `by` and in `on`"),
        ([SecondarySanctions(by=["USA"], on=["RUS"], against=["RUS"])], "no third country"),
        ([CutOff(rail="swift", of=["CHM"])], "CHN"),
        (
            [InvoiceShift(of=["BRA"], share=0.6), InvoiceShift(of=["BRA"], currency="local", share=0.6)],
            "more than all",
        ),
        ([InvoiceShift(of=["BRA"], share=0.2), InvoiceShift(of=["BRA"], share=0.3)], "keep one"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(state, measures, words) -> None:
    with pytest.raises(DataError, match=words):
        VECTOR.shocks(state, measures, 2022)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rail": "swfit"}, "did you mean 'swift'"),
        ({"intensity": 1.5}, "intensity"),
        ({"of": []}, "of"),
    ],
)
def test_a_wrong_measure_is_named_in_the_scenario(change, words) -> None:
    measure = {"type": "cut_off", "rail": "swift", "of": "CHN", **change}
    with pytest.raises(ScenarioError, match=words):
        Scenario.from_dict({"name": "x", "years": 2025, "measures": [measure]})


def test_indicators_of_a_run_add_up(world28) -> None:
    done = blocs.run(world28, Scenario.from_dict({
        "name": "x", "years": "2022-2023",
        "measures": [{"type": "cut_off", "rail": "swift", "of": "CHN", "by": ["G7", "EU27"]}],
    }), strict=True)  # fmt: skip
    found = done.indicators("payments")
    assert found.rail_share.sum("rail").values == pytest.approx(1.0)
    assert found.rail_share_world.sum("rail").values == pytest.approx(1.0)
    assert found.currency_share.sum("currency").values == pytest.approx(1.0)
    settle = found.can_settle.sel(region="CHN").values
    assert settle[0] == pytest.approx(
        0.174, abs=0.02
    )  # the renminbi's share of China's trade in 2022, less messages, more banks
    assert settle[1] > settle[0]
    assert (found.can_settle <= 1.0).all()
    assert ((found.concentration > 1.0 / (len(RAILS) + 1)) & (found.concentration <= 1.0)).all()
    assert (found.invoicing_least <= found.invoicing_greatest).all()
    assert float(found.invoicing_least.sel(bloc="CHN").min()) == 1.0
    assert done.welfare.sel(region="CHN").values[0] < 0.0
    trade = trade_between(done.outcomes[0].flows.values)
    assert (trade == trade.T).all()
