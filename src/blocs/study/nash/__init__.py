"""Games of trade policy: optimal tariffs, Nash equilibria with certificates, retaliation and cooperation."""

from blocs.study.nash.instruments import Bounds, Kind, Partners
from blocs.study.nash.play import Cooperation, nash
from blocs.study.nash.result import Nash

__all__ = ["Bounds", "Cooperation", "Kind", "Nash", "Partners", "nash"]
