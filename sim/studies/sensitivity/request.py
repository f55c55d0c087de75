"""What is asked for, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engines.choice import ENGINES
from sim.ensemble.plan import Asked, check_word, check_workers
from sim.errors import UsageError

MORRIS, SOBOL, BOTH = "morris", "sobol", "both"
METHODS = (MORRIS, SOBOL, BOTH)

SCATTERED = 512
"""Points drawn from all ranges, at which what comes of the parameters is told from chance."""
END_RUNS = 2000
"""Runs at each end of a parameter's range."""
MOST_RUNS = 5_000_000


@dataclass(frozen=True)
class Request(Asked):
    """What is asked for.

    outcome, measure : whose causes are looked for; see :func:`sim.studies.sensitivity.measures.asked_for`.
    method : one of METHODS; both screens all parameters and computes indices of the few that matter.
    parameters : which of them (empty: all that have a range); the others are drawn and taken together.
    trajectories, levels : Morris's, over the ranges. points : those of each of Saltelli's two samples, a power of two.
    few : of how many parameters at most indices are computed after a screening, and ends shown.
    replicates : runs at each point, the same ones at points that are compared. seed : of the designs and of the runs.
    workers : blocks of points played at a time (None: one for each core). engine : one of ENGINES.
    force : an older study in the folder may be replaced.
    """

    outcome: str | None = None
    measure: str | None = None
    method: str = BOTH
    parameters: tuple[str, ...] = ()
    trajectories: int = 40
    levels: int = 4
    points: int = 512
    few: int = 6
    replicates: int = 32
    seed: int = 1
    workers: int | None = None
    engine: str = "auto"
    force: bool = False

    def does(self, method: str) -> bool:
        """Whether MORRIS, or SOBOL, is part of it."""
        return self.method in (method, BOTH)

    def check(self) -> None:
        """Raise UsageError, with everything that makes no sense."""
        check_word("method", self.method, METHODS)
        check_word("engine", self.engine, ENGINES)
        check_workers(self.workers)
        wrong = []
        if self.trajectories < 4:
            wrong.append(f"found {self.trajectories} trajectories; expected 4 or more")
        if self.levels < 4 or self.levels % 2:
            wrong.append(f"found {self.levels} levels; expected an even number, 4 or more")
        if self.points < 64 or self.points & (self.points - 1):
            wrong.append(f"found {self.points} points; expected a power of two, 64 or more")
        if self.few < 1:
            wrong.append(f"found {self.few} as the few that matter; expected 1 or more")
        if self.replicates < 16:
            wrong.append(f"found {self.replicates} runs at each point; expected 16 or more")
        if wrong:
            raise UsageError("\n".join(wrong))


@dataclass(frozen=True, slots=True)
class Cost:
    """How many points and runs a study takes at most."""

    stages: tuple[tuple[str, int, int], ...]

    @property
    def runs(self) -> int:
        """All runs."""
        return sum(points * runs for _, points, runs in self.stages)

    def text(self, seconds: float | None = None) -> str:
        """In words, with how long it takes if that is known."""
        parts = [f"{points:,} points of {runs:,} runs for the {what}" for what, points, runs in self.stages]
        took = "" if seconds is None else f"; about {_duration(seconds)} here"
        return f"up to {self.runs:,} runs: {', '.join(parts)}{took}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def cost_of(request: Request, *, chosen: int, inputs: int) -> Cost:
    """The most that a request takes, with so many inputs chosen of all.

    Raises
    ------
    UsageError
        If that is enormous.
    """
    stages = []
    if request.does(MORRIS):
        stages.append(("screening", request.trajectories * (chosen + 1), request.replicates))
    stages.append(("part of chance", SCATTERED, request.replicates))
    few = min(request.few, chosen)
    stages.append(("ends of ranges", 1 + 2 * few, END_RUNS))
    if request.does(SOBOL):
        alone = few if request.does(MORRIS) else chosen
        stages.append(("indices", request.points * (alone + 2 + (alone < inputs)), request.replicates))
    cost = Cost(tuple(stages))
    if cost.runs > MOST_RUNS:
        raise UsageError(
            f"found a study of {cost.text()}; expected up to {MOST_RUNS:,} runs: "
            "fewer --parameters, --trajectories, --points or --replicates"
        )
    return cost
