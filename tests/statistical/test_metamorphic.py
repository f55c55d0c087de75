"""A scenario told otherwise, without any statistics: what must not change does not, bit by bit, in random scenarios.

Exact: later by whole days (if timeline items have ids; else their keys derive from their time), with a stranger, with
other names of whatever no lineage key is made of. Other names of actors, actions, rules and places change the luck, not
the distribution: that is tested against exact probabilities in ``test_verification.py``. Twice as slow, every time is
doubled up to the rounding of each delay.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from sim.verification.player import Player, data_of
from sim.verification.retelling import differing, later, renamed, slower, with_stranger
from tests.generated import example

EXAMPLES = range(300, 340)
PLAYER = Player("compiled", 5, 25)
Data = dict[str, Any]


def generated(number: int) -> Data:
    """A random scenario whose timeline items and options all have ids, and whose blame falls on nobody unnamed."""
    data = example(number)
    for place, item in enumerate(data["timeline"]):
        item.setdefault("id", f"named-{place}")
    for chooser in (*data["rules"].values(), *data["drivers"].values()):
        for place, option in enumerate(chooser.get("choose", ())):
            option["id"] = f"option-{place}"  # else its name is made of do, to and place
    for action in data["actions"].values():
        if re.search(r"not|others|any", " ".join(action.get("attribution", ()))):
            del action["attribution"]
    return data


def changed(data: Data, other: Data) -> np.ndarray:
    return differing(PLAYER.told(data), PLAYER.told(other))


@pytest.mark.parametrize("number", EXAMPLES)
def test_telling_it_later_changes_nothing(number):
    data = generated(number)
    assert not changed(data, later(data, 4321)).any()


@pytest.mark.parametrize("number", EXAMPLES)
def test_a_stranger_changes_nothing(number):
    data = generated(number)
    assert not changed(data, with_stranger(data)).any()


@pytest.mark.parametrize("number", EXAMPLES)
def test_names_of_which_no_key_is_made_change_nothing(number):
    data = generated(number)
    names = {name: f"{name}x" for name in data["variables"]}
    names |= {kind: f"{kind}x" for kind in data["relations"]}
    names |= {name: f"x-{name}" for name in data["outcomes"]}
    names |= {"kinetic": "armed", "verbal": "spoken"}
    names |= {name: f"{name}x" for name, one in data["parameters"].items() if "range" not in one}
    other = renamed(data, names)
    assert other != data
    assert not changed(data, other).any()


def test_the_examples_have_events_to_compare():
    events = [PLAYER.told(generated(number)).counts.sum() for number in EXAMPLES]
    assert np.median(events) > 100


def test_calendar_dates_that_stay_behind_are_found():
    data = data_of("retold")
    assert changed(data, later(data, 1) | {"timeline": data["timeline"]}).any()


def test_an_actor_who_does_something_is_no_stranger():
    data = data_of("retold")
    other = with_stranger(data)
    other["drivers"] = {**data["drivers"], "more": {"who": "stranger", "do": "hit", "to": "c", "rate": 0.5}}
    assert changed(data, other).any()


@pytest.mark.parametrize("name", ["hit", "a", "raids", "hit-back", "resolve", "harbour", "given"])
def test_names_of_which_keys_are_made_change_the_luck(name):
    data = data_of("retold")
    first, second = PLAYER.told(data), PLAYER.told(renamed(data, {name: "otherwise"}))
    assert differing(first, second, {name: "otherwise"}).any()


def test_twice_as_slow_doubles_every_time_to_the_millisecond():
    data = data_of("exchange")
    first, second = PLAYER.told(data, 40), PLAYER.told(slower(data, 2), 40)
    assert not differing(first, second, slower=2).any()
    assert differing(first, PLAYER.told(slower(data, 3), 40), slower=2).any()


def test_so_it_does_with_drivers_and_other_delays():
    crowds, poisson, race = data_of("crowds"), data_of("poisson"), data_of("race")
    del crowds["outcomes"]  # asked on a day of the calendar
    del poisson["drivers"]["rising"]  # its rate reads the time in days
    for data in (crowds, poisson):
        assert not differing(PLAYER.told(data), PLAYER.told(slower(data, 2)), slower=2).any()
    other = slower(race, 2)
    other["parameters"] = {name: {"value": 2 * one["value"]} for name, one in race["parameters"].items()}
    assert not differing(PLAYER.told(race), PLAYER.told(other), slower=2).any()


def test_so_it_does_with_a_driver_that_excites_itself():
    data = data_of("hawkes-long")
    other = renamed(data, {"12 h": "24 h", "3000 d": "6000 d"})
    other["parameters"]["base"]["value"] = 0.5
    other["drivers"]["source"]["peak"] = 30
    assert not differing(PLAYER.told(data), PLAYER.told(other), slower=2).any()
