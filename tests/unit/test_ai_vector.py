"""The AI vector: a bust is as large as it says, falls where it says, and only where people can be out of work."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

import blocs
from blocs.data.assumptions import Assumptions
from blocs.engine.shocks import Shocks
from blocs.errors import DataError, ScenarioError
from blocs.vectors.ai import adoption, demand
from blocs.vectors.ai.industries import CLASSES, exposure, reached
from blocs.vectors.ai.measures import AiAdoption, AiBoom, AiBust, OpenRelease, PowerLimit
from blocs.vectors.ai.vector import AiVector
from blocs.world.measure import parse_span
from blocs.world.tables import sector_table

NUMBERS = Assumptions.default()
YEARS = (2027, 2028, 2029, 2030)
BUST = AiBust(region=["USA"], capex=-0.6, equity=-0.45, years=parse_span("2027-2028"))


def scenario(*measures: dict, **changes: object) -> blocs.Scenario:
    content = {
        "name": "ai-test", "world": "81x28", "years": "2027", "closure": "demand", "horizon": "short",
        "demand": {"propensity": 0.5, "pass_through": 0.0}, "measures": list(measures), **changes,
    }  # fmt: skip
    return blocs.Scenario.from_dict({key: value for key, value in content.items() if value is not None})


BUST_DICT = {"type": "ai_bust", "region": "USA", "capex": -0.6, "equity": -0.45}


@pytest.fixture(scope="module")
def bust(world28):
    return blocs.run(world28, scenario(BUST_DICT), strict=True)


# --- size ----------------------------------------------------------------------------------------------------


def test_the_bust_is_as_many_dollars_as_the_parameters_say(world28) -> None:
    usa = world28.regions.index("USA")
    per_gdp = demand.gdp(world28.accounts)[usa] / NUMBERS["ai.dollars.gdp_usa"]  # US$ mn per US$ bn of 2026
    capex = demand.capex_change([BUST], world28, 2027, YEARS, NUMBERS)
    wealth = demand.wealth_change([BUST], world28, 2027, YEARS, NUMBERS)
    assert capex.sum() == pytest.approx(-0.6 * 675.0 * 0.83 * per_gdp, rel=1e-12)
    assert wealth.sum() == pytest.approx(-0.45 * 47.2e3 * 0.028 * per_gdp, rel=1e-12)
    for change in (capex, wealth):
        assert np.abs(np.delete(change, usa, axis=1)).max() == 0.0


def test_capex_falls_on_what_data_centres_are_made_of_and_wealth_on_everything(world50) -> None:
    usa = world50.regions.index("USA")
    capex = demand.capex_change([BUST], world50, 2027, YEARS, NUMBERS)[:, usa]
    hit = {good: value / capex.sum() for good, value in zip(world50.sectors, capex, strict=True) if value}
    assert hit == pytest.approx({"C26": 0.58, "C27": 0.17, "C28": 0.12, "F": 0.13})
    wealth = demand.wealth_change([BUST], world50, 2027, YEARS, NUMBERS)[:, usa]
    np.testing.assert_allclose(
        wealth / wealth.sum(), world50.accounts.final[:, usa] / world50.accounts.absorption[usa]
    )


@pytest.mark.parametrize("propensity", [0.0, 0.3, 0.8])
def test_autonomous_spending_changes_by_the_intended_dollars_and_where_intended(
    world28, propensity: float
) -> None:
    accounts = world28.accounts
    change = demand.autonomous([BUST], world28, 2027, YEARS, NUMBERS)
    shift = demand.taste_shift(change, np.zeros_like(change), accounts, propensity)
    kappa = (accounts.final * shift).sum(axis=0) / accounts.absorption
    np.testing.assert_allclose(
        (1.0 - propensity) * accounts.absorption * (kappa - 1.0), change.sum(axis=0), rtol=1e-9, atol=1e-3
    )
    # at unchanged income and prices, spending by good is the base plus the change
    spent = accounts.final * shift / kappa * (accounts.absorption + change.sum(axis=0)) / accounts.absorption
    np.testing.assert_allclose(spent, accounts.final + change, rtol=1e-9, atol=1e-3)


def test_the_solved_year_spends_what_the_closure_says(world28, bust) -> None:
    outcome, usa = bust.at(2027), world28.regions.index("USA")
    change = demand.autonomous([BUST], world28, 2027, YEARS, NUMBERS).sum(axis=0)
    accounts, solved = world28.accounts, outcome.solution
    income = solved.income / (accounts.absorption - accounts.deficit)
    expected = accounts.absorption * (0.5 + 0.5 * income) + change
    spent = accounts.absorption * np.exp(solved.state.absorption)
    np.testing.assert_allclose(spent, expected, rtol=1e-7)
    assert change[usa] < 0.0


def test_a_weaker_central_bank_leaves_a_larger_bust(world28) -> None:
    none = demand.autonomous([BUST], world28, 2027, YEARS, NUMBERS.replace({"ai.policy.offset": 0.0}))
    some = demand.autonomous([BUST], world28, 2027, YEARS, NUMBERS)
    np.testing.assert_allclose(some, 0.65 * none)


def test_a_bust_fades_after_its_years(world28) -> None:
    sizes = [demand.strength(BUST, year, YEARS, NUMBERS) for year in (2026, *YEARS)]
    assert sizes == [0.0, 1.0, 1.0, 0.5, 0.25]
    own = AiBust(region=["USA"], capex=-0.6, years=parse_span("2027"), persistence=0.0)
    assert [demand.strength(own, year, YEARS, NUMBERS) for year in YEARS] == [1.0, 0.0, 0.0, 0.0]


def test_holders_abroad_spend_less_only_if_told(world28) -> None:
    usa = world28.regions.index("USA")
    told = AiBust(region=["USA"], equity=-0.45, abroad=True)
    change = demand.wealth_change([told], world28, 2027, YEARS, NUMBERS).sum(axis=0)
    assert (change < 0.0).all()
    assert (change.sum() - change[usa]) / change[usa] == pytest.approx(35.4 / 47.2)


# --- results -------------------------------------------------------------------------------------------------


def test_a_bust_costs_jobs_first_at_home_and_then_where_chips_are_made(world28, bust) -> None:
    seen = bust.indicators("ai").sel(year=2027)
    assert float(seen.gdp.sel(region="USA")) < float(seen.gdp.sel(region="TWN")) < -0.2
    assert float(seen.gdp.sel(region="TWN")) < float(seen.gdp.sel(region="IND")) < 0.0
    assert float(seen.unemployment.sel(region="USA")) > 1.0
    assert float(seen.gdp_world) < -0.1
    assert float(seen.chip_output.sel(region="TWN")) < -1.0


def test_bust_and_boom_are_opposites_to_first_order(world28) -> None:
    """Shifts are; results are not, because a boom meets full employment."""
    neutral = np.zeros_like(world28.accounts.final)
    small = 1e-3
    up = demand.autonomous([AiBoom(region=["USA"], capex=small, equity=small)], world28, 2027, YEARS, NUMBERS)
    down = demand.autonomous(
        [AiBust(region=["USA"], capex=-small, equity=-small)], world28, 2027, YEARS, NUMBERS
    )
    np.testing.assert_allclose(up, -down)
    shifts = [demand.taste_shift(change, neutral, world28.accounts, 0.5) - 1.0 for change in (up, down)]
    np.testing.assert_allclose(shifts[0], -shifts[1], atol=2e-3 * np.abs(shifts[0]).max())


def test_a_boom_raises_wages_and_not_employment(world28) -> None:
    boom = {"type": "ai_boom", "region": "USA", "capex": 0.3, "equity": 0.2}
    outcome = blocs.run(world28, scenario(boom), strict=True).at(2027)
    assert abs(float(outcome.unemployment.sel(region="USA"))) < 1e-6
    assert float(outcome.wage.sel(region="USA")) > 1.0


def test_without_a_measure_the_vector_is_neutral_exactly(world28) -> None:
    state = AiVector().start(world28, YEARS, NUMBERS)
    assert AiVector().shocks(state, [], 2027).is_neutral
    later = AiBust(region=["USA"], capex=-0.6, years=parse_span("2028"))
    assert AiVector().shocks(state, [later], 2027).is_neutral
    nothing = blocs.run(world28, scenario(), strict=True)
    assert nothing.vectors == ()
    assert AiVector().shocks(state, [], 2027, nothing.at(2027)).is_neutral


# --- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closure", ["fixed", "balanced"])
def test_a_bust_under_full_employment_is_refused_in_words(closure: str) -> None:
    with pytest.raises(
        ScenarioError, match=rf"measures\[0\]: ai_bust needs closure: demand.*the closure is {closure}"
    ):
        scenario(BUST_DICT, closure=closure, demand=None)


def test_the_refusal_names_file_and_line(tmp_path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\nyears: 2027\nmeasures:\n  - {type: tariff, by: USA, on: CHN, rate: 0.1}\n"
        "  - {type: ai_bust, region: USA, capex: -0.6}\n"
    )
    with pytest.raises(ScenarioError) as found:
        blocs.Scenario.load(file)
    assert found.value.line == 5
    assert "needs closure: demand" in str(found.value)


def test_an_outcome_of_another_closure_is_refused_by_the_vector_too(world28) -> None:
    state = AiVector().start(world28, YEARS, NUMBERS)
    outcome = blocs.solve(world28)
    with pytest.raises(DataError, match="need closure: demand, not fixed"):
        AiVector().shocks(state, [BUST], 2027, outcome)


def test_a_bust_larger_than_the_market_is_refused(world28) -> None:
    huge = {**BUST_DICT, "capex_usd_bn": 5000.0}
    with pytest.raises(
        ScenarioError, match=r"measures\[0\].*takes US\$ .* bn from final demand for C26 in USA"
    ):
        blocs.run(world28, scenario(huge))


def test_a_bust_larger_than_autonomous_spending_is_refused(world28) -> None:
    change = -0.3 * world28.accounts.final
    with pytest.raises(DataError, match="larger than all autonomous spending"):
        demand.taste_shift(change, np.zeros_like(change), world28.accounts, 0.8)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"region": ["DEU"], "capex": -0.5}, "known for USA only"),
        ({"region": ["USA"]}, "it does nothing"),
        ({"region": ["USA"], "capex": 0.5}, "less than or equal to 0"),
        ({"region": ["USA"], "capex": -1.5}, "greater than or equal to -1"),
        (
            {"region": ["DEU"], "capex": -0.5, "capex_usd_bn": 10, "equity_usd_trn": 1, "abroad": True},
            "abroad: true",
        ),
    ],
)
def test_a_bust_that_cannot_be_is_refused(fields: dict, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        AiBust(**fields)


# --- adoption ------------------------------------------------------------------------------------------------


def test_every_industry_has_one_class_of_exposure(world50, world28) -> None:
    listed = [code for codes in CLASSES.values() for code in codes]
    assert sorted(listed) == sorted(code for code in sector_table() if code != "SERV")
    for world in (world28, world50):
        exposed = exposure(world, NUMBERS)
        assert ((exposed > 0.0) & (exposed < 1.0)).all()
        np.testing.assert_array_equal(reached(world, "industrial") + reached(world, "services"), 1.0)


def test_ten_years_of_the_oecds_fast_path() -> None:
    world = blocs.load_world("81x28")
    fast = AiAdoption(region=["USA"], start=0.06, years=parse_span("2027-"))
    (path,) = adoption.paths([fast], world, 2036, range(2027, 2037), NUMBERS)
    assert path.share[world.regions.index("USA")] == pytest.approx(0.40, abs=0.01)
    (slow,) = adoption.paths(
        [fast], world, 2036, range(2027, 2037), NUMBERS.replace({"ai.adoption.speed": 0.17})
    )
    assert slow.share[world.regions.index("USA")] == pytest.approx(0.23, abs=0.01)


def test_productivity_adds_up_to_its_share_of_gdp_to_first_order(world28) -> None:
    """Hulten: the volume of world GDP rises by the value-added-weighted gains."""
    tiny = {"type": "ai_adoption", "region": "all", "gain": 0.01}
    free_compute = {"ai.compute.spending": 0.0}
    found = blocs.run(
        world28,
        scenario(tiny, closure=None, demand=None, horizon="long", assumptions=free_compute),
        strict=True,
    )
    seen = found.indicators("ai").sel(year=2027)
    weights = demand.gdp(world28.accounts)
    contribution = float((seen.productivity * weights).sum() / weights.sum())
    assert contribution > 0.0
    assert float(seen.gdp_world) == pytest.approx(contribution, rel=0.03)


def test_compute_is_bought_instead_of_something_else(world28) -> None:
    found = adoption.paths([AiAdoption(region=["DEU"])], world28, 2030, YEARS, NUMBERS)
    moved = adoption.compute_spending(found, world28, NUMBERS)
    np.testing.assert_allclose(moved.sum(axis=0), 0.0, atol=1e-6)
    deu = world28.regions.index("DEU")
    assert moved[world28.sectors.index("C26"), deu] > 0.0
    assert np.abs(np.delete(moved, deu, axis=1)).max() == 0.0


def test_an_open_release_helps_those_without_the_frontier(world28) -> None:
    both = [AiAdoption(region=["all"]), OpenRelease(cost_fall=0.8, years=parse_span("2028-"))]
    before = adoption.paths(both[:1], world28, 2030, YEARS, NUMBERS)[0].share
    after = adoption.paths(both, world28, 2030, YEARS, NUMBERS)[0].share
    frontier = np.isin(world28.regions, ("USA", "CHN"))
    np.testing.assert_array_equal(after[frontier], before[frontier])
    assert (after[~frontier] > before[~frontier]).all()


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        ([AiAdoption(region=["USA"]), AiAdoption(region=["G7"])], "adopts AI by two measures at once"),
        ([AiAdoption(region=["USA"], ceiling=0.05)], "cannot rise from 0.1 to a ceiling of 0.05"),
        ([AiAdoption(region=["USA"]), PowerLimit(region=["ROW"])], "generation in ROW is not known"),
        ([AiAdoption(region=["UAS"])], "did you mean 'USA'"),
    ],
)
def test_adoption_that_cannot_be_is_refused(world28, measures: list, words: str) -> None:
    with pytest.raises(DataError, match=words):
        AiVector().shocks(AiVector().start(world28, YEARS, NUMBERS), measures, 2028)


def test_a_path_that_falls_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValidationError, match="the ceiling must be above the start"):
        AiAdoption(region=["USA"], start=0.5, ceiling=0.4)


def test_what_was_adopted_stays_after_the_measure(world28) -> None:
    ended = AiAdoption(region=["USA"], years=parse_span("2027-2028"))
    levels = [adoption.paths([ended], world28, y, YEARS, NUMBERS)[0].share.max() for y in YEARS]
    assert levels[0] < levels[1] == levels[2] == levels[3]


def test_shocks_of_adoption_are_hats_of_productivity_in_the_adopting_regions_only(world28) -> None:
    shocks = AiVector().shocks(
        AiVector().start(world28, YEARS, NUMBERS), [AiAdoption(region=["JPN"], preset="industrial")], 2030
    )
    assert isinstance(shocks, Shocks)
    assert shocks.productivity is not None
    jpn, services = world28.regions.index("JPN"), world28.sectors.index("SERV")
    assert (np.delete(shocks.productivity, jpn, axis=1) == 1.0).all()
    assert shocks.productivity[services, jpn] == 1.0
    assert shocks.productivity[world28.sectors.index("C28"), jpn] > 1.0


def test_a_limit_without_adopters_does_nothing_and_says_so(world28) -> None:
    state = AiVector().start(world28, YEARS, NUMBERS)
    for measures in ([PowerLimit(region=["USA"])], [AiAdoption(region=["USA"]), OpenRelease(cost_fall=0.5)]):
        assert any("changes nothing" in line for line in AiVector().notes(state, measures, 2028))
    assert AiVector().shocks(state, [PowerLimit(region=["USA"])], 2028).is_neutral


def test_what_a_power_limit_costs_is_attributed_to_it(world28) -> None:
    limited = scenario(
        {"type": "ai_adoption", "region": "USA"}, {"type": "power_limit", "region": "USA"},
        closure=None, demand=None, horizon="long",
    )  # fmt: skip
    by_measure = blocs.shapley(world28, limited).sel(region="USA").values
    assert by_measure[0] > 0.0 > by_measure[1]


def test_a_bust_is_in_force_in_its_years_and_felt_after() -> None:
    assert [(BUST.active(y), BUST.felt(y)) for y in (2026, 2028, 2030)] == [
        (False, False),
        (True, True),
        (False, True),
    ]


def test_a_bust_elsewhere_needs_only_the_amount_that_changes() -> None:
    assert (
        AiBust(region=["DEU"], capex=-0.5, capex_usd_bn=20.0).plain_words()
        == "DEU: AI capital spending falls by 50%"
    )
