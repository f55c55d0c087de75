"""The one way to a terminal, a file or a pipe: whatever a command says goes through here.

What acts on a terminal instead of being seen is shown as an escape (:mod:`sim.escapes`). What the stream's encoding
does not have is replaced. A stream that is closed, full or read no further stops nobody's work.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import select
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from sim.engines.choice import silent, to_stderr
from sim.escapes import json_text, visible

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_REPLACED = "brinkline.replaced"
_STAND_INS = {
    "\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{BOX DRAWINGS LIGHT HORIZONTAL}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...", "\N{RIGHTWARDS ARROW}": "->", "\N{MULTIPLICATION SIGN}": "x",
    "\N{LESS-THAN OR EQUAL TO}": "<=", "\N{GREATER-THAN OR EQUAL TO}": ">=", "\N{PLUS-MINUS SIGN}": "+-",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"', "\N{MIDDLE DOT}": ".",
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{NO-BREAK SPACE}": " ",
}  # fmt: skip
"""What is written where an encoding lacks the sign: a minus must not become a question mark."""


def say(text: str, *, end: str = "\n") -> None:
    """Print a text."""
    _put(sys.stdout, visible(text) + end)


def warn(text: str) -> None:
    """Print a text on the standard error."""
    _put(sys.stderr, visible(text) + "\n")


def aside(*, quiet: bool) -> Callable[[str], None]:
    """Return what is told of what takes long, beside the answer."""
    return silent if quiet else to_stderr


def print_json(document: Any) -> None:
    """Print a JSON document, in UTF-8 whatever the encoding of other text."""
    text = json_text(document) + "\n"
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        _put(sys.stdout, text)
        return
    sys.stdout.flush()
    binary.write(text.encode())
    binary.flush()


@contextlib.contextmanager
def outlets() -> Iterator[_Outlet]:
    """Where the program's own output streams take everything; how the standard output fared comes back.

    Streams that a caller put in their place stay.
    """
    _occupy()
    before = sys.stdout, sys.stderr
    out, err = _Outlet(sys.__stdout__), _Outlet(sys.__stderr__)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(out, sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(err, sys.stderr)
    try:
        yield out
    finally:
        sys.stdout.flush()
        sys.stdout, sys.stderr = before


class _Outlet(io.RawIOBase):
    """Hands on what it is given until that fails; then it forgets it."""

    def __init__(self, stream: TextIO | None):
        self._raw: Any = None if stream is None else getattr(stream.buffer, "raw", stream.buffer)
        self._failure: OSError | None = None

    @property
    def lost(self) -> str | None:
        """Why something did not arrive that somebody waits for; None if all did, or nobody reads on."""
        failure = self._failure
        return None if failure is None or failure.errno == errno.EPIPE else failure.strerror or str(failure)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._raw is not None and self._raw.isatty()

    def fileno(self) -> int:
        if self._raw is None:
            raise io.UnsupportedOperation("fileno")
        return int(self._raw.fileno())

    def write(self, data: ReadableBuffer) -> int:
        while self._raw is not None and self._failure is None:
            try:
                written = self._raw.write(data)
            except OSError as error:
                self._failure = error
            else:
                if written is not None:
                    return int(written)
                select.select([], [self._raw], [])  # a pipe that does not block has no room just now
        return memoryview(data).nbytes


def _text(outlet: _Outlet, stream: TextIO | None) -> io.TextIOWrapper:
    """Return a text stream into an outlet, with the encoding of the one in whose place it stands."""
    encoding = "utf-8" if stream is None else stream.encoding
    binary = io.BufferedWriter(outlet)
    return io.TextIOWrapper(binary, encoding, _REPLACED, line_buffering=outlet.isatty() or stream is sys.__stderr__)


def _put(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def _occupy() -> None:
    """Give standard streams that are closed something to be: a file that is opened later must not become one."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free: this one


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_STAND_INS.get(sign, "?") for sign in signs), error.end


codecs.register_error(_REPLACED, _replaced)
