"""``manifest.json``: what a results folder holds, and of what.

``state`` is ``playing`` (its tables cannot be read yet), ``stopped`` (fewer runs than were asked for: those from 0
on that were finished) or ``finished``. ``runs`` are in the tables of the folder, ``files`` are the SHA-256 of these
tables. Finished blocks beyond `runs` lie in ``blocks/``. With a precision `from_runs` is where it is first looked at,
and `runs_asked` the most runs that there may be, until it is finished.
"""

from __future__ import annotations

import contextlib
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sim import __version__
from sim.ensemble.folder import Head, read_manifest
from sim.ensemble.plan import MOST_RUNS
from sim.ensemble.precision import Precision
from sim.errors import UsageError
from sim.model import Tables
from sim.scenario.load import Loaded
from sim.scenario.times import DAY_MS

PLAYING, STOPPED, FINISHED = "playing", "stopped", "finished"
_PACKAGES = ("numba", "numpy", "pyarrow", "scipy", "simpy")

Manifest = dict[str, Any]

_Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Text = Annotated[str, StringConstraints(max_length=10_000)]
_Word = Annotated[str, StringConstraints(max_length=200)]
_Count = Annotated[int, Field(ge=0, le=MOST_RUNS)]
_TABLE = re.compile(
    r"runs\.parquet|trajectories\.parquet|tally\.npz|digests|events\.parquet/part-[0-9]{9}\.parquet", re.ASCII
)


def _table(name: str) -> str:
    if not _TABLE.fullmatch(name):
        raise ValueError("expected the name of a table of a results folder")
    return name


_Table = Annotated[str, AfterValidator(_table)]


class _Precision(BaseModel):
    """What was asked of the intervals: see :class:`sim.ensemble.precision.Precision`."""

    model_config = ConfigDict(strict=True, extra="forbid")

    asked: dict[_Word, Annotated[float, Field(gt=0, lt=1)]]
    reached: bool | None
    max_runs: _Count


class RunManifest(Head):
    """What the manifest of an ensemble holds, checked whoever wrote it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    kind: Literal["run"]
    state: Literal["playing", "stopped", "finished"]
    scenario: _Word
    title: _Text
    hash: _Hash
    seed: int
    runs: _Count
    runs_asked: _Count
    from_runs: _Count
    keep: Literal["auto", "all", "sample", "summary"]
    kept_runs: _Count
    precision: _Precision | None
    block_runs: Annotated[int, Field(ge=1)] | None
    engine: Annotated[str, StringConstraints(pattern=r"^((simpy|compiled)( and (simpy|compiled))?)?$")]
    start: Annotated[AwareDatetime, Field(strict=False)]
    horizon_days: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    truncated: _Count
    digest: _Hash | None
    command: _Text
    versions: dict[_Word, _Word]
    files: dict[_Table, _Hash]

    @model_validator(mode="after")
    def _fits(self) -> RunManifest:
        if max(self.kept_runs, self.truncated) > self.runs:
            raise ValueError("expected no more runs that are kept, or cut off, than there are runs")
        if self.runs > self.runs_asked:
            raise ValueError("expected no more runs than were asked for")
        if self.state != PLAYING and self.runs == 0:
            raise ValueError(f"expected at least one run in a folder that is {self.state}")
        if "brinkline" not in self.versions:
            raise ValueError("expected the version of Brinkline that made it")
        return self


def new_manifest(loaded: Loaded, tables: Tables, *, seed: int, block_runs: int | None) -> Manifest:
    """The manifest of a folder in which nothing is finished yet and nothing is asked for."""
    description = loaded.description
    return {
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
    """Return the manifest of an ensemble, finished or not.

    Raises
    ------
    UsageError
        If it is no ensemble's folder, or one of another format.
    StorageError
        If it cannot be read, or is not what a manifest can be.
    """
    return read_manifest(folder, "run", RunManifest)


def own_manifest(folder: Path) -> Manifest:
    """The manifest of a results folder that this version can go on with.

    Raises
    ------
    UsageError
        If it is no results folder, or another version's.
    StorageError
        If it cannot be read.
    """
    manifest = manifest_of(folder)
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
