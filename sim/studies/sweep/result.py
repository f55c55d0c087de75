"""What a sweep found, as numbers and plain data."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.names import name_of
from sim.analysis.shares import CONFIDENCE
from sim.ensemble.files import csv_text
from sim.studies.compare.paired import Paired, paired
from sim.studies.sweep.measures import OUTCOME, Curve
from sim.studies.sweep.points import Points
from sim.studies.sweep.thresholds import THRESHOLDS, Crossing, crossings

FORMAT = "sweep 1"


@dataclass(frozen=True, slots=True)
class Line:
    """The thresholds of an outcome along the first axis, at one value of the second (None: there is none)."""

    outcome: str
    other: float | None
    crossings: tuple[tuple[Crossing, ...], ...]
    """For each of THRESHOLDS."""


@dataclass(frozen=True, slots=True)
class Move:
    """How far an axis moves a measure: its last value against its first, over all values of the other axis."""

    id: str
    axis: str
    difference: Paired


@dataclass(frozen=True)
class Sweep:
    """A grid and what each measure does over it. Its length is the number of all runs.

    folder : where it lies. outcomes : the curves of the outcomes that were chosen; means : of peak level and deaths.
    lines : thresholds of all outcomes. moves : of all measures; their intervals hold together (Bonferroni).
    truncated : the runs that were cut off. own : for each axis the scenario's own value, None where it is no number.
    """

    points: Points
    folder: Path
    outcomes: tuple[Curve, ...]
    means: tuple[Curve, ...]
    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    truncated: int
    own: tuple[float | None, ...]

    def __len__(self) -> int:
        return len(self.points) * self.points.runs

    @property
    def manifest(self) -> dict[str, Any]:
        """What figures say of it."""
        description = self.points.loaded.description
        return {
            "scenario": description.scenario,
            "title": description.title or description.scenario,
            "seed": self.points.seed,
            "truncated": self.truncated,
        }

    @property
    def curves(self) -> tuple[Curve, ...]:
        """All measures, outcomes first."""
        return (*self.outcomes, *self.means)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data: ``sweep.json``; None where a number is unknown."""
        points = self.points
        return {
            "format": FORMAT,
            **self.manifest,
            "hash": points.loaded.hash,
            "identity": points.identity,
            "points": len(points),
            "runs_a_point": points.runs,
            "over": [
                {
                    "name": one.name,
                    "path": one.path,
                    "values": one.values.tolist(),
                    "unit": one.unit,
                    "log": one.log,
                    "own": own,
                }
                for one, own in zip(points.axes, self.own, strict=True)
            ],
            "measures": {
                curve.id: {
                    "name": curve.name,
                    "kind": curve.kind,
                    "of": curve.of.astype(int).tolist(),
                    "estimate": _plain(curve.estimate),
                    "low": _plain(curve.low),
                    "high": _plain(curve.high),
                    "moved_by": {one.axis: _move_data(one.difference) for one in self.moves if one.id == curve.id},
                }
                for curve in self.curves
            },
            "thresholds": [
                {
                    "outcome": line.outcome,
                    **({} if line.other is None else {points.axes[1].name: line.other}),
                    "threshold": threshold,
                    "reached": bool(told),
                    "crossings": [
                        {"direction": one.direction, points.axes[0].name: one.at, "low": one.low, "high": one.high}
                        for one in told
                    ],
                }
                for line in self.lines
                for threshold, told in zip(THRESHOLDS, line.crossings, strict=True)
            ],
        }

    def as_csv(self) -> str:
        """``sweep.csv``: a row a point and measure."""
        headers = [*(one.label for one in self.points.axes), "measure", "name", "runs", "estimate", "low", "high"]
        rows: list[list[object]] = []
        for where in product(*map(range, self.points.shape)):
            values = [f"{one.values[i]:.12g}" for one, i in zip(self.points.axes, where, strict=True)]
            for curve in self.curves:
                numbers = (float(array[where]) for array in (curve.estimate, curve.low, curve.high))
                told = ["" if np.isnan(number) else f"{number:.6g}" for number in numbers]
                rows.append([*values, curve.id, curve.name, int(curve.of[where]), *told])
        return csv_text(headers, rows)


def lines_of(points: Points, outcome: str, each: NDArray[np.float32]) -> list[Line]:
    """The thresholds of an outcome, from whether it came true in each run, shape (*grid, runs)."""
    first = points.axes[0]
    others = points.axes[1].values.tolist() if len(points.axes) == 2 else [None]
    each = each.reshape(first.count, len(others), -1)
    return [
        Line(
            outcome,
            other,
            tuple(tuple(crossings(first.values, each[:, number], t, log=first.log)) for t in THRESHOLDS),
        )
        for number, other in enumerate(others)
    ]


def moves_of(points: Points, curve: Curve, each: NDArray[np.float32], *, together: int) -> list[Move]:
    """How far each axis moves a measure, from what each run has; so many intervals hold together with 95 %."""
    axes = points.axes
    confidence = 1 - (1 - CONFIDENCE) / together
    found = []
    for number, one in enumerate(axes):
        ends = np.moveaxis(each, number, 0)[[0, -1]].astype(float)
        first, last = (end if len(axes) == 1 else end.mean(axis=0) for end in ends)
        share = curve.kind == OUTCOME and len(axes) == 1
        found.append(Move(curve.id, one.name, paired(first, last, confidence=confidence, share=share)))
    return found


def outcome_name(points: Points, outcome: str) -> str:
    """An outcome's name for people."""
    return name_of(points.loaded.description.outcomes, outcome)


def _move_data(one: Paired) -> dict[str, Any]:
    numbers = (one.difference, *one.interval)
    difference, low, high = (None if np.isnan(number) else number for number in numbers)
    return {"difference": difference, "low": low, "high": high, "clear": one.clear, "pairs": one.pairs}


def _plain(array: NDArray[np.float64]) -> Any:
    numbers = array.astype(object)
    numbers[np.isnan(array)] = None
    return numbers.tolist()
