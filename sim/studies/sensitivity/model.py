"""What is asked: anything that answers points of the unit cube with numbers for each run."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from sim.studies.sensitivity.inputs import Floats, Input
from sim.studies.sensitivity.measures import Measure
from sim.studies.sensitivity.player import Player


class Model(Protocol):
    """A scenario, or a function in its place."""

    inputs: tuple[Input, ...]
    measures: tuple[Measure, ...]

    def respond(self, shares: Floats, runs: int, *, together: int) -> Any:
        """What so many runs leave at each point, for :meth:`values`.

        shares : shape (points, inputs), of each input's range; NaN where every run draws its own. together : so many
        points in a row have the same runs, and the next so many the next runs.
        """

    def values(self, left: Any, measure: Measure) -> Floats:
        """One result of it, shape (points, runs)."""


class ScenarioModel:
    """A scenario, played."""

    def __init__(self, inputs: tuple[Input, ...], measures: tuple[Measure, ...], player: Player):
        self.inputs, self.measures, self.player = inputs, measures, player
        self.outcomes = [one.id for one in player.tables.outcomes]

    def respond(self, shares: Floats, runs: int, *, together: int) -> Any:
        """See :class:`Model`."""
        points = np.full((len(shares), len(self.player.tables.parameters)), np.nan)
        for number, one in enumerate(self.inputs):
            given = ~np.isnan(shares[:, number])
            points[given, one.column] = one.at(shares[given, number])
        return self.player.play(points, runs, together=together)

    def values(self, left: Any, measure: Measure) -> Floats:
        """See :class:`Model`."""
        return self.player.reader.values(left, measure, self.outcomes)
