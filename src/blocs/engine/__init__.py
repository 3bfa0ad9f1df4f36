"""The general equilibrium engine: exact hat algebra on pure arrays, solved jointly, with a status."""
