"""The payments vector: the rails that money for trade runs on, who may use them, and what it costs when one is cut."""
