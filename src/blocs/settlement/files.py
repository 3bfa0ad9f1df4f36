"""Reads a file of payments by what it is: ISO 20022 messages, CSV or Parquet."""

from __future__ import annotations

from pathlib import Path

from blocs.errors import DataError
from blocs.settlement.accounts_file import AccountRows
from blocs.settlement.intake import Submissions


def read(
    path: Path, accounts: AccountRows | None = None, currency: str | None = None, schema: Path | None = None
) -> Submissions:
    """Read payments from `path`; what stands in the file decides its kind, not only its name. DataError otherwise.

    accounts: whose payments are taken; absent, everybody named takes part. currency: of the run, by default the first.
    schema: an XSD file that messages must be valid against.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(512)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    if not begin:
        raise DataError(
            f"{path} is empty; give CSV (id,time,payer,payee,amount,currency), Parquet or pacs messages"
        )
    if begin[:4] == b"PAR1":
        if schema is not None:
            raise DataError(f"{path} is Parquet; a schema validates pacs.008 and pacs.009 messages only")
        from blocs.settlement.tables import read_parquet

        return read_parquet(path, accounts, currency)
    # UTF-16 begins with a mark, UTF-8 may
    text = begin.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"<" or begin[:2] in (b"\xff\xfe", b"\xfe\xff") or path.suffix.lower() == ".xml":
        from blocs.settlement.pacs import read_pacs

        found = read_pacs(path, accounts, currency)  # first, because it refuses document types
        if schema is not None:
            from blocs.settlement.pacs_schema import validate

            validate(path, schema)
        return found
    if schema is not None:
        raise DataError(f"{path} is CSV; a schema validates pacs.008 and pacs.009 messages only")
    from blocs.settlement.tables import read_csv

    return read_csv(path, accounts, currency)
