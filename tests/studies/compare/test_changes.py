"""What differs between two scenarios, by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.load import Changes, load
from sim.studies.compare.changes import changes_between

SCENARIO = """\
brinkline: 1
scenario: quarrel
start: 2024-01-01
horizon: 10 d
ladder: [{rung: 0, name: calm}, {rung: 5, name: blow}]
actors: {a: {}, b: {}, c: {}}
groups: {pair: [a, b]}
parameters: {p: {value: 0.5, range: "uniform(0.4, 0.6)"}}
actions: {hit: {rung: 5}}
rules: {back: {who: b, when: {action: hit}, chance: p, do: hit, to: actor, after: 1 d}}
timeline:
  - {at: +1 d, who: a, do: hit, to: b}
  - {id: named, at: +2 d, who: a, do: hit, to: c}
variants:
  less: {disable: [rules.back, actors.a]}
  more: {add: {timeline: [{id: third, at: +3 d, who: c, do: hit, to: a}]}}
  calmer: {set: {"ladder.5.name": push}}
  late: {set: {timeline.named.at: +5 d}}
  apart: {set: {groups.pair: [a, c]}}
"""


def told(tmp_path: Path, changes: Changes) -> list[tuple[str, str, str]]:
    path = tmp_path / "quarrel.yaml"
    path.write_text(SCENARIO)
    return [(one.path, one.before, one.after) for one in changes_between(load(path), load(path, changes))]


def test_a_pinned_parameter_loses_its_range(tmp_path: Path) -> None:
    assert told(tmp_path, Changes(settings=(("p", "0.9"),))) == [
        ("parameters.p.value", "0.5", "0.9"),
        ("parameters.p.range", "uniform(0.4, 0.6)", "not there"),
    ]


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("calmer", [("ladder.5.name", "blow", "push")]),
        ("late", [("timeline.named.at", "+2 d", "+5 d")]),
        ("apart", [("groups.pair", "[a, b]", "[a, c]")]),
        ("more", [("timeline.third", "not there", "{id: third, at: +3 d, who: c, do: hit, to: a}")]),
    ],
)
def test_a_variant_is_told_by_the_values_it_moves(
    tmp_path: Path, variant: str, expected: list[tuple[str, str, str]]
) -> None:
    assert told(tmp_path, Changes(variants=(variant,))) == expected


def test_what_is_disabled_is_switched_off(tmp_path: Path) -> None:
    assert told(tmp_path, Changes(variants=("less",))) == [("rules.back.limit", "not there", "0 (switched off)")]


def test_the_same_scenario_has_no_differences(tmp_path: Path) -> None:
    assert told(tmp_path, Changes()) == []


def test_long_values_are_cut(tmp_path: Path) -> None:
    changes = told(tmp_path, Changes(settings=(("description", "word " * 50),)))
    assert changes[0][2].endswith("…")
    assert len(changes[0][2]) <= 70
