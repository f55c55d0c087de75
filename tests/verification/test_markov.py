"""Scenarios as Markov chains: against chains that are solved by hand, and what is refused."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest

from sim.verification.markov import chain_of
from sim.verification.player import data_of
from sim.verification.scripts import SCRIPTS, script

RACE: dict[str, Any] = {
    "scenario": "race",
    "actors": {"a": {}, "b": {}},
    "rules": {
        "go": {
            "who": "b", "when": {"action": "begin"}, "do": "win", "after": "exponential(2 d)",
            "unless": "count(action=stop) > 0",
        },
        "stop": {
            "who": "a", "when": {"action": "begin", "actor": "self"}, "do": "stop", "after": "exponential(12 h)",
            "chance": 0.5, "unless": "count(action=win) > 0",
        },
    },
    "timeline": [{"id": "x", "who": "a", "do": "begin", "at": "+0 d"}],
    "outcomes": {"win": {"when": {"action": "win"}}},
}  # fmt: skip


def probability(data: dict[str, Any], outcome: str, days: float) -> float:
    chain = chain_of(data)
    return float(chain.after(days)[chain.true_in(outcome)].sum())


def test_a_race_that_is_solved_by_hand():
    alone, against = 1 - math.exp(-0.5 * 3), 0.5 / 2.5 * (1 - math.exp(-2.5 * 3))
    assert probability(RACE, "win", 3.0) == pytest.approx((alone + against) / 2)


def test_weights_share_and_nothing_is_an_answer():
    data = copy.deepcopy(RACE)
    options = [{"do": "win", "weight": 1}, {"do": "lose", "weight": 2}, {"do": "nothing", "weight": 1}]
    data["rules"] = {"go": {"who": "b", "when": {"action": "begin"}, "after": "exponential(1 d)", "choose": options}}
    assert probability(data, "win", 1.0) == pytest.approx(0.25 * (1 - math.exp(-1)))


def test_a_limit_is_a_poisson_process_cut_off():
    data = copy.deepcopy(RACE)
    data |= {"rules": {}, "timeline": [], "drivers": {"x": {"who": "a", "do": "win", "rate": 2, "limit": 2}}}
    data["outcomes"] = {"two": {"if": "count(action=win) >= 2"}, "three": {"if": "count(action=win) >= 3"}}
    assert probability(data, "two", 1.5) == pytest.approx(1 - math.exp(-3) * (1 + 3))
    assert probability(data, "three", 1.5) == 0


def test_a_condition_looks_at_what_was_before_and_unless_at_what_is_then():
    data = copy.deepcopy(RACE)
    data["rules"] = {
        "first": {
            "who": "b", "when": {"action": "begin"}, "if": "count(action=begin) == 0", "do": "win",
            "after": "exponential(1 d)", "unless": "count(action=begin) < 1",
        },
    }  # fmt: skip
    assert probability(data, "win", 1.0) == pytest.approx(1 - math.exp(-1))
    data["rules"]["first"]["if"] = "count(action=begin) >= 1"
    assert probability(data, "win", 1.0) == 0


def test_an_outcome_that_ends_the_run_ends_the_chain():
    data = copy.deepcopy(RACE)
    data["outcomes"]["over"] = {"when": {"action": "begin"}, "ends": True}
    assert probability(data, "win", 9.0) == 0
    assert probability(data, "over", 0.0) == 1


@pytest.mark.parametrize("name", SCRIPTS)
def test_generators_keep_probability_and_outcomes_stay_true(name):
    chain = script(name)
    assert chain.generator.sum(axis=1) == pytest.approx(0, abs=1e-12)
    assert (chain.generator - chain.generator * (chain.generator > 0) <= 0).all()
    for outcome in chain.data["outcomes"]:
        true = chain.true_in(outcome)
        assert chain.generator[true][:, ~true].sum() == 0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rules", "go", "after"), "lognormal(1 d, 2 d)"),
        (("rules", "go", "after"), "exponential(mean)"),
        (("rules", "go", "cooldown"), "1 d"),
        (("rules", "go", "unless"), "count(action=stop) > 0 or level > 2"),
        (("rules", "go", "to"), "a"),
        (("rules", "go", "when"), {"action": "begin", "target": "self"}),
        (("rules", "go", "when"), {"action": "begin", "actor": "a"}),
        (("timeline", 0, "at"), "+1 d"),
        (("timeline", 0, "chance"), 0.5),
        (("outcomes", "win", "at"), "end"),
    ],
)
def test_what_a_chain_does_not_know_is_refused(path, value):
    data = copy.deepcopy(RACE)
    *way, last = path
    item = data
    for step in way:
        item = item[step]
    item[last] = value
    with pytest.raises(ValueError, match="not in the language of the chains"):
        chain_of(data)


def test_the_chain_reads_the_file_that_is_played():
    assert script("exchange").data["rules"]["answer"]["chance"] == data_of("exchange")["rules"]["answer"]["chance"]
