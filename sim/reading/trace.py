"""One run, replayed with a witness and told as a chronicle."""

from __future__ import annotations

from collections import deque

from sim.engines.record import Record
from sim.engines.simpy_engine import SimPyEngine
from sim.engines.world import ACTION, ACTOR, CAUSE, DEATHS, INJURED, ORIGIN, PLACE, TARGET, TIME, Row
from sim.errors import UsageError
from sim.model import Tables, build
from sim.reading.chronicle import Chronicle, End, Event, LevelStep, Truth
from sim.reading.names import Names
from sim.reading.witness import Arising, Notes, Witness
from sim.scenario.load import Loaded


def trace(loaded: Loaded, seed: int, run: int) -> Chronicle:
    """The chronicle of one run: the same run, bit for bit, that an ensemble has under this seed and number.

    Parameters
    ----------
    loaded : Loaded
        The scenario, changes applied.
    seed, run : int
        The run's number counts from 0.

    Raises
    ------
    UsageError
        If the run's number is below 0.
    RunError
        If an expression goes wrong in this run.
    """
    chronicle, _ = replayed(loaded, seed, run)
    return chronicle


def replayed(loaded: Loaded, seed: int, run: int) -> tuple[Chronicle, Record]:
    """The chronicle and the record that the engine gave while it was watched."""
    if run < 0:
        raise UsageError(f"found run {run}; expected 0 or above")
    tables = build(loaded)
    engine = SimPyEngine(tables)
    witness = Witness(loaded, tables, engine.functions)
    record = engine.play(seed, run, witness)
    return _Assembly(loaded, tables, record, witness.notes).chronicle(seed), record


class _Assembly:
    def __init__(self, loaded: Loaded, tables: Tables, record: Record, notes: Notes):
        self.loaded, self.tables, self.record, self.notes = loaded, tables, record, notes
        self.answers = {one.result: one for one in notes.responses.values() if one.result is not None}
        s = loaded.description
        self.kinds = ["rule"] * len(s.rules) + ["driver"] * len(s.drivers) + ["timeline"] * len(s.timeline)
        self.remarks = [*(None for _ in (*s.rules, *s.drivers)), *(item.note for item in s.timeline)]

    def chronicle(self, seed: int) -> Chronicle:
        """Everything put together."""
        tables, record, s = self.tables, self.record, self.loaded.description
        end = self._end()
        names = [one.name for one in tables.parameters]
        return Chronicle(
            scenario=s.scenario,
            title=s.title or s.scenario,
            seed=seed,
            run=record.run,
            start=tables.start,
            horizon_ms=tables.horizon_ms,
            window_ms=tables.window_ms,
            events=tuple(self._event(index, row) for index, row in enumerate(record.rows)),
            responses=tuple(sorted(self.notes.responses.values(), key=lambda one: one.event)),
            missed=tuple(self.notes.missed),
            levels=tuple(level_steps(tables, record.rows, end.at_ms)),
            truths=self._truths(),
            end=end,
            parameters=dict(zip(names, record.parameters, strict=True)),
            names=Names.of(self.loaded),
        )

    def _event(self, index: int, row: Row) -> Event:
        tables = self.tables
        arising = self.notes.arisings.get(index, Arising())
        origin = row[ORIGIN]
        return Event(
            index=index,
            at_ms=row[TIME],
            actor=tables.actors[row[ACTOR]],
            action=tables.actions[row[ACTION]].name,
            target=tables.actors[row[TARGET]] if row[TARGET] >= 0 else None,
            place=tables.places[row[PLACE]] if row[PLACE] >= 0 else None,
            rung=tables.actions[row[ACTION]].rung,
            deaths=row[DEATHS],
            injured=row[INJURED],
            cause=row[CAUSE] if row[CAUSE] >= 0 else None,
            origin=tables.origins[origin],
            kind=self.kinds[origin],
            note=self.remarks[origin],
            response=self.answers.get(index),
            rate=arising.rate,
            choice=arising.choice,
            chance=arising.chance,
            drawn=arising.drawn,
            changes=self.notes.changes.get(index, ()),
        )

    def _truths(self) -> tuple[Truth, ...]:
        """The outcomes that came true, in order of time."""
        found = [
            Truth(one.id, time, self.notes.truths.get(number), one.ends)
            for number, (one, time) in enumerate(zip(self.tables.outcomes, self.record.outcomes, strict=True))
            if time is not None
        ]
        return tuple(sorted(found, key=lambda one: one.at_ms))

    def _end(self) -> End:
        record, tables = self.record, self.tables
        outcome = tables.outcomes[record.ended].id if record.ended >= 0 else None
        since_start = [row for row in record.rows if row[TIME] >= 0]
        at, kind = tables.horizon_ms, "horizon"
        if record.truncated:
            at, kind = record.rows[-1][TIME], "truncated"
        elif outcome is not None:
            at, kind = record.outcomes[record.ended] or 0, "outcome"
        return End(
            kind, at, outcome, record.final_level, record.peak_level, len(since_start),
            sum(row[DEATHS] for row in since_start), sum(row[INJURED] for row in since_start),
        )  # fmt: skip


def level_steps(tables: Tables, rows: list[Row], end_ms: int) -> list[LevelStep]:
    """Every change of the level: the highest rung of the last while, never below 0."""
    steps: list[LevelStep] = []
    held: deque[tuple[int, int]] = deque()
    level = 0

    def move(time: int, event: int | None) -> None:
        nonlocal level
        now = max(held[0][1], 0) if held else 0
        if now != level:
            steps.append(LevelStep(time, level, now, event))
            level = now

    def forget(until: int) -> None:
        while held and held[0][0] + tables.window_ms <= until:
            time, _ = held.popleft()
            move(time + tables.window_ms, None)

    for index, row in enumerate(rows):
        forget(row[TIME])
        rung = tables.actions[row[ACTION]].rung
        while held and held[-1][1] <= rung:
            held.pop()
        held.append((row[TIME], rung))
        move(row[TIME], index)
    forget(end_ms - 1 if end_ms == tables.horizon_ms else end_ms)
    return steps
