"""The notebooks run from top to bottom, each in a process and a kernel of its own, with few runs.

Their commands are run too, as they stand but for the numbers of runs and the figures.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

from sim.cli import main
from sim.cli.commands import brinkline

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
DRAWS = re.compile(r"\.plot\(|\bdraw\(")
FEW = "20"


def markdown(path: Path) -> str:
    """The text between a notebook's cells of code."""
    return "\n".join(cell.source for cell in jupytext.read(path).cells if cell.cell_type == "markdown")


def test_there_are_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "01-first-steps",
        "02-reading-an-ensemble",
        "03-a-what-if",
        "04-your-own-crisis",
        "05-a-lesson",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_its_figures(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "executed.ipynb"
    done = subprocess.run(
        [sys.executable, "-m", "tests.notebooks.execute", str(path), str(out)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"BRINKLINE_RUNS": FEW, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    cells = nbformat.read(out, as_version=4).cells
    assert {cell.cell_type for cell in cells} == {"code", "markdown"}
    code = [cell for cell in cells if cell.cell_type == "code"]
    pictures = [output for cell in code for output in cell.outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == sum(bool(DRAWS.search(cell.source)) for cell in code) > 0
    assert "Traceback" not in str(code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_hides_no_logic(path: Path) -> None:
    """What is worth a test belongs into `sim`: a notebook defines no class, and at most one short helper."""
    code = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]
    text = "\n".join(code)
    assert text.count("\nclass ") == 0
    assert text.count("def ") <= 1
    assert max(len(cell.splitlines()) for cell in code if '"""' not in cell) <= 25


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_commands_that_a_notebook_names_are_there(path: Path) -> None:
    named = set(re.findall(r"`brinkline (\w+)", markdown(path)))
    known = set(brinkline.list_commands(None))  # type: ignore[arg-type]
    assert named <= known
    assert named


def test_the_commands_of_the_lesson_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^\$ brinkline (.*)$", markdown(ROOT / "notebooks" / "05-a-lesson.py"), flags=re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        words = shlex.split(line)
        drawn = ["--no-figures"] if words[0] in ("run", "compare", "explain") else []
        few = [FEW if before == "--runs" else word for before, word in zip(["", *words], words, strict=False)]
        with pytest.raises(SystemExit) as stopped:
            main([*few, *drawn])
        assert (line, stopped.value.code or 0) == (line, 0)
