"""Every scenario file of the project that can be played, on both engines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.model import build
from sim.scenario.load import examine, load
from tests.docs.readme import README, blocks
from tests.equivalence.both import disagreement
from tests.scenario.corpus import cases

ROOT = Path(__file__).parents[2]
CORPUS = [case for kind in ("valid", "warnings") for case in cases(kind) if not case.is_part]
OTHERS = [
    path for folder in ("tests/engines", "sim/bench", "results/example") for path in (ROOT / folder).glob("*.yaml")
]
IN_README = {block.file: block.text for block in blocks(README.read_text(encoding="utf-8")) if block.file}


@pytest.mark.parametrize("case", CORPUS, ids=[f"{case.path.parent.name}/{case.path.stem}" for case in CORPUS])
def test_the_runs_of_a_file_of_the_corpus_are_the_same(case):
    changes = replace(case.changes, settings=(*case.changes.settings, ("max_events", "2000")))
    scenario, faults, _ = examine(case.path, changes)
    assert scenario is not None, faults
    assert disagreement(build(scenario), 3, range(10)) == ""


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_runs_of_every_other_scenario_of_the_project_are_the_same(path):
    assert disagreement(build(load(path)), 4, range(20)) == ""


def test_the_runs_of_the_scenarios_in_the_readme_are_the_same(tmp_path):
    for name, text in IN_README.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = [examine(tmp_path / name)[0] for name, text in IN_README.items() if "\nscenario:" in text]
    right = [scenario for scenario in found if scenario is not None]  # one shows what faults look like
    assert len(right) == len(found) - 1
    for scenario in right:
        assert disagreement(build(scenario), 5, range(50)) == ""
