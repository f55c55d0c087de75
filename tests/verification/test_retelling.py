"""Tellings change what they say and nothing else."""

from __future__ import annotations

import copy
from typing import Any

from sim.verification.player import Player, data_of
from sim.verification.retelling import differing, later, renamed, slower, with_stranger

SMALL: dict[str, Any] = {
    "start": "2024-02-28T12:00:00Z",
    "horizon": "36 h",
    "actors": {"a": {}, "d": {}},
    "rules": {
        "a-rule": {
            "who": "d",
            "when": {"actor": "a"},
            "if": "since(actor=d) > 2 d",
            "after": "lognormal(90 min, 1.5 d)",
        }
    },
    "drivers": {"source": {"who": "a", "rate": "1 + x", "peak": 3}},
    "timeline": [{"at": "+2 d", "who": "a"}, {"at": "2024-03-01", "who": "d"}],
    "outcomes": {
        "asked": {"at": "2024-03-02T06:00:00+02:00"},
        "last": {"at": "end"},
        "event": {"when": {"actor": "d"}},
    },
}


def test_later_moves_the_start_and_every_date() -> None:
    told = later(SMALL, 2)
    assert told["start"] == "2024-03-01T12:00:00+00:00"
    assert [item["at"] for item in told["timeline"]] == ["+2 d", "2024-03-03T00:00:00"]
    assert [one.get("at") for one in told["outcomes"].values()] == ["2024-03-04T06:00:00+02:00", "end", None]
    assert (told["horizon"], told["rules"]) == (SMALL["horizon"], SMALL["rules"])


def test_slower_stretches_durations_and_thins_rates() -> None:
    told = slower(SMALL, 3)
    assert told["horizon"] == "108 h"
    assert told["rules"]["a-rule"]["after"] == "lognormal(270 min, 4.5 d)"
    assert told["rules"]["a-rule"]["if"] == "since(actor=d) > 6 d"
    assert told["drivers"]["source"] == {"who": "a", "rate": "(1 + x) / 3", "peak": "(3) / 3"}
    assert told["timeline"][0]["at"] == "+6 d"
    assert told["start"] == SMALL["start"]


def test_renamed_finds_names_as_keys_and_in_expressions_and_leaves_units() -> None:
    told = renamed(SMALL, {"d": "delta", "a": "alpha"})
    assert list(told["actors"]) == ["alpha", "delta"]
    assert list(told["rules"]) == ["a-rule"]
    assert told["rules"]["a-rule"]["if"] == "since(actor=delta) > 2 d"
    assert told["timeline"][0] == {"at": "+2 d", "who": "alpha"}


def test_a_telling_leaves_what_it_was_made_of() -> None:
    before = copy.deepcopy(SMALL)
    later(SMALL, 1), slower(SMALL, 2), renamed(SMALL, {"a": "b"}), with_stranger(SMALL)
    assert before == SMALL


def test_runs_differ_if_a_single_thing_does() -> None:
    play = Player("compiled", 1, 50)
    plain = play.told(data_of("retold"))
    for change in (
        lambda data: data["rules"]["protest"].update(after="exponential(6 h)"),
        lambda data: data["actions"]["hit"].update(deaths="hurdle(0.31, geometric(2))"),
        lambda data: data["outcomes"]["many-dead"]["when"].update(deaths="5.."),
        lambda data: data["rules"]["hit-back"].update(unless="since(action=speak, actor=actor) < 9 h"),
        lambda data: data["drivers"]["raids"].update(place={"harbour": 1, "pass": 2}),
    ):
        data = data_of("retold")
        change(data)
        different = differing(plain, play.told(data))
        assert different.any()
    assert not differing(plain, play.told(data_of("retold"))).any()


def test_a_player_tells_what_it_plays() -> None:
    told: list[str] = []
    Player("compiled", 1, 1500, tell=told.append)("race")
    assert told == ["race: run 0 of 1,500", "race: run 1,000 of 1,500"]
