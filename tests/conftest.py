"""Two fixtures: a small world from a text, and what a run of it leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.worlds import Played, World


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., World]:
    """``world(text)``: a small world, loaded."""
    return lambda text, changes=None: World.of_text(text, tmp_path, changes)


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., Played]:
    """``play(text)``: run 0 under seed 1 of a small world; ``run=`` and ``seed=`` name another."""
    return lambda text, **which: World.of_text(text, tmp_path).play(**which)
