"""Where a loss comes from: the welfare change of a cut-off shared out over the flows that were cut.

The cut is made little by little, in all flows alike, and every flow is charged with the welfare that its own next
step costs at the world of that moment (Aumann and Shapley 1974; integrated gradients):

    phi_c = integral over the path of (dW / dln a_c) dln a_c

with a_c the availability of cell c going from 1 to 0 (an embargo), or its cap from the base volume to what is left (a
partial cut). The parts sum to the whole change; the integral is taken by Gauss-Legendre quadrature along a = m^3, with
m falling evenly because prices move fastest where a flow is nearly gone. What it misses is shown as `remainder`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from blocs.engine.assemble import quotas_of
from blocs.engine.sensitivity import cell_sensitivities
from blocs.engine.shocks import Shocks
from blocs.world.accounts import Floats

if TYPE_CHECKING:
    from blocs.study.coalition import Coalition

NODES = 8
POWER = 3.0
BYSTANDERS = "bystanders"
OTHERS = "others"  # flows of which the region is neither buyer nor seller


@dataclass(frozen=True, eq=False, repr=False)
class Blame:
    """Parts by `parties` (members of both sides, then all bystanders together) and cut cell, % of own absorption.

    parts: (party, cell); cells: (cell, 3) positions of good, origin, destination; totals: welfare, %; sizes:
    absorption, US$ mn. Every row of parts plus `remainder` is the total.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    parties: tuple[str, ...]
    cells: np.ndarray
    parts: Floats
    totals: Floats
    sizes: Floats

    @property
    def remainder(self) -> Floats:
        """What the quadrature misses (party,), %."""
        return self.totals - self.parts.sum(axis=1)

    def by_good(self, party: str) -> dict[str, float]:
        """Return the parts of `party` by good, %, largest losses first."""
        return self._summed(party, [self.sectors[s] for s in self.cells[:, 0]])

    def by_partner(self, party: str) -> dict[str, float]:
        """Return the parts of `party` by partner, %; `others` are flows between other regions."""
        return self._summed(party, [partner for _, partner in self._seen_from(party)])

    def by_flow(self, party: str) -> dict[str, float]:
        """Return the parts of `party` from its lost imports, its lost exports, and flows between others, %."""
        return self._summed(party, [flow for flow, _ in self._seen_from(party)])

    def rows(self) -> list[tuple[str, str, str, str, float, float]]:
        """Return (party, flow, good, partner, %, US$ mn) summed over cells, parts that are zero left out."""
        found = []
        for n, party in enumerate(self.parties):
            labels = [
                (flow, self.sectors[s], partner)
                for s, (flow, partner) in zip(self.cells[:, 0], self._seen_from(party), strict=True)
            ]
            for key, value in _grouped(labels, self.parts[n]).items():
                if value != 0.0:
                    found.append((party, *key, value, value * self.sizes[n] / 100.0))
        return found

    def _seen_from(self, party: str) -> list[tuple[str, str]]:
        seen = []
        for _, i, j in self.cells:
            if self.regions[j] == party:
                seen.append(("imports", self.regions[i]))
            elif self.regions[i] == party:
                seen.append(("exports", self.regions[j]))
            else:
                seen.append((OTHERS, OTHERS))
        return seen

    def _summed(self, party: str, labels: list[str]) -> dict[str, float]:
        found = _grouped(labels, self.parts[self.parties.index(party)])
        return dict(sorted(found.items(), key=lambda item: item[1]))


def blame(study: Coalition) -> Blame:
    """Share out the losses of `study` over the cells it cuts; about `NODES` solves and as many linear systems."""
    from blocs.study.coalition import RENTS, cut_cells, solve_in

    place, base = study.setting, study.setting.base
    first, second = (side.members for side in study.sides)
    mask = cut_cells(base, first, second, study.goods, study.flows) & (base.accounts.flows > 0.0)
    cells = np.argwhere(mask)
    at = tuple(cells.T)
    parties, weights, totals, sizes = _parties(study)
    parts = np.zeros((len(parties), len(cells)))
    share, outcome = study.intensity / 100.0, study.outcome
    nodes, lengths = np.polynomial.legendre.leggauss(NODES)
    end = (1.0 - share) ** (1.0 / POWER)
    for v, length in zip(0.5 * (nodes + 1.0), 0.5 * lengths, strict=True):
        if share == 0.0:
            break
        m = 1.0 + v * (end - 1.0)
        step = POWER * (end - 1.0) / m * length  # d ln a
        if share == 1.0:
            shocks = Shocks.of(base, availability=np.where(mask, m**POWER, 1.0))
            outcome = solve_in(place, shocks, outcome)
            parts += step * cell_sensitivities(outcome, weights, "availability")[(slice(None), *at)]
        else:
            rent = np.full(mask.shape, float(RENTS[study.rent]))
            shocks = Shocks.of(base, quota=np.where(mask, m**POWER, np.inf), quota_rent=rent)
            outcome = solve_in(place, shocks, outcome)
            live = np.asarray(quotas_of(base, shocks).live)  # in the order of `cells`
            parts += step * cell_sensitivities(outcome, weights, "quota")[:, live]
    return Blame(base.regions, base.sectors, parties, cells, parts, totals, sizes)


def _parties(study: Coalition) -> tuple[tuple[str, ...], Floats, Floats, Floats]:
    """Return names, weights (party, region), totals in % and absorption in US$ mn."""
    base = study.setting.base
    absorption, welfare = base.accounts.absorption, study.outcome.regional("welfare")
    codes = (*study.sides[0].members, *study.sides[1].members)
    at = study.setting.indices(codes)
    rest = np.ones(len(base.regions))
    rest[at] = 0.0
    size = float((rest * absorption).sum())
    weights = [*np.eye(len(base.regions))[at]]
    sizes = [*absorption[at]]
    if size > 0.0:
        weights.append(rest * absorption / size)
        sizes.append(size)
    matrix = np.array(weights)
    return (*codes, *([BYSTANDERS] if size > 0.0 else [])), matrix, matrix @ welfare, np.array(sizes)


def _grouped(labels: list, values: Floats) -> dict:
    found: dict = {}
    for label, value in zip(labels, values, strict=True):
        found[label] = found.get(label, 0.0) + float(value)
    return found
