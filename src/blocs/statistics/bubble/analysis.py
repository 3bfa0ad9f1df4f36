"""One call from a series to statistics, both kinds of critical values, episodes and warnings: `analyse`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from blocs.errors import DataError
from blocs.statistics.bubble.critical import LEVELS, Critical, monte_carlo, wild_bootstrap
from blocs.statistics.bubble.dating import Episode, default_duration, episodes
from blocs.statistics.bubble.lppls import Confidence
from blocs.statistics.bubble.recursive import (
    Statistics,
    check_window,
    choose_lag,
    default_window,
    shortest_window,
    statistics,
)
from blocs.statistics.bubble.series import Series, integer_series

SCHEMA = "blocs.bubble/1"
STATISTICS: tuple[Literal["adf", "sadf", "gsadf"], ...] = ("adf", "sadf", "gsadf")
OVER_REJECTS = (
    "Monte Carlo critical values suppose one variance throughout and reject too often where volatility comes in "
    "clusters, as in prices; the wild bootstrap keeps the course of volatility. If the two "
    "disagree, believe the bootstrap."
)
TECHNOLOGY = (
    "Neither knows fundamentals: while a general-purpose technology is adopted, fundamentals themselves can grow "
    "explosively, and the test then rejects without a bubble (Chen et al. 2026, arXiv:2604.25826; --proxy takes out a "
    "technology series)."
)
DATES = (
    "Episodes are dated by critical values for each date: over a long series some date is above its 95% value by "
    "chance. Their ends are known only afterwards, and move by a period or two with the draws."
)


@dataclass(frozen=True, eq=False)
class Analysis:
    """What `analyse` found; `episodes` use Monte Carlo values at `level`, `episodes_bootstrap` the wild bootstrap's."""

    series: Series
    statistics: Statistics
    monte_carlo: Critical
    wild_bootstrap: Critical
    level: float
    duration: int
    seed: int
    lag_rule: str
    episodes: tuple[Episode, ...]
    episodes_bootstrap: tuple[Episode, ...]
    notes: tuple[str, ...] = ()
    lppls: Confidence | None = None

    def verdicts(self) -> list[str]:
        """Say for each statistic at which level each kind of critical value rejects "no explosive episode"."""
        return [
            f"{name.upper()} {getattr(self.statistics, name):.3f}: {self._verdict(name)}"
            for name in STATISTICS
        ]

    def _verdict(self, name: Literal["adf", "sadf", "gsadf"]) -> str:
        value = getattr(self.statistics, name)
        parts = []
        for label, critical in (("Monte Carlo", self.monte_carlo), ("wild bootstrap", self.wild_bootstrap)):
            table = getattr(critical, name)
            passed = [level for level in LEVELS if value > table[level]]
            said = f"rejects at {100 * passed[-1]:.0f}%" if passed else "does not reject at 90%"
            parts.append(f"{label} {said} (p {critical.p_value(value, name):.3f})")
        return "; ".join(parts)

    def document(self) -> dict[str, Any]:
        """Return the JSON document of `blocs bubble`."""
        found: dict[str, Any] = {
            "schema": SCHEMA,
            "series": {
                "name": self.series.name, "observations": len(self.series), "index": self.series.kind,
                "first": self.series.labels[0], "last": self.series.labels[-1],
            },
            "settings": {
                "min_window": self.statistics.window, "lags": self.statistics.lags, "lag_rule": self.lag_rule,
                "level": self.level, "min_duration": self.duration, "seed": self.seed,
                "replications": {
                    "monte_carlo": self.monte_carlo.replications, "wild_bootstrap": self.wild_bootstrap.replications,
                },
            },
        }  # fmt: skip
        at = {"sadf": self.statistics.sadf_at, "gsadf": self.statistics.gsadf_at}
        for name in STATISTICS:
            value = getattr(self.statistics, name)
            kinds = {"monte_carlo": self.monte_carlo, "wild_bootstrap": self.wild_bootstrap}
            found[name] = {
                "statistic": value,
                **({"at": self._label(at[name])} if name in at else {}),
                "critical": {kind: _levels(getattr(table, name)) for kind, table in kinds.items()},
                "p_value": {kind: table.p_value(value, name) for kind, table in kinds.items()},
            }
        found["episodes"] = [self._episode(one) for one in self.episodes]
        found["episodes_wild_bootstrap"] = [self._episode(one) for one in self.episodes_bootstrap]
        found["notes"] = [*self.notes, OVER_REJECTS, TECHNOLOGY, DATES]
        if self.lppls is not None:
            found["lppls"] = self._lppls(self.lppls)
        return found

    def _label(self, place: int) -> str | int:
        return int(self.series.labels[place]) if self.series.kind == "integer" else self.series.labels[place]

    def _episode(self, one: Episode) -> dict[str, Any]:
        return {
            "start": self._label(one.start), "end": self._label(one.end), "peak": self._label(one.peak),
            "observations": one.length, "ongoing": one.ongoing,
        }  # fmt: skip

    def _lppls(self, found: Confidence) -> dict[str, Any]:
        longest = found.fits[-1]
        return {
            "confidence": found.share,
            "windows": len(found.fits),
            "critical_time": None
            if found.tc_quantiles is None
            else dict(zip(("0.1", "0.5", "0.9"), map(self.series.label_at, found.tc_quantiles), strict=True)),
            "longest_window": {
                "critical_time": self.series.label_at(longest.tc), "m": longest.m, "omega": longest.omega,
                "damping": longest.damping, "oscillations": longest.oscillations, "rmse": longest.rmse,
                "at_bound": list(longest.at_bound), "qualifies": longest.qualifies(),
            },
        }  # fmt: skip


def analyse(
    series: Series | np.ndarray,
    *,
    lags: int | Literal["auto"] = 0,
    window: int | None = None,
    replications: int = 2000,
    bootstrap_replications: int | None = None,
    level: float = 0.95,
    duration: int | None = None,
    seed: int = 0,
    notes: tuple[str, ...] = (),
    lppls: bool = False,
) -> Analysis:
    """Test a series for explosive episodes.

    lags: lagged differences, or "auto" for the smallest BIC. window: observations of the shortest window (default
    ⌊n (0.01 + 1.8/√n)⌋). bootstrap_replications: default the smaller of `replications` and 499. level: of the
    date stamps,
    0.9, 0.95 or 0.99. duration: shortest episode (default ⌊ln n⌋ observations). lppls: add the log-periodic confidence
    indicator. Raises DataError for a series that is short or constant, or settings that cannot be.
    """
    found = series if isinstance(series, Series) else integer_series(series)
    if level not in LEVELS:
        raise DataError(f"level is {level}; take one of {', '.join(map(str, LEVELS))}")
    if lags != "auto" and not isinstance(lags, int):
        raise DataError(f"lags is {lags!r}; give a whole number or auto")
    values = found.values
    chosen = choose_lag(values) if lags == "auto" else lags
    size = max(default_window(len(found)), shortest_window(chosen)) if window is None else window
    check_window(len(found), size, chosen)
    fits = _lppls_of(found) if lppls else None
    tested = statistics(values, window=size, lags=chosen)
    simulated = monte_carlo(len(found), size, replications=replications, seed=seed)
    again = min(replications, 499) if bootstrap_replications is None else bootstrap_replications
    wild = wild_bootstrap(values, size, lags=chosen, replications=again, seed=seed)
    least = default_duration(len(found)) if duration is None else duration
    return Analysis(
        found, tested, simulated, wild, level, least, seed,
        "smallest BIC" if lags == "auto" else "given",
        episodes(tested.bsadf, simulated.bsadf[level], duration=least),
        episodes(tested.bsadf, wild.bsadf[level], duration=least),
        notes,
        fits,
    )  # fmt: skip


def _lppls_of(series: Series) -> Confidence:
    from blocs.statistics.bubble.lppls import confidence

    if not np.all(series.values > 0.0):
        raise DataError(
            "an LPPLS fit needs a price: positive numbers; leave --lppls out for logs and residuals"
        )
    return confidence(np.log(series.values), series.times)


def _levels(table: dict[float, float]) -> dict[str, float]:
    return {str(level): value for level, value in table.items()}
