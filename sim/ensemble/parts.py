"""Finished parts of a table, a file each, that say what they were made of: so that whoever was stopped goes on."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
from pyarrow import feather

from sim.ensemble.blocks import arrow_bytes
from sim.ensemble.files import read_bytes, sealed, unsealed

MADE_OF = b"brinkline.made_of"
"""The key in a table's metadata under which it says what it was made of."""


def part_bytes(table: pa.Table) -> bytes:
    """The bytes of a part's file."""
    return sealed(arrow_bytes(table))


def sound_part(path: Path, made_of: str, rows: int) -> pa.Table | None:
    """A part of so many rows, if it is there, undamaged and made of the same. Raises StorageError."""
    if not path.exists():
        return None
    data = unsealed(read_bytes(path))
    if data is None:
        return None
    part = feather.read_table(io.BytesIO(data))
    return part if part.schema.metadata.get(MADE_OF) == made_of.encode() and part.num_rows == rows else None
