"""Single files, read and written with care: whoever made the folder they lie in.

What is read is a plain file of bounded size: no link, pipe or device. What is written is written whole or not at all:
under a fresh name that nobody can have prepared, flushed, then renamed. Nothing here follows a link.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from sim.errors import StorageError, UsageError

_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|[+-]?inf", re.IGNORECASE)
_SEAL = hashlib.sha256().digest_size
_NEW = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

UNFINISHED = re.compile(r"\.brinkline-[0-9a-f]{16}\.part")
"""The names of files that are being written. One that is left behind was never finished."""

MOST_TEXT = 64 << 20
"""Bytes of a document that is read whole."""


@contextlib.contextmanager
def storing(path: Path, what: str) -> Iterator[None]:
    """Raise StorageError in the place of OSError: the path, what could not be done with it, and why.

    what : ``read``, ``written`` and the like.
    """
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path} could not be {what}: {error.strerror or error}") from error


def kind_of(path: Path) -> str | None:
    """Return what is at a path, in words: ``file``, ``folder``, ``link``, ``pipe`` …; None if nothing is there."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    return next(name for matches, name in _KINDS if matches(mode))


_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISREG, "file"),
    (stat.S_ISDIR, "folder"),
    (stat.S_ISLNK, "link"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISSOCK, "socket"),
    (lambda mode: True, "device"),
)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader]:
    """Open a plain file to be read.

    Raises
    ------
    StorageError
        If it is a link, a pipe, a device or a folder, or an operation on it fails.
    """
    with storing(path, "read"):
        found = kind_of(path)
        if found not in ("file", None):
            raise StorageError(f"{path} could not be read: found a {found}, expected a plain file")
        with os.fdopen(os.open(path, _READ), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise StorageError(f"{path} could not be read: expected a plain file")
            yield file


def read_bytes(path: Path, *, most: int | None = None) -> bytes:
    """Return a plain file's bytes. Raises StorageError, also if there are more than `most`."""
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if most is not None and size > most:
            raise StorageError(f"{path} could not be read: found {size:,} bytes, expected at most {most:,}")
        return file.read()


def hash_of(path: Path) -> str | None:
    """Return the SHA-256 of a plain file in hexadecimal digits, or None if it cannot be read."""
    with contextlib.suppress(StorageError), opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return None


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Have `write` fill a new file, flush it, then give it its name and, if it replaces one, that one's mode.

    Raises
    ------
    StorageError
        If it could not be written, or something is there that is no plain file; nothing is left behind.
    """
    found = kind_of(path)
    if found not in ("file", None):
        raise StorageError(f"{path} could not be written: found a {found} there, expected a plain file or none")
    temporary = path.with_name(f".brinkline-{secrets.token_hex(8)}.part")
    try:
        with storing(path, "written"):
            with os.fdopen(os.open(temporary, _NEW, 0o666), "w+b") as file:
                if found:
                    temporary.chmod(stat.S_IMODE(path.lstat().st_mode))
                write(file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_new(path: Path, data: bytes, *, force: bool) -> None:
    """Write a file where a user wants it, whole or not at all.

    Raises
    ------
    UsageError
        If something is there: a file that may not be replaced, or anything but a file.
    StorageError
        If it cannot be written.
    """
    with storing(path, "read"):
        found = kind_of(path)
    if found == "link":
        raise UsageError(f"{path} is a link to {os.readlink(path)}; expected the file itself, or a new name")
    if found not in ("file", None):
        raise UsageError(f"{path} is a {found}; expected a new name")
    if found and not force:
        raise UsageError(f"{path} is there already; expected a new name, or --force to replace it")
    if path.parent != Path():
        make_folder(path.parent)
    write_bytes(path, data)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file of these bytes, whole or not at all. Raises StorageError."""
    write_whole(path, lambda file: file.write(data))


def json_bytes(data: Any) -> bytes:
    """Return a JSON document as the bytes of its file."""
    return (json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def csv_text(headers: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table as the text of a CSV file: a line of headers, then a line a row; None is an empty cell.

    A spreadsheet runs a text that begins like a formula, with ``=``, ``+``, ``-``, ``@``, a tab or a line break. An
    apostrophe is put before such a text, and before one that is such a text behind apostrophes of its own, so that
    taking one off gives the text again. Numbers stay numbers.
    """
    lines: list[str] = []
    end = "\r\n"  # with it a cell that holds either is quoted
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator=end)
    writer.writerow([_harmless(header) for header in headers])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "".join(line.removesuffix(end) + "\n" for line in lines)


def _harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def sealed(data: bytes) -> bytes:
    """Return the bytes with their SHA-256 in front, so that damage shows."""
    return hashlib.sha256(data).digest() + data


def unsealed(data: bytes) -> bytes | None:
    """Return what was sealed, or None if it is damaged."""
    rest = data[_SEAL:]
    return rest if hashlib.sha256(rest).digest() == data[:_SEAL] else None


def sync_folder(path: Path) -> None:
    """See to it that what happened in a folder stays so after a power cut, where the system can promise it."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder and those above it. Raises StorageError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the folder {path} could not be made: {error.strerror or error}") from error
