"""The one way to a terminal, a file or a pipe: whatever a command says goes through here.

What acts on a terminal instead of being seen is shown as an escape (:mod:`sim.escapes`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import IO, Any

from sim.engines.choice import silent, to_stderr
from sim.escapes import json_text, visible


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
    bytes_of = getattr(sys.stdout, "buffer", None)
    if bytes_of is None:
        _put(sys.stdout, text)
    else:
        sys.stdout.flush()
        bytes_of.write(text.encode())
        bytes_of.flush()


def _put(stream: IO[str], text: str) -> None:
    stream.write(text)
    stream.flush()
