"""`blocs data build`: from source files to tables, into a new folder unless a maintainer says otherwise."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from blocs.cli.lazy import NamingGroup
from blocs.cli.progress import tell

FOLDER = Path("blocs-data")

_source = click.option(
    "--source",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of the source files.",
    metavar="FOLDER",
)


def _target(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the tables go."""
    for option in (
        click.option("--overwrite", is_flag=True, help="Replace tables that are already in the folder."),
        click.option(
            "--in-place", is_flag=True, help="Write into the package's own data folder (for maintainers)."
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            help=f"Folder for the tables [default: {FOLDER}].",
            metavar="FOLDER",
        ),
    ):
        command = option(command)
    return command


@click.group(cls=NamingGroup)
def build() -> None:
    """Rebuild tables from source files.

    Nothing of the installed package changes: the tables go into a new folder, with a datapackage.json that describes
    them. Load a rebuilt world with `blocs run SCENARIO --world FOLDER/worlds/world-81x50.npz`, or in Python with
    `blocs.load_world(path)`.
    """


@build.command()
@_source
@_target
def icio(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build the worlds and their tables from the OECD ICIO.

    The source folder holds world/ (ICIO arrays, US tariff tracker) and macro/ (World Bank GDP, Penn World Table).
    Takes about ten seconds and 1 GB of memory.
    """
    from blocs.builders.icio import build_icio

    _build("icio", source, lambda folder: build_icio(source, folder, tell), out, in_place, overwrite)


@build.command()
@_source
@_target
def borders(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build geo/borders.json from Natural Earth, the unpacked npm package world-atlas."""
    from blocs.builders.borders import build_borders

    _build(
        "borders",
        source,
        lambda folder: build_borders(source, folder / "geo" / "borders.json"),
        out,
        in_place,
        overwrite,
    )


@build.command()
@_source
@_target
def regions(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build the tables of regions and countries from the country_converter table and the borders.

    Takes the borders in the target folder if it has any, else the bundled ones.
    """
    from blocs.builders.regions import build_regions

    def make(folder: Path) -> None:
        own = _place(out, in_place) / "geo" / "borders.json"
        build_regions(source, folder, own if own.is_file() else None)

    _build("regions", source, make, out, in_place, overwrite)


@build.command(name="us-tariffs")
@_source
@_target
def us_tariffs(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build the US duties of 2025-26 by partner and good from the tariff tracker.

    The source folder holds world/us_tariffs_2025_26/. Weights are the imports of the bundled world.
    """
    from blocs.builders.us_tariffs import build_us_tariffs

    _build("us-tariffs", source, lambda folder: build_us_tariffs(source, folder), out, in_place, overwrite)


@build.command()
@_source
@_target
def minerals(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build the tables of minerals: production, prices, uses, trade and controls.

    The source folder holds minerals/ (World Mining Data, USGS summaries, CEPII BACI, announcements).
    """
    from blocs.builders.minerals import build_minerals

    _build("minerals", source, lambda folder: build_minerals(source, folder), out, in_place, overwrite)


@build.command(name="minerals-posterior")
@click.option("--draws", default=2000, show_default=True, help="Draws of the prior to try.")
@_target
def minerals_posterior(draws: int, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Fit the mineral markets to observed prices and forecast the minerals left out. Takes about two minutes."""
    from blocs.vectors.minerals.calibration import build_posterior

    source = Path("the bundled tables")
    _build(
        "minerals-posterior", source, lambda folder: build_posterior(folder, draws), out, in_place, overwrite
    )


@build.command()
@_source
@_target
def ai(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build the AI observatory: chips, data centres, capex, models, electricity, strategic sectors.

    The source folder holds ai/ (Epoch AI, company capex) and macro/ (Our World in Data).
    """
    from blocs.builders.ai import build_ai

    _build("ai", source, lambda folder: build_ai(source, folder), out, in_place, overwrite)


@build.command()
@_source
@_target
def debt(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build the tables of debt and the dollar from CBO, OMB, Treasury, FRED and IMF files.

    The source folder holds debt/ and macro/. Needs openpyxl for OMB's workbook.
    """
    from blocs.builders.debt import build_debt

    _build("debt", source, lambda folder: build_debt(source, folder), out, in_place, overwrite)


@build.command()
@_source
@_target
def payments(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build the tables of currency shares, CIPS and FX turnover.

    The source folder holds payments/ (SWIFT, COFER, invoicing, CIPS and BIS figures).
    """
    from blocs.builders.payments import build_payments

    _build("payments", source, lambda folder: build_payments(source, folder), out, in_place, overwrite)


@build.command()
@_source
@_target
def macro(source: Path, out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build the tables of GDP, in US dollars and at purchasing-power parity.

    The source folder holds macro/ (World Bank, Penn World Table) and world/ (for the regions).
    """
    from blocs.builders.macro import build_macro

    _build("macro", source, lambda folder: build_macro(source, folder), out, in_place, overwrite)


@build.command()
@click.option("--in-place", is_flag=True, help="Describe the package's own data folder (for maintainers).")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help=f"Folder of rebuilt tables [default: {FOLDER}].",
    metavar="FOLDER",
)
def package(in_place: bool, out: Path | None) -> None:
    """Write datapackage.json: title, unit, source, licence and checksum of every table in a folder."""
    from blocs.builders.package import write_package

    folder = _place(out, in_place)
    click.echo(f"{write_package(folder, partial=not in_place)} written")


@build.command()
@_target
def reliance(out: Path | None, in_place: bool, overwrite: bool) -> None:
    """Build look-through content by year, 2017-2022, from the bundled 81x28 world.

    No source folder: it reads the bundled world, its yearly totals and its purchases by user. Takes about a minute.
    """
    from blocs.builders.reliance import build_reliance
    from blocs.data import store

    _build("reliance", store.folder(), lambda folder: build_reliance(folder, tell), out, in_place, overwrite)


def _place(out: Path | None, in_place: bool) -> Path:
    """Return the folder to write into; the installed package only if asked for by `--in-place`."""
    from blocs.data import store
    from blocs.errors import DataError

    installed = store.folder()
    if in_place:
        if out is not None:
            raise DataError("--in-place and --out exclude each other; drop one")
        return installed
    folder = FOLDER if out is None else out
    if folder.resolve().is_relative_to(installed.resolve()):
        raise DataError(f"{folder} belongs to the installed package; choose another --out, or say --in-place")
    return folder


def _build(
    builder: str,
    source: Path,
    make: Callable[[Path], object],
    out: Path | None,
    in_place: bool,
    overwrite: bool,
) -> None:
    """Run `make` in a temporary folder, move what it wrote into place, and describe it."""
    from blocs.builders.package import outputs, write_package
    from blocs.errors import BlocsError, DataError

    target = _place(out, in_place)
    there = [path for path in outputs(builder) if (target / path).exists()]
    if there and not (overwrite or in_place):
        raise DataError(f"{target / there[0]} is there already; choose another --out, or add --overwrite")
    is_new = not target.exists()
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".blocs-build-", dir=target) as staged:
            make(Path(staged))
            written = _move(Path(staged), target)
    except (BlocsError, OSError, KeyError, ValueError) as error:
        if is_new and target.is_dir():
            shutil.rmtree(target)
        if isinstance(error, BlocsError):
            raise
        raise DataError(
            f"cannot build {builder} from {source} into {target}: {_told(error)}; check that the source files are the "
            "publishers', unchanged, and that the folder can be written"
        ) from error
    write_package(target, partial=not in_place)
    for path in [*written, "datapackage.json"]:
        click.echo(target / path)


def _move(staged: Path, target: Path) -> list[str]:
    """Move every file below `staged` to the same place below `target` and return their paths."""
    written = sorted(file.relative_to(staged).as_posix() for file in staged.rglob("*") if file.is_file())
    for path in written:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (staged / path).replace(target / path)
    return written


def _told(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return f"{type(error).__name__}: {error}"
