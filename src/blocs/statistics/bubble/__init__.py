"""Is a series explosive, when, and how sure: recursive unit-root tests with date stamps, and log-periodic fits."""

from blocs.statistics.bubble.analysis import Analysis, analyse
from blocs.statistics.bubble.critical import Critical, monte_carlo, wild_bootstrap
from blocs.statistics.bubble.dating import Episode, episodes
from blocs.statistics.bubble.fundamentals import adjust
from blocs.statistics.bubble.recursive import Statistics, choose_lag, statistics
from blocs.statistics.bubble.series import Series, read_series

__all__ = [
    "Analysis",
    "Critical",
    "Episode",
    "Series",
    "Statistics",
    "adjust",
    "analyse",
    "choose_lag",
    "episodes",
    "monte_carlo",
    "read_series",
    "statistics",
    "wild_bootstrap",
]
