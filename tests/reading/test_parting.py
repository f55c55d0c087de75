"""Where two runs of the same number part, in words."""

from __future__ import annotations

import json
from pathlib import Path

from sim.reading.parting import Parting, parting
from sim.scenario.load import Changes, load

QUARREL = """\
brinkline: 1
scenario: quarrel
title: A quarrel
start: 2024-01-01T00:00:00Z
horizon: 10 d
ladder: [{rung: 0, name: calm}, {rung: 1, name: words}, {rung: 5, name: blow}]
actors: {a: {name: Aland}, b: {name: Bland}}
parameters: {p: {value: 1, range: "uniform(0.9, 1)"}}
actions: {hit: {name: Strikes, rung: 5, deaths: fixed(1)}, nod: {name: Nods, rung: 0}}
rules:
  back:
    {who: b, when: {action: hit, actor: a}, chance: p, do: hit, to: actor, after: 2 d, unless: "count(action=nod) > 0"}
timeline:
  - {id: first, at: +1 d, who: a, do: hit, to: b}
  - {id: peace, at: +2 d, who: a, do: nod, to: b, chance: 0}
  - {id: last, at: +5 d, who: a, do: nod, to: b}
variants:
  meek: {set: {p: 0}}
  peace: {set: {timeline.peace.chance: 1}}
  slow: {set: {rules.back.after: 3 d}}
  deadlier: {set: {actions.hit.deaths: fixed(2)}}
  quiet: {disable: [timeline.last]}
  renamed: {set: {title: The same quarrel}}
"""


def part(folder: Path, variant: str) -> Parting:
    path = folder / "quarrel.yaml"
    path.write_text(QUARREL)
    other = load(path, Changes(variants=(variant,)))
    return parting(("base", load(path)), (variant, other), 1, 3)


def text(folder: Path, variant: str) -> str:
    return " ".join(part(folder, variant).text().split())


def test_what_changes_nothing_leaves_the_same_world(tmp_path: Path) -> None:
    found = part(tmp_path, "renamed")
    assert found.index is None
    assert found.as_dict()["same"] is True
    assert text(tmp_path, "renamed") == (
        "Run 3 under seed 1, base and renamed: the same world to its end, event for event."
    )


def test_a_chance_that_is_missed_is_told_with_its_draw(tmp_path: Path) -> None:
    found = part(tmp_path, "meek")
    assert found.index == 1
    assert "the same world up to 4 January 2024, 00:00, for 1 event, history included." in text(tmp_path, "meek")
    assert "meek: #1 6 January 2024, 00:00: Aland nods towards Bland." in text(tmp_path, "meek")
    why = found.why()
    assert why.startswith("In meek there is no answer to #0 of this kind: back (Bland): chance p = 0.00")
    assert "Parameters of this run that differ: p 0.9" in text(tmp_path, "meek")


def test_an_event_of_one_alone_comes_first_if_it_is_earlier(tmp_path: Path) -> None:
    found = part(tmp_path, "peace")
    first, second = found.versions
    assert first is not None
    assert second is not None
    assert (first.action, second.action, second.origin) == ("hit", "nod", "peace")
    assert "up to 3 January 2024, 00:00, for 1 event" in text(tmp_path, "peace")


def test_the_same_deed_later_is_told_as_such(tmp_path: Path) -> None:
    assert part(tmp_path, "slow").why() == "In slow the same deed comes on 5 January 2024, 00:00, as #1."


def test_other_casualties_are_another_event(tmp_path: Path) -> None:
    found = part(tmp_path, "deadlier")
    assert (found.index, found.why()) == (0, "")
    assert "for 0 events" in text(tmp_path, "deadlier")


def test_a_run_in_which_nothing_more_happens(tmp_path: Path) -> None:
    found = part(tmp_path, "quiet")
    assert found.index == 2
    assert "quiet: nothing more happens." in text(tmp_path, "quiet")
    document = json.loads(json.dumps(found.as_dict()))
    assert document["versions"]["alternative"] is None
    assert document["versions"]["base"]["origin"] == "last"
    assert document["first_difference"] == 2
