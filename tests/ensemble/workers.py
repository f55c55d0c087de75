"""Stand-ins for the function that a worker process plays, and what a test sees of such processes."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from sim.ensemble import worker
from sim.ensemble.blocks import BlockPlayer
from sim.ensemble.child import Child, Parent


def children(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    """The child processes that are started from now on."""
    started: list[Child] = []
    begin = Child.__init__

    def noted(self: Child, *arguments: Any) -> None:
        begin(self, *arguments)
        started.append(self)

    monkeypatch.setattr(Child, "__init__", noted)
    return started


def _asked() -> Parent:
    """The parent, once it has asked for a block."""
    parent = Parent()
    parent.hear()
    parent.tell("ready")
    parent.hear()
    return parent


def dies() -> None:
    """A worker that ends of each block."""
    _asked()
    os._exit(9)


def crashes() -> None:
    """A worker that ends of each block as one does that touches memory that is not its own."""
    _asked()
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGSEGV)


def fails() -> None:
    """A worker that meets an error outside of any block."""
    _asked()
    raise ImportError("libgfortran.so.5: cannot open shared object file")


def cannot_begin() -> None:
    """A worker that is never ready."""
    raise ImportError("No module named 'numpy'")


class _NoMemory(BlockPlayer):
    def play(self, runs: range) -> bytes:
        raise MemoryError


class _Wrong(BlockPlayer):
    def play(self, runs: range) -> bytes:
        raise TypeError("int expected\nbut not found")


def has_no_memory() -> None:
    """A worker whose blocks take more memory than there is."""
    worker.BlockPlayer = _NoMemory  # type: ignore[misc]
    worker.work()


def goes_wrong() -> None:
    """A worker whose blocks meet an error of Brinkline's own."""
    worker.BlockPlayer = _Wrong  # type: ignore[misc]
    worker.work()
