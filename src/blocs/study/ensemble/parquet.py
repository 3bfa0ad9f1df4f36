"""Chunks as Parquet, in memory: workers encode them, so that whoever keeps the files only writes bytes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import numpy as np

from blocs.errors import DataError


def available() -> bool:
    """Whether pyarrow, which encodes, is installed."""
    return find_spec("pyarrow") is not None


def encoded(columns: Mapping[str, Any]) -> bytes:
    """Return a Parquet file with `columns`; DataError for an array that holds no numbers."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    table = pa.table({name: _column(values) for name, values in columns.items()})
    file = BytesIO()
    # drawn numbers hardly repeat, and a chunk has a thousand columns of sixteen: what describes them costs most
    parquet.write_table(table, file, compression="zstd", use_dictionary=False, write_statistics=False)
    return file.getvalue()


def _column(values: Any) -> Any:
    if isinstance(values, np.ndarray) and values.dtype.kind not in "fiub":
        raise DataError("a result column must hold numbers")
    return values
