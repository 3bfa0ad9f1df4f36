"""Validates a file of messages against a schema that the user has: ISO's schemas may not be carried in a package."""

from __future__ import annotations

from pathlib import Path

from blocs.errors import DataError

_HAS_NO_LXML = 'validating against a schema needs lxml; install it with: pip install "blocs[xsd]"'


def validate(path: Path, schema: Path) -> None:
    """Raise DataError with line and column of the first thing in `path` that `schema` (XSD 1.0) does not allow.

    The file is read as a stream. Call it on a file that `read_pacs` has read: that refuses document types.
    """
    try:
        from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs
    except ImportError as error:
        raise DataError(_HAS_NO_LXML) from error
    for name in (path, schema):
        if not name.is_file():
            raise DataError(f"{name} is no file")
    try:
        # nothing is fetched, neither an import of the schema nor an entity
        rules = etree.XMLSchema(
            etree.parse(str(schema), etree.XMLParser(no_network=True, resolve_entities=False))
        )
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise DataError(f"{schema} is no XML schema: {error}") from error
    try:
        steps = etree.iterparse(
            str(path), events=("end",), schema=rules, no_network=True, resolve_entities=False, load_dtd=False
        )
        for _, element in steps:
            if str(element.tag).endswith("}CdtTrfTxInf"):
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise DataError(f"{path}:{line}:{column}: not valid against {schema.name}: {error.msg}") from error
