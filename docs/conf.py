"""Configuration of the documentation: executed pages, no network, nothing fetched by the reader's browser."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

import blocs

project = "blocs"
author = "The blocs developers"
copyright = "The blocs developers, MIT licence"
release = version = blocs.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "mathml"]
exclude_patterns = ["_build", "_ext", "images", "**.ipynb_checkpoints"]

# pages are run, from the top, at every build; an error in a cell is an error of the build
nb_execution_mode = "force"
nb_execution_timeout = 300  # seconds a cell may take; a machine that does other work is slow
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_render_markdown_format = "myst"
nb_merge_streams = True

myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_dmath_allow_space = False  # "US$ 100 bn and US$ 200 bn" is money, not mathematics
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_preserve_defaults = True
default_role = "literal"  # docstrings mark names with single backticks

html_theme = "furo"
html_title = f"blocs {release}"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_sourcelink = False
html_copy_source = False
