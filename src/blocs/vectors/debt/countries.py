"""Finds a country's case: bundled, or from the table a user brings (`TEMPLATE` shows its form)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from blocs.data.assumptions import Assumptions
from blocs.data.utf8 import open_text
from blocs.errors import DataError, unknown
from blocs.vectors.debt.case import Buckets, Case, check
from blocs.vectors.debt.europe import NAMES, load_europe
from blocs.vectors.debt.series import Basis, Coverage
from blocs.vectors.debt.usa import DEFAULT, baselines, load_usa

TEMPLATE = """\
# A country's debt for `blocs debt FILE`. The figures are an example: replace all of them.
# country: XYZ
# name: Example
# currency: XYC
# unit: bn
# basis: calendar
# coverage: gross
# debt: gross debt of general government
# baseline: example, replace me
# bucket: bills, 0.15, 0.4, 1.00, 0.8
# bucket: bonds, 0.85, 0.8, 0.11, 1.9
year,debt,gdp,deficit,net_interest,revenue,other_means
2024,1420000,609000,,,,
2025,1437600,628000,17000,10200,229000,
2026,1452900,645000,15300,11800,235000,
2027,1467700,661000,14800,13500,241000,
2028,1482700,677000,15000,15300,247000,
"""
COLUMNS = ("year", "debt", "gdp", "deficit", "net_interest", "revenue", "other_means")
HELP = (
    "bucket lines say: name, share of the debt, average rate %, share refinanced a year, rate of new debt %; the first "
    "row is the year before the path (debt and gdp only); deficits are positive; an empty other_means is computed"
)


def countries() -> dict[str, tuple[str, ...]]:
    """Return the bundled countries with the names of their baselines."""
    return {"USA": baselines()} | {code: (load_europe(code).baseline,) for code in NAMES}


def load_case(country: str, baseline: str | None = None, assumptions: Assumptions | None = None) -> Case:
    """Return the case of a bundled country (ISO3), or of a CSV file; DataError says what is valid."""
    if Path(country).suffix.lower() == ".csv":
        if baseline is not None:
            raise DataError(f"{country} holds its own baseline; drop --baseline {baseline}")
        return read_case(Path(country))
    code = country.upper()
    if code == "USA":
        return load_usa(baseline or DEFAULT, assumptions)
    if code not in NAMES:
        raise DataError(
            f"{unknown('country', country, ['USA', *NAMES])}; no debt of others is bundled: bring yours as a CSV file "
            "(`blocs debt --template FILE`)"
        )
    case = load_europe(code, assumptions)
    if baseline not in (None, case.baseline):
        raise DataError(unknown(f"baseline of {code}", baseline, [case.baseline]))
    return case


def read_case(path: Path) -> Case:
    """Read a user's table; DataError names file, line, value and the fix."""
    if not path.is_file():
        raise DataError(f"{path}: no such file; write one with `blocs debt --template {path}`")
    about, buckets, body = _split(path)
    for key in ("country", "currency", "unit", "basis", "coverage"):
        if key not in about:
            raise DataError(f"{path}: the line '# {key}: …' is missing; {HELP}")
    if about["unit"] != "bn":
        raise DataError(f"{path}: unit is {about['unit']!r}; give amounts in bn of the currency")
    choices = {"basis": ("fiscal", "calendar"), "coverage": ("net", "gross")}
    for key, valid in choices.items():
        if about[key] not in valid:
            raise DataError(f"{path}: {unknown(key, about[key], valid)}")
    if not buckets:
        raise DataError(f"{path}: there is no '# bucket: …' line; {HELP}")
    table = _rows(path, body)
    first, rest = table[0], table[1:]
    if len(rest) < 2:
        raise DataError(f"{path}: give the year before the path and at least two years of it")
    debt = np.array([row["debt"] for row in rest])
    deficit = np.array([row["deficit"] for row in rest])
    before = np.concatenate([[first["debt"]], debt[:-1]])
    given = np.array([row["other_means"] for row in rest])
    other = np.where(np.isnan(given), debt - before - deficit, given)
    shares, rates, yearly, new = (np.array(column) for column in zip(*(b[1] for b in buckets), strict=True))
    years = tuple(int(row["year"]) for row in rest)
    return check(
        Case(
            country=about["country"], name=about.get("name", about["country"]), currency=about["currency"],
            basis=Basis.FISCAL if about["basis"] == "fiscal" else Basis.CALENDAR,
            coverage=Coverage.NET if about["coverage"] == "net" else Coverage.GROSS,
            debt_is=about.get("debt", "debt"), baseline=about.get("baseline", path.name),
            start_year=int(first["year"]), start_debt=first["debt"], start_gdp=first["gdp"], years=years, debt=debt,
            deficit=deficit, other_means=other, net_interest=np.array([row["net_interest"] for row in rest]),
            revenue=np.array([row["revenue"] for row in rest]), gdp=np.array([row["gdp"] for row in rest]),
            buckets=Buckets(
                tuple(b[0] for b in buckets), shares, rates / 100.0,
                1.0 - (1.0 - np.minimum(yearly, 0.9999)) ** 0.25, np.zeros(len(buckets)),
            ),
            path=np.tile(new / 100.0, (len(years), 1)), sources=(f"{path.name}, the user's table",),
        )
    )  # fmt: skip


def _split(
    path: Path,
) -> tuple[dict[str, str], list[tuple[str, tuple[float, ...]]], list[tuple[int, str]]]:
    with open_text(path) as file:
        text = file.read()
    about: dict[str, str] = {}
    buckets: list[tuple[str, tuple[float, ...]]] = []
    body: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            key, colon, value = line[1:].partition(":")
            if colon and key.strip() == "bucket":
                buckets.append(_bucket(path, number, value))
            elif colon and " " not in key.strip():
                about[key.strip().lower()] = value.strip()
        elif line.strip():
            body.append((number, line))
    return about, buckets, body


def _bucket(path: Path, number: int, text: str) -> tuple[str, tuple[float, ...]]:
    parts = [part.strip() for part in text.split(",")]
    try:
        values = tuple(float(part) for part in parts[1:])
    except ValueError:
        values = ()
    if len(values) != 4:
        raise DataError(f"{path}, line {number}: '{text.strip()}' is no bucket; {HELP}")
    return parts[0], values


def _rows(path: Path, body: list[tuple[int, str]]) -> list[dict[str, float]]:
    if not body:
        raise DataError(f"{path}: there is no table; {HELP}")
    header = [cell.strip() for cell in body[0][1].split(",")]
    missing = [name for name in COLUMNS[:-1] if name not in header]
    strange = [name for name in header if name not in COLUMNS]
    if missing or strange:
        wrong = f"lacks {', '.join(missing)}" if missing else unknown("column", strange[0], COLUMNS)
        raise DataError(f"{path}, line {body[0][0]}: {wrong}; columns are {', '.join(COLUMNS)}")
    rows: list[dict[str, float]] = []
    for number, line in body[1:]:
        cells = next(csv.reader([line]))
        if len(cells) != len(header):
            raise DataError(f"{path}, line {number}: {len(cells)} cells for {len(header)} columns")
        row = {
            name: _number(path, number, name, cell, empty=not rows or name == "other_means")
            for name, cell in zip(header, cells, strict=True)
        }
        row.setdefault("other_means", float("nan"))
        if rows and row["year"] != rows[-1]["year"] + 1:
            raise DataError(
                f"{path}, line {number}: {int(row['year'])} follows {int(rows[-1]['year'])}; the year "
                f"{int(rows[-1]['year']) + 1} is missing"
            )
        rows.append(row)
    return rows


def _number(path: Path, line: int, name: str, cell: str, *, empty: bool) -> float:
    if not cell.strip():
        if empty and name not in ("year", "debt", "gdp"):
            return float("nan")
        raise DataError(f"{path}, line {line}: {name} is missing; give every year a number")
    try:
        return float(cell)
    except ValueError:
        raise DataError(
            f"{path}, line {line}: {name} is {cell!r}, not a number (no thousands separators)"
        ) from None
