"""How functions become machine code. With the modules beside it the only home of Numba.

Whole numbers stay whole, nothing is re-ordered (no fast math), a division by zero gives infinity or no number as
in C. The functions that Python calls are kept in a folder named after a hash of every source that goes into them
(:mod:`sim.engines.compiled.cache`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numba
from numba.core.registry import cpu_target

from sim.engines.compiled import memory  # noqa: F401  (tells Numba what a Memory is)
from sim.engines.compiled.cache import cache_folder, is_warm

Function = TypeVar("Function", bound=Callable[..., Any])
_OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": False, "boundscheck": False}


def inlined(function: Function) -> Function:
    """A small function that becomes part of those that call it."""
    made: Function = numba.njit(function, forceinline=True, _nrt=False, **_OPTIONS)
    return made


def called(function: Function) -> Function:
    """A function that stays one."""
    made: Function = numba.njit(function, _nrt=False, **_OPTIONS)
    return made


def entry(function: Function) -> Function:
    """A function that Python calls; its machine code is kept for the next time."""
    folder = cache_folder()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder) if folder is not None else before
    try:
        made: Function = numba.njit(function, cache=folder is not None, **_OPTIONS)
    finally:
        numba.config.CACHE_DIR = before
    return made


def compile_entry(function: Any, *arguments: Any) -> None:
    """Compile an entry for arguments of these types, or take its machine code from the cache."""
    if not is_warm():
        with _parts_only():
            numba.njit(function.py_func, **_OPTIONS).compile(arguments)
    function.compile(arguments)


@contextlib.contextmanager
def _parts_only() -> Iterator[None]:
    """Let functions become parts for others to call, neither optimised nor made into machine code.

    Numba would do both for every function and, again, for all that it calls; only the whole needs it. Where Numba
    does not look as expected it does so, and takes several times as long.
    """
    context = cpu_target.target_context
    codegen, level = context.codegen(), numba.config.OPT
    if not (hasattr(codegen, "_add_module") and hasattr(context, "get_executable")):
        yield
        return
    try:
        numba.config.OPT = type(level)(0)
        codegen._add_module = lambda module: None
        context.get_executable = lambda library, description, environment: [].append  # a stand-in, each its own
        yield
    finally:
        numba.config.OPT = level
        del codegen._add_module, context.get_executable
