"""The computations that a ledger can name; a new one is added here and nowhere else.

Modules are imported when a computation is used; they import the study inside their functions, so that a ledger of
data claims needs no JAX.
"""

from __future__ import annotations

from blocs.claims.computation import Computation
from blocs.errors import DataError, unknown

COMPUTATIONS: tuple[Computation, ...] = (
    # data
    Computation(
        "export-share", "blocs.claims.computations.exports", "export_share",
        "A buyer's share in a seller's exports: of goods, of all, and of value added used abroad.",
    ),
    Computation(
        "control-dates", "blocs.claims.computations.controls", "control_dates",
        "When China's controls on minerals were announced and came into force.",
    ),
    Computation(
        "control-count", "blocs.claims.computations.controls", "control_count",
        "How many elements China's controls name at a date, by three counting rules.",
    ),
    Computation(
        "open-model-share", "blocs.claims.computations.models", "open_model_share",
        "A country's share in AI models with open weights, by three ways to count.",
    ),
    Computation(
        "power-margin", "blocs.claims.computations.models", "power_margin",
        "What data centres would take of the growth of electricity generation.",
    ),
    Computation(
        "bubble-test", "blocs.claims.computations.ai", "bubble_test",
        "GSADF with wild bootstrap on a series of yours.",
    ),
    # model
    Computation(
        "export-share-after", "blocs.claims.computations.exports", "export_share_after",
        "A buyer's share in a seller's exports of goods after a scenario, short and long run.", model=True,
    ),
    *(
        Computation(name, f"blocs.claims.computations.{module}", attribute, words, model=True)
        for name, module, attribute, words in (
            ("us-closes", "trade", "us_closes",
             "Where China sells if the United States buys no more of its goods, and what it loses."),
            ("corridor-trade", "trade", "corridor_trade", "What Belt and Road corridors do to trade in the model."),
            ("corridor-membership", "trade", "corridor_membership",
             "Estimated effect of joint Belt and Road membership on trade, 2017-2022."),
            ("decoupling-intensity", "trade", "decoupling_intensity",
             "How the intensity of two countries' trade changed, 2017-2022, direct and look-through."),
            ("decoupling-backtest", "trade", "decoupling_backtest",
             "Whether US-Chinese trade fell where duties were put, 2017-2019."),
            ("us-duties-cost", "duties", "us_duties_cost", "What the US duties of 2025-26 cost both sides."),
            ("plan-content", "industry", "plan_content", "China's own content of a plan's sectors, 2017-2022."),
            ("dependence-falls", "industry", "dependence_falls",
             "When China's dependence on the Western chain falls under a threshold, in draws."),
            ("us-duties-industry", "duties", "us_duties_industry",
             "What the US duties of 2025-26 do to American manufacturing and China's strategic output."),
            ("debt-repayment", "debt", "debt_repayment",
             "What repaying or stabilising US debt needs, beside the best ten years on record."),
            ("debt-stabilises", "debt", "debt_stabilises", "Share of draws in which US debt stabilises, by fan."),
            ("settle-without-swift", "payments", "settle_without_swift",
             "Share of China's trade that could settle without SWIFT, by year, gross and net."),
            ("swift-cut-off", "payments", "swift_cut_off", "What a cut-off from SWIFT costs China and others."),
            ("mineral-leverage", "minerals", "mineral_leverage",
             "What the G7 lose without rare earths, and without every other controlled mineral."),
            ("mineral-coercion", "minerals", "mineral_coercion",
             "Who in the South loses most under duties, and whether who levies them gains."),
            ("cut-off-by-horizon", "power", "cut_off_by_horizon",
             "What a full stop of trade costs the G7 and China at each horizon."),
            ("leverage-over-thirds", "power", "leverage_over_thirds",
             "Over how many third countries China holds more leverage than the G7."),
            ("tax-partners", "power", "tax_partners", "What the United States gains by taxing allies or the South."),
            ("tariff-game", "power", "tariff_game", "Tariff war among the United States, its allies and the South."),
            ("centrality", "centre", "centrality", "For how many countries China is the first partner, 2017-2022."),
            ("alignment-blocs", "centre", "alignment_blocs", "Who stands with China where every country picks a bloc."),
            ("capex-over-revenue", "ai", "capex_over_revenue", "Capital spending on AI over revenue from it."),
            ("bust-losses", "ai", "bust_losses", "What the end of the AI boom as a second dotcom crash costs."),
            ("open-release-compute", "ai", "open_release_compute",
             "What an open release does to spending on compute, at equal and at falling compute per adopter."),
            ("ai-strategies", "ai", "ai_strategies", "Output where AI goes to factories against offices."),
        )
    ),
)  # fmt: skip


def computation(name: str) -> Computation:
    """Return a computation by name; DataError with the nearest names."""
    by_name = {one.name: one for one in COMPUTATIONS}
    if name not in by_name:
        raise DataError(f"{unknown('computation', name, by_name)}; `blocs claims computations` lists them")
    return by_name[name]
