"""Small records over small worlds, loaded and measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibration.record import Record, load_record
from sim.calibration.statistics import Measure
from tests.worlds import World

HEAD = """\
brinkline_record: 1
record: seen
scenario: small
sources: {paper: {title: A paper}}
"""

TIMELINE = """
timeline:
  - {at: -1 d, who: a, do: hit, to: b}
  - {at: +1 d, who: a, do: hit, to: b, place: home, deaths: 2}
  - {at: +1.5 d, who: b, do: warn, to: a}
  - {at: +2 d, who: a, do: hit, to: b, place: border, injured: 5}
  - {at: +2 d, who: b, do: warn, to: a}
  - {at: +3 d, who: a, do: speak, to: c}
  - {at: +5 d, who: a, do: bomb, to: b, deaths: 4}
  - {at: +9 d, who: a, do: hit, to: c}
  - {at: +9.75 d, who: b, do: warn, to: a}
rules:
  answer: {who: d, when: {action: [speak, bomb], actor: a}, do: nod, to: actor, after: 12 h}
outcomes:
  dead: {when: {deaths: 3..}}
  asked: {at: end, if: 1 > 0}
"""
"""History, four blows (on days 1, 2, 5, 9), four warnings, and two nods that d gives half a day after a cause."""


def world_of(text: str, folder: Path) -> World:
    """A small world."""
    return World.of_text(text, folder)


def record_of(statistics: str, world: World, folder: Path, head: str = HEAD) -> Record:
    """A record of these statistics, each a line; what every one needs is added."""
    lines = []
    for line in statistics.strip().splitlines():
        seen = "" if "observed:" in line or "band:" in line else ", observed: 1"
        lines.append("  " + line.strip().removesuffix("}") + seen + ", source: paper}")
    path = folder / "seen.yaml"
    path.write_text(head + "statistics:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return load_record(path, world.loaded)


def measured(statistics: str, world: World, folder: Path, runs: int = 3) -> NDArray[np.float64]:
    """The statistics in so many runs, shape (runs, statistics)."""
    played = world.engine.play_runs(1, range(runs), states=False)
    return Measure(record_of(statistics, world, folder), world.tables).of(played)
