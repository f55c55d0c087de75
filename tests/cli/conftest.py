"""The command line, called in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.cli import main

SMALL = """\
brinkline: 1
scenario: small
title: A small quarrel
start: 2024-01-01
horizon: 10 d
ladder: [{rung: 0, name: calm}, {rung: 5, name: blow}]
actors: {a: {name: Aland}, b: {name: Bland}}
parameters: {p: {value: 0.5, range: "uniform(0.4, 0.6)"}}
actions: {hit: {rung: 5, deaths: poisson(1)}}
rules:
  back: {who: b, when: {action: hit, target: self}, chance: p, do: hit, to: actor, after: 1 d}
drivers:
  source: {who: a, do: hit, to: b, rate: 1}
outcomes: {death: {when: {deaths: 1..}}}
variants: {calm: {name: Nobody answers, set: {p: 0}}}
"""


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def brinkline(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Calls a command in a folder that holds ``small.yaml``, as on a terminal of 110 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    (tmp_path / "small.yaml").write_text(SMALL)

    def call(*words: str) -> Said:
        with pytest.raises(SystemExit) as stopped:
            main(list(words))
        printed = capsys.readouterr()
        return Said(int(stopped.value.code or 0), printed.out, printed.err)

    return call
