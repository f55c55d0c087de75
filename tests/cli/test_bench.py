"""``brinkline bench``: what it prints. How fast a machine is, no test says."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from sim.bench import measure as measuring
from sim.bench.native import NO_COMPILER
from sim.cli import main
from tests.cli.conftest import Command


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """What ``brinkline bench --quick --json`` prints: measured once, for all tests of this module."""
    capture = pytest.MonkeyPatch()
    said: list[dict[str, Any]] = []
    with capture.context() as patch:
        patch.setattr("sim.cli.bench.print_json", said.append)
        with pytest.raises(SystemExit) as stopped:
            main(["bench", "--quick", "--json"])
    assert stopped.value.code == 0
    return dict(json.loads(json.dumps(said[0])))


def test_it_measures_every_player_on_every_field(document: dict[str, Any]) -> None:
    native = ["C++"] if document["machine"]["compiler"] else []
    assert [(row["field"], row["player"]) for row in document["speeds"]] == [
        *(("workload", player) for player in ("naive SimPy", "simpy", "compiled", *native)),
        ("erbil-2024", "simpy"),
        ("erbil-2024", "compiled"),
        ("erbil-2024, states kept", "simpy"),
        ("erbil-2024, states kept", "compiled"),
        ("erbil-2024, threads", "1 thread"),
        ("erbil-2024, threads", "2 threads"),
    ]


def test_every_number_is_a_median_within_its_range(document: dict[str, Any]) -> None:
    spreads = [row[unit] for row in document["speeds"] for unit in ("runs_per_second", "events_per_second")]
    spreads += [*document["starts"].values(), *(row["measured"] for row in document["targets"] if row["measured"])]
    for spread in spreads:
        assert 0 < spread["low"] <= spread["median"] <= spread["high"] < math.inf


def test_every_target_is_met_or_missed_or_says_why_not(document: dict[str, Any]) -> None:
    assert [row["what"] for row in document["targets"]] == [
        "workload: compiled / naive SimPy",
        "workload: compiled / C++",
        "erbil-2024: compiled / simpy",
        "erbil-2024: compiled, runs/s",
        "erbil-2024: 2 threads / 1 thread",
        "erbil-2024: 1,000 runs and their summary, once warm, s",
    ]
    unmeasured = {row["missing"] for row in document["targets"] if row["met"] is None}
    assert unmeasured == (set() if document["machine"]["compiler"] else {NO_COMPILER})


def test_it_names_the_machine(document: dict[str, Any]) -> None:
    assert document["quick"] is True
    assert set(document["machine"]) == {
        "processor",
        "cores",
        "busy",
        "system",
        "python",
        "numpy",
        "numba",
        "simpy",
        "compiler",
    }


def test_the_table_says_the_same(document: dict[str, Any], brinkline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    document = json.loads(json.dumps(document))
    document["targets"][0] |= {"measured": {"median": 234.56, "low": 199.9, "high": 1234.5}, "met": True}
    document["targets"][1] |= {"measured": None, "met": None, "missing": NO_COMPILER}
    document["targets"][2] |= {"measured": {"median": 3.14159, "low": 1, "high": 4}, "met": False}
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setattr(measuring, "measure", lambda effort, tell: document)
    said = brinkline("bench")
    assert said.code == 0
    rows = {tuple(line.split())[:5]: line.split()[5:] for line in said.out.splitlines()}
    assert document["machine"]["processor"] in said.out
    assert rows["workload:", "compiled", "/", "naive", "SimPy"] == ["235", "200–1,230", "≥", "120", "met"]
    assert " ".join(rows["workload:", "compiled", "/", "C++", "no"]) == "C++ compiler found ≥ 0.333 not measured"
    assert rows["erbil-2024:", "compiled", "/", "simpy", "3.14"] == ["1–4", "≥", "40", "missed"]


def test_players_of_different_events_are_not_compared(brinkline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    sums = iter(range(10))
    monkeypatch.setattr(measuring, "checksum", lambda log: next(sums))
    said = brinkline("bench", "--quick")
    assert said.code == 2
    assert "do not play the same events" in said.err
    assert said.out == ""
