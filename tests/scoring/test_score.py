"""A whole score of a played quarrel, against its own tables."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.ensemble.results import Ensemble
from sim.scoring import Score, score
from tests.scoring.conftest import QUARREL, Write

RECORD = """\
outcome,happened,day,date,actor,action,target
struck,yes,2.5,,,,
answered,no,,,,,
spoken,yes,,,,,
shouted,yes,4,,,,
still,no,,,,,
calm-end,no,,,,,
,,,2024-01-12T12:00,a,hit,b
,,,2024-01-15,a,hit,b
,,,2024-01-16,c,speak,
"""


@pytest.fixture(scope="module")
def found(quarrel: Ensemble, tmp_path_factory: pytest.TempPathFactory) -> Score:
    file = tmp_path_factory.mktemp("record") / "seen.csv"
    file.write_text(RECORD)
    return score(quarrel, file)


def test_probabilities_are_shares_of_all_runs(quarrel: Ensemble, found: Score) -> None:
    for one in found.outcomes:
        count = int(np.isfinite(quarrel.column(f"outcome.{one.outcome}")).sum())
        assert (one.count, one.of, one.probability) == (count, 1000, count / 1000)
        assert one.brier == pytest.approx((count / 1000 - one.happened) ** 2)
        told = (count + 0.5) / 1001
        assert one.log == pytest.approx(-math.log(told if one.happened else 1 - told))
        assert one.brier_interval[0] <= one.brier <= one.brier_interval[1]
        assert one.log_interval[0] <= one.log <= one.log_interval[1]


def test_what_no_run_shows_has_a_finite_log_score(found: Score) -> None:
    one = next(one for one in found.outcomes if one.outcome == "shouted")
    assert one.count == 0
    assert (one.brier, one.log) == (1.0, pytest.approx(math.log(2002)))
    assert one.log_interval[1] == pytest.approx(math.log(2002))


def test_baselines_say_what_they_know(found: Score) -> None:
    said = {
        one.outcome: {name: against.probability for name, against in one.baselines.items()} for one in found.outcomes
    }
    assert said == {
        "struck": {"half": 0.5, "base_rate": 0.9, "persistence": 0.75},
        "answered": {"half": 0.5, "base_rate": 0.5, "persistence": 0.25},  # the blow was before the stretch
        "spoken": {"half": 0.5, "base_rate": 1.0, "persistence": 0.25},
        "shouted": {"half": 0.5, "persistence": 0.25},
        "still": {"half": 0.5},
        "calm-end": {"half": 0.5},
    }
    spoken = next(one for one in found.outcomes if one.outcome == "spoken").baselines["base_rate"]
    assert (spoken.brier, spoken.brier_skill) == (0.0, None)
    assert spoken.log == pytest.approx(-math.log(0.99))


def test_a_file_of_base_rates_wins(quarrel: Ensemble, write: Write) -> None:
    rates = write("outcome,probability\nstruck,0.2\n", "rates.csv")
    one = score(quarrel, write("outcome,happened\nstruck,no\nspoken,no\n"), base_rates=rates).outcomes
    assert [each.baselines["base_rate"].probability for each in one] == [0.2, 1.0]


def test_times_count_never_as_the_horizon(quarrel: Ensemble, found: Score) -> None:
    assert [one.key for one in found.times] == [("struck",), ("answered",), ("shouted",), ("still",)]
    answered = found.times[1]
    times = np.nan_to_num(quarrel.column("outcome.answered"), nan=20.0)
    assert answered.observed == 20.0
    assert answered.crps == pytest.approx(20.0 - times.mean() - np.abs(times[:, None] - times).mean() / 2)
    assert answered.pit == ((times < 20).mean(), 1.0)


def test_counts_are_of_the_runs_from_the_start_on(quarrel: Ensemble, found: Score) -> None:
    events = quarrel.events
    events = events[events["t"] >= 0]
    assert [one.key for one in found.counts] == [("a", "hit"), ("c", "speak"), ("a", "hit", "b")]
    for one, observed in zip(found.counts, (2, 1, 2), strict=True):
        own = events[(events["actor"] == one.key[0]) & (events["action"] == one.key[1])]
        counts = np.bincount(own["run"], minlength=1000)
        assert (one.observed, one.runs, one.mean) == (observed, 1000, counts.mean())
        assert one.median == np.quantile(counts, 0.5, method="inverted_cdf")
        assert one.pit == ((counts < observed).mean(), (counts <= observed).mean())
    assert "persistence" in found.counts[0].baselines


def test_a_complete_record_counts_what_it_leaves_out_as_nothing(quarrel: Ensemble, write: Write) -> None:
    file = write("date,actor,action\n2024-01-12,b,speak\n")
    assert [(one.key, one.observed) for one in score(quarrel, file).counts] == [(("b", "speak"), 1)]
    whole = score(quarrel, file, complete=True)
    assert [(one.key, one.observed) for one in whole.counts] == [(("b", "speak"), 1), (("b", "hit"), 0)]
    assert any("--complete" in sentence for sentence in whole.reservations)


def test_targets_are_counted_only_where_every_such_deed_has_one(quarrel: Ensemble, write: Write) -> None:
    file = write("date,actor,action,target\n2024-01-12,a,hit,b\n2024-01-13,a,hit,\n2024-01-13,b,hit,a\n")
    assert [one.key for one in score(quarrel, file).counts] == [("a", "hit"), ("b", "hit"), ("b", "hit", "a")]


def test_a_deed_that_no_run_has_is_doubted(quarrel: Ensemble, write: Write) -> None:
    (said,) = score(quarrel, write("date,actor,action,target\n2024-01-12,a,hit,c\n")).warnings
    assert said.startswith("a hit c: no run has such a deed")


def test_events_that_deny_an_outcome_are_doubted(quarrel: Ensemble, write: Write) -> None:
    outcomes = "outcome,happened,day,date,actor,action,target\nstruck,no,,,,,\nanswered,yes,9,,,,\nspoken,yes,3,,,,\n"
    events = ",,,2024-01-12,a,hit,b\n,,,2024-01-13,b,hit,a\n,,,2024-01-13,c,speak,\n"
    assert score(quarrel, write(outcomes + events)).warnings == (
        "seen.csv:2:1: struck did not happen, but by seen.csv:5:4 it came true on 2024-01-12",
        "seen.csv:3:1: answered came true later, but by seen.csv:6:4 it came true on 2024-01-13",
    )


def test_the_document_is_plain_and_whole(found: Score) -> None:
    document = json.loads(json.dumps(found.document, allow_nan=False))
    assert document["observed"][0]["file"] == "seen.csv"
    assert len(document["outcomes"]) == 6
    assert document["not_scored"] == ["many"]
    assert {row["kind"] for row in found.rows} == {"outcome", "time", "count", "count by target"}
    assert "6 are scored here, of which 3 came true" in found.judgement[0]


def test_an_outcome_alone_can_be_scored(quarrel: Ensemble, write: Write) -> None:
    one = score(quarrel, write("outcome,happened\nstruck,yes\n"))
    assert (len(one.outcomes), one.times, one.counts) == (1, (), ())
    assert "no difference" in one.judgement[1]


def test_a_history_that_is_too_short_only_says_what_it_holds(tmp_path: Path, write: Write) -> None:
    lines = [line for line in QUARREL.splitlines() if not any(word in line for word in ("long-ago", "outside", "edge"))]
    (tmp_path / "short.yaml").write_text("\n".join(lines))
    ensemble = sim.run(tmp_path / "short.yaml", runs=20, workers=1, keep="summary")
    record = "outcome,happened,date,actor,action\nstruck,yes,,,\nspoken,no,,,\n,,2024-01-12,a,hit\n"
    found = score(ensemble, write(record))
    assert ["persistence" in one.baselines for one in found.outcomes] == [True, False]
    assert found.counts == ()
    assert any("No run has its events" in sentence for sentence in found.reservations)
    assert any("reaches back 3 of the 20 days" in sentence for sentence in found.reservations)


def test_truncated_runs_that_do_not_tell_are_left_out(tmp_path: Path, write: Write) -> None:
    (tmp_path / "cut.yaml").write_text(f"{QUARREL}max_events: 9\n")
    ensemble = sim.run(tmp_path / "cut.yaml", runs=200, workers=1)
    cut = ensemble.column("truncated")
    never = np.isnan(ensemble.column("outcome.spoken"))
    assert 0 < (cut & never).sum() < 200
    found = score(ensemble, write("outcome,happened,date,actor,action\nspoken,no,,,\n,,2024-01-12,a,hit\n"))
    assert (found.outcomes[0].of, found.times[0].runs) == (200 - (cut & never).sum(),) * 2
    assert found.counts[0].runs == (~cut).sum()
