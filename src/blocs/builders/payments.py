"""Currency shares, CIPS and FX turnover as small tables with a status in every row: `blocs data build payments`.

Five tables, all long, one figure a row:

- `swift-shares.csv`: shares of payments on SWIFT by month. The tracker's file has the **report** month; the month of
  the data is one earlier, as its renminbi column shows beside the tracker's own series. SWIFT changed its
  method in July 2023, so a row says which side of the break it is on.
- `reserves.csv`: shares of allocated reserves by quarter, IMF COFER (claims in all currencies dropped).
- `invoicing.csv`: shares of exports and imports by invoicing currency and country, selected years.
- `cips.csv`: transactions and value of CIPS by year; participants are transcribed by hand in `cips-participants.csv`.
- `fx-turnover.csv`: currencies in the BIS triennial survey; shares sum to 200, two currencies a trade.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from blocs.builders.nowcast import write_rows
from blocs.errors import DataError

FOLDER = "payments"
BREAK = "2023-07"
"""First month on SWIFT's new method."""
CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CNY", "CAD", "HKD", "CHF", "AUD", "SGD")
INVOICING_YEARS = (2000, 2005, 2010, 2015, 2017, 2019)
COFER = {
    "US dollar": "USD",
    "Euro": "EUR",
    "Pound sterling": "GBP",
    "Japanese yen": "JPY",
    "Chinese yuan renminbi": "CNY",
    "Canadian dollar": "CAD",
    "Australian dollar": "AUD",
    "Swiss franc": "CHF",
    "Other currencies": "OTHER",
}
STATUS = {
    "memory": "memory",
    "memory_to_verify": "memory",
    "partly_verified": "transcribed",
    "verified_in_text": "transcribed",
    "matched_by_text": "transcribed",
}
BIS_FROM_MEMORY = {("2022", "JPY"), ("2022", "CHF")}
# months whose figure from memory was found again in a text that quotes SWIFT: month, currency, share, text
QUOTED = (
    ("2024-05", "CNY", "4.47", "news.gxjlsc.cn, 20 June 2024, quoting SWIFT"),
    ("2024-06", "CNY", "4.61", "sh-hdmy.com, 19 July 2024, quoting SWIFT"),
    ("2024-07", "CNY", "4.74", "Securities Daily, quoting SWIFT, in pledgetimes.com, 26 August 2024"),
)
Row = dict[str, object]


def build_payments(source: Path, folder: Path) -> None:
    """Read `source`/payments and write the five tables into `folder`/payments; DataError if a file is missing."""
    place, out = source / FOLDER, folder / FOLDER
    out.mkdir(parents=True, exist_ok=True)
    write_rows(out / "swift-shares.csv", swift_shares(place))
    write_rows(out / "reserves.csv", reserves(place))
    write_rows(out / "invoicing.csv", invoicing(place))
    write_rows(out / "cips.csv", cips(place))
    write_rows(out / "fx-turnover.csv", turnover(place))


def swift_shares(place: Path) -> list[Row]:
    """Return shares of payments by data month and currency, %; the better status wins where two sources overlap.

    Raises DataError if the shifted tracker and the tracker's own renminbi series disagree.
    """
    found: dict[tuple[str, str], Row] = {}
    for row in _memory_months(place):
        _keep(found, row)
    for line in _lines(place / "swift_anchor_points_text.csv"):
        for currency in CURRENCIES:
            if line.get(currency):
                _keep(
                    found, _share(line["month"], currency, line[currency], "transcribed", line["source_url"])
                )
    for month, currency, share, text in QUOTED:
        _keep(found, _share(month, currency, share, "transcribed", text))
    for line in _lines(place / "swift_rmb_tracker_clean.csv"):
        month = line["date"][:7]
        _keep(found, _share(month, "CNY", line["rmb_global_share_pct"], "transcribed", "SWIFT RMB Tracker"))
    for line in _lines(place / "swift_currency_share_monthly_extracted.csv"):
        month = month_before(line["date"][:7])
        own = found.get((month, "CNY"))
        if own is not None and abs(float(str(own["share"])) - float(line["CNY"])) > 0.005:
            raise DataError(
                f"swift_currency_share_monthly_extracted.csv, {line['date']}: renminbi {line['CNY']}, but the tracker "
                f"says {own['share']} for {month}; its dates should be report months, one after the data"
            )
        for currency in CURRENCIES:
            if line.get(currency):
                _keep(found, _share(month, currency, line[currency], "transcribed", line["pdf"]))
    return [found[key] for key in sorted(found)]


def month_before(month: str) -> str:
    """Return the month before `month`, both YYYY-MM."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"


def reserves(place: Path) -> list[Row]:
    """Return shares of allocated foreign exchange reserves by quarter and currency, %."""
    rows: list[Row] = []
    for line in _lines(place / "imf_cofer.csv", encoding="utf-8-sig"):
        currency = COFER.get(line["FXR_CURRENCY"].removeprefix("Claims in "))
        wanted = line["COUNTRY"] == "World" and line["INDICATOR"].startswith("Allocated")
        if not wanted or currency is None or line["TYPE_OF_TRANSFORMATION"] != "Shares":
            continue
        for period, cell in line.items():
            if period is not None and "-Q" in period and cell:
                share = round(float(cell), 2)
                rows.append(
                    {
                        "quarter": period,
                        "currency": currency,
                        "share": share,
                        "status": "file",
                        "vintage": "COFER 7.0.0",
                    }
                )
    unique = {(row["quarter"], row["currency"]): row for row in rows}
    return [unique[key] for key in sorted(unique, key=str)]


def invoicing(place: Path) -> list[Row]:
    """Return shares of exports and imports by invoicing currency, %: `INVOICING_YEARS` and each country's last year."""
    lines = list(_lines(place / "imf_trade_invoice_currencies.csv"))
    last: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line["ISO3C"], line["flow"])
        last[key] = max(last.get(key, 0), int(line["year"]))
    rows: list[Row] = []
    for line in lines:
        year, key = int(line["year"]), (line["ISO3C"], line["flow"])
        if year in INVOICING_YEARS or year == last[key]:
            for currency, column in (("USD", "USD"), ("EUR", "EUR"), ("HOME", "Home")):
                if line[column]:
                    share = round(float(line[column]), 1)
                    rows.append(
                        {"country": key[0], "flow": key[1].lower() + "s", "year": year, "currency": currency,
                         "share": share, "status": "file"}
                    )  # fmt: skip
    return sorted(
        rows, key=lambda row: tuple(str(row[name]) for name in ("country", "flow", "year", "currency"))
    )


def cips(place: Path) -> list[Row]:
    """Return transactions (number) and value (RMB trn) of CIPS by year."""
    return [
        {
            "year": line["year"], "transactions": line["transactions"], "value": line["value_trn_rmb"],
            "status": STATUS[line["status"]], "source": line["source"],
        }
        for line in _lines(place / "cips_annual.csv")
    ]  # fmt: skip


def turnover(place: Path) -> list[Row]:
    """Return shares of FX turnover by currency, % (they sum to 200), and the total in US$ trn a day as `ALL`."""
    rows: list[Row] = []
    for line in _lines(place / "bis_triennial_fx.csv"):
        year = line["april_of"]
        rows.append(_turn(year, "ALL", line["total_usd_trn_per_day"], "USD trn a day"))
        rows += [_turn(year, c, line[c], "% of 200") for c in CURRENCIES if line.get(c)]
    return rows


def _turn(year: str, currency: str, value: str, unit: str) -> Row:
    status = "memory" if (year, currency) in BIS_FROM_MEMORY else "transcribed"
    return {"year": year, "currency": currency, "value": value, "unit": unit, "status": status}


def _memory_months(place: Path) -> Iterator[Row]:
    for line in _lines(place / "swift_rmb_share_memory.csv"):
        yield _share(
            line["month"], "CNY", line["rmb_share_pct"], STATUS[line["status"]], "a text that quotes SWIFT"
        )


def _share(month: str, currency: str, share: str, status: str, source: str) -> Row:
    source = "written from memory" if status == "memory" else source
    method = "new" if month >= BREAK else "old"
    return {
        "month": month,
        "currency": currency,
        "share": share,
        "method": method,
        "status": status,
        "source": source,
    }


def _keep(found: dict[tuple[str, str], Row], row: Row) -> None:
    """Keep `row` unless a transcribed one for the same month and currency is there."""
    key = (str(row["month"]), str(row["currency"]))
    if key not in found or found[key]["status"] == "memory":
        found[key] = row


def _lines(path: Path, encoding: str = "utf-8") -> Iterable[Mapping[str, str]]:
    if not path.is_file():
        raise DataError(f"{path} is missing; --source is the folder that holds {FOLDER}/")
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines))
