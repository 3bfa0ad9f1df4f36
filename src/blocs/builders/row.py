"""Industry accounts of `ROW`, which the source does not have, and who uses what is bought from it."""

from __future__ import annotations

import numpy as np

from blocs.builders import source as src
from blocs.builders.repairs import Repair
from blocs.errors import DataError
from blocs.world.balance import ras, ratio

FINAL_FLOOR = 0.01  # least share of ROW's spending on a good that is final use
MAX_INPUT_SHARE = 0.95
ACTIVE = 1.0  # US$ mn: below it a stand-in's coefficients are noise


def row_industries(
    icio: src.Icio, use: np.ndarray, output: np.ndarray, spending: np.ndarray, repairs: list[Repair]
) -> np.ndarray:
    """Return what ROW's industries buy, [50 goods, 50 users], US$ mn.

    `use[50, 50, 80]` is the duty-inclusive input use of the 80 regions, `output[50, 81]` and
    `spending[50, 81]` gross output and total spending. The seed is the mean input coefficients of the
    non-OECD regions (each counts once, empty industries not at all) times ROW's known output, its column
    sums are kept (hence mean value-added shares), and its row sums are ROW's spending less final use, whose
    shares by good are those of `final_shares`.
    """
    stand_ins = icio.non_oecd
    active = (output[:, stand_ins] > ACTIVE).astype(float)
    coefficients = ratio(use[:, :, stand_ins], output[None, :, stand_ins])
    average = ratio((coefficients * active[None]).sum(2), active.sum(1)[None])
    seed = average * output[None, :, 80]
    columns = np.minimum(average.sum(0), MAX_INPUT_SHARE) * output[:, 80]
    bought = spending[:, stand_ins]
    kept = 1 - ratio(use[:, :, stand_ins].sum(1), bought)
    weight = (bought > ACTIVE).astype(float)
    mean_final = ratio((kept * weight).sum(1), weight.sum(1), default=1.0)
    shares, odds = final_shares(mean_final, spending[:, 80], float(columns.sum()))
    rows = (1 - shares) * spending[:, 80]
    unused = seed.sum(1) <= 0
    rows[unused] = 0.0
    rows *= columns.sum() / rows.sum()
    balanced = ras(seed, rows, columns, what="inputs of ROW industries")
    negative = [icio.sectors[s] for s in range(50) if seed[s].sum() > spending[s, 80]]
    repairs.append(
        Repair(
            "use_share",
            "ROW, 50 goods x 50 users",
            f"mean input coefficients of the {len(stand_ins)} non-OECD regions scaled to ROW output, then "
            "RAS: "
            "columns kept, rows = ROW spending less final use. Final shares by good are the stand-ins' "
            "means, "
            f"their odds times {odds:.3f} so that totals agree, floor {100 * FINAL_FLOOR:.0f}%",
            f"US$ {np.abs(balanced - seed).sum() / 2e3:.0f} bn of {seed.sum() / 1e3:.0f} bn moved; "
            "unbalanced, "
            f"final use would be negative in {', '.join(negative) or 'none'}",
            "the source has no industry accounts for ROW",
            "assumption",
        )
    )
    return balanced


def final_shares(mean: np.ndarray, spending: np.ndarray, inputs: float) -> tuple[np.ndarray, float]:
    """Return shares of final use by good that leave exactly `inputs` for industries, and the odds factor.

    `share = λ·o/(1 + λ·o)` with o the odds of `mean`, λ solved by bisection; at least `FINAL_FLOOR`.
    """
    mean = np.clip(mean, FINAL_FLOOR, 1 - 1e-9)
    odds = mean / (1 - mean)

    def shares(log_factor: float) -> np.ndarray:
        scaled = np.exp(log_factor) * odds
        return np.maximum(FINAL_FLOOR, scaled / (1 + scaled))

    low, high = -20.0, 20.0
    if not float(spending @ (1 - shares(high))) < inputs < float(spending @ (1 - shares(low))):
        raise DataError(
            f"ROW industries need inputs of {inputs:.4g} US$ mn, its spending is {spending.sum():.4g}; "
            f"the stand-ins' input shares do not fit: check the non-OECD regions"
        )
    for _ in range(200):
        middle = (low + high) / 2
        if float(spending @ (1 - shares(middle))) > inputs:
            low = middle
        else:
            high = middle
    return shares(high), float(np.exp(high))


def users_of_imports_from_row(icio: src.Icio, flows: np.ndarray, repairs: list[Repair]) -> np.ndarray:
    """Split what the 80 regions buy from `ROW` over their industries, [50 goods, 50 users, 80], US$ mn.

    Industry k's share of the purchases is its share of the region's other imports of that good, final use
    getting the rest; where nothing else is imported, its share of all purchases of that good.
    """
    shares = np.zeros((50, 50, 80))
    fallback = 0
    for j in range(80):
        inputs = icio.intermediates[:, :, :, j]
        everyone = inputs.sum(1, dtype=np.float64)
        imported = everyone - inputs[:, j]
        total = flows[:, :80, j].sum(1)
        abroad = total - flows[:, j, j]
        thin = abroad <= 1e-6 * np.maximum(total, 1e-9)
        fallback += int((thin & (flows[:, 80, j] > 0)).sum())
        share = np.where(thin[:, None], ratio(everyone, total[:, None]), ratio(imported, abroad[:, None]))
        shares[:, :, j] = share * np.minimum(1, ratio(np.ones(50), share.sum(1), default=1.0))[:, None]
    out = np.maximum(shares, 0) * flows[:, 80, None, :80]
    repairs.append(
        Repair(
            "use_share",
            "goods and services bought from ROW, 50 x 50 users x 80 regions",
            "split over users like the region's other imports of that good",
            f"US$ {out.sum() / 1e3:.0f} bn of {flows[:, 80, :80].sum() / 1e3:.0f} bn are inputs; "
            f"{fallback} cells without other imports follow all purchases",
            "the source has no use table for goods from ROW",
            "assumption",
        )
    )
    return out
