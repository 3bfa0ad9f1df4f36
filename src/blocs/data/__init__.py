"""Bundled tables and the reader that finds them; `datapackage.json` says where each comes from."""
