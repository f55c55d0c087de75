"""The same scenario told otherwise, as plain data: later, more slowly, with a stranger, with other names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.verification.player import Sample

Data = dict[str, Any]
_DURATION = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) (min|h|d|w)\b")


def later(data: Data, days: int) -> Data:
    """The scenario so many days later: its start, and every calendar date in it.

    Nothing else may change, if every timeline item has an id: else its key derives from its date.
    """
    moved = {**data, "start": _later(data["start"], days)}
    moved["timeline"] = [{**item, "at": _later(item["at"], days)} for item in data.get("timeline", [])]
    moved["outcomes"] = {
        name: {**one, "at": _later(one["at"], days)} if "at" in one else one
        for name, one in data.get("outcomes", {}).items()
    }
    return moved


def _later(instant: str, days: int) -> str:
    if instant == "end" or re.match(r"[+-]", instant):
        return instant
    return (datetime.fromisoformat(instant) + timedelta(days=days)).isoformat()


def slower(data: Data, factor: int) -> Data:
    """The scenario in which everything takes so many times as long: durations grow, rates fall.

    Nothing else may change than times, and they by this factor, up to the rounding of each delay to milliseconds: if
    durations are written as such, instants are relative to the start, and no expression reads the time in days.
    """
    told: Data = _through(
        data,
        lambda text: _DURATION.sub(lambda match: f"{factor * float(match[1]):g} {match[2]}", text),
        {"rate": lambda rate: f"({rate}) / {factor}", "peak": lambda peak: f"({peak}) / {factor}"},
    )
    return told


def with_stranger(data: Data) -> Data:
    """The scenario with one more actor, the first of all, who does nothing. Nothing may change.

    If blame falls on everybody else, or on all but some, it falls on the stranger too: that is no stranger.
    """
    return {**data, "actors": {"stranger": {}, **data["actors"]}}


def renamed(data: Data, names: Mapping[str, str]) -> Data:
    """The scenario with other names: whatever is called a key of `names` is called its value."""
    if not names:
        return data
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?<!\d )(?:{words})(?![\w-])")  # in `2 d` stands no actor
    told: Data = _through(data, lambda text: pattern.sub(lambda match: names[match[0]], text), {}, keys=True)
    return told


def differing(
    first: Sample, second: Sample, names: Mapping[str, str] | None = None, *, slower: int = 1
) -> NDArray[np.bool_]:
    """In which runs two tellings differ: in an event (its key, cause and casualties too), an outcome, a standing down.

    names : what actors, actions, places and origins of the first are called in the second, where that is not the same.
    slower : times of the second are so many times as long, up to the rounding of each delay on the way to an event.
    """
    theirs = second.log.copy()
    for column, ours_called, theirs_called in _named_columns(first, second):
        place = {name: number for number, name in enumerate(theirs_called)}
        numbers = np.array([place.get((names or {}).get(name, name), -2) for name in ours_called] + [-1])
        back = np.full(len(theirs_called) + 1, -2)
        back[numbers[numbers >= 0]] = np.flatnonzero(numbers >= 0)
        back[-1] = -1
        theirs[column] = back[second.log[column]]
    different: NDArray[np.bool_] = (first.counts != second.counts) | (first.stood_down != second.stood_down).any(axis=1)
    if slower == 1:
        different |= (first.times != second.times).any(axis=1)
    ours, theirs = (log[~different[sample.run]] for log, sample in ((first.log, first), (theirs, second)))
    runs = first.run[~different[first.run]]
    unlike = np.zeros(len(ours), bool)
    for column in ours.dtype.names or ():
        if column != "time" or slower == 1:
            unlike |= ours[column] != theirs[column]
    if slower > 1:
        far = np.abs(theirs["time"] - slower * ours["time"])
        unlike |= far > (slower + 1) / 2 * (1 + _depth(ours["cause"], runs))
    different[runs[unlike]] = True
    return different


def _depth(causes: NDArray[np.int32], runs: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many causes each event has, one behind the other."""
    begins = np.searchsorted(runs, runs)
    depth, before = np.zeros(len(causes), np.int64), None
    while before is None or (depth != before).any():
        before = depth
        depth = np.where(causes >= 0, 1 + before[begins + np.maximum(causes, 0)], 0)
    return depth


def _named_columns(first: Sample, second: Sample) -> list[tuple[str, list[str], list[str]]]:
    def called(sample: Sample) -> dict[str, list[str]]:
        tables = sample.tables
        actions = [action.name for action in tables.actions]
        return {
            "actor": list(tables.actors),
            "target": list(tables.actors),
            "action": actions,
            "place": list(tables.places),
            "origin": list(tables.origins),
        }

    ours, theirs = called(first), called(second)
    return [(column, ours[column], theirs[column]) for column in ours]


def _through(
    data: Any, text: Callable[[str], str], special: Mapping[str, Callable[[Any], Any]], *, keys: bool = False
) -> Any:
    """The data with every text replaced, and what stands under a special key by that."""
    if isinstance(data, dict):
        return {
            (text(key) if keys and isinstance(key, str) else key): special[key](_through(value, text, {}, keys=keys))
            if key in special
            else _through(value, text, special, keys=keys)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_through(value, text, special, keys=keys) for value in data]
    return text(data) if isinstance(data, str) else data
