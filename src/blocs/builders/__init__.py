"""Builders: from source files to the tables that ship with blocs; run by maintainers, never at import.

Each builder takes the source folder as an argument and writes compact, reproducible files. The entry for the
world tables is `blocs.builders.icio.build_icio`; every imputation it makes is listed in `repairs.csv`.
"""
