"""The folders of the user in which Python, or a library, would look for something: there it is to find nothing.

Python looks for modules in the folder of a script, or in the working folder, before all others (python/cpython#117378
is how even a child of an installed command comes to it). A ``random.py``, ``numpy/`` or ``sim.py`` that somebody keeps
there is theirs, and nothing that Brinkline needs. Two libraries read settings from the working folder, which may be a
stranger's: how figures look, and whether there is a compiled engine, does not hang on where one stands.
"""

from __future__ import annotations

import contextlib
import os
import site
import sys
from importlib import import_module

_SETTINGS = {"matplotlibrc": "matplotlib", ".numba_config.yaml": "numba.core.config"}
"""Files in the working folder that these modules read when they are imported."""


def trusted_path() -> list[str]:
    """Where this process looks for modules, without the working folder and that of the script."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    return _without([os.path.dirname(script)] if script else [])


def shut_out_working_folder() -> None:
    """Keep a command from importing what lies in the working folder, and from the settings of others there."""
    sys.path[:] = _without([])
    for file, module in _SETTINGS.items():
        if os.path.lexists(file):
            with contextlib.chdir(os.path.dirname(os.__file__)):
                names = vars(import_module(module))
            if "_config_fname" in names:  # Numba would read it again whenever it compiles
                names["_config_fname"] = os.devnull


def _without(folders: list[str]) -> list[str]:
    """``sys.path`` without the working folder, these folders, and those that depend on where one is."""
    with contextlib.suppress(OSError):  # where one is may be gone
        folders = [*folders, os.getcwd()]
    own = {_real(os.path.dirname(os.__file__)), *map(_real, site.getsitepackages())}
    unwanted = {_real(folder) for folder in folders if os.path.isabs(folder)} - own
    return [place for place in sys.path if os.path.isabs(place) and _real(place) not in unwanted]


def _real(folder: str) -> str:
    return os.path.normcase(os.path.realpath(folder))
