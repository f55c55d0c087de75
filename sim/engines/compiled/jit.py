"""How functions become machine code. With the modules beside it the only home of Numba.

Whole numbers stay whole, nothing is re-ordered (no fast math), a division by zero gives infinity or no number as
in C. The functions that Python calls are kept in a folder named after a hash of every source that goes into them
(:mod:`sim.engines.compiled.cache`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

from sim.engines.compiled import memory  # noqa: F401  (tells Numba what a Memory is)
from sim.engines.compiled.cache import cache_folder

Function = TypeVar("Function", bound=Callable[..., Any])
_OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": False, "boundscheck": False}


def inlined(function: Function) -> Function:
    """A small function that becomes part of those that call it."""
    made: Function = numba.njit(function, forceinline=True, _nrt=False, **_OPTIONS)
    return made


def called(function: Function) -> Function:
    """A function that stays one. This is said to Numba because it hands a caller's wish to be inlined on."""
    made: Function = numba.njit(function, forceinline=False, _nrt=False, **_OPTIONS)
    return made


def entry(function: Callable[..., Any]) -> Any:
    """A function that Python calls; its machine code is kept for the next time."""
    folder = cache_folder()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder) if folder is not None else before
    try:
        return numba.njit(function, forceinline=False, cache=folder is not None, **_OPTIONS)
    finally:
        numba.config.CACHE_DIR = before
