"""Finished parts of a table, a file each, that say what they were made of: so that whoever was stopped goes on."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
from pyarrow import feather

from sim.ensemble.blocks import arrow_bytes
from sim.ensemble.files import kind_of, read_bytes, sealed, unsealed
from sim.ensemble.schema import DAMAGES

MADE_OF = b"brinkline.made_of"
"""The key in a table's metadata under which it says what it was made of."""


def part_bytes(table: pa.Table) -> bytes:
    """The bytes of a part's file."""
    return sealed(arrow_bytes(table))


def sound_part(path: Path, made_of: str, rows: int, schema: pa.Schema) -> pa.Table | None:
    """Return a part of so many rows and these columns, if it is there, undamaged and made of the same."""
    if kind_of(path) is None:
        return None
    try:
        data = unsealed(read_bytes(path))
        part = None if data is None else feather.read_table(io.BytesIO(data))
    except DAMAGES:
        return None
    return part if part is not None and fits(part, made_of, rows, schema) else None


def fits(part: pa.Table, made_of: str, rows: int, schema: pa.Schema) -> bool:
    """Return whether a table has so many rows and these columns, and says that it was made of the same."""
    mine = (part.schema.metadata or {}).get(MADE_OF) == made_of.encode()
    return bool(mine and part.num_rows == rows and part.schema.equals(schema))
