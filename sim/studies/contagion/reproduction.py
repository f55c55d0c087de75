"""Mean numbers of direct effects from runs that end before all effects are seen, with intervals over runs.

An event near the end of its run has responses still under way. Counting what is seen would put the numbers too low,
and of a process that grows without bound it would always say that it does not: of finite trees, each event but the
roots is somebody's effect, so no matrix of plain averages has a spectral radius above 1. So an effect that came after
a delay d is counted 1 / (the events of its cause's kind that were followed for longer than d): the mean cumulative
function of recurrent events (Nelson 1988, J. Quality Technology 20, 24-35), which is unbiased where the end comes at
a time that does not depend on the effects. Its variance takes whole runs as the independent units (Lawless and Nadeau
1995, Technometrics 37, 158-168).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.studies.contagion.forest import Forest, Whole

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean number with the ends of its interval (NaN: unknown).

    events : of how many events it is the mean; runs : in how many runs these were; seen : effects that were seen.
    """

    value: float
    low: float
    high: float
    events: int
    runs: int
    seen: int


@dataclass(frozen=True, slots=True)
class Effects:
    """What is needed of a forest where events are of so many kinds.

    kind : each event's, shape (events,). order, bounds : the events sorted by kind and how long they were followed, and
    where each kind begins in that. links : the events that are seen effects, sorted by their cause's kind and by delay;
    cuts : where each cause's kind begins; weight : what each counts.
    """

    forest: Forest
    kinds: int
    kind: Whole
    order: Whole
    bounds: Whole
    links: Whole
    cuts: Whole
    weight: Floats

    @classmethod
    def of(cls, forest: Forest, kind: Whole, kinds: int) -> Effects:
        """The links of a forest, weighted by what could be seen of their causes' kind."""
        order = np.lexsort((forest.followed, kind))
        bounds = np.searchsorted(kind[order], np.arange(kinds + 1))
        links = forest.links
        causes = kind[forest.cause[links]]
        links = links[np.lexsort((forest.delay[links], causes))]
        cuts = np.searchsorted(np.sort(causes), np.arange(kinds + 1))
        followed, delay, weight = forest.followed[order], forest.delay[links], np.empty(len(links))
        for number in range(kinds):
            own, mine = followed[bounds[number] : bounds[number + 1]], slice(cuts[number], cuts[number + 1])
            weight[mine] = 1.0 / (len(own) - np.searchsorted(own, delay[mine], side="right"))
        return cls(forest, kinds, kind, order, bounds, links, cuts, weight)

    @property
    def causes(self) -> Whole:
        """The kind of each link's cause."""
        kinds: Whole = self.kind[self.forest.cause[self.links]]
        return kinds

    @property
    def events(self) -> Whole:
        """How many events there are of each kind."""
        events: Whole = np.diff(self.bounds)
        return events

    def matrix(self) -> Floats:
        """M[a, b]: mean direct effects of kind b of an event of kind a; shape (kinds, kinds)."""
        pairs = self.causes * self.kinds + self.kind[self.links]
        matrix: Floats = np.bincount(pairs, self.weight, self.kinds**2).astype(float)
        return matrix.reshape(self.kinds, self.kinds)

    def _links(self, cause: int, effect: int | None) -> tuple[Whole, Floats]:
        """The links from a kind (to a kind), by delay, and their weights."""
        mine = slice(self.cuts[cause], self.cuts[cause + 1])
        links, weight = self.links[mine], self.weight[mine]
        if effect is None:
            return links, weight
        of_kind = self.kind[links] == effect
        return links[of_kind], weight[of_kind]

    def influence(self, cause: int, effect: int | None = None) -> Floats:
        """How far each run moves the mean effects of kind `effect` (all unless given) of a kind; shape (runs,).

        The sum of the squares estimates the variance of the mean.
        """
        forest = self.forest
        links, weight = self._links(cause, effect)
        steps = np.concatenate([[0.0], np.cumsum(weight**2)])
        causes = self.order[self.bounds[cause] : self.bounds[cause + 1]]
        passed = np.searchsorted(forest.delay[links], forest.followed[causes], side="left")
        found: Floats = np.bincount(forest.run[links], weight, forest.runs).astype(float)
        return found - np.bincount(forest.run[causes], steps[passed], forest.runs)

    def estimate(self, cause: int, effect: int | None = None, *, among: int = 1) -> Estimate:
        """The mean effects of a kind with an interval that holds, with `among` of them together, at 95 %.

        The interval is a t-interval on the scale of logarithms, with a degree of freedom less than there are runs with
        such events. Where no effect was seen it ends where an effect in one more of the runs would be no surprise.
        """
        links, weight = self._links(cause, effect)
        events = self.order[self.bounds[cause] : self.bounds[cause + 1]]
        runs = len(np.unique(self.forest.run[events]))
        value, low, high = (float("nan"),) * 3
        if runs:
            value = float(weight.sum())
            low, high = _ends(value, self.influence(cause, effect), runs, 0.05 / among)
        return Estimate(value, low, high, len(events), runs, len(links))


def _ends(value: float, influence: Floats, runs: int, alpha: float) -> tuple[float, float]:
    if value == 0.0:
        return 0.0, -float(np.log(alpha)) / runs
    if runs < 2:
        return float("nan"), float("nan")
    error = float(np.sqrt((influence**2).sum() * runs / (runs - 1)))
    factor = float(np.exp(float(stdtrit(runs - 1, 1 - alpha / 2)) * error / value))
    return value / factor, value * factor


def ratio(numerators: Floats, denominators: Floats) -> tuple[float, float, float]:
    """The ratio of two sums over runs with its 95 % interval; NaN where it is unknown."""
    runs, below = len(denominators), float(denominators.sum())
    if not below:
        return (float("nan"),) * 3
    value = float(numerators.sum()) / below
    if runs < 2:
        return value, float("nan"), float("nan")
    influence = (numerators - value * denominators) / below
    spread = float(stdtrit(runs - 1, 0.975)) * float(np.sqrt((influence**2).sum() * runs / (runs - 1)))
    return value, value - spread, value + spread
