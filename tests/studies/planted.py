"""A scenario whose outcome depends on two of five parameters, and runs in which an outcome depends on a planted box."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SCENARIO = """\
brinkline: 1
scenario: planted
title: A planted box
start: 2024-01-01
horizon: 10 d
ladder: [{rung: 0, name: calm}, {rung: 5, name: blow}]
actors: {a: {}, b: {}}
parameters:
  p: {value: 0.5, range: "uniform(0, 1)", unit: share, note: One of the two., source: assumed}
  q: {value: 3, range: "uniform(0, 10)"}
  r: {value: 0.5, range: "uniform(0, 1)"}
  s: {value: 1, range: "lognormal(1, 3)"}
  u: {value: 0.5, range: "beta(2, 2)"}
  fixed: {value: 1}
actions: {hit: {rung: 5}, talk: {rung: 0}}
rules:
  back: {who: b, when: {action: hit}, chance: 0.9 if p > 0.6 and q < 4 else 0.1, do: talk, to: actor}
timeline: [{id: first, at: +1 d, who: a, do: hit, to: b}]
drivers: {noise: {who: b, do: talk, to: nobody, rate: 0.1 * r * s * u}}
outcomes:
  answered: {name: An answer, when: {action: talk, origin: back}}
  even: {if: "count(action=talk, origin=noise) > 0"}
  never: {if: level > 9}
"""
"""``answered`` has the chance 0.9 where p is above 0.6 and q below 4 (16 % of the runs), else 0.1."""


def runs(count: int, parameters: int, *, seed: int, inside: float = 0.8, outside: float = 0.15) -> tuple[Any, Any]:
    """Draws in the unit cube, and an outcome with one chance where x0 > 0.6 and x1 < 0.5, and another elsewhere."""
    dice = np.random.default_rng(seed)
    values: NDArray[np.float64] = dice.random((count, parameters))
    box = (values[:, 0] > 0.6) & (values[:, 1] < 0.5)
    return values, dice.random(count) < np.where(box, inside, outside)
