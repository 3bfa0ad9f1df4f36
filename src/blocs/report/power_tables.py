"""The studies of power as tidy tables: what is exported as CSV is what the figures are drawn from."""

from __future__ import annotations

from blocs.report.table import Column, Table
from blocs.report.words import region_name, sector_name
from blocs.study.backtest import Backtest
from blocs.study.blame import BYSTANDERS
from blocs.study.coalition import Coalition
from blocs.study.exposure import Exposure
from blocs.study.leverage import Leverage

REGION, NAME = Column("region", "Region"), Column("name", "Name")
GOOD = Column("good", "Good")
RAILS = {"swift": "SWIFT", "cips": "CIPS", "bilateral": "Direct arrangements"}
PERCENT = Column("welfare_pct", "Welfare", "%")
DOLLARS = Column("welfare_usd_mn", "Welfare", "US$ mn")


def exposure_tables(study: Exposure) -> list[Table]:
    """Return the matrix in long form: every pair of regions, % and US$ mn."""
    codes = study.setting.base.regions
    percent, usd = study.matrix.values, study.usd.values
    rows = tuple(
        (one, other, float(percent[i, j]), float(usd[i, j]))
        for i, one in enumerate(codes)
        for j, other in enumerate(codes)
    )
    columns = (Column("from", "Shock in"), Column("to", "Welfare of"), PERCENT, DOLLARS)
    return [Table("exposure", columns, rows)]


def coalition_tables(study: Coalition, *, attribute: bool = True) -> list[Table]:
    """Return welfare by region and, if asked, the attribution of every loss."""
    rows = [
        (code, region_name(code), place, party.welfare[code], party.welfare_usd[code])
        for place, party in (
            ("side 1", study.sides[0]),
            ("side 2", study.sides[1]),
            (BYSTANDERS, study.bystanders),
        )
        for code in party.members
    ]
    tables = [Table("welfare", (REGION, NAME, Column("side", "Side"), PERCENT, DOLLARS), tuple(rows))]
    if attribute:
        columns = (REGION, Column("flow", "Flow"), GOOD, Column("partner", "Partner"), PERCENT, DOLLARS)
        tables.append(Table("attribution", columns, tuple(study.blame.rows())))
    return tables


def leverage_tables(study: Leverage) -> list[Table]:
    """Return the items withheld one by one and the target's industries."""
    items = tuple(
        (
            one.lever, one.item, item_name(one.lever, one.item), one.supplied, 100.0 * one.import_share,
            100.0 * one.spending_share, 10_000.0 * one.concentration, 100.0 * one.world_share, one.loss,
            one.loss_usd_mn, one.own_loss, one.own_loss_usd_mn, one.loss_per_dollar, one.bound,
        )
        for one in study.items
    )  # fmt: skip
    columns = (
        Column("lever", "Lever"), Column("item", "Item"), NAME, Column("supplied_usd_mn", "Supplied", "US$ mn"),
        Column("import_share_pct", "Of the target's imports", "%"),
        Column("spending_share_pct", "Of its spending", "%"),
        Column("herfindahl", "Herfindahl of import origins, 0–10,000", "1"),
        Column("world_share_pct", "Of what the world sells", "%"), Column("loss_pct", "Target's loss", "%"),
        Column("loss_usd_mn", "Target's loss", "US$ mn"), Column("own_loss_pct", "Own loss", "%"),
        Column("own_loss_usd_mn", "Own loss", "US$ mn"), Column("loss_per_dollar", "Loss per dollar supplied", "1"),
        Column("bound_pct", "Check at unchanged prices", "%"),
    )  # fmt: skip
    industry_columns = (
        Column("industry", "Industry"), NAME, Column("output_pct", "Output volume", "%"),
        Column("output_usd_mn", "Output volume", "US$ mn"),
    )  # fmt: skip
    industries = tuple((code, sector_name(code), percent, usd) for code, percent, usd in study.industries)
    return [Table("items", columns, items), Table("industries", industry_columns, industries)]


def item_name(lever: str, item: str) -> str:
    """Return what people call an item that can be withheld."""
    if lever == "minerals":
        from blocs.vectors.minerals.tables import find

        name = find(item).name
        return f"{name[0].upper()}{name[1:]}"
    return RAILS.get(item, item) if lever == "rails" else sector_name(item)


def backtest_tables(study: Backtest) -> list[Table]:
    """Return the scores, the placebo pairs and the treated cells of the headline year."""
    scores = tuple(
        (
            one.what, one.kind, f"{one.years[0]}-{one.years[1]}", "trade" if one.weighted else "none",
            str(one.clusters), str(one.cells), one.slope, one.error, one.skill,
        )
        for one in study.scores
    )  # fmt: skip
    columns = (
        Column("what", "Cells"), Column("kind", "Kind"), Column("years", "Years"), Column("weights", "Weights"),
        Column("clusters", "Clusters"), Column("cells", "Cells"), Column("slope", "Slope", "1"),
        Column("standard_error", "Standard error", "1"), Column("skill", "Skill against no change", "1"),
    )  # fmt: skip
    pairs = (Column("one", "One"), Column("other", "Other"), Column("slope", "Slope", "1"))
    points = (
        GOOD, Column("origin", "Seller"), Column("destination", "Buyer"), Column("predicted_pct", "Predicted", "%"),
        Column("observed_pct", "Observed", "%"), Column("base_usd_mn", "Base flow", "US$ mn"),
    )  # fmt: skip
    return [
        Table("scores", columns, scores),
        Table("placebo-pairs", pairs, study.pairs),
        Table("treated", points, study.points),
    ]
