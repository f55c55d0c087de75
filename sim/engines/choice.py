"""Which engine plays."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sim.engines.played import Engine
from sim.model.tables import Tables

NAMES = ("auto", "simpy", "compiled")
_WORTH_LOADING, _WORTH_COMPILING = 150, 4_000
"""From so many runs on the compiled engine finishes sooner: where its machine code is there, and where it is not."""


def to_stderr(text: str) -> None:
    """Say something beside what a command answers."""
    print(f"brinkline: {text}", file=sys.stderr)


def chosen(name: str, runs: int) -> str:
    """The engine that plays so many runs: the one asked for; of ``auto`` the one that finishes sooner."""
    if name != "auto":
        return name
    if runs < _WORTH_LOADING:
        return "simpy"
    from sim.engines.compiled.cache import is_warm

    return "compiled" if runs >= _WORTH_COMPILING or is_warm() else "simpy"


def engine_of(name: str, tables: Tables, say: Callable[[str], None] = to_stderr) -> Engine:
    """The engine ``simpy`` or ``compiled``, ready to play; `say` is told if the kernel must be compiled first."""
    if name == "compiled":
        from sim.engines.compiled.engine import CompiledEngine, prepare

        prepare(say)
        return CompiledEngine(tables)
    from sim.engines.simpy_engine import SimPyEngine

    return SimPyEngine(tables)
