"""A small scenario, and what an undisturbed run of it leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.ensemble.run import play
from tests.ensemble.folders import TEXT, asked
from tests.worlds import World


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The scenario, loaded."""
    return World.of_text(TEXT, tmp_path_factory.mktemp("scenario")).loaded


@pytest.fixture(scope="session")
def whole(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten runs, undisturbed. Nothing may be changed in this folder."""
    return play(small, tmp_path_factory.mktemp("whole") / "out", asked()).folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where results are to be."""
    return tmp_path / "out"
