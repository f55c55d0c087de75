"""Two fixtures: a small world from a text, and what a run of it leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.engines.compiled.engine import prepare
from tests.worlds import Played, World


def pytest_configure(config: pytest.Config) -> None:
    """Compile the kernel once, before the workers start, which would each do it."""
    if not hasattr(config, "workerinput"):
        prepare()


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., World]:
    """``world(text)``: a small world, loaded."""
    return lambda text, changes=None: World.of_text(text, tmp_path, changes)


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., Played]:
    """``play(text)``: run 0 under seed 1 of a small world; ``run=`` and ``seed=`` name another."""
    return lambda text, **which: World.of_text(text, tmp_path).play(**which)
