"""The mechanisms of the Erbil scenarios, one at a time: the rules of one, and only what they answer to."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.load import Changes, load
from tests.worlds import Event, Played, World

Theatre = Callable[..., list[Played]]
PLAIN = load("erbil-2024").root.plain()
RUNS = 40


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    """``theatre(rules, deeds)``: runs in which these rules meet these deeds and nothing else happens."""

    def played(rules: str, *deeds: dict[str, Any], runs: int = 1, **parameters: float) -> list[Played]:
        data = copy.deepcopy(PLAIN)
        for key in ("include", "variants", "outcomes"):
            data.pop(key, None)
        data |= {"drivers": {}, "timeline": list(deeds), "rules": {name: data["rules"][name] for name in rules.split()}}
        settings = tuple((name, str(value)) for name, value in parameters.items())
        return World.of_data(data, tmp_path, Changes(settings=settings, fixed=True)).plays(runs)

    return played


def deed(day: float, who: str, do: str, to: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{who}-{do}-{round(24 * day)}",
        "at": f"+{round(24 * day)} h",
        "who": who,
        "do": do,
        "to": to,
        **more,
    }


def by(played: Played, rule: str) -> list[Event]:
    return [event for event in played.events if event.origin == rule]


ULTIMATUM = deed(1, "us", "ultimatum", "iran")
STRIKE = {"place": "erbil", "deaths": 4, "injured": 6}


def test_a_deadline_that_is_not_heeded_runs_out_on_its_day_and_the_blow_falls_on_the_proxy(theatre):
    (run,) = theatre("the-deadline-for-iran-runs-out", ULTIMATUM, deadline_days=8)
    assert [(e.t, e.action, e.target) for e in by(run, "the-deadline-for-iran-runs-out")] == [
        (9, "limited_strike", "militias")
    ]


def test_a_pause_that_holds_when_the_time_is_over_keeps_the_blow_away(theatre):
    pause = deed(3, "militias", "suspend_attacks", "us")
    (run,) = theatre("the-deadline-for-iran-runs-out", ULTIMATUM, pause, deadline_days=8)
    assert by(run, "the-deadline-for-iran-runs-out") == []
    assert run.run["stood_down.the-deadline-for-iran-runs-out"] == 1


@pytest.mark.parametrize(("comply", "shells"), [("withdraw_forces", 0), ("negotiate", 0), ("condemn", 1)])
def test_shells_fall_when_the_deadline_for_baghdad_is_over_unless_it_moved_or_talked(theatre, comply, shells):
    given, answer = deed(1, "iran", "ultimatum", "iraq"), deed(5, "iraq", comply, "iran")
    (run,) = theatre("the-deadline-for-baghdad-runs-out", given, answer)
    assert [(e.t, e.action) for e in by(run, "the-deadline-for-baghdad-runs-out")] == [(22, "border_shelling")] * shells


COST = {"threat_half_life": 10, "audience_cost": 0.16, "grievance_half_life": 1e9}


@pytest.mark.parametrize(
    ("then", "cost"),
    [
        ([], 0.16),
        ([deed(5, "us", "limited_strike", "militias", place="jurf", deaths=0)], 0),
        ([deed(5, "militias", "suspend_attacks", "us")], 0),
        ([deed(5, "iran", "condemn", "us")], 0.16),
    ],
    ids=["nothing was done", "carried out on the proxy", "heeded by the proxy", "answered with words"],
)
def test_a_threat_costs_at_home_when_its_time_is_over_and_it_was_neither_kept_nor_heeded(theatre, then, cost):
    (run,) = theatre("an-empty-threat-costs", deed(1, "us", "threaten", "iran"), *then, **COST)
    assert run.on_day(10, "pressure.us") == pytest.approx(0.3)
    assert run.on_day(12, "pressure.us") == pytest.approx(0.3 + cost)


def test_guards_go_to_the_border_after_a_second_strike_and_not_after_a_first(theatre):
    first, second = (deed(day, "iran", "missile_strike", "israel", **STRIKE) for day in (1, 20))
    name = "iraq-reinforces-its-border"
    (once,), (twice,) = theatre(name, first, p_reinforce=1), theatre(name, first, second, p_reinforce=1)
    assert by(once, name) == []
    assert [(e.cause, e.action, e.rung) for e in by(twice, name)] == [(1, "reinforce_border", 5)]


def test_a_strike_after_half_a_year_of_quiet_is_a_first_one_again(theatre):
    long_ago = deed(-180, "iran", "missile_strike", "israel", **STRIKE) | {"at": "-180 d"}
    name = "iraq-reinforces-its-border"
    (run,) = theatre(name, long_ago, deed(1, "iran", "missile_strike", "israel", **STRIKE), p_reinforce=1)
    assert by(run, name) == []


def test_an_order_to_hold_fire_is_obeyed_by_all_by_some_or_ignored(theatre):
    order = deed(1, "iran", "restrain_proxy", "militias")
    runs = theatre("militias-obey", order, runs=RUNS, proxy_slack=0.3)
    found = Counter(round(run.at_end("hold_fire.militias"), 6) for run in runs)
    assert set(found) == {0, 0.6, 1}
    assert found[1] > found[0.6]


@pytest.mark.parametrize(("slack", "obeyed"), [(0, RUNS), (1, 0)])
def test_a_proxy_on_a_short_leash_always_obeys_and_one_without_never(theatre, slack, obeyed):
    runs = theatre("militias-obey", deed(1, "iran", "restrain_proxy", "militias"), runs=RUNS, proxy_slack=slack)
    assert sum(bool(by(run, "militias-obey")) for run in runs) == obeyed


def test_iran_claims_an_open_strike_within_a_day_and_those_who_live_there_deny_what_it_claims(theatre):
    strike = deed(1, "iran", "missile_strike", "israel", **STRIKE)
    runs = theatre("iran-claims-its-strike claim-is-denied", strike, runs=RUNS)
    claims = [event for run in runs for event in by(run, "iran-claims-its-strike")]
    denials = [event for run in runs for event in by(run, "claim-is-denied")]
    assert len(claims) > RUNS / 2
    assert all(event.t < 2 for event in claims)
    assert {event.actor for event in denials} == {"iraq", "krg"}


def test_a_claim_under_a_house_name_hides_the_patron_and_a_states_claim_does_not(theatre):
    """A militia's claim takes from the belief in Iran's hand; Iran's own claim of its own strike does not."""
    (state,) = theatre("claim-is-denied", deed(1, "iran", "claim_responsibility", "israel"))
    (house,) = theatre("claim-is-denied", deed(1, "militias", "claim_responsibility", "us"))
    assert (state.on_day(2, "suspicion.us"), house.on_day(2, "suspicion.us") < 0) == (0, True)
