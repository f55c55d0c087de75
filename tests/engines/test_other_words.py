"""What can be said in two ways means the same: whole runs of random scenarios, said in one way and in the other.

An engine has quick ways for what is common (a plain number, an event that everybody sees, a rule without limits). The
longer wordings here take the general way, and must lead to the same runs to the last bit.
"""

from __future__ import annotations

import copy
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generated import scenarios
from tests.worlds import Played, World

Data = dict[str, Any]
DISTRIBUTION = re.compile(
    r"\s*(fixed|uniform|triangular|exponential|lognormal|poisson|geometric|negbinomial|hurdle)\s*\("
)
SOME = settings(
    max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def deeds(data: Data) -> list[Data]:
    """Everything that has the keys of a deed: rules, drivers, their options, timeline items."""
    items = [*data["rules"].values(), *data["drivers"].values(), *data["timeline"]]
    return [*items, *(option for item in items for option in item.get("choose", ()))]


def with_one_option(data: Data) -> None:
    """A deed is a choice of one."""
    for item in [*data["rules"].values(), *data["drivers"].values()]:
        if "choose" not in item:
            item["choose"] = [
                {key: item.pop(key) for key in ("do", "to", "place", "deaths", "injured", "effects") if key in item}
            ]


def seen_by_all(data: Data) -> None:
    """What everybody sees and blames its doer for, said at length."""
    for action in data["actions"].values():
        action.setdefault("visibility", {"others": 1})
        action.setdefault("attribution", {"actor": 3})


def visibility_as_a_number(data: Data) -> None:
    for action in data["actions"].values():
        action.setdefault("visibility", "1 + 0 * t")


def without_a_brake(data: Data) -> None:
    """Limits that are never reached, conditions that always hold, nothing to wait or stand down for."""
    for item in [*data["rules"].values(), *data["drivers"].values()]:
        item.setdefault("limit", 1_000_000)
        item.setdefault("cooldown", 0)
        item.setdefault("if", 1)
    for rule in data["rules"].values():
        rule.setdefault("unless", 0)


def times_one(value: Any) -> Any:
    """An expression, times a parameter that is 1."""
    if isinstance(value, str) and DISTRIBUTION.match(value):
        return value
    return f"({value}) * one"


def times_a_parameter(data: Data) -> None:
    """No number stands alone."""
    data["parameters"]["one"] = {"value": 1}
    for item in [*deeds(data), *data["outcomes"].values()]:
        for key in {"if", "chance", "unless", "weight", "rate", "peak", "after", "deaths", "injured", "limit"} & set(
            item
        ):
            if not (key == "after" and item[key] == 0):
                item[key] = times_one(item[key])
        for key in ("to", "place"):
            if isinstance(item.get(key), dict):
                item[key] = {name: times_one(weight) for name, weight in item[key].items()}
    for item in [*deeds(data), *data["actions"].values()]:
        if "effects" in item:
            item["effects"] = [
                re.sub(r"([-+*/]?=) (.*)", r"\1 (\2) * one", effect, count=1) for effect in item["effects"]
            ]
    for action in data["actions"].values():
        for key in ("deaths", "injured"):
            if key in action:
                action[key] = times_one(action[key])
        for key in ("visibility", "attribution"):
            found = action.get(key)
            if found is not None:
                action[key] = (
                    {who: times_one(one) for who, one in found.items()} if isinstance(found, dict) else times_one(found)
                )


def with_idle_outcomes(data: Data) -> None:
    """Outcomes that are tested at every event and every hour of a day and never come true."""
    data["outcomes"] |= {
        "idle-if": {"if": "level > 99"},
        "idle-when": {"when": {}, "if": "count() < 0"},
        "idle-quiet": {"quiet": "300 d", "when": {}},
        **{f"idle-asked-{hour}": {"at": f"+{hour} h", "if": "level + t < 0"} for hour in (1, 7, 24, 36, 50)},
    }


def with_idle_things(data: Data) -> None:
    data["parameters"]["idle"] = {"value": 1, "range": "normal(0, 1)"}
    data["variables"] = {
        "unread": {"scope": "dyad", "initial": 1, "baseline": 2, "half_life": "1 d"},
        **data["variables"],
    }
    data["actions"] = {"unused": {"rung": 8, "tags": ["kinetic"]}, **data["actions"]}
    data["places"] = {"nowhere": {}, **data["places"]}


def defined_backwards(data: Data) -> None:
    for block in ("parameters", "variables", "actions", "places", "relations"):
        data[block] = dict(reversed(data[block].items()))


def rates_with_a_peak(data: Data) -> None:
    for driver in data["drivers"].values():
        driver.setdefault("peak", driver["rate"])


def durations_in_minutes(data: Data) -> None:
    for item in deeds(data):
        if isinstance(item.get("after"), str):
            item["after"] = re.sub(r"\b(\d+) h\b", lambda hours: f"{int(hours.group(1)) * 60} min", item["after"])


def all_at_once(data: Data) -> None:
    for way in (with_one_option, seen_by_all, without_a_brake, times_a_parameter, with_idle_outcomes):
        way(data)


WAYS: dict[str, Callable[[Data], None]] = {
    "a deed is a choice of one": with_one_option,
    "everybody sees it and blames the doer": seen_by_all,
    "visibility is a number that is 1": visibility_as_a_number,
    "limits that are never reached": without_a_brake,
    "numbers times a parameter that is 1": times_a_parameter,
    "outcomes that never come true": with_idle_outcomes,
    "things that nobody uses": with_idle_things,
    "definitions in another order": defined_backwards,
    "a constant rate with a peak": rates_with_a_peak,
    "hours in minutes": durations_in_minutes,
    "all at once": all_at_once,
}


def told(played: Played, like: Data) -> tuple[Any, ...]:
    """All that a run says of what `like` defines."""
    kept = [
        key for key in played.run if key.split(".")[-1] not in ("idle", "one") and not key.startswith("outcome.idle")
    ]
    rows = [{key: row[key] for key in row if key.split(".")[0] != "unread"} for row in played.trajectory]
    return played.digest, {key: played.run[key] for key in sorted(kept)}, [dict(sorted(row.items())) for row in rows]


@pytest.mark.parametrize("way", WAYS)
@SOME
@given(scenario=scenarios(), run=st.integers(0, 3))
def test_other_words_mean_the_same(way, scenario, run):
    other = copy.deepcopy(scenario)
    WAYS[way](other)
    with tempfile.TemporaryDirectory() as folder:
        first, second = (World.of_data(data, Path(folder)).play(run) for data in (scenario, other))
    assert second.log == first.log
    assert told(second, scenario) == told(first, scenario)
