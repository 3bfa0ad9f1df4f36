"""The computations behind claims, one module a vector; `blocs.claims.registry` names them."""
