"""The notebooks run from top to bottom, each in a process and a kernel of its own, with few runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) == 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_its_figures(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "executed.ipynb"
    done = subprocess.run(
        [sys.executable, "-m", "tests.notebooks.execute", str(path), str(out)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"BRINKLINE_RUNS": "20", "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    cells = nbformat.read(out, as_version=4).cells
    assert {cell.cell_type for cell in cells} == {"code", "markdown"}
    code = [cell for cell in cells if cell.cell_type == "code"]
    pictures = [output for cell in code for output in cell.outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == sum("ensemble.plot(" in cell.source for cell in code)
