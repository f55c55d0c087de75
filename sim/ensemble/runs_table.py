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

BATCH = 4096


class RunsTable:
    """A row a run, a column each of what is known of it."""

    def __init__(self, path: Path):
        self.path = path

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._schema.names)

    def column(self, name: str) -> NDArray[Any]:
        """One column, shape (runs,), an array of its own; what is unknown is NaN or, of texts, None.

        Raises
        ------
        UsageError
            If there is no such column.
        StorageError
            If it cannot be read.
        """
        if name not in self.names:
            raise UsageError(f"{self.path} has no column {name!r}")
        values = np.empty(self._footer.num_rows, self._type(name))
        first = 0
        for part in self._groups([name]):
            values[first : first + len(part[name])] = part[name]
            first += len(part[name])
        return values

    def batches(self, names: Sequence[str]) -> Iterator[dict[str, NDArray[np.float64]]]:
        """Some columns as numbers, a few thousand runs after the other. Raises StorageError."""
        for group in self._groups(names):
            numbers = {name: values.astype(np.float64) for name, values in group.items()}
            for first in range(0, max(map(len, numbers.values())), BATCH):
                yield {name: values[first : first + BATCH] for name, values in numbers.items()}

    def frame(self) -> pd.DataFrame:
        """All columns, as a data frame."""
        frame: pd.DataFrame = (self._read() if self._held is None else self._held).to_pandas()
        return frame

    def _groups(self, names: Sequence[str]) -> Iterator[dict[str, NDArray[Any]]]:
        """Some columns, one row group after the other; each read alone, as reading many at a time takes memory."""
        if self._held is not None:
            yield {name: _array(self._held[name]) for name in names}
            return
        with reading(self.path), self._file() as file:
            for group in range(file.num_row_groups):
                yield {name: _array(file.read_row_group(group, [name], use_threads=False)[name]) for name in names}

    def _type(self, name: str) -> Any:
        """The type of a column's array: whole numbers of which some are unknown become floats."""
        kind = self._schema.field(name).type
        number = self.names.index(name)
        groups = (self._footer.row_group(group).column(number) for group in range(self._footer.num_row_groups))
        gaps = pa.types.is_integer(kind) and any(group.statistics.null_count for group in groups)
        return np.float64 if gaps else kind.to_pandas_dtype()

    @cached_property
    def _held(self) -> pa.Table | None:
        size = self._footer.num_rows * self._footer.num_columns
        return self._read() if size <= HELD else None

    @cached_property
    def _footer(self) -> pq.FileMetaData:
        with reading(self.path):
            return pq.read_metadata(self.path)

    @cached_property
    def _schema(self) -> pa.Schema:
        return self._footer.schema.to_arrow_schema()

    def _read(self) -> pa.Table:
        with reading(self.path), self._file() as file:
            return file.read(use_threads=False)

    def _file(self) -> pq.ParquetFile:
        return pq.ParquetFile(self.path, metadata=self._footer)


def _array(column: pa.ChunkedArray) -> NDArray[Any]:
    """The values of a column; equal texts are one object."""
    array: NDArray[Any]
    if pa.types.is_string(column.type):
        encoded = column.combine_chunks().dictionary_encode()
        texts = np.array([*encoded.dictionary.to_pylist(), None], object)
        array = texts[encoded.indices.fill_null(len(texts) - 1).to_numpy()]
    else:
        array = column.to_numpy()
    return array


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Reads a data file; raises StorageError, which says how it is made again, if it cannot be read."""
    try:
        yield
    except (OSError, ValueError, pa.ArrowException) as error:
        again = f"brinkline resume {path.parent} makes it again"
        reason = " ".join(str(error).split())
        raise StorageError(f"{path} could not be read: {reason}; {again}") from None
