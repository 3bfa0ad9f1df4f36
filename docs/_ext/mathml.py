"""Writes formulas as MathML, which browsers draw themselves: no script, no font, no request to another host."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

SPACE = "{http://www.w3.org/1998/Math/MathML}"
ACCENTS = ("ˆ", "~")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer; conf.py chooses it with `html_math_renderer = "mathml"`."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.math_block) -> None:
    scroll = 'class="math" style="overflow-x: auto; margin: 1em 0"'
    translator.body.append(f"<div {scroll}>{mathml(node.astext(), block=True)}</div>")
    raise nodes.SkipNode


def mathml(tex: str, block: bool) -> str:
    """Return LaTeX as MathML, with the index of an accented letter beside it, not below."""
    ET.register_namespace("", SPACE.strip("{}"))
    text = tex2mathml(tex, as_block=block).replace("&ApplyFunction;", "\u2061").replace(">'<", ">′<")
    root = ET.fromstring(text)
    for stack in list(root.iter(f"{SPACE}munderover")):
        _index_beside(stack)
    for power in list(root.iter(f"{SPACE}msup")):
        _join_index(power)
    return ET.tostring(root, encoding="unicode")


def _index_beside(stack: ET.Element) -> None:
    base, below, above = list(stack)
    if above.text not in ACCENTS:
        return
    stack[:] = []
    accented = ET.Element(f"{SPACE}mover", accent="true")
    accented.extend((base, above))
    stack.tag = f"{SPACE}msub"
    stack.extend((accented, below))


def _join_index(power: ET.Element) -> None:
    """Turn a power of an indexed letter into one element, so that index and power stand above each other."""
    base, exponent = list(power)
    if base.tag == f"{SPACE}msub":
        power[:] = [*base, exponent]
        power.tag = f"{SPACE}msubsup"
