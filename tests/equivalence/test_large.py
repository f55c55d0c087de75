"""What the kernel has a border for: more actors than a word has bits, more events than there is room for."""

from __future__ import annotations

from typing import Any

from tests.worlds import World

MANY = 150
"""Actors: three words of bits, of which the first holds nobody too."""


def crowded() -> dict[str, Any]:
    """A scenario of many actors, in which sets of them are asked for in every way."""
    actors = [f"a{i}" for i in range(MANY)]
    west, east = actors[::3], actors[40:110]
    hidden = {"actor": 1, "patron of actor": 2.5, "not west": 0.01, "nobody": 0.5, "target": "hurt[self, actor]"}
    return {
        "brinkline": 1,
        "scenario": "crowded",
        "start": "2024-01-01T00:00:00Z",
        "horizon": "6 d",
        "max_events": 400,
        "ladder": [{"rung": 0, "name": "calm"}, {"rung": 5, "name": "blow"}],
        "actors": {name: {} for name in actors},
        "groups": {"west": west, "east": east},
        "relations": {"patron": {"a63": ["a64"], "a64": ["a0", "east"], "west": ["a149"]}},
        "places": {"here": {"soil": ["a62", "a63", "a127"]}, "there": {"soil": "east"}, "sea": {}},
        "variables": {"hurt": {"scope": "dyad", "half_life": "2 d"}, "calm": {"scope": "actor", "initial": 1}},
        "actions": {
            "hit": {
                "rung": 5,
                "visibility": {"patron by target": 1, "not east": 0.7, "others": 0.2},
                "attribution": hidden,
                "effects": ["hurt[target, actor] += 1", "calm[east] -= 0.01"],
            },
            "speak": {"rung": 0},
        },
        "rules": {
            "answer": {
                "who": ["west", "a64", "a127", "a128"],
                "when": {"action": "hit", "target": ["self", "patron by self", "not west"]},
                "chance": 0.015,
                "do": "hit",
                "to": {"actor": 3, "patron of self": 1, "west": 0.5, "nobody": 0.1},
                "place": {"here": 1, "there": 2},
                "after": "exponential(1 d)",
            },
            "talk": {
                "who": "east",
                "when": {"soil": "not east", "actor": "others"},
                "if": "count(actor=others, target=patron of self, soil=[self, a63], within=2 d) < 3",
                "chance": 0.01,
                "do": "speak",
                "to": "patron of actor",
                "unless": "since(action=speak, actor=not self) < waited",
            },
        },
        "drivers": {"source": {"who": ["a63", "a64", "a149"], "do": "hit", "to": {"east": 1, "a62": 5}, "rate": 2}},
        "outcomes": {"blows": {"if": "count(action=hit, actor=[west, a128], soil=east) > 4"}},
    }


def test_the_engines_agree_where_actors_fill_several_words(tmp_path):
    world = World.of_data(crowded(), tmp_path)
    events = [event for played in world.plays(6) for event in played.events]
    assert {event.actor for event in events} > {"a63", "a64", "a149"}
    assert len({event.target for event in events}) > 40


BUSY = """
max_events: 6000
rules:
  wait: {who: [b, c], when: {action: nod}, do: speak, after: "uniform(8 d, 9 d)"}
  late: {who: d, when: {action: nod, origin: source}, do: warn, to: actor, after: "uniform(0 d, 20 d)"}
drivers: {source: {who: a, do: nod, rate: 200}}
outcomes: {much: {if: "count(action=[nod, speak]) > 3000"}}
"""


def test_the_engines_agree_where_events_and_responses_need_more_room(play):
    """Some 1,600 nods in eight days have thousands of answers under way before most of these come."""
    played = play(BUSY)
    assert len(played.events) > 3000
    assert played.actions[1000:1010].count("a nod") > 5


def test_a_log_that_is_longer_than_a_block_was_given_room_for_is_played_on(tmp_path):
    """Runs of very different lengths in one block: the next ones stand behind those that are there."""
    text = "drivers: {source: {who: a, do: nod, rate: p ** 4, peak: 500}}\n"
    world = World.of_text(text + "parameters: {p: {value: 1, range: 'uniform(0.1, 4.7)'}}\nmax_events: 9000", tmp_path)
    together, alone = world.compiled.play_runs(1, range(40)), World(world.loaded).compiled
    assert together.counts.max() > 2000
    assert together.counts.min() < 10
    begin = 0
    for run, count in enumerate(together.counts.tolist()):
        assert (alone.play_runs(1, range(run, run + 1)).log == together.log[begin : begin + count]).all()
        begin += count
