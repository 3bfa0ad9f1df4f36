"""Minerals: markets of controlled and critical elements in tonnes, and their way into the economy."""
