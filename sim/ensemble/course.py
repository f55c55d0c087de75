"""The course of an ensemble: which block is next, how far everything is there, and when it is enough."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from sim.ensemble.blocks import Blocks, Facts
from sim.ensemble.plan import blocks
from sim.ensemble.precision import Precision
from sim.ensemble.schema import Schema
from sim.ensemble.standing import Standing


@dataclass(frozen=True)
class Target:
    """What a folder is to hold: runs 0 … stop − 1, of which the first `kept` keep their events and trajectories.

    With a precision it may be fewer. No block reaches across one of the `cuts`.
    """

    stop: int
    kept: int
    precision: Precision | None
    block_runs: int | None
    cuts: frozenset[int]

    def blocks(self) -> Iterator[range]:
        """The blocks, in order."""
        return blocks(self.stop, block_runs=self.block_runs, cuts={*self.cuts, self.kept})


@dataclass
class _Counts:
    """For each outcome, in how many runs it came true, and how many tell whether it did."""

    happened: list[int]
    known: list[int]

    def add(self, facts: Facts) -> None:
        self.happened = [sum(pair) for pair in zip(self.happened, facts.happened, strict=True)]
        self.known = [sum(pair) for pair in zip(self.known, facts.known, strict=True)]


class Course:
    """Gives out blocks and takes note of those that are finished.

    stop : runs 0 … stop − 1 are all there, in tables or blocks.
    runs : how many runs are there, gaps or not; events : how many events were made of those that were noted.
    needed : the blocks before `stop` that are not in the tables yet.
    enough : whether the precision asked for is reached at `stop`; nothing is given out from then on.
    """

    def __init__(self, target: Target, standing: Standing, there: Blocks, schema: Schema):
        self.target, self.standing, self.there, self.schema = target, standing, there, schema
        self.outcomes = outcomes = tuple(outcome.id for outcome in schema.tables.outcomes)
        self.stop = self.runs = self.events = 0
        self.needed: list[range] = []
        self.enough = False
        self._ahead = target.blocks()
        self._open: deque[range] = deque()
        self._finished: dict[int, Facts | None] = {}
        self._counts = _Counts([0] * len(outcomes), [0] * len(outcomes))

    def count_joined(self, happened: list[int], known: list[int]) -> None:
        """What the tables say of the runs that need not be played again."""
        self._counts = _Counts(happened, known)

    def take(self) -> range | None:
        """The next block that is to be played."""
        while not self.enough and (runs := next(self._ahead, None)) is not None:
            self._open.append(runs)
            kept = runs.start < self.target.kept
            if not self.standing.needs(runs, kept=self.target.kept):
                self._note(runs, None)
            elif (facts := self.there.sound(runs, self.schema, kept=kept)) is not None:
                self._note(runs, facts)
            else:
                return runs
        return None

    def finished(self, runs: range, facts: Facts) -> None:
        """A block was played and is on disk."""
        self.events += facts.events
        self._note(runs, facts)

    def _note(self, runs: range, facts: Facts | None) -> None:
        self._finished[runs.start] = facts
        self.runs += len(runs)
        while not self.enough and self._open and self._open[0].start in self._finished:
            runs = self._open.popleft()
            facts = self._finished.pop(runs.start)
            self.stop = runs.stop
            if facts is not None:
                self.needed.append(runs)
                if runs.start >= self.standing.counted:
                    self._counts.add(facts)
            self.enough = self._reached()

    def _reached(self) -> bool:
        precision = self.target.precision
        if precision is None or self.stop < max(precision.from_runs, self.standing.counted):
            return False
        return precision.reached(self.outcomes, self._counts.happened, self._counts.known)
