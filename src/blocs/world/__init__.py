"""Benchmark worlds: labelled accounts, their identities, groups of regions and goods, and other years."""
