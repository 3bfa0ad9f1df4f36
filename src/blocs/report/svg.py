"""Makes SVG fit for a page: accessible, free of what renderers add, and safe to put beside other figures."""

from __future__ import annotations

import hashlib
import re
from html import escape

FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"
_TAG = re.compile(r"<[^<>]*>")
_ID = re.compile(r'\sid="([^"]*)"')
_USED = re.compile(r'url\(#([^)"]+)\)|href="#([^"]+)"')
_LABELLED = re.compile(r'aria-labelledby="([^"]*)"')
_NOISE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", re.S)
_ROOT = re.compile(r"<svg\b[^>]*>", re.S)
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
# what matplotlib writes beside the drawing: its own font (the root names ours), idle turns, empty groups, line ends
_IDLE = re.compile(
    r" font-family: [^;\"]*;?| transform=\"rotate\(-?0 [^)]*\)\"|<g>\s*</g>|<g/>|<defs>\s*</defs>"
)
_SPACE = re.compile(r"\s*\n\s*")


def accessible(svg: str, title: str, description: str) -> str:
    """Return matplotlib's SVG as one element with title, description, the page's font and ids of its own.

    The ids come from the content, so that equal figures are equal text and different ones do not collide.
    """
    body = _NOISE.sub("", svg)
    root = _ROOT.search(body)
    size = root and _SIZE.search(root.group())
    if root is None or size is None:
        raise ValueError("this is no SVG of matplotlib: it has no root element with a viewBox")
    width, height = float(size[1]), float(size[2])
    key = "f" + hashlib.sha256((title + description + body).encode()).hexdigest()[:8]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width:g} {height:g}" width="{width * 4 / 3:.0f}" height="{height * 4 / 3:.0f}" role="img" '
        f'aria-labelledby="t d" font-family="{FONT}" stroke-linejoin="round" '
        f'style="max-width:100%;height:auto"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(description)}</desc>'
    )
    drawn = _SPACE.sub(" ", with_ids(opening + body[root.end() :], key)).strip()
    slim = _IDLE.sub("", drawn)
    while slim != drawn:  # an emptied group may stand in another
        drawn, slim = slim, _IDLE.sub("", slim)
    return drawn.replace("> <", "><")


def with_ids(svg: str, prefix: str) -> str:
    """Return `svg` with `prefix` before every id that is used, and without the ids nobody refers to."""
    tags = _TAG.findall(svg)
    used = {name for tag in tags for pair in _USED.findall(tag) for name in pair if name}
    used |= {name for tag in tags for names in _LABELLED.findall(tag) for name in names.split()}

    def renamed(found: re.Match[str]) -> str:
        tag = _ID.sub(lambda one: f' id="{prefix}-{one[1]}"' if one[1] in used else "", found.group())
        tag = _USED.sub(
            lambda one: f"url(#{prefix}-{one[1]})" if one[1] else f'href="#{prefix}-{one[2]}"', tag
        )
        return _LABELLED.sub(
            lambda one: 'aria-labelledby="' + " ".join(f"{prefix}-{name}" for name in one[1].split()) + '"',
            tag,
        )

    return _TAG.sub(renamed, svg)
