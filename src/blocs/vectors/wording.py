"""Turns the names in a measure into words for a plain sentence."""

from __future__ import annotations

from collections.abc import Sequence


def regions(names: Sequence[str]) -> str:
    """Return regions as words: `[all, -CHN]` is "all other countries (without CHN)"."""
    named = [
        "all other countries" if name.lower() == "all" else name for name in names if not name.startswith("-")
    ]
    without = [name[1:] for name in names if name.startswith("-")]
    return listed(named or ["no country"]) + (f" (without {listed(without)})" if without else "")


def goods(names: Sequence[str]) -> str:
    """Return goods as words: `[chips_electronics]` is "chips electronics"."""
    return listed(["goods and services" if name.lower() == "all" else _readable(name) for name in names])


def sides(between: tuple[Sequence[str], Sequence[str]]) -> str:
    """Return the two sides of a measure as words."""
    return f"{regions(between[0])} and {regions(between[1])}"


def listed(names: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def shown(names: Sequence[str]) -> str:
    """Return names as a scenario file would write them."""
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def percent(fraction: float) -> str:
    """Return a fraction as per cent without a needless decimal: 0.25 is "25%", 0.0215 is "2.15%"."""
    return f"{100.0 * fraction:.2f}".rstrip("0").rstrip(".") + "%"


def _readable(name: str) -> str:
    return name if any(letter.isdigit() for letter in name) else name.replace("_", " ")
