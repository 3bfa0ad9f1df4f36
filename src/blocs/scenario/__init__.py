"""Scenarios: the schema, reading and writing them, and the bundled library."""
