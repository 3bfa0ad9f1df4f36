"""The industry vector: subsidies, learning by doing and the denial of technology."""
