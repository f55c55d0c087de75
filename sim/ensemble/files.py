"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sim.errors import StorageError, UsageError

_SEAL = hashlib.sha256().digest_size


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make a file under a temporary name, flush it, then give it its name.

    Raises
    ------
    StorageError
        If it could not be written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        write(temporary)
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(f"{path} could not be written: {error.strerror or error}") from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """A file of these bytes, written whole or not at all."""
    write_whole(path, lambda temporary: _bytes(temporary, data))


def write_text(path: Path, text: str) -> None:
    """A text file, UTF-8, written whole or not at all."""
    write_bytes(path, text.encode())


def write_json(path: Path, data: Any) -> None:
    """A JSON file, written whole or not at all."""
    write_text(path, json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def csv_text(headers: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table as the text of a CSV file: a line of headers, then a line a row; None is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue()


def _bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises StorageError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path} could not be read: {error.strerror or error}") from error


def sealed(data: bytes) -> bytes:
    """The bytes with their SHA-256 in front, so that damage shows."""
    return hashlib.sha256(data).digest() + data


def unsealed(data: bytes) -> bytes | None:
    """What was sealed, or None if it is damaged."""
    rest = data[_SEAL:]
    return rest if hashlib.sha256(rest).digest() == data[:_SEAL] else None


def hash_of(path: Path) -> str | None:
    """The SHA-256 of a file in hexadecimal digits, or None if it cannot be read."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return None


def sync_folder(path: Path) -> None:
    """See to it that what happened in a folder stays so after a power cut, where the system can promise it."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folder(path: Path) -> None:
    """A folder and those above it. Raises StorageError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the folder {path} could not be made: {error.strerror or error}") from error


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes from working on a folder, where the system can.

    Raises
    ------
    UsageError
        If one does so already.
    """
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        yield
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"{path} is being worked on by another process; expected to be alone") from None
        yield
    finally:
        os.close(handle)


def remove_folder(path: Path) -> None:
    """Remove a folder, whatever is in it; it may be gone already."""
    shutil.rmtree(path, ignore_errors=True)
