"""How functions become machine code. With the modules beside it the only home of Numba.

Whole numbers stay whole, nothing is re-ordered (no fast math), a division by zero gives infinity or no number as
in C. The functions that Python calls are kept in a folder named after a hash of every source that goes into them
(:mod:`sim.engines.compiled.cache`). Numba's own cache is not used: it believes whatever it finds there.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from sim.engines.compiled import memory  # noqa: F401  (tells Numba what a Memory is)
from sim.engines.compiled.cache import Damaged, NotKept, keep, kept

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
    made = numba.njit(function, forceinline=False, **_OPTIONS)
    made._cache = MachineCode(function)
    return made


class MachineCode(NullCache):
    """The machine code of one function, kept in files of ours: what Numba asks before it compiles, and gives then.

    compiling : is told before it is compiled: why what is kept cannot be used, or None if nothing is.
    lost : why it could not be kept, or None.
    """

    def __init__(self, function: Callable[..., Any]):
        self.function = function
        self.compiling: Callable[[NotKept | None], None] = lambda why: None
        self.lost: NotKept | None = None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was kept of it, or None: then Numba compiles."""
        target_context.refresh()
        why: NotKept | None = None
        name = self._name(sig, target_context)
        try:
            data = kept(name)
            if data is not None:
                return CompileResult._rebuild(target_context, *pickle.loads(data))
        except NotKept as trouble:
            why = trouble
        except Exception as error:  # it was sealed by this version, and yet: whatever it is, it can be made anew
            why = Damaged(f"{name} cannot be used: {type(error).__name__}")
        self.compiling(why)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, if that can be done."""
        try:
            keep(self._name(sig, data.target_context), dumps(data._reduce()))
        except NotKept as trouble:
            self.lost = trouble

    def _name(self, sig: Any, target_context: Any) -> str:
        """A file's name for what it is compiled for: these types, this processor."""
        about = repr((self.function.__module__, str(sig), target_context.codegen().magic_tuple()))
        module = self.function.__module__.rpartition(".")[2]
        return f"{module}.{self.function.__name__}-{hashlib.sha256(about.encode()).hexdigest()[:16]}.nbc"
