"""Small scenarios to be told and described."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.load import Changes, Loaded, load

QUARREL = """
brinkline: 1
scenario: quarrel
title: A small quarrel
start: 2024-03-01T06:00:00+01:00
horizon: 6 d
level: {window: 2 d}
ladder:
  - {rung: -2, name: truce}
  - {rung: 0, name: calm}
  - {rung: 1, name: words}
  - {rung: 2, name: warning}
  - {rung: 5, name: blow}
  - {rung: 8}
actors: {a: {name: Aland, kind: state}, b: {name: Borduria}, c: {name: United Cities}, d: {}}
places: {home: {name: Border town, soil: b}}
parameters:
  patience: {value: 0.5, range: "uniform(0.2, 0.8)", unit: share, source: assumed, note: How much is swallowed.}
variables: {anger: {name: Anger, scope: dyad, initial: 0.2, half_life: 2 d, range: [0, 1]}}
actions:
  nod: {rung: 0}
  peace: {rung: -2}
  speak: {name: Condemns, rung: 1}
  warn: {name: Issues a warning or deploys forces, rung: 2}
  hit: {name: Strikes with rockets, rung: 5, deaths: 2, injured: 3, effects: ["anger[target, actor] += 0.5"]}
  bomb: {rung: 8}
rules:
  answer:
    who: b
    when: {action: hit, target: self}
    if: anger[self, actor] > 0.1 and level >= 5
    chance: 1 - patience / 2
    choose:
      - {do: speak, to: actor, weight: 1}
      - {do: hit, to: actor, weight: "anger[self, actor]"}
    after: 12 h
    unless: count(action=peace, within=2 d) > 0
  worry:
    who: c
    when: {action: hit}
    do: nothing
    after: 6 h
    effects: ["anger[self, actor] += 0.1"]
  warn-both:
    who: [c, d]
    when: {action: hit, soil: b}
    chance: 0.9
    do: warn
    to: actor
    after: 1 d
    unless: since(action=peace) < waited
    limit: 1
drivers:
  quiet-talk: {who: d, do: peace, to: {a: 1, b: 1}, rate: 0.3}
timeline:
  - {id: old-blow, at: -1 d, who: a, do: hit, to: b, place: home, deaths: 1, note: What began it.}
  - {id: blow, at: +1 d, who: a, do: hit, to: b, place: home}
  - {id: maybe, at: +30 h, who: d, do: nod, chance: 0.1}
outcomes:
  answered: {name: Borduria answers, when: {actor: b}}
  calm: {name: Two days without a blow, quiet: 2 d, when: {action: hit}}
  war: {name: All-out war, when: {action: bomb}, ends: true}
"""


def loaded(text: str, folder: Path, changes: Changes | None = None) -> Loaded:
    """The scenario of a text."""
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, changes)


FEUD = """
brinkline: 1
scenario: feud
title: A feud without chance
start: 2024-03-01T06:00:00+01:00
horizon: 5 d
level: {window: 2 d}
ladder: [{rung: -2, name: truce}, {rung: 0, name: calm}, {rung: 1, name: words}, {rung: 5, name: blow}]
actors: {a: {name: Aland}, b: {name: Borduria}, u: {name: United Nations of Mind}, d: {}}
places: {home: {name: Border town, soil: b}}
parameters: {temper: {value: 0.25}}
variables: {anger: {scope: dyad, initial: 0.2, range: [0, 1]}}
actions:
  peace: {name: Calls for a truce, rung: -2}
  speak: {name: Condemns, rung: 1}
  grumble: {rung: 1}
  hit: {name: Strikes with rockets, rung: 5, deaths: 2, injured: 3, effects: ["anger[target, actor] += temper"]}
rules:
  answer:
    who: b
    when: {action: hit, target: self}
    if: anger[self, actor] > 0.1 and level >= 5
    do: hit
    to: actor
    after: 12 h
    unless: count(action=peace, within=2 d) > 0
  worry: {who: u, when: {action: hit}, do: nothing, after: 6 h, effects: ["anger[self, actor] += 0.1"]}
  call: {who: u, when: {action: hit, actor: b}, do: peace, to: actor, after: 1 d}
  grumbling: {who: d, when: {action: hit}, do: grumble, to: actor, after: 0, limit: 1}
  later: {who: a, when: {action: grumble}, do: speak, to: actor, after: 30 d}
timeline:
  - {id: old-blow, at: -1 d, who: a, do: hit, to: b, place: home, deaths: 1, note: What began it.}
  - {id: blow, at: +1 d, who: a, do: hit, to: b, place: home}
  - {id: second, at: +3 d, who: a, do: hit, to: b}
outcomes:
  answered: {name: Borduria answers, when: {actor: b}}
  hurt: {name: Ten are hurt, if: count(action=hit) > 2}
  calm: {name: A day without a blow, quiet: 1 d, when: {action: hit}}
"""
