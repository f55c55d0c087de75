"""``brinkline check``: the record beside the model, as it is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RECORD = """\
brinkline_record: 1
record: small
scenario: small
title: A small record
note: Made up.
sources: {paper: {title: A paper}}
statistics:
  blows: {name: Blows of a, count: {actor: a}, observed: 12, source: paper}
  answers:
    {name: Blows answered, answered: {actor: a}, by: {actor: b}, link: cause, observed: {k: 4, n: 9}, source: paper}
  death: {name: Somebody dies, happens: {outcome: death}, observed: {value: 0.7, low: 0.4, high: 0.9}, source: paper}
  quiet: {name: Longest quiet, quiet: {}, observed: [0.5, 2.25], source: paper}
  blow: {name: A blow, happens: {action: hit}, observed: 1, source: paper}
  seldom: {name: Deaths a blow, mean: {}, counting: deaths, band: [2, 3], source: assumed}
"""


@pytest.fixture
def command(brinkline):
    Path("small.record.yaml").write_text(RECORD)

    def call(*words):
        return brinkline("check", "small.yaml", "--record", "small.record.yaml", *words)

    return call


def test_the_table_has_a_line_for_each_statistic_and_says_how_many_lie_inside(command):
    said = command("--runs", "200", "--seed", "4")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "A small record: the record beside 200 runs of small, seed 4"
    assert lines[1] == "A model to think with, never a forecast to act on."
    (blows,) = [line for line in lines if "Blows of a" in line]
    assert blows.split()[3] == "12"
    assert blows.endswith("inside")
    (answers,) = [line for line in lines if "Blows answered" in line]
    assert "4 of 9 (0.17–0.75)" in answers
    (death,) = [line for line in lines if "Somebody dies" in line]
    assert "70 % (40–90 %)" in death
    assert death.endswith("below")  # nearly every run has a death
    assert "0.5–2.25 d" in next(line for line in lines if "Longest quiet" in line)
    assert next(line for line in lines if "A blow" in line).split()[2] == "yes"
    (seldom,) = [line for line in lines if "Deaths a blow" in line]
    assert seldom.endswith("red flag")
    assert "Of 3 observed values 3 lie inside the middle 80 % of the runs" in said.out
    assert lines[-1] == "Made up."
    assert not Path("results").exists()


def test_json_has_everything(command):
    said = command("--runs", "50", "--json")
    document = json.loads(said.out)
    assert (document["record"], document["runs"], document["seed"], document["compared"]) == ("small", 50, 1, 3)
    assert document["red_flags"] == ["seldom"]
    blows = document["statistics"]["blows"]
    assert (blows["observed"], blows["source"], blows["verdict"]) == (12, "paper", "inside")
    assert set(blows["model"]) == {"runs", "mean", "interval", "q10", "q50", "q90"}


def test_changes_reach_the_runs_and_quiet_says_nothing(command):
    document = json.loads(command("--runs", "30", "--variant", "calm", "--json").out)
    assert document["statistics"]["answers"]["model"]["mean"] == 0
    assert command("--runs", "30", "--quiet").out == ""


def test_without_a_record_it_says_what_was_looked_for(brinkline):
    said = brinkline("check", "small.yaml")
    assert said.code == 2
    assert "found no file and no record 'small'" in said.err


def test_a_bad_record_is_shown_with_its_place(command):
    Path("small.record.yaml").write_text(RECORD.replace("actor: b}", "actor: bee}"))
    said = command()
    assert said.code == 2
    assert "small.record.yaml:10:" in said.err
    assert "found the actor 'bee'" in said.err
    assert said.err.endswith("1 error; nothing was run\n")


def test_a_window_beyond_a_shortened_horizon_is_refused(command):
    Path("small.record.yaml").write_text(RECORD.replace("observed: 12", "to: +9 d, observed: 12"))
    assert command("--runs", "5").code == 0
    said = command("--runs", "5", "--horizon", "5 d")
    assert said.code == 2
    assert "bad-time: statistics.blows.to" in said.err
