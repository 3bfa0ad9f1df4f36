"""Statistics of series that users bring: arrays in, numbers out; nothing here knows of worlds or scenarios."""
