"""A base beside alternatives: planted effects are found, nothing is found where nothing is, and unlike is refused."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.ensemble.results import Ensemble
from sim.ensemble.run import Request
from sim.errors import UsageError
from sim.studies.compare import Comparison, compare, play_plan, write_files
from sim.studies.compare.arms import refuse_unlike
from sim.studies.compare.compare import changed_runs
from sim.studies.compare.words import changed_text, difference_text, signed, verdict_text
from tests.ensemble.folders import folder_at
from tests.studies.compare.planted import PLANTED, RAISED, plan

RUNS = 2000
VARIANTS = ("again", "raised", "swapped")


@pytest.fixture(scope="module")
def ensembles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ensemble]:
    """2,000 runs of the base and of three variants."""
    folder = tmp_path_factory.mktemp("planted")
    found = play_plan(plan(folder, *VARIANTS), folder / "out", Request(runs=RUNS, seed=5, keep="summary"))
    return dict(zip(("base", *VARIANTS), found, strict=True))


@pytest.fixture(scope="module")
def comparison(ensembles: dict[str, Ensemble]) -> Comparison:
    return compare("base", ensembles["base"], {name: ensembles[name] for name in VARIANTS})


def test_a_scenario_against_itself_differs_nowhere(comparison: Comparison) -> None:
    again = comparison.contrast("again")
    assert (again.same, again.changed, again.first_changed, again.changes) == (True, 0, (), ())
    for effect in again.effects:
        one = effect.paired
        assert (one.difference, one.interval, one.error, one.more, one.fewer) == (0.0, (0.0, 0.0), 0.0, 0, 0)
        assert difference_text(effect) == "0"


def test_a_planted_effect_is_found_and_nothing_else(comparison: Comparison) -> None:
    raised = comparison.contrast("raised")
    grown = raised.effect("outcome.grown")
    low, high = grown.paired.interval
    assert low < RAISED[1] - RAISED[0] < high
    assert grown.clear
    assert grown.paired.fewer == 0
    others = [one for one in raised.effects if one.measure.outcome not in (None, "grown")]
    assert len(others) == 6
    for effect in others:
        assert (effect.paired.more, effect.paired.fewer, effect.clear) == (0, 0, False)
        assert verdict_text(effect) == "no run differs"


def test_the_runs_that_changed_are_those_whose_outcome_did(
    comparison: Comparison, ensembles: dict[str, Ensemble]
) -> None:
    base, raised = (~np.isnan(ensembles[name].column("outcome.grown")) for name in ("base", "raised"))
    changed = changed_runs(ensembles["base"], ensembles["raised"])
    assert changed.tolist() == np.flatnonzero(base != raised).tolist()
    contrast = comparison.contrast("raised")
    assert (contrast.changed, contrast.first_changed) == (len(changed), tuple(changed[:10].tolist()))
    assert f"{len(changed):,} of 2,000 runs change at all" in changed_text(contrast, RUNS)


def test_a_time_is_the_mean_of_days_up_to_the_horizon(comparison: Comparison, ensembles: dict[str, Ensemble]) -> None:
    times = [ensembles[name].column("outcome.grown") for name in ("base", "raised")]
    base, raised = (float(np.where(np.isnan(one), 10.0, one).mean()) for one in times)
    effect = comparison.contrast("raised").effect("time.grown")
    assert effect.paired.base == pytest.approx(base)
    assert effect.paired.difference == pytest.approx(raised - base)  # it comes on day 2 or never
    assert effect.paired.difference == pytest.approx(-8.0 * comparison.contrast("raised").changed / RUNS)


def test_intervals_hold_together_over_all_that_is_told_at_once(comparison: Comparison) -> None:
    assert comparison.comparisons == 3 * (4 + 2 + 4)
    assert comparison.confidence == pytest.approx(1 - 0.05 / 30)
    for contrast in comparison.contrasts[1:]:
        for one in contrast.effects:
            assert one.paired.interval[0] <= one.paired.alone[0] <= one.paired.alone[1] <= one.paired.interval[1]


def test_what_is_clear_comes_first_by_size_and_the_rest_in_the_files_order(comparison: Comparison) -> None:
    chances = comparison.contrast("swapped").of("chance")
    clear = [one.clear for one in chances]
    assert clear == sorted(clear, reverse=True)
    sizes = [abs(one.paired.difference) for one in chances if one.clear]
    assert len(sizes) >= 2
    assert sizes == sorted(sizes, reverse=True)
    unclear = [one.measure.id for one in comparison.contrast("raised").of("chance") if not one.clear]
    assert unclear == ["outcome.rare", "outcome.some", "outcome.often"]


def test_what_cannot_be_told_apart_says_how_many_runs_it_would_take(ensembles: dict[str, Ensemble]) -> None:
    swapped = compare("base", ensembles["base"], {"swapped": ensembles["swapped"]}).contrast("swapped")
    few = replace(swapped.effect("outcome.rare"), paired=replace(swapped.effect("outcome.rare").paired))
    one = replace(few, paired=replace(few.paired, interval=(-0.01, 0.07), needed=3100))
    assert verdict_text(one) == "no: about 3,100"
    assert verdict_text(replace(one, paired=replace(one.paired, needed=None))) == "no"


def test_what_differs_between_the_scenarios_is_told_by_path(comparison: Comparison) -> None:
    raised = comparison.contrast("raised").changes
    assert [(one.path, one.before, one.after) for one in raised] == [("rules.grown.chance", "0.2", "0.5")]
    swapped = {one.path: (one.before, one.after) for one in comparison.contrast("swapped").changes}
    assert swapped["rules.rare.limit"] == ("not there", "0 (switched off)")
    assert swapped["rules.new-rare"][0] == "not there"


def test_the_files_say_what_the_comparison_says(comparison: Comparison, tmp_path: Path) -> None:
    document, table = write_files(comparison, folder_at(tmp_path, "compare"))
    told = json.loads(document.read_text())
    assert told == json.loads(json.dumps(comparison.as_dict()))
    assert (told["runs"], told["seed"], told["comparisons"]) == (RUNS, 5, 30)
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert len(rows) == 30
    row = next(one for one in rows if one["alternative"] == "raised" and one["measure"] == "outcome.grown")
    assert float(row["difference"]) == comparison.contrast("raised").effect("outcome.grown").paired.difference
    assert row["clear"] == "True"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"seed": 6}, "the seed: found 5 and 6"),
        ({"runs": 1000}, "the number of runs: found 2000 and 1000"),
        ({"horizon_days": 20.0}, "the horizon in days: found 10.0 and 20.0"),
        ({"versions": {"brinkline": "0.0.1"}}, "the version of Brinkline"),
        ({"scenario": "another"}, "--anyway"),
    ],
)
def test_what_is_not_the_same_run_but_for_a_change_is_refused(
    ensembles: dict[str, Ensemble], change: dict[str, object], word: str
) -> None:
    other = Ensemble(ensembles["raised"].folder)
    other.__dict__["manifest"] = ensembles["raised"].manifest | change
    with pytest.raises(UsageError, match="cannot be compared run by run") as refused:
        compare("base", ensembles["base"], {"raised": other})
    assert word in str(refused.value)


def test_two_scenarios_are_compared_only_if_asked_and_it_is_said(ensembles: dict[str, Ensemble]) -> None:
    other = Ensemble(ensembles["raised"].folder)
    other.__dict__["manifest"] = ensembles["raised"].manifest | {"scenario": "another"}
    found = compare("base", ensembles["base"], {"raised": other}, anyway=True)
    assert "two scenarios, planted and another" in found.contrasts[0].remarks[0]


def test_outcomes_of_one_alone_and_those_asked_otherwise_are_named(tmp_path: Path) -> None:
    more = "  fresh: {add: {outcomes: {new: {when: {action: poke}}}}, disable: [outcomes.some]}\n"
    turned = "  turned: {set: {outcomes.often.when.action: rare}}\n"
    found = play_plan(
        plan(tmp_path, "fresh", "turned", text=PLANTED + more + turned), tmp_path / "out", Request(runs=30)
    )
    fresh, other = compare("base", found[0], {"fresh": found[1], "turned": found[2]}).contrasts
    assert fresh.remarks == (
        "Outcomes of the base only, and not compared: some.",
        "Outcomes of the alternative only, and not compared: new.",
    )
    assert len(fresh.effects) == 3 + 2 + 3
    assert other.remarks == ("Outcomes that the two do not ask in the same way: often.",)


def test_an_alternative_of_another_time_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    longer = PLANTED + "  longer: {set: {horizon: 20 d}}\n"
    with pytest.raises(UsageError, match="the horizon is 10 days in one and 20 days in the other"):
        refuse_unlike(plan(tmp_path, "longer", text=longer))


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(-0.04, 1, "0.0"), (-12.34, 1, "−12.3"), (0.3, 0, "0"), (1234.5, 0, "+1,234")]
)
def test_a_difference_has_a_sign_unless_it_reads_as_nothing(value: float, decimals: int, text: str) -> None:
    assert signed(value, decimals) == text


def test_from_python_it_takes_changes_scenarios_or_ensembles(tmp_path: Path) -> None:
    path = tmp_path / "planted.yaml"
    path.write_text(PLANTED)
    more: dict[str, Any] = {"runs": 200, "seed": 5, "engine": "compiled"}
    raised = sim.compare(
        path, {"raised": {"variants": ("raised",)}, "half": {"settings": {"rules.grown.chance": 0.5}}}, **more
    )
    assert [one.name for one in raised.contrasts] == ["raised", "half"]
    assert raised.contrasts[0].effects == raised.contrasts[1].effects
    loaded = sim.compare(sim.load(path), {"raised": sim.load(path, variants=("raised",))}, **more)
    again = sim.compare(loaded.base, {"raised": loaded.contrasts[0].other})
    assert again.as_dict() == loaded.as_dict()
    assert again.contrasts[0].changed == raised.contrasts[0].changed > 0
    with pytest.raises(UsageError, match="expected only one of them"):
        sim.compare(path, {"raised": again.base})


def test_of_an_outcome_that_is_asked_at_an_instant_there_is_no_time_to_compare(tmp_path: Path) -> None:
    asked = PLANTED.replace("variants:\n", "  at-last: {at: end, if: level < 5}\nvariants:\n")
    found = play_plan(plan(tmp_path, "raised", text=asked), tmp_path / "out", Request(runs=200, engine="compiled"))
    effects = compare("base", found[0], {"raised": found[1]}).contrasts[0].effects
    told = [one.measure.id for one in effects if one.measure.outcome == "at-last"]
    assert told == ["outcome.at-last"]


def test_truncated_runs_are_left_out_where_they_do_not_tell_and_it_is_said(tmp_path: Path) -> None:
    cut = PLANTED + "  cut: {set: {max_events: 2}}\n"
    found = play_plan(plan(tmp_path, "cut", text=cut), tmp_path / "out", Request(runs=200, engine="compiled"))
    contrast = compare("base", found[0], {"cut": found[1]}).contrasts[0]
    count = found[1].manifest["truncated"]
    assert 0 < count < 200
    assert contrast.effect("deaths").paired.pairs == 200 - count
    assert f"Truncated runs: 0 of the base, {count} of the alternative." in contrast.remarks[0]
