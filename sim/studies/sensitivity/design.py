"""Where the model is asked: points in the unit cube, a share of each parameter's range a side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.studies.sensitivity.inputs import Floats

LOW, HIGH = 0.05, 0.95
"""Between these shares of each range the screening moves: the ends of some ranges are infinite."""


def generator(seed: int, what: int) -> np.random.Generator:
    """The dice of a design: its own for each of the seed's designs."""
    return np.random.default_rng([abs(seed), int(seed < 0), what])


def problem(names: Sequence[str], groups: Sequence[str] | None = None) -> dict[str, Any]:
    """Inputs from 0 to 1, as SALib wants to be told of them."""
    told: dict[str, Any] = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    return told | ({} if groups is None else {"groups": list(groups)})


def trajectories(names: Sequence[str], count: int, levels: int, seed: int) -> Floats:
    """Morris's trajectories, shape (trajectories, inputs + 1, inputs): from point to point one input moves.

    Sources: Morris 1991, Technometrics 33, 161-174; made by SALib.
    """
    from SALib.sample import morris

    points = morris.sample(problem(names), count, num_levels=levels, seed=generator(seed, 0))
    return np.asarray(points, float).reshape(count, len(names) + 1, len(names))


def screened(unit: Floats) -> Floats:
    """Shares of the ranges at points of the unit cube: 0 is the 5 % point and 1 the 95 % point."""
    return LOW + (HIGH - LOW) * unit


def saltelli(names: Sequence[str], groups: Sequence[str], points: int, seed: int) -> Floats:
    """Saltelli's design, shape (points, groups + 2, inputs): A, then A with one group from B for each, then B.

    Groups are in the order in which they first appear. Sources: Saltelli et al. 2010, Computer Physics Communications
    181, 259-270, on a scrambled Sobol' sequence; made by SALib.
    """
    from SALib.sample import sobol

    told = problem(names, groups if len(set(groups)) > 1 else None)
    drawn = sobol.sample(told, points, calc_second_order=False, seed=generator(seed, 1))
    return np.asarray(drawn, float).reshape(points, -1, len(names))


def scattered(inputs: int, points: int, seed: int, what: int) -> Floats:
    """Points drawn from the whole cube, independently of each other, shape (points, inputs)."""
    return generator(seed, what).random((points, inputs))
