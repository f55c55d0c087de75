"""The wheel holds all that the program needs, and works without the source tree beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built with what is installed: no network."""
    folder = tmp_path_factory.mktemp("wheel")
    building = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*building, "--wheel-dir", str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_scenarios_schema_page_and_the_mark_of_types(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {f"sim/shipped/{path.relative_to(ROOT / 'scenarios')}" for path in (ROOT / "scenarios").rglob("*.*")}
    assert {"sim/shipped/erbil-2024.yaml", "sim/shipped/library/ladder.yaml", "sim/shipped/schema.json"} <= shipped
    pages = {str(path.relative_to(ROOT)) for kind in ("html", "css") for path in (ROOT / "sim").rglob(f"*.{kind}")}
    assert {"sim/report/page.html", "sim/report/study.html", "sim/report/style.css"} <= pages
    assert {"sim/shipped/new/scenario.yaml", *shipped, *pages, "sim/py.typed"} <= names
    code = {str(path.relative_to(ROOT)) for path in (ROOT / "sim").rglob("*.py")}
    assert code <= names


def test_it_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"sim"}


def test_it_offers_the_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "brinkline = sim.cli:main" in archive.read(entry).decode()


def test_it_runs_the_scenario_that_it_holds_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    unpacked, elsewhere = tmp_path / "unpacked", tmp_path / "elsewhere"
    zipfile.ZipFile(wheel).extractall(unpacked)
    elsewhere.mkdir()
    environment = os.environ | {"PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}

    def python(*arguments: str) -> str:
        asked = [sys.executable, *arguments]
        return subprocess.run(asked, capture_output=True, text=True, check=True, cwd=elsewhere, env=environment).stdout

    found = python("-c", "import sim.scenario.load as load; print(load.find('erbil-2024'))").strip()
    assert Path(found) == unpacked / "sim" / "shipped" / "erbil-2024.yaml"
    told = json.loads(python("-m", "sim.cli", "run", "erbil-2024", "--runs", "5", "--no-figures", "--json"))
    assert told["manifest"]["runs"] == 5
    assert (elsewhere / "results" / "erbil-2024" / "events.parquet").exists()
