"""Who sides with whom: every country picks a bloc given the others' picks."""

from blocs.study.alignment.board import CrossCost
from blocs.study.alignment.dynamics import Ending
from blocs.study.alignment.play import alignment
from blocs.study.alignment.result import Alignment

__all__ = ["Alignment", "CrossCost", "Ending", "alignment"]
