"""``runs.parquet``, read column by column, so that a million runs take little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import StorageError, UsageError

if TYPE_CHECKING:
    import pandas as pd

HELD = 2_000_000
"""A table of so many values at most is read once and held."""

BATCH = 8192


class RunsTable:
    """A row a run, a column each of what is known of it."""

    def __init__(self, path: Path):
        self.path = path

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._footer.schema.to_arrow_schema().names)

    def column(self, name: str) -> NDArray[Any]:
        """One column, shape (runs,); what is unknown is NaN or, of texts, None. Raises UsageError, StorageError."""
        if name not in self.names:
            raise UsageError(f"{self.path} has no column {name!r}")
        table = self._read([name]) if self._held is None else self._held
        values: NDArray[Any] = table[name].to_numpy()
        return values

    def batches(self, names: Sequence[str]) -> Iterator[dict[str, NDArray[np.float64]]]:
        """Some columns as numbers, a few thousand runs after the other. Raises StorageError."""
        for part in self._parts(list(names)):
            yield {name: part[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in names}

    def frame(self) -> pd.DataFrame:
        """All columns, as a data frame."""
        frame: pd.DataFrame = (self._read(None) if self._held is None else self._held).to_pandas()
        return frame

    def _parts(self, names: list[str]) -> Iterator[pa.RecordBatch]:
        if self._held is not None:
            yield from self._held.select(names).to_batches(BATCH)
            return
        with reading(self.path), self._file() as file:
            yield from file.iter_batches(BATCH, columns=names, use_threads=False)

    @cached_property
    def _held(self) -> pa.Table | None:
        size = self._footer.num_rows * self._footer.num_columns
        return self._read(None).combine_chunks() if size <= HELD else None

    @cached_property
    def _footer(self) -> pq.FileMetaData:
        with reading(self.path):
            return pq.read_metadata(self.path)

    def _read(self, names: list[str] | None) -> pa.Table:
        with reading(self.path), self._file() as file:
            return file.read(names, use_threads=False)

    def _file(self) -> pq.ParquetFile:
        return pq.ParquetFile(self.path, metadata=self._footer)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Reads a data file; raises StorageError, which says how it is made again, if it cannot be read."""
    try:
        yield
    except (OSError, ValueError, pa.ArrowException) as error:
        again = f"brinkline resume {path.parent} makes it again"
        reason = " ".join(str(error).split())
        raise StorageError(f"{path} could not be read: {reason}; {again}") from None
