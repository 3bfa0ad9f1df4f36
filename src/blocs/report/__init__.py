"""Reports: maps, charts, tables and one page that holds them."""
