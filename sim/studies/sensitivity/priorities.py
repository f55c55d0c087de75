"""What to find out first: the parameters that are only assumed and on which a result hangs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis.shares import CONFIDENCE
from sim.studies.sensitivity.inputs import Input
from sim.studies.sensitivity.spread import Estimate, Estimates


@dataclass(frozen=True, slots=True)
class Priority:
    """A parameter that a result hangs on.

    by : what it is ranked by: its total index or μ*. first, last : the ranks that it may have; equal where no other one
    is in doubt.
    """

    input: Input
    by: Estimate
    first: int
    last: int

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        one = self.input
        about = {"parameter": one.id, "name": one.name, "source": one.source, "kind": one.kind, "assumed": one.assumed}
        return {**about, "by": self.by.as_list(), "rank": [self.first, self.last]}


def ranked(inputs: Sequence[Input], numbers: Sequence[int], found: Estimates) -> tuple[Priority, ...]:
    """The inputs by their estimates, with the ranks that they may have among themselves.

    numbers : which of the estimates each input has. One is ahead of another if the interval of their difference,
    widened for the number of pairs (Bonferroni), leaves out 0.
    """
    pairs = max(len(inputs) * (len(inputs) - 1) // 2, 1)
    strict = 1 - (1 - CONFIDENCE) / pairs
    ahead = np.zeros((len(inputs), len(inputs)), bool)
    for i, first in enumerate(numbers):
        for j, second in enumerate(numbers):
            weights = np.zeros(len(found.values))
            weights[first] += 1.0
            weights[second] -= 1.0
            ahead[i, j] = i != j and found.combined(weights, confidence=strict).low > 0
    behind = ahead.sum(axis=0)
    made = [
        Priority(one, found.estimate(number), 1 + int(behind[i]), len(inputs) - int(ahead[i].sum()))
        for i, (one, number) in enumerate(zip(inputs, numbers, strict=True))
    ]
    return tuple(sorted(made, key=lambda one: -one.by.value))
