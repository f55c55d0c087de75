"""When it is enough: runs are played on until every interval is narrow enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.ensemble.intervals import wilson
from sim.ensemble.plan import Request
from sim.errors import UsageError
from sim.scenario.faults import hint
from sim.scenario.schema import Scenario

EVERY = "*"
"""In the place of an outcome: every one that is not named."""


@dataclass(frozen=True)
class Precision:
    """How narrow the 95 % Wilson intervals are to be.

    asked : by outcome (or EVERY), high end − low end; from_runs : where it is first looked at; max_runs : the cap.
    """

    asked: dict[str, float]
    from_runs: int
    max_runs: int

    @classmethod
    def of(cls, request: Request, description: Scenario) -> Precision | None:
        """What a request asks for, or None.

        Raises
        ------
        UsageError
            If an outcome is not there or a width makes no sense.
        """
        if not request.precision:
            return None
        outcomes = list(description.outcomes)
        if not outcomes:
            raise UsageError(f"found a precision, but {description.scenario} asks for no outcomes; expected runs alone")
        for name, width in request.precision:
            if not 0 < width < 1:
                raise UsageError(f"found the precision {width:g}; expected a width between 0 and 1, such as 0.01")
            if name != EVERY and name not in outcomes:
                expected = f"one of {', '.join(outcomes)}{hint(name, outcomes)}"
                raise UsageError(f"found the outcome {name!r}; expected {expected}")
        return cls(dict(request.precision), request.runs, request.most_runs)

    @classmethod
    def recorded(cls, manifest: Mapping[str, Any]) -> Precision | None:
        """What a manifest says was asked for, or None."""
        told = manifest["precision"]
        return told and cls(told["asked"], manifest["from_runs"], told["max_runs"])

    def reached(self, outcomes: Sequence[str], happened: Sequence[int], known: Sequence[int]) -> bool:
        """Whether every interval is narrow enough, given in how many of how many runs each outcome came true."""
        low, high = wilson(happened, known)
        widths = [self.asked.get(outcome, self.asked.get(EVERY, 1.0)) for outcome in outcomes]
        return bool(np.all(high - low <= widths))
