"""The points of a grid: a scenario with one or two of its numbers pinned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sim.errors import ScenarioError, UsageError
from sim.model import Tables, build
from sim.scenario.faults import Spot
from sim.scenario.load import Changes, Loaded, load
from sim.studies.sweep.grid import Axis


@dataclass(frozen=True)
class Points:
    """All points of a grid; the last axis changes fastest.

    scenario : path or id; changes : what is changed in it at every point; loaded : that scenario, before any number is
    pinned; axes : one or two.
    """

    scenario: str | Path
    changes: Changes
    loaded: Loaded
    axes: tuple[Axis, ...]
    seed: int
    runs: int

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(one.count for one in self.axes)

    def __len__(self) -> int:
        count = 1
        for one in self.axes:
            count *= one.count
        return count

    @cached_property
    def identity(self) -> str:
        """A hash of all that the runs depend on."""
        grid = [(one.path, one.texts) for one in self.axes]
        return hashlib.sha256(repr((self.loaded.hash, grid, self.seed, self.runs)).encode()).hexdigest()

    @cached_property
    def base(self) -> Tables:
        """The tables of the scenario before any number is pinned."""
        return build(self.loaded)

    def texts(self, point: int) -> tuple[str, ...]:
        """The values at a point, as a scenario writes them."""
        numbers = []
        for one in reversed(self.axes):
            point, number = divmod(point, one.count)
            numbers.append(one.text(number))
        return tuple(reversed(numbers))

    def said(self, point: int) -> str:
        """The point as people write it: ``attack_rate=2, us_delay=1``."""
        return ", ".join(f"{one.name}={text}" for one, text in zip(self.axes, self.texts(point), strict=True))

    def tables(self, point: int) -> Tables:
        """The tables at a point: those of the scenario with these values set, to the bit.

        Where all of them are parameters' the file need not be read again.

        Raises
        ------
        ScenarioError
            If the scenario does not take a value.
        """
        texts = self.texts(point)
        names = [self._parameter(one) for one in self.axes]
        if None in names or any(one.unit for one in self.axes):
            return build(self._loaded(texts))
        pinned = dict(zip(names, map(float, texts), strict=True))
        parameters = tuple(
            replace(one, value=pinned[one.name], kind="", arguments=(), bounds=None) if one.name in pinned else one
            for one in self.base.parameters
        )
        return replace(self.base, parameters=parameters)

    def check(self) -> None:
        """Load the scenario at the corners of the grid: its own faults, if it does not take a value there."""
        for texts in self._corners():
            self._loaded(texts)

    def _corners(self) -> Iterator[tuple[str, ...]]:
        ends: list[tuple[str, ...]] = [()]
        for one in self.axes:
            ends = [(*before, one.text(end)) for before in ends for end in (0, one.count - 1)]
        yield from ends

    def _parameter(self, one: Axis) -> str | None:
        known = {parameter.name for parameter in self.base.parameters}
        return one.name if one.name in known else None

    def _loaded(self, texts: tuple[str, ...]) -> Loaded:
        pinned = tuple((one.path, text) for one, text in zip(self.axes, texts, strict=True))
        try:
            return load(self.scenario, replace(self.changes, settings=(*self.changes.settings, *pinned)))
        except ScenarioError as error:
            raise _over(error, [one.path for one in self.axes]) from None


def _over(error: ScenarioError, paths: list[str]) -> ScenarioError:
    """The same faults, told of the option that brought the value."""
    files = {f"--set {path}": f"--over {path}" for path in paths}
    faults = [
        replace(one, spot=Spot(files.get(one.spot.file, one.spot.file), one.spot.line, one.spot.column))
        for one in error.faults
    ]
    return ScenarioError(faults, {files.get(file, file): text for file, text in error.texts.items()})


def points(
    scenario: str | Path, changes: Changes, axes: tuple[Axis, ...], *, seed: int, runs: int, most: int
) -> Points:
    """The points of a grid, the scenario checked at its corners.

    A grid of more points than `most` is not checked; whoever asks refuses it.

    Raises
    ------
    UsageError
        If there are no axes, or more than two, or a number is both set and gone over.
    ScenarioError
        If the scenario has faults, or does not take a value.
    """
    if len(axes) not in (1, 2):
        raise UsageError(f"found {len(axes)} numbers to go over; expected one or two, as --over NAME=LOW:HIGH:N")
    names = [one.name for one in axes]
    set_too = {Axis(path, 0, 0, 0).name for path, _ in changes.settings}
    for number, name in enumerate(names):
        if name in names[:number]:
            raise UsageError(f"found {name} twice in --over; expected two different numbers")
        if name in set_too:
            raise UsageError(f"found {name} in --set and in --over; expected it in one of them")
    found = Points(scenario, changes, load(scenario, changes), axes, seed, runs)
    if len(found) <= most:
        found.check()
    return found
