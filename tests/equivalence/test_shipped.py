"""The scenarios that come with the package: 1,000 runs of the first, 300 of each of its sisters, and some of each
variant, on both engines.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.model import build
from sim.scenario.load import Changes, load
from tests.equivalence.both import disagreement

SCENARIOS = [
    path
    for path in sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
    if any(line.startswith("scenario:") for line in path.read_text(encoding="utf-8").splitlines())
]
VARIANTS = [(path, name) for path in SCENARIOS for name in load(path).description.variants]
FIRST, RUNS, RUNS_OF_A_SISTER, PART, OF_A_VARIANT = "erbil-2024", 1000, 200, 100, 25
PARTS = [
    (path, first) for path in SCENARIOS for first in range(0, RUNS if path.stem == FIRST else RUNS_OF_A_SISTER, PART)
]


def test_there_are_shipped_scenarios_and_variants():
    assert (FIRST in [path.stem for path in SCENARIOS], bool(VARIANTS)) == (True, True)


@pytest.mark.parametrize(("path", "first"), PARTS, ids=[f"{path.stem}-{first}" for path, first in PARTS])
def test_many_runs_of_a_shipped_scenario_are_the_same(path, first):
    assert disagreement(build(load(path)), 1, range(first, first + PART)) == ""


@pytest.mark.parametrize(("path", "variant"), VARIANTS, ids=[name for _, name in VARIANTS])
def test_the_runs_of_a_variant_are_the_same(path, variant):
    assert disagreement(build(load(path, Changes(variants=(variant,)))), 2, range(OF_A_VARIANT)) == ""


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "changes", [Changes(fixed=True), Changes(horizon="3 d"), Changes(settings=(("max_events", "30"),))], ids=str
)
def test_runs_with_fixed_parameters_another_horizon_or_a_short_log_are_the_same(path, changes):
    assert disagreement(build(load(path, changes)), -(2**70), range(10**9, 10**9 + 10)) == ""
