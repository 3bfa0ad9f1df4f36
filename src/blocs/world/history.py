"""Other base years (being written)."""
YEARS = (2017, 2018, 2019, 2020, 2021, 2022)
