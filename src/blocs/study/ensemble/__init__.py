"""Ensembles: how sure a result is, by running a scenario under many draws of every uncertain number."""
