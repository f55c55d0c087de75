"""``runs.parquet``, read column by column, so that a million runs take little memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.ensemble.files import opened
from sim.ensemble.folder import inside
from sim.ensemble.schema import DAMAGES, Schema
from sim.errors import StorageError, UsageError
from sim.escapes import in_a_line, shortened

if TYPE_CHECKING:
    import pandas as pd

HELD = 2_000_000
"""A table of so many values at most is read once and held."""

BATCH = 4096


class Stored:
    """A file of a results folder, which is as its manifest knows it whenever it is opened.

    sha256 : its hash, or None where nothing is known of it.
    """

    def __init__(self, folder: Path, name: str, sha256: str | None = None):
        self.folder, self.path, self.sha256 = folder, inside(folder, name), sha256
        self._sound: tuple[int, ...] = ()

    @contextmanager
    def open(self) -> Iterator[BufferedReader]:
        """Open the file; raises StorageError, which says how it is made again, if it cannot be read or used."""
        try:
            with opened(self.path) as file:
                self._check(file)
                yield file
        except StorageError as error:
            raise StorageError(f"{error}; {self._again}") from None
        except DAMAGES as error:
            reason = shortened(in_a_line(" ".join(str(error).split()) or type(error).__name__))
            raise StorageError(f"{self.path} could not be read: {reason}; {self._again}") from None

    def _check(self, file: BufferedReader) -> None:
        """Look at the hash of a file that was not seen yet, or has been changed since."""
        status = os.fstat(file.fileno())
        now = (status.st_ino, status.st_size, status.st_mtime_ns)
        if self.sha256 is not None and now != self._sound:
            if hashlib.file_digest(file, "sha256").hexdigest() != self.sha256:
                raise StorageError(f"{self.path} could not be read: it is not as it was written")
            self._sound = now
            file.seek(0)

    @property
    def _again(self) -> str:
        return f"brinkline resume {self.folder} makes it again"


class RunsTable:
    """A row a run, a column each of what is known of it.

    schema : what its columns must be; None: they are taken as they are.
    """

    def __init__(self, stored: Stored, schema: Schema | None = None, runs: int = 0):
        self.stored, self.schema, self.runs = stored, schema, runs

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
            raise UsageError(f"{self.stored.path} has no column {name!r}")
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
        first = 0
        for group in range(self._footer.num_row_groups):
            with self.stored.open() as source, self._file(source) as file:
                columns = {name: file.read_row_group(group, [name], use_threads=False)[name] for name in names}
                rows = self._footer.row_group(group).num_rows
                self._check(pa.table(columns), range(first, first + rows))
            first += rows
            yield {name: _array(column) for name, column in columns.items()}

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
        with self.stored.open() as source:
            if self.schema is None:
                return pq.read_metadata(source)
            return self.schema.check_file("runs", source, self.runs)

    @cached_property
    def _schema(self) -> pa.Schema:
        return self._footer.schema.to_arrow_schema()

    def _read(self) -> pa.Table:
        footer = self._footer
        with self.stored.open() as source, pq.ParquetFile(source, metadata=footer) as file:
            table = file.read(use_threads=False)
            self._check(table, range(self.runs))
        return table

    def _check(self, table: pa.Table, runs: range) -> None:
        """Raise ValueError if some columns of these runs hold what no run leaves."""
        if self.schema is not None:
            self.schema.check_values("runs", table, runs)

    def _file(self, source: BinaryIO) -> pq.ParquetFile:
        return pq.ParquetFile(source, metadata=self._footer)


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
