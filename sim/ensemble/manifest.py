"""``manifest.json``: what a results folder holds, and of what.

``state`` is ``playing`` (its tables cannot be read yet), ``stopped`` (fewer runs than were asked for: those from 0
on that were finished) or ``finished``. ``runs`` are in the tables of the folder, ``files`` are the SHA-256 of these
tables. Finished blocks beyond `runs` lie in ``blocks/``. With a precision `from_runs` is where it is first looked at,
and `runs_asked` the most runs that there may be, until it is finished.
"""

from __future__ import annotations

import contextlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim import __version__
from sim.ensemble.precision import Precision
from sim.ensemble.results import FORMAT, PLAYING, read_manifest
from sim.errors import UsageError
from sim.model import Tables
from sim.scenario.load import Loaded
from sim.scenario.times import DAY_MS

STOPPED, FINISHED = "stopped", "finished"
NAME = "manifest.json"
_PACKAGES = ("numba", "numpy", "pyarrow", "scipy", "simpy")

Manifest = dict[str, Any]


def new_manifest(loaded: Loaded, tables: Tables, *, seed: int, block_runs: int | None) -> Manifest:
    """The manifest of a folder in which nothing is finished yet and nothing is asked for."""
    description = loaded.description
    return {
        "format": FORMAT,
        "state": PLAYING,
        "scenario": description.scenario,
        "title": description.title or description.scenario,
        "hash": loaded.hash,
        "seed": seed,
        "runs": 0,
        "runs_asked": 0,
        "from_runs": 0,
        "keep": "auto",
        "kept_runs": 0,
        "precision": None,
        "block_runs": block_runs,
        "engine": "",
        "start": tables.start.isoformat(),
        "horizon_days": tables.horizon_ms / DAY_MS,
        "truncated": 0,
        "digest": None,
        "command": "",
        "versions": software_versions(),
        "files": {},
    }


def with_target(manifest: Manifest, *, runs: int, keep: str, precision: Precision | None, engine: str) -> Manifest:
    """The manifest when so many runs are asked for, the last of which an engine is about to play."""
    engines = {*manifest["engine"].split(" and "), engine} - {""}
    told = None if precision is None else {"asked": precision.asked, "reached": None, "max_runs": precision.max_runs}
    return manifest | {
        "runs_asked": runs,
        "from_runs": precision.from_runs if precision else runs,
        "keep": keep,
        "precision": told,
        "engine": " and ".join(sorted(engines)),
        "command": f"brinkline run scenario.yaml --runs {runs} --seed {manifest['seed']} --out again",
    }


def manifest_of(folder: Path) -> Manifest:
    """The manifest of a results folder that this version can go on with.

    Raises
    ------
    UsageError
        If it is no results folder, or another version's.
    StorageError
        If it cannot be read.
    """
    manifest = read_manifest(folder)
    made_by = manifest["versions"]["brinkline"]
    if made_by != __version__:
        raise UsageError(f"{folder} was made by Brinkline {made_by}; expected {__version__}, which is here")
    return manifest


def software_versions() -> dict[str, str]:
    """The versions of Brinkline, Python and the libraries that results rest on."""
    found = {name: version for name in _PACKAGES if (version := _version(name))}
    return {"brinkline": __version__, "python": platform.python_version(), **found}


def _version(package: str) -> str | None:
    with contextlib.suppress(PackageNotFoundError):
        return version(package)
    return None
