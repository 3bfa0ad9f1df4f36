"""Published trade elasticities by good, as one long-named table with its fillers marked."""

from __future__ import annotations

from pathlib import Path

from blocs.builders import source as src
from blocs.errors import DataError

SETS = {
    "CP": "caliendo_parro2015",
    "FGO": "fontagne2022",
    "GYY": "giri_yi_yilmazkuday2021",
    "Shap": "shapiro2016",
    "BSY": "bagwell_staiger_yurukoglu2021",
    "LL": "lashkaripour_lugovskyy2023",
}
SERVICES = "SERV"


def elasticity_table(source: Path, goods: tuple[str, ...]) -> list[dict[str, object]]:
    """Return rows `set, good, theta, filler` for 27 goods and `SERV`; theta = sigma − 1.

    `filler` is 1 where the study does not estimate the sector: all services, and in Giri, Yi and Yilmazkuday
    (manufacturing only) every good at the value 4 that stands for "not estimated".
    """
    arrays = src.read_elasticities(source)
    lacking = [short for short in SETS if short not in arrays]
    if lacking:
        raise DataError(
            f"{src.WORLD} lacks the elasticity sets {', '.join(lacking)}; use the file with eps_*"
        )
    rows: list[dict[str, object]] = []
    for short, name in SETS.items():
        for good, theta in zip((*goods, SERVICES), arrays[short], strict=True):
            filler = good == SERVICES or (short == "GYY" and float(theta) == 4.0)
            rows.append({"set": name, "good": good, "theta": round(float(theta), 6), "filler": int(filler)})
    return rows
