"""summary.json: complete, plain, and honest about what it cannot say."""

import json

import pandas as pd
import pytest
import synthetic

from sim.analysis.summary import summarise

CASES = {
    "usual": {"runs": 60, "actors": 5, "outcomes": 5},
    "one run": {"runs": 1},
    "no run": {"runs": 0},
    "nothing happens": {"runs": 5, "busy": 0.0, "outcomes": 0},
    "one actor": {"runs": 5, "actors": 1, "outcomes": 1},
    "all truncated": {"runs": 4, "truncated": 4},
    "short": {"runs": 10, "horizon": "36 h"},
}


@pytest.mark.parametrize("case", CASES)
def test_summary_is_plain_json_without_nan(case):
    summary = summarise(synthetic.make(**CASES[case]))
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_summary_says_what_it_is():
    summary = summarise(synthetic.make(50))
    assert summary["format"] == 1
    assert summary["disclaimer"] == "a model to think with, never a forecast to act on"
    assert (summary["scenario"], summary["title"], summary["runs"], summary["seed"]) == (
        "made-up",
        "A made-up crisis",
        50,
        1,
    )


def test_every_probability_has_its_interval_and_apart_from_it_what_parameters_do():
    for outcome in summarise(synthetic.make(400, outcomes=5))["outcomes"].values():
        low, high = outcome["interval"]
        assert low <= outcome["probability"] <= high
        assert {"range", "adjusted_r2", "clear", "strongest"} <= outcome["parameters"].keys()


def test_the_parameter_that_moves_an_outcome_is_named():
    moved = summarise(synthetic.make(400))["outcomes"]["o2"]["parameters"]
    assert next(iter(moved["strongest"])) == "restraint"
    assert moved["strongest"]["restraint"]["difference"] < 0
    assert moved["clear"]


def test_confidence_stands_apart_from_the_words_of_likelihood():
    outcomes = summarise(synthetic.make(400))["outcomes"]
    moved = outcomes["o2"]["confidence"]
    assert moved["level"] in ("low", "moderate", "high")
    assert f"({moved['of']})" in moved["text"]
    assert 0 <= moved["assumed"] <= moved["of"]
    assert outcomes["o1"]["confidence"]["level"] == "not known"
    assert not any(outcome["words"] in outcome["confidence"]["text"] for outcome in outcomes.values())


def test_what_never_happens_has_a_bound_and_no_parameter_range():
    never = summarise(synthetic.make(100))["outcomes"]["o1"]
    assert (never["count"], never["of"], never["probability"]) == (0, 100, 0.0)
    assert never["text"] == "fewer than 1 in 27"
    assert never["parameters"]["range"] is None
    assert never["median_days"] is None


def test_truncated_runs_are_said_and_left_out_where_unknown():
    summary = summarise(synthetic.make(20, truncated=5))
    assert summary["truncated"] == 5
    assert summary["outcomes"]["o1"]["of"] == 15
    assert summary["outcomes"]["o1"]["unknown"] == 5
    assert summary["level"]["final"]["of"] == 15


def test_runs_that_an_outcome_ended_are_counted():
    ensemble = synthetic.make(3)
    ensemble.runs["ended"] = pd.Series(["o2", None, "o2"], dtype=object)
    assert summarise(ensemble)["ended"] == {"o2": 2}


def test_resolution_says_what_so_many_runs_can_tell_apart():
    assert "6.3 percentage points" in summarise(synthetic.make(1000, busy=1.0))["resolution"]["text"]
    assert summarise(synthetic.make(1))["resolution"]["smallest_difference"] is None


def test_a_precision_that_was_asked_for_is_said():
    ensemble = synthetic.make(20)
    assert summarise(ensemble)["precision"] is None
    ensemble.manifest["precision"] = {"asked": {"*": 0.01}, "reached": False, "max_runs": 20}
    told = summarise(ensemble)["precision"]
    assert (told["asked"], told["reached"], told["max_runs"]) == ({"*": 0.01}, False, 20)
    assert told["text"].startswith("the limit of 20")


def test_how_many_runs_keep_their_events_is_said():
    assert summarise(synthetic.make(20))["kept_runs"] == 20
