"""Where two engines first disagree, in names: all of a run is compared, numbers by their 64 bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.engines.played import NEVER, Played
from sim.engines.record import sample_times
from sim.model.tables import Tables
from sim.scenario.times import moment_text


def first_difference(tables: Tables, one: Played, other: Played) -> str:
    """The first difference of two plays of the same runs, or an empty text if they are equal to the bit.

    Of the first run that differs: a parameter, else an event as both tell it, else what else the run left. Nought
    and minus nought are two numbers; what is no number equals itself.
    """
    if one.runs.tolist() != other.runs.tolist():
        return f"the runs {one.runs.tolist()} against {other.runs.tolist()}"
    odd = _odd_arrays(one, other)
    if odd:
        return odd
    logs = [np.split(played.log, np.cumsum(played.counts)) for played in (one, other)]
    for index, run in enumerate(one.runs.tolist()):
        pair = (_run(played, index, log[index]) for played, log in zip((one, other), logs, strict=True))
        for difference in _in_run(_Names(tables), *pair):
            return f"run {run}: {difference}"
    return ""


def _odd_arrays(one: Played, other: Played) -> str:
    """A difference of types or widths, without which numbers can be compared."""
    for field in fields(Played):
        pair = [getattr(played, field.name) for played in (one, other)]
        shapes = [None if array is None else (array.dtype, array.shape[1:]) for array in pair]
        if shapes[0] != shapes[1]:
            return f"{field.name}: {shapes[0]} against {shapes[1]}"
        if pair[0] is not None and field.name != "log" and len(pair[0]) != len(pair[1]):
            return f"{field.name}: {len(pair[0])} entries against {len(pair[1])}"
    for played in (one, other):
        if played.counts.sum() != len(played.log):
            return f"counts of {played.counts.sum()} events for a log of {len(played.log)}"
    return ""


def _run(played: Played, index: int, log: Any) -> SimpleNamespace:
    """One run of a play: its log, and its row of every other array."""
    arrays = {field.name: getattr(played, field.name) for field in fields(Played) if field.name != "log"}
    return SimpleNamespace(log=log, **{name: None if one is None else one[index] for name, one in arrays.items()})


def _in_run(names: _Names, one: SimpleNamespace, other: SimpleNamespace) -> Iterator[str]:
    """Every difference of a run, what comes first in it first."""
    for (i,) in _unequal(one.parameters, other.parameters):
        name = names.tables.parameters[i].name
        yield f"the parameter {name}: {_number(one.parameters[i])} against {_number(other.parameters[i])}"
    yield from _of_events(names, one, other)
    yield from names.times(one.outcomes, other.outcomes)
    if one.ended != other.ended:
        yield f"ended by {names.outcome(one.ended)} against {names.outcome(other.ended)}"
    if one.truncated != other.truncated:
        yield f"truncated: {one.truncated} against {other.truncated}"
    for (i,) in _unequal(one.stood_down, other.stood_down):
        yield f"the rule {names.tables.rule_ids[i]} stood down {one.stood_down[i]} against {other.stood_down[i]} times"
    for word in ("peak_level", "final_level"):
        if getattr(one, word) != getattr(other, word):
            yield f"{word} {getattr(one, word)} against {getattr(other, word)}"
    for (i,) in _unequal(one.levels, other.levels):
        yield f"the level on {names.sample(i)}: {one.levels[i]} against {other.levels[i]}"
    if one.states is not None:
        for i, cell in _unequal(one.states, other.states):
            pair = f"{_number(one.states[i, cell])} against {_number(other.states[i, cell])}"
            yield f"the variable {names.cell(cell)} on {names.sample(i)}: {pair}"


def _of_events(names: _Names, one: SimpleNamespace, other: SimpleNamespace) -> Iterator[str]:
    """Events that differ, or that only one of the two has."""
    both = min(len(one.log), len(other.log))
    for index in np.flatnonzero(one.log[:both] != other.log[:both]).tolist():
        columns = [column for column in one.log.dtype.names if one.log[column][index] != other.log[column][index]]
        told = "\n".join(f"  {names.event(run.log[index])}" for run in (one, other))
        yield f"event {index} differs in {', '.join(columns)}:\n{told}"
    if len(one.log) != len(other.log):
        longer = one.log if len(one.log) > both else other.log
        whose = "first" if len(one.log) > both else "second"
        yield f"event {both} is in the {whose} log alone:\n  {names.event(longer[both])}"


def _unequal(one: Any, other: Any) -> list[tuple[int, ...]]:
    """The places at which two arrays differ: numbers by their bits, save that any NaN equals any other."""
    if one.dtype.kind == "f":
        differs = (_bits(one) != _bits(other)) & ~(np.isnan(one) & np.isnan(other))
    else:
        differs = one != other
    return [tuple(place) for place in np.argwhere(differs).tolist()]


def _bits(array: Any) -> Any:
    return np.ascontiguousarray(array).view(np.uint64)


def _number(value: Any) -> str:
    return repr(float(value))


def _named(names: Sequence[str], number: Any) -> str:
    """A name, or the number where a faulty engine gives one that nothing has."""
    return names[number] if 0 <= number < len(names) else f"#{number}"


class _Names:
    """The names of a scenario's numbers."""

    def __init__(self, tables: Tables):
        self.tables = tables

    def event(self, row: Any) -> str:
        """An event, as people read it."""
        tables = self.tables
        to = f" {_named(tables.actors, row['target'])}" if row["target"] >= 0 else ""
        at = f" at {_named(tables.places, row['place'])}" if row["place"] >= 0 else ""
        cause = f"answers event {row['cause']}" if row["cause"] >= 0 else "answers nothing"
        action = _named([one.name for one in tables.actions], row["action"])
        return (
            f"{self.moment(row['time'])} {_named(tables.actors, row['actor'])} {action}{to}{at}, "
            f"{row['deaths']} dead, {row['injured']} injured, {cause}, from {_named(tables.origins, row['origin'])}, "
            f"key {int(row['key']):016x}"
        )

    def moment(self, time: Any) -> str:
        """A date, and the milliseconds since the start."""
        return f"{moment_text(int(time), self.tables.start)} ({int(time)} ms)"

    def times(self, one: Any, other: Any) -> Iterator[str]:
        """The outcomes that came true at different times, or only once."""
        for (i,) in _unequal(one, other):
            when = [f"on {self.moment(time[i])}" if time[i] != NEVER else "never" for time in (one, other)]
            yield f"the outcome {self.outcome(i)}: {when[0]} against {when[1]}"

    def outcome(self, number: Any) -> str:
        """An outcome's id."""
        return _named([one.id for one in self.tables.outcomes], number) if number >= 0 else "nothing"

    def sample(self, number: int) -> str:
        """The date of a sampled time."""
        return self.moment(sample_times(self.tables.horizon_ms)[number])

    def cell(self, number: int) -> str:
        """A variable, with whose it is."""
        tables, actors = self.tables, self.tables.actors
        variable = next(one for one in tables.variables if number in tables.cells_of(one))
        within = number - variable.offset
        whose = {"world": (), "actor": (within,), "dyad": divmod(within, len(actors))}[variable.scope]
        return variable.name + (f"[{', '.join(actors[i] for i in whose)}]" if whose else "")
