"""The compiled loops of the clearing house: numba compiles each once and keeps it in the cache."""
