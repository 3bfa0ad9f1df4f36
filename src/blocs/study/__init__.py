"""Studies: runs over years and what is built on them."""
