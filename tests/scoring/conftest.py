"""A small quarrel, played, and records of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.ensemble.results import Ensemble

QUARREL = """\
brinkline: 1
scenario: quarrel
title: A quarrel
start: 2024-01-10T00:00:00+03:00
horizon: 20 d
ladder: [{rung: 0, name: calm}, {rung: 1, name: words}, {rung: 5, name: blow}]
actors: {a: {name: Aland}, b: {name: Bland}, c: {}}
groups: {both: [a, b]}
actions:
  hit: {name: Hits, rung: 5, tags: [kinetic]}
  speak: {name: Speaks, rung: 1}
  shout: {rung: 1}
drivers:
  source: {who: a, do: hit, to: b, rate: 0.15}
  talk: {who: c, do: speak, rate: 0.05}
rules:
  answer: {who: b, when: {action: hit, target: self}, chance: 0.5, do: hit, to: actor, after: 1 d}
timeline:
  - {id: long-ago, at: -25 d, who: c, do: speak}
  - {id: outside, at: -21 d, who: b, do: hit, to: a}
  - {id: edge, at: -20 d, who: a, do: hit, to: b}
  - {id: lately, at: -3 d, who: a, do: hit, to: b}
outcomes:
  struck: {name: A strikes, when: {action: hit, actor: a}, base_rate: 0.9}
  answered: {when: {action: hit, actor: b, target: a}, base_rate: 0.5}
  spoken: {when: {action: speak}, base_rate: 1}
  shouted: {when: {action: shout}}
  many: {if: "count(action=hit, within=20 d) >= 6"}
  still: {quiet: 7 d, when: {action: hit}}
  calm-end: {at: end, if: level < 5}
"""


@pytest.fixture(scope="session")
def quarrel(tmp_path_factory: pytest.TempPathFactory) -> Ensemble:
    """A thousand runs of it under seed 1. Nobody writes into their folder."""
    folder = tmp_path_factory.mktemp("quarrel")
    (folder / "quarrel.yaml").write_text(QUARREL, encoding="utf-8")
    return sim.run(folder / "quarrel.yaml", runs=1000, seed=1, out=folder / "out", workers=1)


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """``write(text)``: a file in the working directory."""
    monkeypatch.chdir(tmp_path)

    def written(text: str | bytes, name: str = "seen.csv") -> Path:
        path = Path(name)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written
