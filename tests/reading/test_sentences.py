"""Rules, drivers, given events, outcomes and variants as English sentences: a case for each form of the language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.reading.sentences import Sentences
from sim.scenario.load import Loaded
from tests.reading.stories import loaded

CAST = """
brinkline: 1
scenario: forms
start: 2024-01-01
horizon: 30 d
ladder: [{rung: -1}, {rung: 0}, {rung: 1}, {rung: 5}, {rung: 8}]
actors: {a: {name: Aland}, b: {name: Borduria}, u: {name: United States of Mind}, g: {name: Guards of the North}}
groups: {friends: [a, b]}
relations: {patron: {u: [g]}, ally: {a: [u]}}
places: {port: {name: Port, soil: b}, pass: {name: High Pass, soil: [a, b]}, sea: {}}
parameters:
  p: {value: 0.25, range: "uniform(0, 0.5)"}
  days: {value: 3}
variables:
  anger: {name: Anger, scope: dyad, initial: 0.2}
  fear: {scope: actor}
  truce: {name: Truce, scope: world}
actions:
  talk: {name: Opens talks, rung: -1}
  nod: {rung: 0}
  scold: {name: Scolds, rung: 1, tags: [words]}
  recall: {name: Recalls its ambassador, rung: 1}
  raid: {name: Raids a post, rung: 5, tags: [kinetic], deaths: poisson(2)}
  storm: {name: "Storms a town, or more", rung: 8, tags: [kinetic, open_force]}
timeline:
  - {id: first, at: +1 d, who: a, do: raid, to: b, place: port}
  - {id: second, at: +2 d, who: b, do: storm, to: a, place: pass}
  - {id: third, at: +3 d, who: u, do: talk, to: a}
  - {id: fourth, at: +4 d, who: g, do: scold, to: nobody, place: sea}
  - {id: fifth, at: +5 d, who: a, do: recall, to: u}
  - {id: sixth, at: +6 d, who: a, do: nod}
"""


def forms(block: str, keys: str, folder: Path) -> tuple[Loaded, Any]:
    """The forms' scenario with one more item, told as its keys a line each; and that item."""
    body = "".join(f"    {line.strip()}\n" for line in keys.strip().splitlines())
    scenario = loaded(f"{CAST}{block}:\n  new:\n{body}", folder)
    return scenario, getattr(scenario.description, block)["new"]


def said(text: str) -> str:
    """The text in one line, with plain spaces before percent signs."""
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


RULES = {
    "who acts is left open, the delay is nothing": (
        """
        who: u
        when: {action: raid}
        do: scold
        to: actor
        """,
        "When somebody else raids a post, the United States of Mind scolds the one it blames, at once.",
    ),
    "one actor is named, so that whom it blames is known": (
        """
        who: u
        when: {action: raid, actor: a}
        do: scold
        to: actor
        after: 8 h
        """,
        "When Aland raids a post, the United States of Mind scolds Aland, after 8 hours.",
    ),
    "a list of owners, a tag, soil, a rung, a lognormal delay, a chance, a limit, a cooldown": (
        """
        who: [a, b]
        when: {action: kinetic, soil: self, rung: 5..}
        do: recall
        to: actor
        after: lognormal(8 h, 24 h)
        chance: 0.4
        limit: 20
        cooldown: 12 h
        """,
        """Aland and Borduria, each for itself: when somebody else carries out a kinetic deed of rung 5 or more on
        the soil of the responder, it recalls its ambassador from the one it blames, after a median of 8 hours
        (90th percentile 1 day), with a chance of 40 %; at most 20 times a run; not within 12 hours of the last
        time.""",
    ),
    "a group, a list of actions, and standing down because it was done already": (
        """
        who: friends
        when: {action: [scold, recall], target: self}
        do: scold
        to: actor
        unless: since(action=scold, actor=self, target=actor) < waited
        """,
        """Aland and Borduria, each for itself: when somebody else scolds or recalls its ambassador against it, it
        scolds the one it blames, at once; it stands down if it has done so already in the meantime.""",
    ),
    "anybody, casualties, the target's name unknown, a uniform delay": (
        """
        who: u
        when: {actor: any, rung: 8.., deaths: 0, injured: 1..}
        do: talk
        to: target
        after: uniform(1 d, 2 d)
        """,
        """When anybody else does anything of rung 8 or more, killing nobody and injuring somebody, the United
        States of Mind opens talks with the target, after between 1 day and 2 days (uniform).""",
    ),
    "not, an article before a vowel, an exponential delay by a parameter": (
        """
        who: u
        when: {actor: "not [a, g]", action: open_force}
        do: talk
        to: actor
        after: exponential(days)
        """,
        """When anybody else but Aland or the Guards of the North carries out an open-force deed, the United States
        of Mind opens talks with the one it blames, after `days` = 3 days on average (exponential).""",
    ),
    "nobody to blame": (
        """
        who: u
        when: {actor: nobody, action: kinetic}
        do: scold
        """,
        "When somebody unknown carries out a kinetic deed, the United States of Mind scolds, at once.",
    ),
    "KIND of, places by weight, a triangular delay": (
        """
        who: g
        when: {target: patron of self, deaths: ..3}
        do: raid
        to: ally of u
        place: {port: 3, sea: 1}
        after: triangular(1 h, 2 h, 4 h)
        """,
        """When somebody else does anything against whoever is patron of the Guards of the North, killing 3 or
        fewer, the Guards of the North raids a post against whoever is ally of the United States of Mind at Port
        (75 %) or sea (25 %), after between 1 hour and 4 hours, most likely 2 hours.""",
    ),
    "KIND by, places, targets by weight, casualties of its own": (
        """
        who: u
        when: {target: patron by self, place: [port, pass]}
        do: storm
        to: {a: 1, b: 3}
        deaths: hurdle(0.3, geometric(4))
        """,
        """When somebody else does anything against whomever the United States of Mind is patron of at Port or High
        Pass, the United States of Mind storms a town, or more, against Aland (25 %) or Borduria (75 %) (deaths:
        none or, with a chance of 30 %, 4 on average and at least 1), at once.""",
    ),
    "its own deed, a condition of variables": (
        """
        who: a
        when: {actor: self, action: recall}
        do: talk
        to: target
        after: days * 2
        if: truce == 0 and not fear[self] > 0.5
        """,
        """When Aland itself recalls its ambassador, Aland opens talks with the target, provided that the truce is 0
        and it is not so that its `fear` is above 0.5, after `days * 2` = 6 days.""",
    ),
    "nothing with effects": (
        """
        who: b
        when: {soil: not self, rung: 1..5, action: kinetic}
        do: nothing
        effects: ["anger[self, actor] += 0.1 * deaths", "truce = 0", "fear[friends] -= 1"]
        after: 6 h
        """,
        """When somebody else carries out a kinetic deed of rung 1 to 5 anywhere but on the soil of Borduria,
        Borduria changes its mind, after 6 hours; this raises its anger towards the one it blames by `0.1 *
        deaths`, sets the truce to 0 and lowers `fear` of Aland and Borduria by 1.""",
    ),
    "an origin, and a deed without a verb": (
        """
        who: a
        when: {action: storm, origin: second}
        do: nod
        """,
        "When somebody else storms a town, or more (made by second), Aland does ‘nod’, at once.",
    ),
    "choose by numbers, with a delay of its own and nothing": (
        """
        who: b
        when: {action: nod}
        choose: [{do: scold, to: actor, weight: 3}, {do: raid, to: actor, place: sea, after: 2 d}, {do: nothing}]
        after: 1 d
        """,
        """When somebody else does ‘nod’, Borduria does one of the following, after 1 day; (a) 60 %: scolds the one
        it blames; (b) 20 %: raids a post against the one it blames at sea after 2 days; (c) 20 %: nothing.""",
    ),
    "choose by expressions, a target for all, an unless of an option, a count": (
        """
        who: b
        when: {actor: a}
        choose: [{do: scold, weight: p}, {do: raid, weight: "1 - fear[self]", unless: truce > 0}]
        to: actor
        if: count(action=raid, actor=actor, within=7 d) >= 2 or level > days
        """,
        """When Aland does anything, Borduria does one of the following to Aland, provided that “Aland raids a post”
        has happened at least 2 times in the last 7 days or the level is above `days` = 3, at once; (a) weight `p`
        = 0.25: scolds; (b) weight `1 - fear[self]`: raids a post, standing down if by then the truce is above
        0.""",
    ),
    "others, no target, identities": (
        """
        who: b
        when: {actor: others, target: nobody}
        do: scold
        to: actor
        if: actor == u or actor != nobody and target == self
        """,
        """When somebody else does anything without a target, Borduria scolds the one it blames, provided that it
        blames the United States of Mind or (it blames somebody and it is the target), at once.""",
    ),
    "two questions compared, a chance of parameters": (
        """
        who: b
        when: {actor: a}
        do: scold
        to: a
        if: since(action=talk) >= since(action=kinetic, soil=self)
        chance: p * 2
        """,
        """When Aland does anything, Borduria scolds Aland, provided that the time since “anybody opens talks” is at
        least the time since “anybody carries out a kinetic deed on the soil of Borduria”, at once, with a chance
        of `p * 2` = 50 %.""",
    ),
    "how long ago, never, once": (
        """
        who: b
        when: {actor: a}
        do: scold
        to: a
        if: since(action=talk, actor=[a, b], target=[a, b]) > 10 d
        unless: count(actor=u, action=talk) == 0
        limit: 1
        """,
        """When Aland does anything, Borduria scolds Aland, provided that “Aland or Borduria opens talks with Aland
        or Borduria” has not happened in the last 10 days, at once; at most once a run; it stands down if by then
        “the United States of Mind opens talks” has never happened.""",
    ),
    "switched off": (
        """
        who: b
        when: {actor: a}
        do: scold
        limit: 0
        chance: logistic(fear[self])
        """,
        """(Switched off.) When Aland does anything, Borduria scolds, at once, with a chance of
        `logistic(fear[self])`.""",
    ),
}

DRIVERS = {
    "a constant rate": (
        """
        who: a
        do: raid
        to: b
        place: port
        rate: 0.5
        """,
        """By itself, Aland raids a post against Borduria at Port, at a rate of 0.5 a day, that is once in 2 days on
        average.""",
    ),
    "a rate by the state, a peak, a condition, a cooldown, two owners": (
        """
        who: [a, b]
        do: scold
        to: u
        rate: p * (1 - truce)
        peak: p
        if: level < 3
        cooldown: 2 d
        """,
        """By itself, each of Aland and Borduria scolds the United States of Mind, at a rate of `p * (1 - truce)` a
        day, never more than `p` = 0.25 a day, provided that the level is below 3; not within 2 days of the last
        time.""",
    ),
    "choose, effects of the driver and of an option": (
        """
        who: g
        choose: [{do: raid, to: a}, {do: raid, to: b, place: sea, effects: ["fear[target] += 1"]}]
        rate: 1 / days
        limit: 3
        effects: [truce = 0]
        """,
        """By itself, the Guards of the North does one of the following, at a rate of `1 / days` = 0.333 a day, that
        is once in 3 days on average; (a) 50 %: raids a post against Aland; (b) 50 %: raids a post against Borduria
        at sea, which raises `fear` of its target by 1; at most 3 times a run; each deed without effects of its own
        also sets the truce to 0.""",
    ),
}

OUTCOMES = {
    "an event": (
        "when: {actor: [a, b], action: kinetic, target: [a, b]}",
        "Comes true when Aland or Borduria carries out a kinetic deed against Aland or Borduria.",
    ),
    "a state that ends the run": (
        "if: level >= 8\nends: true",
        "Comes true as soon as the level is at least 8; the run ends with it.",
    ),
    "quiet": (
        "quiet: 14 d\nwhen: {rung: 5..}",
        "Comes true once 14 days have passed without this: anybody does anything of rung 5 or more.",
    ),
    "asked at an instant": (
        "at: +10 d\nif: level < 3",
        "Is asked on 11 January 2024, 00:00: true if the level is below 3.",
    ),
    "asked at the end": ("at: end\nif: fear[a] > 0", "Is asked at the end: true if `fear` of Aland is above 0."),
    "an event and a condition": (
        "when: {action: raid, soil: any}\nif: deaths > 2 and actor == a",
        """Comes true when anybody raids a post on the soil of anybody, provided that the number of dead is above 2
        and the doer is Aland.""",
    ),
}

VARIANTS = {
    "everything": (
        """
        set: {p: 0.5, rules.x.limit: 3}
        disable: [timeline.first, actors.u]
        add: {timeline: [{id: again, at: +3 d, who: a, do: raid, to: b}], rules: {x: {who: a, when: {}, do: nod}}}
        """,
        """Adds to the timeline again (at +3 d: Aland raids a post against Borduria) and rules x; sets p = 0.5 and
        rules.x.limit = 3; switches off timeline.first and actors.u.""",
    ),
}

TIMELINE = {
    "{id: new, at: -2 d, who: u, do: talk, to: a, chance: p}": (
        "30 December 2023, 00:00: the United States of Mind opens talks with Aland, with a chance of `p` = 25 %."
    ),
    '{at: +2 d, who: g, do: storm, to: b, deaths: 3, injured: 1, effects: ["fear[target] += 1"]}': (
        """3 January 2024, 00:00: the Guards of the North storms a town, or more, against Borduria; 3 dead and 1
        injured; this raises `fear` of the target by 1."""
    ),
    "{at: +2 d, who: a, do: nod, place: sea}": "3 January 2024, 00:00: Aland: nod at sea.",
}


@pytest.mark.parametrize(("keys", "sentence"), RULES.values(), ids=RULES)
def test_a_rule(keys, sentence, tmp_path):
    scenario, rule = forms("rules", keys, tmp_path)
    assert said(Sentences(scenario).rule(rule)) == said(sentence)


@pytest.mark.parametrize(("keys", "sentence"), DRIVERS.values(), ids=DRIVERS)
def test_a_driver(keys, sentence, tmp_path):
    scenario, driver = forms("drivers", keys, tmp_path)
    assert said(Sentences(scenario).driver(driver)) == said(sentence)


@pytest.mark.parametrize(("keys", "sentence"), OUTCOMES.values(), ids=OUTCOMES)
def test_an_outcome(keys, sentence, tmp_path):
    scenario, outcome = forms("outcomes", keys, tmp_path)
    assert said(Sentences(scenario).outcome(outcome)) == said(sentence)


@pytest.mark.parametrize(("keys", "sentence"), VARIANTS.values(), ids=VARIANTS)
def test_a_variant(keys, sentence, tmp_path):
    scenario, variant = forms("variants", keys, tmp_path)
    assert said(Sentences(scenario).variant(variant)) == said(sentence)


@pytest.mark.parametrize(("item", "sentence"), TIMELINE.items(), ids=[str(i) for i in range(len(TIMELINE))])
def test_a_given_event(item, sentence, tmp_path):
    scenario = loaded(f"{CAST}  - {item}\n", tmp_path)
    assert said(Sentences(scenario).item(scenario.description.timeline[-1])) == said(sentence)
