# ruff: noqa: E501 - one line a mineral, so that columns can be compared
"""Which minerals blocs carries, where each one's numbers stand in the source files, and how units are converted.

One `Entry` per mineral. Tonnes are those of `unit` (metal, or the oxide or ore the producers report). `price` names a
series of USGS Mineral Commodity Summaries 2026 (chapter, beginning of the series) and `per_tonne` turns it into US$ per
tonne of `unit`.
"""

from __future__ import annotations

from typing import NamedTuple

LB = 2204.62
OUNCE = 32150.7  # troy ounces in a tonne
KG = 1000.0
CENTS_PER_LB = LB / 100.0
W_IN_MTU = 7.93  # kg of tungsten in a metric ton unit (10 kg) of WO3


class Entry(NamedTuple):
    """Where one mineral's numbers are found."""

    symbol: str
    name: str
    production: (
        str  # sheet of World Mining Data, `REE` for an element of the ore baskets, "" where none is published
    )
    chapter: str  # chapter of the USGS summaries
    price: str  # beginning of the price series, "" where none is published
    per_tonne: float
    chain: str  # metal: users are the industries named in uses.csv; ore: users are smelters, by apparent use
    parent: str  # industry of the base year that sells it
    host: str = ""  # what it is a by-product of
    unit: str = "metal content"
    hs: tuple[str, ...] = ()  # trade codes of what the users buy; ores only in the chain `ore`


def _ree(symbol: str, name: str, price: str, heavy: bool) -> Entry:
    chapter = "RARE EARTHS (Heavy)" if heavy else "RARE EARTHS"
    hs = ("284690",) if symbol != "Ce" else ("284610",)
    return Entry(symbol, name, "REE", chapter, price, KG, "metal", "C20", "rare-earth ores", "oxide", hs)


_OXIDE = "Price, average, dollars per kilogram: "
ENTRIES: tuple[Entry, ...] = (
    Entry("Ga", "gallium", "Gallium", "GALLIUM", "Price, average unit value", KG, "metal", "C24B", "alumina"),
    Entry("Ge", "germanium", "Germanium", "GERMANIUM", "Price, annual average, dollars per kilogram: Germanium metal", KG, "metal", "C24B", "zinc, coal ash"),
    Entry("In", "indium", "Indium", "INDIUM", "Price, annual average, dollars per kilogram: Rotterdam", KG, "metal", "C24B", "zinc"),
    Entry("Sb", "antimony", "Antimony", "ANTIMONY", "Price, metal", LB, "metal", "C24B", "", "metal content"),
    Entry("Bi", "bismuth", "Bismuth", "BISMUTH", "Price, average", LB, "metal", "C24B", "lead, tungsten", "metal content", ("810600",)),
    Entry("W", "tungsten", "Tungsten (W)", "TUNGSTEN", "Price, concentrate", 1000.0 / W_IN_MTU, "metal", "C24B", "", "metal content", ("810110",)),
    Entry("Mo", "molybdenum", "Molybdenum", "MOLYBDENUM", "Price, average", KG, "metal", "C24B", "copper", "metal content"),
    Entry("Te", "tellurium", "Tellurium", "TELLURIUM", "Price, annual average, dollars per kilogram: Europe", KG, "metal", "C24B", "copper", "metal content", ("280450",)),
    Entry("C", "graphite", "Graphite", "GRAPHITE (NATURAL)", "Price, average unit value of imports, dollars per metric ton at foreign ports: Flake", 1.0, "metal", "B08", "", "natural graphite", ("250410", "250490")),
    _ree("La", "lanthanum", _OXIDE + "Lanthanum", False),
    _ree("Ce", "cerium", _OXIDE + "Cerium", False),
    _ree("Pr", "praseodymium", _OXIDE + "Praseodymium", False),
    _ree("Nd", "neodymium", _OXIDE + "Neodymium oxide", False),
    _ree("Sm", "samarium", _OXIDE + "Samarium", False),
    _ree("Eu", "europium", _OXIDE + "Europium", False),
    _ree("Gd", "gadolinium", _OXIDE + "Gadolinium", False),
    _ree("Tb", "terbium", _OXIDE + "Terbium", True),
    _ree("Dy", "dysprosium", _OXIDE + "Dysprosium", True),
    _ree("Ho", "holmium", _OXIDE + "Holmium", True),
    _ree("Er", "erbium", _OXIDE + "Erbium", True),
    _ree("Tm", "thulium", "", True),
    _ree("Yb", "ytterbium", _OXIDE + "Ytterbium", True),
    _ree("Lu", "lutetium", _OXIDE + "Lutetium", True),
    Entry("Y", "yttrium", "REE", "YTTRIUM", "Price, average, dollars per kilogram: Y2O3", KG, "metal", "C20", "rare-earth ores", "oxide", ("280530",)),
    Entry("Sc", "scandium", "", "SCANDIUM", "Price, global, dollars per kilogram, range of average values: Scandium oxide", KG, "metal", "C20", "titanium, nickel", "oxide"),
    Entry("Co", "cobalt", "Cobalt", "COBALT", "Price, average, dollars per pound: London", LB, "metal", "C24B", "copper, nickel", "metal content", ("810510", "282200")),
    Entry("Li", "lithium", "Lithium (Li2O)", "LITHIUM", "Price, annual average-real", 1.0 / 0.404, "metal", "C20", "", "Li2O", ("283691", "282520")),
    Entry("V", "vanadium", "Vanadium (V)", "VANADIUM", "Price, average", LB / 0.56, "metal", "C24A", "steel slag", "metal content", ("720292", "282530")),
    Entry("Ta", "tantalum", "Tantalum (Ta2O5)", "TANTALUM", "Price, tantalite", KG, "metal", "C24B", "", "Ta2O5", ("810310",)),
    Entry("Nb", "niobium", "Niobium (Nb2O5)", "NIOBIUM (COLUMBIUM)", "Price, average unit value, ferroniobium", KG * 0.699, "metal", "C24A", "", "Nb2O5", ("720293",)),
    Entry("Be", "beryllium", "Beryllium (conc.)", "BERYLLIUM", "Price, annual average unit value", KG * 0.04, "metal", "C24B", "", "concentrate, 4% Be", ("811211",)),
    Entry("Cd", "cadmium", "Cadmium", "CADMIUM", "Price, metal", KG, "metal", "C24B", "zinc", "metal content", ("810710",)),
    Entry("Se", "selenium", "Selenium", "SELENIUM", "Price, annual average, dollars per kilogram: Europe", KG, "metal", "C24B", "copper", "metal content", ("280490",)),
    Entry("Pt", "platinum", "Platinum", "PLATINUM-GROUP METALS", "Price, dollars per troy ounce: Platinum", OUNCE, "metal", "C24B", "", "metal content", ("711011", "711019")),
    Entry("Pd", "palladium", "Palladium", "PLATINUM-GROUP METALS", "Price, dollars per troy ounce: Palladium", OUNCE, "metal", "C24B", "nickel, platinum", "metal content", ("711021", "711029")),
    Entry("Rh", "rhodium", "Rhodium", "PLATINUM-GROUP METALS", "Price, dollars per troy ounce: Rhodium", OUNCE, "metal", "C24B", "platinum", "metal content", ("711031", "711039")),
    Entry("Re", "rhenium", "Rhenium", "RHENIUM", "Price, average value, gross weight, dollars per kilogram: Metal", KG, "metal", "C24B", "molybdenum"),
    Entry("CaF2", "fluorspar", "Fluorspar", "FLUORSPAR", "Price, average unit value of imports, cost, insurance, and freight, dollars per metric ton: Acid", 1.0, "metal", "B08", "", "CaF2", ("252922",)),
    Entry("BaSO4", "baryte", "Baryte", "BARITE", "Price", 1.0, "metal", "B08", "", "BaSO4", ("251110",)),
    Entry("B2O3", "boron minerals", "Boron Minerals", "BORON", "Price", 1.0, "metal", "B08", "", "gross weight", ("252890",)),
    Entry("Cu", "copper ore", "Copper", "COPPER", "Price, annual average, cents per pound: London", CENTS_PER_LB, "ore", "B07", "", "metal content", ("260300",)),
    Entry("Zn", "zinc ore", "Zinc", "ZINC", "Price, average, cents per pound: London", CENTS_PER_LB, "ore", "B07", "", "metal content", ("260800",)),
    Entry("Pb", "lead ore", "Lead", "LEAD", "Price", CENTS_PER_LB, "ore", "B07", "", "metal content", ("260700",)),
    Entry("Sn", "tin ore", "Tin", "TIN", "Price, average, cents per pound: London", CENTS_PER_LB, "ore", "B07", "", "metal content", ("260900",)),
    Entry("Ni", "nickel ore", "Nickel", "NICKEL", "Price, average annual, London Metal Exchange (LME), cash: Dollars per metric ton", 1.0, "ore", "B07", "", "metal content", ("260400",)),
    Entry("Mn", "manganese ore", "Manganese", "MANGANESE", "Price", 100.0, "ore", "B07", "", "metal content", ("260200",)),
    Entry("Cr2O3", "chromite", "Chromium (Cr2O3)", "CHROMIUM", "Price: Chromite ore", 1.0 / 0.42, "ore", "B07", "", "Cr2O3", ("261000",)),
    Entry("TiO2", "titanium minerals", "Titanium (TiO2)", "TITANIUM MINERAL CONCENTRATES", "Price, dollars per metric ton: Ilmenite, average", 2.0, "ore", "B07", "", "TiO2", ("261400",)),
    Entry("ZrSiO4", "zircon", "Zircon", "ZIRCONIUM AND HAFNIUM", "Price: Zircon, dollars per metric ton (gross weight): Imported", 1.0, "ore", "B07", "titanium minerals", "gross weight", ("261510",)),
    Entry("Bauxite", "bauxite", "Bauxite", "BAUXITE AND ALUMINA", "Price, average unit value of imports, free alongside", 1.0, "ore", "B07", "", "gross weight", ("260600",)),
    Entry("Fe", "iron ore", "Iron (Fe)", "IRON ORE", "Price", 1.0 / 0.62, "ore", "B07", "", "iron content", ("260111", "260112")),
)  # fmt: skip

SYMBOLS = tuple(entry.symbol for entry in ENTRIES)
RARE_EARTHS = tuple(entry.symbol for entry in ENTRIES if entry.production == "REE")

# smelters and works that buy the ores of the chain `ore`
SMELTER = {"Fe": "C24A", "Mn": "C24A", "Cr2O3": "C24A", "TiO2": "C20", "ZrSiO4": "C23"}
SMELTS = "C24B"

# an application, as USGS names it, to the industries that buy the mineral for it (equal parts)
APPLICATION: dict[str, tuple[str, ...]] = {
    "integrated circuits": ("C26",), "optoelectronics": ("C26",), "electronics": ("C26",), "displays": ("C26",),
    "fiber optics": ("C26",), "lasers": ("C26",), "semiconductors": ("C26",), "solar cells": ("C26",),
    "data storage": ("C26",), "capacitors": ("C26",), "medical imaging": ("C26",), "thermoelectrics": ("C26",),
    "phosphors": ("C26",), "magnets": ("C26", "C27", "C28", "C29"), "batteries": ("C27",), "fuel cells": ("C27",),
    "flame retardants": ("C20",), "catalysts": ("C20",), "catalytic converters": ("C29",), "chemicals": ("C20",),
    "pesticides": ("C20",), "pigments": ("C20",), "medical": ("C21",), "cancer therapies": ("C21",),
    "glass": ("C23",), "ceramics": ("C23",), "polishing": ("C23",), "cement": ("C23",), "refractories": ("C23",),
    "steel": ("C24A",), "alloys": ("C24B",), "superalloys": ("C302T309",), "aerospace": ("C302T309",),
    "defense": ("C302T309", "C26"), "cemented carbides": ("C25", "C28"), "ammunition": ("C25",), "lubricants": ("C19",),
    "nuclear": ("D",), "hydrocarbons": ("B06",), "glass rubber": ("C23", "C22"), "lead-acid batteries": ("C27",),
    "metal products": ("C20", "C25"), "jewelry": ("C31T33",), "fertilizer": ("C20",),
}  # fmt: skip

# published shares of end uses; all in the USGS summaries of 2025–26
PUBLISHED: dict[str, dict[str, float]] = {
    "Ga": {"integrated circuits": 0.73, "optoelectronics": 0.26},
    "Sb": {"metal products": 0.49, "lead-acid batteries": 0.20, "ammunition": 0.20, "glass rubber": 0.11},
    "W": {"cemented carbides": 0.60, "steel": 0.20, "electronics": 0.10, "chemicals": 0.10},
}
# uses as the USGS list names them, without numbers: equal parts, with a range of a factor two
LISTED: dict[str, tuple[str, ...]] = {
    "Ge": ("fiber optics", "defense", "solar cells"), "In": ("displays",), "Bi": ("medical", "alloys"),
    "Mo": ("steel", "superalloys"), "Te": ("alloys", "solar cells", "thermoelectrics"),
    "C": ("batteries", "fuel cells", "lubricants"), "La": ("batteries", "catalysts", "ceramics", "glass", "alloys"),
    "Ce": ("catalytic converters", "ceramics", "glass", "alloys", "polishing"),
    "Pr": ("aerospace", "batteries", "ceramics", "pigments", "magnets"), "Nd": ("catalysts", "lasers", "magnets"),
    "Sm": ("cancer therapies", "nuclear", "magnets"), "Eu": ("nuclear", "phosphors"),
    "Gd": ("medical imaging", "alloys", "magnets"), "Tb": ("fiber optics", "lasers", "magnets", "electronics"),
    "Dy": ("data storage", "lasers", "magnets"), "Ho": ("lasers", "nuclear", "magnets"),
    "Er": ("fiber optics", "glass", "lasers"), "Tm": ("lasers", "alloys"),
    "Yb": ("catalysts", "lasers", "alloys", "medical imaging"),
    "Lu": ("cancer therapies", "electronics", "medical imaging"),
    "Y": ("catalysts", "ceramics", "lasers", "alloys", "phosphors"), "Sc": ("ceramics", "fuel cells", "alloys"),
    "Co": ("batteries", "superalloys"), "Li": ("batteries",), "V": ("batteries", "catalysts", "steel"),
    "Ta": ("capacitors", "superalloys"), "Nb": ("steel",), "Be": ("aerospace", "defense"),
    "Cd": ("batteries", "alloys", "pigments"), "Se": ("steel", "glass", "electronics"),
    "Pt": ("catalytic converters", "catalysts"), "Pd": ("catalytic converters", "catalysts"),
    "Rh": ("catalytic converters", "catalysts", "electronics"), "Re": ("superalloys", "catalysts"),
    "CaF2": ("cement", "chemicals", "alloys"), "BaSO4": ("hydrocarbons",), "B2O3": ("glass", "ceramics", "pesticides"),
}  # fmt: skip

# USGS world table of 2025: commodity and type of the series that is beside World Mining Data
USGS_WORLD: dict[str, tuple[str, str, float]] = {
    "Ga": ("Gallium", "Primary", 1e-3), "In": ("Indium", "Refinery", 1.0), "Sb": ("Antimony", "Mine", 1.0),
    "Bi": ("Bismuth", "Refinery", 1.0), "W": ("Tungsten", "Mine", 1.0), "Te": ("Tellurium", "Refinery", 1.0),
    "C": ("Graphite", "Mine", 1.0), "Co": ("Cobalt", "Mine production, cobalt content", 1.0),
    "Mo": ("Molybdenum", "Mine", 1.0), "V": ("Vanadium", "Mine", 1.0), "Ta": ("Tantalum", "Mine", 1.0),
    "Sn": ("Tin", "Mine", 1.0), "Cd": ("Cadmium", "Refinery", 1.0), "Se": ("Selenium", "Refinery", 1.0),
}  # fmt: skip
