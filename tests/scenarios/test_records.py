"""The shipped scenarios beside their records: no red flag, the past told again, nothing at 0 or 1 for good."""

from __future__ import annotations

import pytest

import sim
from sim.calibration.check import Check, check
from sim.calibration.record import load_record

RUNS = 1000


def beside(scenario: str, **changes: tuple[str, ...]) -> Check:
    loaded = sim.load(scenario, **changes)
    return check(loaded, load_record(scenario, loaded), runs=RUNS, seed=1)


@pytest.mark.parametrize("variants", [(), ("calibrated",)], ids=["as it stands", "calibrated"])
def test_the_sixty_days_show_no_red_flag(variants: tuple[str, ...]) -> None:
    found = beside("erbil-2024", variants=variants)
    assert [row.statistic.id for row in found.red_flags] == []
    assert {row.statistic.id for row in found.rows} >= {
        "us-death", "war", "ambassador-returns", "harmless-answered", "iran-in-hours", "pause", "serious"
    }  # fmt: skip


def test_the_back_cast_tells_the_record_as_well_as_one_more_run_would() -> None:
    found = beside("erbil-2023")
    assert found.inside >= found.inside_by_chance


def test_the_strike_brings_forth_what_the_article_reports() -> None:
    found = beside("erbil-2024-strike")
    assert [row.statistic.id for row in found.rows if row.verdict != "inside"] == []


def test_no_outcome_of_the_sixty_days_is_certain_or_impossible() -> None:
    ensemble = sim.run("erbil-2024", runs=4000, seed=1, keep="summary")
    counts = {name: one["count"] for name, one in ensemble.summary["outcomes"].items()}
    assert {name for name, count in counts.items() if count in (0, 4000)} == set()
