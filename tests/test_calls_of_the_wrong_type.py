"""Calls from Python with something else than what is due: what was found and what was expected, never a raw error."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.ensemble.plan import Request, seed_of
from tests.cli.conftest import SMALL

Call = Callable[..., Any]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SMALL)
    return "small.yaml"


@pytest.mark.parametrize("seed", [1, np.int64(1), np.uint8(1), np.array(1)], ids=repr)
def test_a_seed_is_a_whole_number_of_any_kind(small: str, seed: Any) -> None:
    found = sim.run(small, runs=np.int32(3), seed=seed, workers=np.int64(1), out="out")  # type: ignore[arg-type]
    assert type(found.manifest["seed"]) is int
    assert found.manifest["digest"] == sim.run(small, runs=3, seed=1).manifest["digest"]


@pytest.mark.parametrize("seed", [1.0, True, None, "1", np.float64(1), np.bool_(True), Decimal(1), [1], np.arange(2)])
def test_a_seed_is_nothing_else(small: str, seed: Any) -> None:
    with pytest.raises(sim.UsageError, match=r"as seed; expected a whole number"):
        sim.run(small, runs=3, seed=seed, out="out")
    assert not Path("out").exists()


def test_a_seed_has_at_most_a_hundred_digits() -> None:
    assert seed_of(-(10**100) + 1) == 1 - 10**100
    for seed in (10**100, -(10**5000)):
        with pytest.raises(sim.UsageError, match="more than 100 digits"):
            seed_of(seed)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda small: sim.run(small, runs="5"), "found '5' (str) as runs; expected a whole number"),
        (lambda small: sim.run(small, runs=None), "found None (NoneType) as runs; expected a whole number"),
        (lambda small: sim.run(small, runs=5.0), "found 5.0 (float) as runs; expected a whole number"),
        (lambda small: sim.run(small, workers="2"), "found '2' (str) as workers; expected a whole number"),
        (lambda small: sim.run(small, max_runs=1.5), "found 1.5 (float) as max_runs; expected a whole number"),
        (lambda small: sim.run(small, force="no"), "found 'no' (str) as force; expected True or False"),
        (lambda small: sim.run(small, engine=3), "found engine 3; expected one of auto, simpy, compiled"),
        (lambda small: sim.run(small, keep=["all"]), "found keep ['all']; expected one of"),
        (lambda small: sim.run(small, cluster=8786), "found the cluster 8786; expected tcp://HOST:PORT"),
        (lambda small: sim.run(small, precision="0.1"), "found '0.1' (str) as precision; expected a number"),
        (lambda small: sim.run(small, precision=True), "found True (bool) as precision; expected a number"),
        (lambda small: sim.run(small, precision={"death": "x"}), "found 'x' (str) as the precision of death; expected"),
        (lambda small: sim.run(small, runs=5, out=7), "found 7 (int) as out; expected a path"),
        (lambda small: sim.run(small, runs=5, out="a\0b"), r"found 'a\x00b' (str) as out; expected a path"),
        (lambda small: sim.run(5), "found 5 (int) as the scenario; expected a path, an id, or what sim.load gives"),
        (lambda small: sim.run(None), "found None (NoneType) as the scenario; expected"),
        (lambda small: sim.run({"scenario": "x"}), "found {'scenario': 'x'} (dict) as the scenario; expected"),
        (lambda small: sim.resume("x", runs="5"), "found '5' (str) as runs; expected a whole number"),
        (lambda small: sim.resume(None), "found None (NoneType) as the folder; expected a path"),
        (lambda small: sim.open_results(3), "found 3 (int) as the folder; expected a path"),
        (lambda small: sim.open_results(b"x"), "found b'x' (bytes) as the folder; expected a path"),
        (lambda small: sim.compare(small, sim.load(small)), "as alternatives; expected a mapping of names"),
        (lambda small: sim.compare(small, "calm"), "found 'calm' (str) as alternatives; expected a mapping of names"),
        (lambda small: sim.compare(small, {"a": 3}), "found 3 (int) as the alternative 'a'; expected a path"),
        (
            lambda small: sim.compare(small, {"a": {"variant": "calm"}}),
            "found 'variant' in the alternative 'a'; expect",
        ),
        (lambda small: sim.compare(3, {"a": small}), "found 3 (int) as the base; expected a path"),
        (lambda small: sim.compare(sim.load(small), {"a": {"fixed": True}}), "found changes as 'a'; expected a path"),
        (lambda small: sim.compare(small, {"a": small}, seed=None), "found None (NoneType) as seed; expected a whole"),
        (lambda small: Request(block_runs="9"), "found '9' (str) as block_runs; expected a whole number"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_of_another_type_is_named_with_what_is_expected(small: str, call: Call, message: str) -> None:
    with pytest.raises(sim.UsageError, match=re.escape(message)):
        call(small)


def test_what_the_machine_refuses_is_a_storage_error(small: str) -> None:
    with pytest.raises(sim.StorageError, match="File name too long"):
        sim.open_results("x" * 5_000)
    with pytest.raises(sim.StorageError, match="could not be"):
        sim.run(small, runs=3, out="small.yaml/out")


def test_ensembles_and_comparisons_are_a_line_and_a_card(small: str) -> None:
    acting = '"<b>\\e[31m\\u202e"'
    Path("acting.yaml").write_text(SMALL.replace("title: A small quarrel", f"title: {acting}"))
    found = sim.run("acting.yaml", runs=30, out="<i>\x1b")
    assert repr(found) == r"<Ensemble of small: 30 runs, seed 1, in '<i>\x1b'>"
    card = found._repr_html_()
    assert card is not None
    assert card.startswith(r"<table><caption>&lt;b&gt;\x1b[31m\u202e</caption><tr><th>scenario</th><td>small</td></tr>")
    assert r"<td>&lt;i&gt;\x1b</td>" in card
    made = sim.compare(small, {"calm": {"variants": ("calm",)}}, runs=30, out="compared")
    assert repr(made) == "<Comparison of base with calm: 30 runs, seed 1>"
    assert "<th>calm</th><td>" in made._repr_html_()
    assert len(made._repr_html_()) < 1_000
    Path("<i>\x1b/manifest.json").unlink()
    lost = type(found)(found.folder)
    assert repr(lost) == r"<Ensemble in '<i>\x1b', which cannot be read>"
    assert lost._repr_html_() is None
