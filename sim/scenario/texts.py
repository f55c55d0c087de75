"""A file, or standard input, → its text: bounded, never waiting for a pipe or a device, UTF-8."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from sim.errors import StorageError
from sim.scenario import characters
from sim.scenario.faults import Fault, Spot, short

LARGEST_BYTES = 1 << 20
STANDARD_INPUT = "<stdin>"
"""What messages call standard input, which is read where a scenario is called ``-``."""

_received: list[tuple[object, bytes]] = []
"""The stream that standard input was read from last, and what stood on it."""


def read_text(path: Path, file: str) -> str | Fault:
    """The text of a file, or the fault that keeps it from being read."""
    start = Spot(file, 1, 1)
    try:
        data = standard_input() if file == STANDARD_INPUT else _bytes_of(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return Fault(start, "unreadable", "", f"cannot be read: {reason}")
    if len(data) > LARGEST_BYTES:
        return Fault(start, "unreadable", "", "found a file over 1 MiB", "at most 1 MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(data, error.start, file)


def _bytes_of(path: Path) -> bytes:
    """The bytes of a regular file, at most one more than a file may have.

    Pipes and devices, which might never end or never answer, are opened without waiting and refused.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    try:
        kind = os.fstat(handle).st_mode
        if not stat.S_ISREG(kind):
            what = "a folder" if stat.S_ISDIR(kind) else "a pipe" if stat.S_ISFIFO(kind) else "a device"
            raise ValueError(f"it is {what}; expected a regular file, or - for standard input")
        with open(handle, "rb", closefd=False) as stream:
            return stream.read(LARGEST_BYTES + 1)
    finally:
        os.close(handle)


def standard_input() -> bytes:
    """What stands on standard input, at most one byte more than a file may have; read once and remembered.

    Raises StorageError where it is closed or empty.
    """
    stream = sys.stdin
    if not _received or _received[0][0] is not stream:
        if stream is None or stream.closed:
            raise StorageError(f"{STANDARD_INPUT}: standard input is closed; expected a scenario on it")
        data = getattr(stream, "buffer", stream).read(LARGEST_BYTES + 1)
        _received[:] = [(stream, data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)]
    data = _received[0][1]
    if not data:
        raise StorageError(f"{STANDARD_INPUT}: found nothing on standard input; expected a scenario")
    return data


def _not_utf8(data: bytes, at: int, file: str) -> Fault:
    """The fault of bytes that are no UTF-8, at the first of them, with the encoding that they are probably in."""
    before = data[:at].decode("utf-8", "replace").removeprefix("\ufeff")
    line = before.rpartition("\n")[2]
    spot = Spot(file, before.count("\n") + 1, len(line) + 1)
    encoding = characters.encoding_of(data)
    if encoding == "Windows-1252":
        letter = data[at : at + 1].decode(encoding, "replace")
        hint = f", but in {encoding} is {short(letter)}" if letter.isprintable() else ""
    else:
        hint = f"; the file is probably {encoding}" if encoding else "; the file is in another encoding"
    found = f"found the byte 0x{data[at]:02X}, which is not UTF-8{hint}"
    return Fault(spot, "unreadable", "", found, "a file that was saved as UTF-8")
