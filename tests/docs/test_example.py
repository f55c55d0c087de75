"""The worked example in results/example is what its command makes."""

from __future__ import annotations

import json
from pathlib import Path

import sim
from tests.docs.readme import EXAMPLE, ROOT

MANIFEST = json.loads((EXAMPLE / "manifest.json").read_text(encoding="utf-8"))
SUMMARY = json.loads((EXAMPLE / "summary.json").read_text(encoding="utf-8"))
COMMAND = "brinkline run erbil-2024 --runs 1000 --out results/example --force"
MEBIBYTE = 2**20


def test_it_is_of_the_scenario_as_it_stands() -> None:
    assert MANIFEST["hash"] == sim.load("erbil-2024").hash, f"the scenario has changed: {COMMAND}"


def test_playing_it_again_gives_the_same_numbers(tmp_path: Path) -> None:
    again = sim.run("erbil-2024", runs=MANIFEST["runs"], seed=MANIFEST["seed"], out=tmp_path / "again")
    counted = {name: int(again.runs[f"outcome.{name}"].notna().sum()) for name in SUMMARY["outcomes"]}
    assert counted == {name: outcome["count"] for name, outcome in SUMMARY["outcomes"].items()}, COMMAND
    assert again.runs["deaths"].mean() == SUMMARY["deaths"]["mean"]
    assert again.manifest["digest"] == MANIFEST["digest"]


def test_it_names_the_command_that_makes_it() -> None:
    assert COMMAND in (ROOT / "results" / "README.md").read_text(encoding="utf-8")
    assert (MANIFEST["runs"], MANIFEST["seed"]) == (1000, 1)


def test_it_is_small_and_whole() -> None:
    kept = [path for path in EXAMPLE.rglob("*") if path.suffix in (".json", ".yaml", ".html", ".png")]
    names = {path.name for path in kept}
    assert {"manifest.json", "summary.json", "scenario.yaml", "report.html", "ladder-heatmap.png"} <= names
    assert sum(path.stat().st_size for path in kept) < 3 * MEBIBYTE
