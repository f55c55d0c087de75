"""A world whose answer is known, and functions in the place of a world.

c speaks about once a day; after a day b answers a's blow with the chance 0.05 + 0.9 x y. So the
probability of `answered` depends on x and y in a known way, w is read where nothing comes of it, and z is the bound of
a driver's thinning: it shuffles the luck of `busy` and moves nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.model.tables import ParameterTable
from sim.studies.sensitivity.inputs import Floats, Input
from sim.studies.sensitivity.measures import OUTCOME, Measure

TEXT = """\
brinkline: 1
scenario: planted
title: A world whose answer is known
start: 2024-01-01
horizon: 20 d
sources: {archive: {title: An archive, kind: count}}
ladder: [{rung: 0, name: calm}, {rung: 1, name: words}, {rung: 5, name: blow}]
actors: {a: {}, b: {}, c: {}}
parameters:
  x: {value: 0.5, range: "uniform(0, 1)", name: ease, source: assumed}
  y: {value: 0.5, range: "uniform(0, 1)", source: archive}
  z: {value: 3, range: "uniform(2, 4)", source: assumed}
  w: {value: 1, range: "gamma(2, 1)", bounds: [0.1, 5], source: assumed}
  fixed: {value: 1}
actions: {hit: {rung: 5}, speak: {rung: 1}}
rules:
  answer: {who: b, when: {action: hit, actor: a}, chance: 0.05 + 0.9 * x * y * fixed, do: hit, to: actor, after: 1 d}
  never: {who: b, when: {action: hit, actor: c}, chance: w / 10, do: hit, to: actor}
drivers:
  chatter: {who: c, do: speak, rate: 1, peak: z}
timeline: [{id: blow, at: +1 d, who: a, do: hit, to: b}, {id: other, at: +19.5 d, who: c, do: speak, chance: 0}]
outcomes:
  answered: {when: {actor: b, action: hit}}
  busy: {at: end, if: count(action=speak) > 20}
variants: {pinned: {set: {x: 0.5, y: 0.5, z: 3, w: 1}}}
"""

MEAN = 0.275
"""The probability of `answered` over the ranges."""
VARIANCE = 0.81 * (1 / 9 - 1 / 16)
"""Of that probability over the ranges."""
FIRST, TOTAL = 3 / 7, 4 / 7
"""The indices of x and of y."""
SHARE = VARIANCE / (MEAN * (1 - MEAN))
"""Of the variance of whether it was answered, what comes from the parameters."""


def write(folder: Path) -> Path:
    """The world's file in a folder."""
    path = folder / "planted.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def unit_input(name: str, column: int, *, kind: str = "assumed") -> Input:
    """A parameter that is uniform on [0, 1]."""
    return Input(name, name, "", 0.5, None, kind, column, ParameterTable(name, 0.5, "uniform", (0.0, 1.0), None))


class FunctionModel:
    """A function of shares in the place of a scenario: without luck, or `noisy` around it with so much deviation."""

    measures = (Measure("f", "f", "f", ""),)

    def __init__(self, function: Any, names: str, *, noise: float = 0.0):
        self.function, self.noise = function, noise
        self.inputs = tuple(unit_input(name, column) for column, name in enumerate(names))

    def respond(self, shares: Floats, runs: int, *, together: int) -> Any:
        groups = np.arange(len(shares)) // together
        drawn = np.random.default_rng(7).random((groups[-1] + 1, runs, len(self.inputs)))[groups]
        values = self.function(np.where(np.isnan(shares)[:, np.newaxis], drawn, shares[:, np.newaxis]))
        return values + self.noise * np.random.default_rng(8).normal(size=(len(shares), runs))

    def values(self, left: Any, measure: Measure) -> Floats:
        found: Floats = left
        return found


class OutcomeModel(FunctionModel):
    """Like it, of what happens or not, with the function as its probability."""

    measures = (Measure("f", OUTCOME, "f", "probability", "f"),)

    def respond(self, shares: Floats, runs: int, *, together: int) -> Any:
        chance = super().respond(shares, runs, together=together)
        return (np.random.default_rng(9).random(chance.shape) < chance).astype(float)


def ishigami(shares: Floats) -> Floats:
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1 for x uniform on [−π, π]: Ishigami and Homma 1990."""
    x = np.pi * (2 * shares - 1)
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])
