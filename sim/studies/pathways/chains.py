"""The causal chain to the event with which an outcome first came true, run by run.

A chain leads from a root, which no event caused (a driver's event, one of the timeline or of history), by what was done
in answer to the event to which each step answers. It is what caused what by the rules of the model. Variables carry
influence too (a tempo, a pressure), but leave no link.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engines.agents import Rule
from sim.engines.played import LOG, NEVER, Played
from sim.engines.simpy_engine import SimPyEngine
from sim.engines.world import World, fits
from sim.model import Tables
from sim.model.tables import NO_PROGRAM, DriverTable, RuleTable, TimelineTable

CLOCK, START, UNRESOLVED = "the clock", "the start", "unresolved"


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did, and what made it so.

    origin : the id of the rule, driver or timeline item; kind : 'rule', 'driver', 'timeline' or 'history'.
    actor, action : ids; no action where a rule changed a mind and left no event.
    """

    origin: str
    kind: str
    actor: str
    action: str | None


@dataclass(frozen=True, slots=True)
class Path:
    """How an outcome came true in a run.

    steps : from the root to what made it true; none if no event did.
    event : the index of the last event of the chain, −1 if there is none.
    without : why there is no event: the clock (it was asked, or a quiet had lasted), the start (it was true before
        anything happened); else empty.
    """

    run: int
    at_ms: int
    steps: tuple[Step, ...]
    event: int
    without: str = ""


class Tracer:
    """Finds the chains to one outcome of a scenario."""

    def __init__(self, tables: Tables, outcome: str):
        self.tables = tables
        self.number = [one.id for one in tables.outcomes].index(outcome)
        self.outcome = tables.outcomes[self.number]
        kinds = {one.origin: "rule" for one in tables.rules} | {one.origin: "driver" for one in tables.drivers}
        self.kinds = kinds | {one.origin: "timeline" for one in tables.timeline}
        self._engine: SimPyEngine | None = None

    def paths(self, block: Played) -> Iterator[Path]:
        """The path of each run of a block in which it came true; `without` is UNRESOLVED where a look is needed."""
        begins = np.cumsum(block.counts) - block.counts
        for row, (run, begin, count) in enumerate(zip(block.runs, begins, block.counts, strict=True)):
            at_ms = int(block.outcomes[row, self.number])
            if at_ms != NEVER:
                yield self._path(int(run), at_ms, block.log[begin : begin + count])

    def resolved(self, path: Path, seed: int) -> Path:
        """The path of a run that was unresolved, from looking on while the readable engine plays it."""
        if self._engine is None:
            self._engine = SimPyEngine(self.tables)
        look = _Look(self.number)
        rows = self._engine.play(seed, path.run, look).rows
        if look.event < 0:
            without = START if path.at_ms == 0 else CLOCK
            return Path(path.run, path.at_ms, (), -1, without)
        steps = self._steps(np.array(rows, LOG), look.event)
        if look.rule is not None:
            steps += (Step(look.rule.id, "rule", self.tables.actors[look.rule.actor], None),)
        return Path(path.run, path.at_ms, steps, look.event)

    def _path(self, run: int, at_ms: int, log: NDArray[Any]) -> Path:
        if self.outcome.kind in ("quiet", "asked"):
            return Path(run, at_ms, (), -1, CLOCK)
        first, behind = np.searchsorted(log["time"], [at_ms, at_ms + 1])
        pattern = self.outcome.pattern
        found = [index for index in range(first, behind) if pattern is None or fits(pattern, log[index].item())]
        plain = self.outcome.kind == "event" and (self.outcome.condition == NO_PROGRAM or len(found) == 1)
        if plain or (len(found) == 1 and at_ms > 0):
            return Path(run, at_ms, self._steps(log, found[0]), found[0])
        return Path(run, at_ms, (), -1, UNRESOLVED)

    def _steps(self, log: NDArray[Any], event: int) -> tuple[Step, ...]:
        steps, index = [], event
        while index >= 0:
            row = log[index]
            origin = int(row["origin"])
            kind = self.kinds[origin] if row["time"] >= 0 else "history"
            tables = self.tables
            action = tables.actions[row["action"]].name
            steps.append(Step(tables.origins[origin], kind, tables.actors[row["actor"]], action))
            index = int(row["cause"])
        return tuple(reversed(steps))


class _Look:
    """A watcher (:class:`sim.engines.record.Watcher`) that notes with which event an outcome came true.

    event : its index; −1 if it came true by the clock. rule : the rule that changed a mind in answer to that event,
    if that was what made it true.
    """

    def __init__(self, outcome: int):
        self.outcome = outcome
        self.event, self.rule = -1, None
        self._known = False
        self._answering: tuple[RuleTable, int] | None = None

    event: int
    rule: RuleTable | None

    def began(self, world: World, outcomes: list[int | None]) -> None:
        self._times = outcomes

    def given(self, item: TimelineTable, why: dict[str, Any], happens: bool) -> None:
        pass

    def arose(self, driver: DriverTable, why: dict[str, Any]) -> None:
        pass

    def considered(self, rule: Rule, event: int, why: dict[str, Any]) -> None:
        pass

    def due(self, rule: Rule, event: int, unless: int, stands_down: bool) -> None:
        self._note(-1, None)
        self._answering = (rule.table, event)

    def happened(self, event: int, response_to: object) -> None:
        self._note(-1, None)

    def settled(self, event: int) -> None:
        if event >= 0:
            self._note(event, None)
        elif self._answering is not None:
            self._note(self._answering[1], self._answering[0])

    def _note(self, event: int, rule: RuleTable | None) -> None:
        if not self._known and self._times[self.outcome] is not None:
            self._known, self.event, self.rule = True, event, rule
