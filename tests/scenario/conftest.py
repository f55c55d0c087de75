"""Fixtures that load small texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from sim.scenario.faults import Fault
from sim.scenario.load import Changes, Loaded, examine, load

settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")

WORLD = """brinkline: 1
scenario: example
start: 2024-01-01
horizon: 10 d
ladder: [{rung: 0, name: calm}, {rung: 1, name: words}, {rung: 5, name: fire}]
actors: {north: {}, south: {}}
actions:
  speak: {rung: 1}
  shoot: {rung: 5}
timeline:
  - {id: first, at: +1 d, who: north, do: shoot, to: south}
  - {at: +2 d, who: south, do: speak}
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], str]:
    """``written(text)``: the path of a file with this text."""

    def write(text: str, name: str = "case.yaml") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def loaded(written: Callable[[str], str]) -> Callable[..., Loaded]:
    """``loaded(more, set={…})``: a small world with more text behind it and changes applied."""
    return lambda more="", **changes: load(written(WORLD + more), changes_of(**changes))


@pytest.fixture
def faults(written: Callable[[str], str]) -> Callable[..., list[Fault]]:
    """``faults(more)``: everything wrong with a small world that has more text behind it."""
    return lambda more="", **changes: examine(written(WORLD + more), changes_of(**changes))[1]


def changes_of(variants: tuple[str, ...] = (), set: dict[str, str] | None = None, **others: object) -> Changes:
    """Changes from words that read well in a test."""
    return Changes(variants=variants, settings=tuple((set or {}).items()), **others)  # type: ignore[arg-type]
