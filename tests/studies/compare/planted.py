"""A scenario whose variants differ by exactly known probabilities.

One deed is given. Rules answer it, each with a chance of its own. ``raised`` raises some of these chances, so that
nobody loses an answer by it; ``swapped`` puts rules of other names in the place of others, whose luck is their own.
``again`` is the same scenario under another name.
"""

from __future__ import annotations

from pathlib import Path

from sim.scenario.load import Changes
from sim.studies.compare.arms import Plan, alternatives

SWAPPED = {"rare": (0.02, 0.05), "some": (0.2, 0.3), "often": (0.5, 0.6)}
"""The probability of each outcome in the base and under ``swapped``."""
RAISED = (0.2, 0.5)
DEATHS = (1.0, 3.0)
"""Mean deaths in the base and under ``bloodier``."""


def _rule(name: str, chance: float, do: str) -> str:
    return f"{name}: {{who: b, when: {{action: poke, actor: a}}, chance: {chance}, do: {do}, to: a, after: 1 d}}\n"


def _variant(rules: dict[str, tuple[float, float]]) -> str:
    added = "".join(f"        {_rule(f'new-{name}', after, name)}" for name, (_, after) in rules.items())
    return f"    disable: [{', '.join(f'rules.{name}' for name in rules)}]\n    add:\n      rules:\n{added}"


PLANTED = f"""\
brinkline: 1
scenario: planted
title: Known answers
start: 2024-01-01T00:00:00Z
horizon: 10 d
ladder: [{{rung: 0, name: calm}}, {{rung: 1, name: words}}, {{rung: 5, name: blow}}]
actors: {{a: {{}}, b: {{}}}}
actions:
  poke: {{rung: 1}}
  grown: {{rung: 5, deaths: poisson({DEATHS[0]})}}
{"".join(f"  {name}: {{rung: 1}}{chr(10)}" for name in SWAPPED)}rules:
  {_rule("grown", RAISED[0], "grown")}\
{"".join(f"  {_rule(name, before, name)}" for name, (before, _) in SWAPPED.items())}timeline:
  - {{id: poked, at: +1 d, who: a, do: poke, to: b}}
outcomes:
  grown: {{name: It grows, when: {{action: grown}}}}
{"".join(f"  {name}: {{when: {{action: {name}}}}}{chr(10)}" for name in SWAPPED)}variants:
  raised: {{set: {{rules.grown.chance: {RAISED[1]}}}}}
  bloodier: {{set: {{actions.grown.deaths: poisson({DEATHS[1]})}}}}
  swapped:
{_variant(SWAPPED)}  again: {{set: {{title: Known answers}}}}
"""


def plan(folder: Path, *variants: str, text: str = PLANTED) -> Plan:
    """The planted scenario beside some of its variants."""
    path = folder / "planted.yaml"
    path.write_text(text)
    return alternatives(path, Changes(), [(name, Changes(variants=(name,))) for name in variants])
