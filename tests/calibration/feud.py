"""A feud with two uncertain parameters whose posterior is known: a driver's rate and a rule's chance.

a hits b at the rate `tempo`; b strikes back with the chance `temper`, at once. Of 45 hits in 30 days 30 were answered.
Under a wide range whose density is 1/tempo, tempo is Gamma(45) / 30 days; under an even one temper is Beta(31, 16).
"""

from __future__ import annotations

from pathlib import Path

from scipy import stats

from sim.calibration.record import load_record
from sim.calibration.table import Plan, widened
from sim.model import build
from sim.scenario.load import load

SCENARIO = """\
brinkline: 1
scenario: feud
title: A feud
start: 2024-01-01
horizon: 30 d
ladder: [{rung: 0, name: calm}, {rung: 5, name: blow}]
actors: {a: {}, b: {}}
parameters:
  tempo: {value: 1, range: "lognormal(1, 2)", bounds: [0.1, 3], unit: a day}
  temper: {value: 0.5, range: "beta(2, 2)"}
  idle: {value: 0.5, range: "uniform(0.1, 0.9)"}
actions: {hit: {rung: 5}, strike: {rung: 5}, talk: {rung: 0}}
rules:
  back: {who: b, when: {action: hit}, chance: temper, do: strike, to: actor}
drivers:
  source: {who: a, do: hit, to: b, rate: tempo}
  chatter: {who: b, do: talk, to: a, rate: idle}
outcomes: {busy: {if: "count(action=hit) >= 40"}}
"""

FIT = 'fit: {tempo: {range: "loguniform(0.2, 8)", source: assumed}, temper: {range: "uniform(0, 1)", source: assumed}}'

RECORD = f"""\
brinkline_record: 1
record: feud
scenario: feud
title: A month of the feud
sources: {{paper: {{title: A paper}}}}
{FIT}
statistics:
  hits: {{count: {{action: hit}}, observed: 45, fit: true, source: paper}}
  answered:
    answered: {{action: hit}}
    by: {{action: strike}}
    link: cause
    observed: {{k: 30, n: 45}}
    fit: true
    source: paper
  strikes: {{count: {{action: strike}}, observed: 30, source: paper}}
"""

TEMPO = stats.gamma(45, scale=1 / 30)
TEMPER = stats.beta(31, 16)


def write(folder: Path, *, scenario: str = SCENARIO, record: str = RECORD) -> tuple[Path, Path]:
    """The two files in a folder."""
    paths = folder / "feud.yaml", folder / "record.yaml"
    for path, text in zip(paths, (scenario, record), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def plan_of(folder: Path, *, seed: int = 1, scenario: str = SCENARIO, record: str = RECORD) -> Plan:
    """The plan of a feud's table."""
    path, seen = write(folder, scenario=scenario, record=record)
    loaded = load(path)
    read = load_record(seen, loaded)
    wide = load(path, widened(read.fit, loaded.description.parameters))
    return Plan(build(wide), wide.hash, read, tuple(one.name for one in read.fit), seed)
