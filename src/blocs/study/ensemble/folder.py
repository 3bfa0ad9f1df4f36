"""The folder of an ensemble: the draws first, then a Parquet file for every finished chunk, so that nothing is lost.

ensemble.json      scenarios, seed, factors, versions: what a resumed run must agree with
design.parquet     the uniform draws, one column a factor
chunks/NNNNN-D.parquet   chunk N with D draws
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from blocs.errors import BlocsError
from blocs.study.ensemble.evaluate import Chunk
from blocs.study.ensemble.factors import Factor
from blocs.study.ensemble.parquet import available, encoded
from blocs.world.accounts import Floats

CARD = "ensemble.json"
DESIGN = "design.parquet"
CHUNKS = "chunks"
SCHEMA = "blocs.ensemble-folder/1"


class FolderError(BlocsError):
    """An ensemble's folder that cannot be used."""


class Folder:
    """Where an ensemble's chunks are kept. Every file appears whole or not at all.

    Raises FolderError where pyarrow, which writes the files, is not installed: before anything is computed.
    """

    def __init__(self, path: Path) -> None:
        if not available():
            raise FolderError(
                f"{path}: draws are kept as Parquet files, which needs pyarrow; pip install 'blocs[parquet]', or "
                "leave the folder out"
            )
        self.path = path

    def begin(
        self, card: Mapping[str, Any], factors: Sequence[Factor], uniform: Floats, *, resume: bool
    ) -> None:
        """Write what the ensemble is, or check that the folder holds the same one.

        Raises FolderError for a folder that holds something else, or another ensemble.
        """
        known = self.card()
        if known is not None:
            if not resume:
                raise FolderError(
                    f"{self.path} holds an ensemble already; add --resume, or choose another --out"
                )
            _agree(known, card, self.path)
            if known["draws"] >= card["draws"]:
                return
        elif self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise FolderError(f"{self.path} exists and is no ensemble; choose another --out")
        try:
            (self.path / CHUNKS).mkdir(parents=True, exist_ok=True)
            design = encoded({f.name: uniform[:, n] for n, f in enumerate(factors)})
            _write_bytes(self.path / DESIGN, design)
            # last: a folder with a card is complete
            _write_text(self.path / CARD, json.dumps(card, indent=1, ensure_ascii=False) + "\n")
        except OSError as error:
            raise FolderError(f"{self.path} cannot be written: {error.strerror or error}") from error

    def card(self) -> dict[str, Any] | None:
        """Return what the folder says it holds; None if it holds no ensemble."""
        file = self.path / CARD
        if not file.is_file():
            return None
        try:
            card = json.loads(file.read_text(encoding="utf-8"))
        except (ValueError, OSError, RecursionError) as error:
            raise FolderError(f"{file} is damaged ({error}); choose another --out") from error
        if not isinstance(card, dict) or card.get("schema") != SCHEMA:
            raise FolderError(f"{file} is not of this version of blocs ({SCHEMA}); choose another --out")
        if not isinstance(card.get("draws"), int) or not isinstance(card.get("versions"), dict):
            raise FolderError(f"{file} is damaged (draws or versions are missing); choose another --out")
        return card

    def finished(self, sizes: Mapping[int, int]) -> dict[int, Path]:
        """Return the files of finished chunks by number, of those with the asked number of draws.

        A file that cannot be read does not count.
        """
        found = {number: self._file(number, size) for number, size in sizes.items()}
        return {number: file for number, file in found.items() if file.is_file() and _is_whole(file)}

    def keep(self, chunk: Chunk) -> None:
        """Write a finished chunk, as its worker encoded it. Raises FolderError; chunks written before stay."""
        file = self._file(chunk.number, len(set(chunk.index["draw"])))
        try:
            _write_bytes(file, chunk.file or encoded(chunk.table))
        except OSError as error:
            raise FolderError(
                f"{self.path}: chunk {chunk.number} cannot be written: {error.strerror or error}; finished chunks "
                "are kept, make room and add --resume"
            ) from error

    def _file(self, number: int, draws: int) -> Path:
        return self.path / CHUNKS / f"{number:05d}-{draws}.parquet"

    def read(self, number: int, file: Path) -> Chunk:
        """Return a chunk that was kept."""
        import pyarrow as pa
        import pyarrow.parquet as parquet

        try:
            table = parquet.read_table(file)
            index = {
                name: table.column(name).to_pylist()
                for name in ("draw", "scenario", "year", "converged", "residual", "message")
            }
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            raise FolderError(
                f"{file} is damaged ({error}); delete it and --resume computes those draws again"
            ) from error
        columns = {name: table.column(name).to_numpy() for name in table.column_names if name not in index}
        return Chunk(number, index, columns)


def card_of(
    scenarios: Sequence[Mapping[str, Any]], factors: Sequence[Factor], world: str, **settings: Any
) -> dict[str, Any]:
    """Return what makes an ensemble: whatever differs here would give other numbers."""
    return {
        "schema": SCHEMA,
        **settings,
        "world": world,
        "scenarios": list(scenarios),
        "factors": [
            {"name": factor.name, "group": factor.group, **({"bounded": True} if factor.most else {})}
            for factor in factors
        ],
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Return versions of all that decides the numbers, and a digest of the bundled data."""
    from importlib.metadata import version

    from blocs import __version__
    from blocs.data.store import folder

    package = folder() / "datapackage.json"
    data = hashlib.sha256(package.read_bytes()).hexdigest()[:16] if package.is_file() else "none"
    return {"blocs": __version__, "data": data, **{name: version(name) for name in ("jax", "numpy", "scipy")}}


def _agree(known: Mapping[str, Any], card: Mapping[str, Any], path: Path) -> None:
    for key in ("seed", "world", "scenarios", "factors", "versions", "design", "chunk", "also"):
        if known.get(key) == card.get(key):
            continue
        if key == "versions":
            told = [
                f"{n} {known[key].get(n)} then, {v} now"
                for n, v in card[key].items()
                if known[key].get(n) != v
            ]
            raise FolderError(
                f"{path} was begun with other versions ({'; '.join(told)}): its draws would not match; "
                "install those, or begin anew with another --out"
            )
        shown = f" ({known.get(key)} then, {card.get(key)} now)" if key in ("seed", "world", "design") else ""
        raise FolderError(f"{path} holds an ensemble with other {key}{shown}; choose another --out")
    if known["design"] != "sobol" and known["draws"] != card["draws"]:
        raise FolderError(
            f"{path} was begun with {known['draws']} draws, and a design for total sensitivities cannot grow; "
            "give the same --draws"
        )


def _write_text(path: Path, text: str) -> None:
    _whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def _write_bytes(path: Path, content: bytes) -> None:
    _whole(path, lambda part: part.write_bytes(content))


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside `path`, flush to disk and rename: a killed run leaves the file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        with part.open("rb") as done:
            os.fsync(done.fileno())
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _is_whole(file: Path) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        parquet.read_metadata(file)
    except (OSError, pa.ArrowInvalid):
        return False
    return True
