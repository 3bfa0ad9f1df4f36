"""A finished figure: SVG to show and save, the table it was drawn from, and its description in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blocs.errors import DataError
from blocs.report.table import Table


@dataclass(frozen=True, eq=False, repr=False)
class Figure:
    """`svg` is one standalone element; `table` holds exactly what it shows; notebooks display it by themselves."""

    svg: str
    title: str
    table: Table
    drawing: Any = field(default=None)  # matplotlib's Figure, where the figure is one: needed for PNG

    def save(self, path: str | Path) -> Path:
        """Write the figure to `path`, `.svg`, or `.png` for all but maps; DataError for another ending."""
        path = Path(path)
        kind = path.suffix.lower()
        if kind == ".svg":
            path.write_text(self.svg + "\n", encoding="utf-8", newline="")
        elif kind == ".png" and self.drawing is not None:
            self.drawing.savefig(path, format="png", dpi=200, metadata={"Software": None})
        else:
            ways = ".svg" if self.drawing is None else ".svg or .png"
            raise DataError(
                f"{path}: this figure can be saved as {ways}, not as {kind or 'a file without ending'}"
            )
        return path

    def _repr_html_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Figure {self.title!r}, {len(self.table)} rows>"
