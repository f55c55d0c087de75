"""Morris's screening: how much a result moves when one parameter moves, seen from many places.

An elementary effect is the change of the result divided by that of the parameter, which is counted from 0 at the 5 %
point of its range to 1 at its 95 % point. μ is their mean, μ* the mean of their sizes (Campolongo et al. 2007),
σ their standard deviation, which is large where the effect depends on the other parameters or is not straight.

Luck makes effects too. A run whose events change at all may change by as much as any two runs differ, so μ* is above 0
for a parameter that only shuffles luck; one that nobody reads changes no run and has 0. The floor says how much: were
there no effect, each run's difference could as well have the opposite sign. So the signs are shuffled, and a parameter
is clear of luck if its μ* or the size of its μ, against its own shuffled ones, stands further out than the furthest of
all parameters does 95 times of 100. All points of a trajectory are played by the same runs, others by others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.studies.sensitivity.design import generator, problem
from sim.studies.sensitivity.inputs import Floats
from sim.studies.sensitivity.spread import Estimate, Estimates, jackknifed

_SHUFFLES = 2000


@dataclass(frozen=True, slots=True)
class Screened:
    """What the screening says of one parameter, in the result's unit.

    mean : μ with its interval; size : μ*; deviation : σ. floor : the μ* that luck alone gives. clear : whether μ* or
    μ stands out from luck, all parameters considered. changed : the share of runs that differed at all when it moved.
    """

    id: str
    mean: Estimate
    size: Estimate
    deviation: Estimate
    floor: float
    clear: bool
    changed: float

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "parameter": self.id,
            "mu": self.mean.as_list(),
            "mu_star": self.size.as_list(),
            "sigma": self.deviation.as_list(),
            "floor": self.floor,
            "clear": self.clear,
            "changed": self.changed,
        }


@dataclass(frozen=True)
class Screening:
    """All parameters, the one with the largest μ* first; `sizes`: their μ* with their joint errors, in that order."""

    parameters: tuple[Screened, ...]
    sizes: Estimates

    @property
    def clear(self) -> tuple[str, ...]:
        """The ids of those that stand out from luck."""
        return tuple(one.id for one in self.parameters if one.clear)


def screen(
    names: tuple[str, ...], unit: Floats, responses: Floats, *, levels: int, seed: int, share: float
) -> Screening:
    """What Morris's trajectories say.

    unit : the design, shape (trajectories, inputs + 1, inputs). responses : shape (trajectories, inputs + 1, runs).
    share : how often a parameter without effect may be called clear, all of them taken together.
    """
    from SALib.analyze import morris

    width = len(names)
    found = morris.analyze(
        problem(names),
        unit.reshape(-1, width),
        responses.mean(axis=-1).ravel(),
        num_levels=levels,
        num_resamples=2,
        seed=1,
    )
    effects, changed = _effects(unit, responses)
    sized = jackknifed(_statistics, effects.mean(axis=1))
    floors, clear = _against_luck(effects, seed=seed, share=share)
    values = np.concatenate([np.asarray(found[key], float) for key in ("mu", "mu_star", "sigma")])
    sized = Estimates(values, sized.covariance, sized.freedom)
    order = np.argsort(-values[width : 2 * width], kind="stable")
    parameters = tuple(
        Screened(
            names[i],
            sized.estimate(i),
            _not_below(sized.estimate(width + i)),
            _not_below(sized.estimate(2 * width + i)),
            float(floors[i]),
            bool(clear[i]),
            float(changed[i]),
        )
        for i in order.tolist()
    )
    return Screening(parameters, sized.chosen(width + order))


def _not_below(one: Estimate) -> Estimate:
    return Estimate(one.value, max(one.low, 0.0), one.high)


def _effects(unit: Floats, responses: Floats) -> tuple[Floats, Floats]:
    """Elementary effects run by run, shape (trajectories, runs, inputs), and the share of runs that each changed."""
    steps, moves = np.diff(responses, axis=1), np.diff(unit, axis=1)
    moved = np.abs(moves).argmax(axis=2)
    by = np.take_along_axis(moves, moved[..., np.newaxis], axis=2)
    order = np.argsort(moved, axis=1)
    effects = np.take_along_axis(steps / by, order[..., np.newaxis], axis=1)
    return np.moveaxis(effects, 1, 2), (effects != 0).mean(axis=(0, 2))


def _statistics(means: Floats) -> Floats:
    """μ of all inputs, then μ*, then σ, from effects of shape (trajectories, inputs)."""
    return np.concatenate([means.mean(axis=0), np.abs(means).mean(axis=0), means.std(axis=0, ddof=1)])


def _against_luck(effects: Floats, *, seed: int, share: float) -> tuple[Floats, NDArray[np.bool_]]:
    """The μ* that luck alone gives each input, and which of the inputs stand out from it.

    By the greatest of all inputs' standardised sizes of μ and μ* under shuffled signs: Westfall and Young 1993, single
    step.
    """
    count, runs, width = effects.shape
    means = effects.mean(axis=1)
    sizes = np.concatenate([np.abs(means).mean(axis=0), np.abs(means.mean(axis=0))])
    if runs == 1:  # no luck
        return np.zeros(width), sizes[:width] > 0
    dice = generator(seed, 2)
    shuffled, sums = np.zeros((2, width, _SHUFFLES))
    for trajectory in effects:
        signs = 2.0 * dice.integers(0, 2, size=(runs, _SHUFFLES)) - 1.0
        some = np.einsum("ri,rs->is", trajectory, signs)  # a matrix product would be shared among busy cores
        shuffled += np.abs(some)
        sums += some
    both = np.concatenate([shuffled, np.abs(sums)]) / (count * runs)
    floors, deviations = both.mean(axis=1), both.std(axis=1)
    safe = np.where(deviations > 0, deviations, 1.0)
    furthest = ((both - floors[:, np.newaxis]) / safe[:, np.newaxis]).max(axis=0)
    stands_out = (deviations > 0) & ((sizes - floors) / safe > np.quantile(furthest, 1 - share))
    return floors[:width], stands_out.reshape(2, width).any(axis=0)
