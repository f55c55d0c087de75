"""Discovery: an ensemble in which every run draws its own parameters, and where in it an outcome is likely."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.names import name_of
from sim.ensemble.files import csv_text
from sim.ensemble.folder import PAGES, Folder, held
from sim.ensemble.manifest import manifest_of
from sim.ensemble.plan import Request
from sim.ensemble.results import Ensemble
from sim.ensemble.run import play, resume
from sim.errors import BrinklineError, UsageError
from sim.scenario.load import Loaded
from sim.studies.discover.boxes import Box, Floats
from sim.studies.discover.search import Search, search
from sim.studies.outcomes import known_outcome

FORMAT = "discover 1"
DOCUMENT, BOXES = "discover.json", "discover.csv"
RUNS = "runs"
"""The folder of the runs within that of the study."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Discovery:
    """Where an outcome is likely. Its length is the number of runs.

    outcome : its id; threshold : from which probability on it is likely. parameters : the names of those that vary;
    drawn : float64, shape (runs that tell, parameters). unknown : how many were cut off and do not tell. found : what
    the search says; its limits name parameters by their place in `parameters`.
    """

    ensemble: Ensemble
    outcome: str
    threshold: float
    parameters: tuple[str, ...]
    drawn: Floats
    unknown: int
    found: Search

    def __len__(self) -> int:
        return len(self.ensemble)

    @property
    def manifest(self) -> dict[str, Any]:
        """What figures say of it."""
        return self.ensemble.manifest

    @property
    def name(self) -> str:
        """The outcome's name for people."""
        return name_of(self.ensemble.description.outcomes, self.outcome)

    def limits(self, box: Box) -> dict[str, tuple[float | None, float | None]]:
        """For each parameter that a box limits its least and its greatest value, None where there is no limit."""
        ends: dict[str, tuple[float | None, float | None]] = {}
        for one in box:
            name = self.parameters[one.parameter]
            low, high = ends.get(name, (None, None))
            ends[name] = (one.value, high) if one.above else (low, one.value)
        return ends

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data: ``discover.json``."""
        manifest, found, told = self.manifest, self.found, self.found.told
        sides = zip(found.box, found.sides, strict=True)
        return {
            "format": FORMAT,
            "scenario": manifest["scenario"],
            "title": manifest["title"] or manifest["scenario"],
            "hash": manifest["hash"],
            "seed": manifest["seed"],
            "runs": len(self),
            "unknown": self.unknown,
            "runs_of_parts": dict(zip(("find", "choose", "tell"), found.runs, strict=True)),
            "outcome": self.outcome,
            "name": self.name,
            "threshold": self.threshold,
            "parameters": list(self.parameters),
            "verdict": found.verdict,
            "base": found.base.as_dict(),
            "box": {name: {"low": low, "high": high} for name, (low, high) in self.limits(found.box).items()},
            "limits": [
                {
                    "parameter": self.parameters[one.parameter],
                    "side": "above" if one.above else "below",
                    "value": one.value,
                    "p_value": side.p_value,
                    "beyond": side.beyond.as_dict(),
                }
                for one, side in sides
            ],
            "density": None if told is None else told.density.as_dict(),
            "coverage": None if told is None else told.coverage.as_dict(),
            "support": None if told is None else told.support.as_dict(),
            "elsewhere": None if told is None else told.elsewhere.as_dict(),
            "difference": None if found.difference is None else list(found.difference),
        }

    def as_csv(self) -> str:
        """``discover.csv``: a row a box on the way, with what the runs that find, choose and tell say of it."""
        shares = ("density", "coverage", "support")
        headers = ["step", *(f"{part}_{share}" for part in ("find", "choose", "tell") for share in shares), "box"]
        rows: list[list[object]] = []
        for number, step in enumerate(self.found.steps):
            told = (getattr(part, share) for part in (step.peeled, step.checked, step.told) for share in shares)
            limits = ", ".join(
                f"{self.parameters[one.parameter]} {'>=' if one.above else '<='} {one.value:g}" for one in step.box
            )
            rows.append([number, *("" if not one.of else f"{one.value:.6g}" for one in told), limits])
        return csv_text(headers, rows)


def discover(ensemble: Ensemble, outcome: str, *, threshold: float = 0.5) -> Discovery:
    """The parameter ranges under which an outcome is likely, from runs that each drew their own parameters.

    Raises
    ------
    UsageError
        If the outcome is not known, the threshold is no probability or no parameter differs between runs.
    StorageError
        If a table cannot be read.
    """
    check(ensemble.scenario, outcome, threshold)
    came = ~np.isnan(ensemble.column(f"outcome.{outcome}"))
    known = came | ~ensemble.column("truncated")
    columns = dict(_varying(ensemble, known))
    if not columns:
        raise UsageError(f"found no parameter that differs between the runs of {ensemble.folder}; expected ranges")
    drawn = np.column_stack([*columns.values()])
    found = search(drawn, came[known], threshold=threshold)
    return Discovery(ensemble, outcome, threshold, tuple(columns), drawn, int((~known).sum()), found)


def check(loaded: Loaded, outcome: str, threshold: float) -> None:
    """Raise UsageError if there is no such outcome, or the threshold is no probability."""
    known_outcome(loaded.description, outcome)
    if not 0 < threshold < 1:
        raise UsageError(f"found {threshold:g} as the threshold; expected it between 0 and 1")


def _varying(ensemble: Ensemble, known: np.ndarray[Any, np.dtype[np.bool_]]) -> Iterator[tuple[str, Floats]]:
    for name in ensemble.description.parameters:
        values = ensemble.column(f"param.{name}")[known]
        if len(values) and values.min() < values.max():
            yield name, values


def ensemble_of(
    loaded: Loaded,
    folder: Path,
    request: Request,
    *,
    progress: Progress | None = None,
    say: Callable[[str], None],
) -> Ensemble:
    """The runs of a scenario in a study's folder, played as far as they are not there yet.

    Raises
    ------
    UsageError
        If the folder holds something else and may not be replaced.
    RunError, StorageError, Interrupted
        As when an ensemble is played; finished runs are kept.
    """
    with held(folder, "discover") as home:
        _begin(home)
        home.claim([f"{RUNS}/"])
        there = _there(folder / RUNS) if (folder / RUNS / "scenario.yaml").exists() else None
        if there is not None and (there["hash"], there["seed"]) == (loaded.hash, request.seed):
            resume(
                folder / RUNS, runs=request.runs, workers=request.workers, engine=request.engine,
                progress=progress, say=say,
            )  # fmt: skip
            return Ensemble(folder / RUNS)
        if there is not None and not request.force:
            raise home.refuse("holds runs of another scenario or seed")
        if request.force and (kept := home.kept_text()):
            say(kept)
        return play(loaded, folder / RUNS, replace(request, keep="summary"), progress, say=say)


def _begin(folder: Folder) -> None:
    if folder.manifest is None:
        folder.begin({})


def _there(folder: Path) -> dict[str, Any] | None:
    try:
        return manifest_of(folder)
    except BrinklineError:
        return None


def write(found: Discovery, folder: Folder) -> None:
    """Write ``discover.json`` and ``discover.csv``; pictures and page of before go. Raises StorageError."""
    _begin(folder)
    folder.remove(*PAGES)
    folder.write_json(DOCUMENT, found.as_dict())
    folder.write(BOXES, found.as_csv())
