"""China's strategic sectors as ICIO industries: the lists of two plans, mapped by hand, weighted by rule.

The *lists* are transcribed: the ten sectors of Made in China 2025 (State Council, May 2015, as People's Daily
Online of 22 May 2015
gives them) and the six fields of "extraordinary measures" in the draft outline of the fifteenth five-year plan
(Xinhua, 5 March
2026). The *mapping* to industries is ours: the ICIO industries whose ISIC classes make the products named. An
industry is far
wider than the technology in it (C26 holds telephones and watches besides chips), so that shares of an industry
say nothing of the
technology's own: they are the finest the accounts have.

`weight` spreads a sector over its industries in proportion to China's gross output of them in 2022 (the bundled world);
`weight_equal` spreads it evenly. What differs between the two is what the accounts cannot say.
"""

from __future__ import annotations

from blocs.world.load import load_world

MIC2025 = "Made in China 2025"
FYP15 = "15th Five-Year Plan"
_WIDE = "the industry is much wider than the sector"

# plan -> sector -> (industries, caveat)
SECTORS: dict[str, dict[str, tuple[tuple[str, ...], str]]] = {
    MIC2025: {
        "Information technology": (("C26", "J62_63"), "chips, telecom equipment and televisions are one industry"),
        "Machine tools and robotics": (("C28",), "all machinery; robots and machine tools are a small part"),
        "Aerospace equipment": (("C302T309",), "with rail equipment, which the accounts do not split"),
        "Marine equipment and ships": (("C301",), "all ships and boats"),
        "Rail equipment": (("C302T309",), "with aircraft and spacecraft, which the accounts do not split"),
        "New-energy vehicles": (("C29", "C27"), "all vehicles; batteries are in C27 with all electrical equipment"),
        "Power equipment": (("C27", "C28"), "turbines are in C28, generators and grids in C27"),
        "Agricultural machinery": (("C28",), _WIDE),
        "New materials": (("C20", "C22", "C23", "C24A", "C24B"), "all bulk materials; few are advanced"),
        "Biomedicine and medical devices": (("C21", "C31T33"), "C31T33 also holds furniture; some devices are in C26"),
    },
    FYP15: {
        "Integrated circuits": (("C26",), "all electronics; chip-making machines are in C28"),
        "Machine tools": (("C28",), "all machinery; machine tools are a small part"),
        "High-end instruments": (("C26",), "measuring instruments are a small part of electronics"),
        "Basic software": (("J62_63", "J58T60"), "software publishing is in J58T60, programming in J62_63"),
        "Advanced materials": (("C20", "C22", "C23", "C24A", "C24B"), "all bulk materials; few are advanced"),
        "Biomanufacturing": (("C20", "C21"), "all drugs and chemicals; fermentation is a small part"),
    },
}  # fmt: skip


def sector_rows() -> list[dict[str, object]]:
    """Return one row for each plan, sector and industry; weights sum to one over the industries of a sector."""
    output = load_world("81x50").output.sel(region="CHN")
    rows: list[dict[str, object]] = []
    for plan, sectors in SECTORS.items():
        for sector, (industries, caveat) in sectors.items():
            sizes = [float(output.sel(user=code)) for code in industries]
            for code, size in zip(industries, sizes, strict=True):
                rows.append(
                    {
                        "plan": plan,
                        "sector": sector,
                        "industry": code,
                        "weight": round(size / sum(sizes), 4),
                        "weight_equal": round(1.0 / len(industries), 4),
                        "caveat": caveat,
                    }
                )
    return rows
