"""Which engine plays, and making it ready."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.errors import UsageError
from sim.escapes import visible

if TYPE_CHECKING:
    from sim.engines.played import Engine
    from sim.model.tables import Tables

ENGINES = ("auto", "simpy", "compiled")
_WORTH_LOADING, _WORTH_COMPILING = 150, 4_000
"""From so many runs on the compiled engine finishes sooner: where its machine code is there, and where it is not."""


def chosen(name: str, runs: int) -> str:
    """The engine that plays so many runs: the one asked for; of ``auto`` the one that finishes sooner.

    Raises
    ------
    UsageError
        If the compiled engine is asked for where Numba is told to compile nothing.
    """
    compiles_nothing = os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"
    if name == "compiled" and compiles_nothing:
        raise UsageError("found NUMBA_DISABLE_JIT, which keeps engines from being compiled; expected the engine simpy")
    if name != "auto":
        return name
    if runs < _WORTH_LOADING or compiles_nothing:
        return "simpy"
    from sim.engines.compiled.cache import is_warm

    return "compiled" if runs >= _WORTH_COMPILING or is_warm() else "simpy"


def to_stderr(text: str) -> None:
    """Say something beside the answer, where there is anybody to hear it."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(f"brinkline: {visible(text)}", file=sys.stderr, flush=True)


def silent(text: str) -> None:
    """Say nothing."""


def make_ready(name: str, say: Callable[[str], None]) -> None:
    """Have the engine ``simpy`` or ``compiled`` ready; `say` is told if the kernel must be compiled first."""
    if name == "compiled":
        from sim.engines.compiled.engine import prepare

        prepare(say)


def engine_of(name: str, tables: Tables) -> Engine:
    """The engine ``simpy`` or ``compiled`` for a scenario."""
    if name == "compiled":
        from sim.engines.compiled.engine import CompiledEngine

        return CompiledEngine(tables)
    from sim.engines.simpy_engine import SimPyEngine

    return SimPyEngine(tables)
