"""From flows, inputs and tariffs to balanced accounts: use, value added, final use, repairs and checks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blocs.builders import source as src
from blocs.builders.repairs import Repair
from blocs.builders.row import row_industries, users_of_imports_from_row
from blocs.errors import DataError
from blocs.world.balance import ratio

VALUE_ADDED_FLOOR = 0.02  # least value added over output
HEADROOM = 1e-6  # least final use over spending: float32 shares then never sum above one


@dataclass(frozen=True)
class Accounts:
    """A balanced world; US$ mn of the base year, basic prices, spending and use including import duty."""

    flows: np.ndarray  # [S, R, R] good, origin, destination
    tariff: np.ndarray  # [S, R, R] ad valorem
    use: np.ndarray  # [S, S, R] good, user, region

    @property
    def output(self) -> np.ndarray:
        """Gross output [S, R] = sum of flows over destinations."""
        return self.flows.sum(2)

    @property
    def spending(self) -> np.ndarray:
        """Duty-inclusive spending [S, R] = sum over origins of flows·(1 + tariff)."""
        return (self.flows * (1 + self.tariff)).sum(1)

    @property
    def final(self) -> np.ndarray:
        """Final use [S, R] = spending less what industries buy."""
        return self.spending - self.use.sum(1)

    @property
    def value_added(self) -> np.ndarray:
        """Value added [S, R] = output less duty-inclusive inputs."""
        return self.output - self.use.sum(0)

    @property
    def duty(self) -> np.ndarray:
        """Duty revenue [R]."""
        return (self.flows * self.tariff).sum((0, 1))

    @property
    def deficit(self) -> np.ndarray:
        """Absorption less income [R]: final use − (value added + duty revenue); sums to zero."""
        return self.final.sum(0) - self.value_added.sum(0) - self.duty


@dataclass(frozen=True)
class Inputs:
    """What each industry buys, before it is folded into `Accounts`: the pieces look-through content needs."""

    home: np.ndarray  # [50, 80, 50, 80] float32, as published
    from_row: np.ndarray  # [50, 50, 80]
    by_row: np.ndarray  # [50, 50] duty-inclusive inputs of ROW's industries, pooled over origins
    factor: np.ndarray  # [50, 81] by which repairs scaled the inputs of (user, region)
    good_factor: np.ndarray  # [50, 81] the same for the use of (good, region)


def build_accounts(
    icio: src.Icio, flows: np.ndarray, rates: np.ndarray, repairs: list[Repair]
) -> tuple[Accounts, Inputs]:
    """Return balanced accounts at 81 x 50 and the inputs behind them; repairs are appended to `repairs`."""
    tariff = np.zeros_like(flows)
    tariff[: src.GOODS] = rates
    accounts = Accounts(flows, tariff, np.zeros((50, 50, 81)))
    use = accounts.use
    for s in range(50):
        use[s, :, :80] = np.einsum(
            "ikj,ij->kj", icio.intermediates[s], 1 + tariff[s, :80, :80], optimize=False
        )
    from_row = users_of_imports_from_row(icio, flows, repairs)
    use[:, :, :80] += from_row * (1 + tariff[:, 80, None, :80])
    by_row = row_industries(icio, use[:, :, :80], accounts.output, accounts.spending, repairs)
    use[:, :, 80] = by_row
    good_factor = _cap_use(icio, accounts, repairs)
    factor = _lift_value_added(icio, accounts, repairs)
    check(accounts)
    return accounts, Inputs(icio.intermediates, from_row, by_row, factor, good_factor)


def _cap_use(icio: src.Icio, accounts: Accounts, repairs: list[Repair]) -> np.ndarray:
    """Scale the use of goods of which industries would buy more than the region does (source rounding)."""
    total = accounts.use.sum(1)
    limit = (1 - HEADROOM) * accounts.spending
    factor = np.where(total > limit, ratio(limit, total), 1.0)
    cut = total * (1 - factor)
    accounts.use[...] *= factor[:, None, :]
    if not (factor < 1).any():
        return factor
    worst = np.unravel_index(int(np.argmax(cut)), cut.shape)
    repairs.append(
        Repair(
            "use_share",
            f"{int((factor < 1).sum())} (good, region) cells without final use",
            f"inputs scaled to {1 - HEADROOM} of spending",
            f"US$ {cut.sum():.1f} mn in all, at most {cut.max():.2f} mn "
            f"({icio.sectors[worst[0]]} in {icio.regions[worst[1]]})",
            "rounding of the source; shares must not sum above one in float32",
            "derived",
        )
    )
    return factor


def _lift_value_added(icio: src.Icio, accounts: Accounts, repairs: list[Repair]) -> np.ndarray:
    """Scale down the inputs of industries whose value added is under the floor; the rest is final use."""
    output, inputs = accounts.output, accounts.use.sum(0)
    ceiling = (1 - VALUE_ADDED_FLOOR) * output
    factor = np.where(inputs > ceiling, ratio(ceiling, inputs), 1.0)
    for k, j in np.argwhere(factor < 1):
        repairs.append(
            Repair(
                "use_share",
                f"inputs of {icio.sectors[k]} in {icio.regions[j]}",
                f"scaled by {factor[k, j]:.4f} so that value added is {100 * VALUE_ADDED_FLOOR:.0f}% of "
                "output; "
                f"the rest is final use",
                f"value added {output[k, j] - inputs[k, j]:.1f} of output {output[k, j]:.1f} US$ mn before",
                "inputs (with those from ROW and duties) exceed the ceiling",
                "derived",
            )
        )
    accounts.use[...] *= factor[None]
    return factor


def aggregate_services(accounts: Accounts) -> Accounts:
    """Return the 28-sector accounts: goods unchanged, services summed into one."""
    g = src.GOODS
    flows = np.concatenate([accounts.flows[:g], accounts.flows[g:].sum(0)[None]])
    use = np.concatenate([accounts.use[:g], accounts.use[g:].sum(0)[None]])
    use = np.concatenate([use[:, :g], use[:, g:].sum(1)[:, None]], axis=1)
    tariff = np.concatenate([accounts.tariff[:g], np.zeros_like(accounts.tariff[:1])])
    return Accounts(flows, tariff, use)


def check(accounts: Accounts, tolerance: float = 1e-6) -> None:
    """Raise `DataError` unless the identities of docs/world.md hold."""
    output, final, value_added = accounts.output, accounts.final, accounts.value_added
    problems = {
        "negative flows": float(max(0.0, -accounts.flows.min())),
        "negative use": float(max(0.0, -accounts.use.min())),
        "negative final use": float(np.max(-final / np.maximum(accounts.spending, 1.0))),
        "value added not positive where there is output": float(
            np.max(np.where(output > 0, -value_added / np.maximum(output, 1e-12), 0.0))
        ),
        "inputs of an empty industry": float(np.max(np.where(output > 0, 0.0, accounts.use.sum(0)))),
        "use of a good nobody sells": float(
            np.max(np.where(accounts.spending > 0, 0.0, accounts.use.sum(1)))
        ),
        "deficits that do not sum to zero": abs(float(accounts.deficit.sum())) / float(output.sum()),
    }
    for what, size in problems.items():
        if not size <= tolerance:
            raise DataError(
                f"accounts are not balanced: {what} ({size:.3g}); the source files do not fit together"
            )
