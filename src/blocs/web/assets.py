"""The built page: read once at the start, so that no request names a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("assets")
INDEX = "index.html"
MISSING = (
    "The page is not built: in a source checkout run `npm ci && npm run build` in web/ (or install with "
    "BLOCS_BUILD_WEB=1 and Node on the path); a release wheel holds it already."
)
TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2",
    ".json": "application/json", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}  # fmt: skip
LARGEST = 20_000_000  # bytes of all files


@dataclass(frozen=True)
class Asset:
    """A file of the page."""

    content: bytes
    media_type: str
    lasting: bool  # its name holds a hash of its content


def load_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """Return the files of the built page by their path in the address, `/` among them; empty if it is not built."""
    if not (folder / INDEX).is_file():
        return {}
    found: dict[str, Asset] = {}
    total = 0
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.suffix not in TYPES:
            continue
        content = file.read_bytes()
        total += len(content)
        if total > LARGEST:
            break
        name = file.relative_to(folder).as_posix()
        found[f"/{name}"] = Asset(content, TYPES[file.suffix], name.startswith("assets/"))
    found["/"] = found[f"/{INDEX}"]
    return found
