"""``brinkline sensitivity`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.studies.sensitivity.player import Player
from tests.cli.conftest import Command
from tests.studies.sensitivity import planted

SMALL = ("--points", "64", "--trajectories", "8", "--replicates", "16", "--out", "out")
QUICK = ("sensitivity", "small.yaml", *SMALL)


def test_it_tells_what_moves_an_outcome_and_what_is_chance(brinkline: Command) -> None:
    planted.write(Path())
    said = brinkline("sensitivity", "planted.yaml", *SMALL, "--outcome", "answered")
    assert said.code == 0
    assert said.err.startswith("brinkline: up to ")
    text = " ".join(said.out.split())
    assert "In the model, the probability of “answered” is" in text
    assert "Of its variance from run to run" in text
    assert "Of what is only assumed, to find out first: ease" in text
    page = Path("out/report.html").read_text()
    assert "brinkline sensitivity planted.yaml --points 64" in page
    figures = {path.name for path in Path("out/figures").iterdir()}
    names = ("tornado", "scatter", "chance", "screening", "indices")
    assert figures == {f"{name}.{kind}" for name in names for kind in ("png", "svg")}


def test_an_older_study_leaves_nothing_behind(brinkline: Command) -> None:
    brinkline(*QUICK, "--method", "sobol", "--quiet")
    assert Path("out/report.html").exists()
    said = brinkline(*QUICK, "--method", "morris", "--no-figures", "--quiet", "--force")
    assert (said.code, said.out) == (0, "")
    assert not [path for path in Path("out").iterdir() if path.name in ("figures", "report.html", "indices.csv")]


def test_json_is_one_document_and_quiet_says_nothing(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--outcome", "death", "--method", "morris", "--no-figures", "--json", "--quiet")
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out)
    assert told["indices"] is None
    assert [one["parameter"] for one in told["screening"]] == ["p"]
    assert not Path("out/report.html").exists()


def test_unknown_names_are_refused_with_the_nearest(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--outcome", "deth")
    assert (said.code, said.out) == (2, "")
    assert "nearest known name: death" in said.err


def test_no_name_among_the_parameters_is_refused(brinkline: Command) -> None:
    said = brinkline("sensitivity", "small.yaml", "--parameters", " , ")
    assert said.code == 2
    assert "expected names of parameters" in said.err


def test_a_pinned_scenario_has_nothing_uncertain(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--variant", "calm")
    assert said.code == 2
    assert "no parameter with a range" in said.err


def test_ctrl_c_keeps_what_is_finished(brinkline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    take, blocks = Player._take, iter(range(100))

    def stop(player: Player, *block: object) -> None:
        take(player, *block)  # type: ignore[arg-type]
        if next(blocks) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Player, "_take", stop)
        said = brinkline(*QUICK)
    assert said.code == 130
    assert "finished runs are kept in out; the same command goes on" in said.err
    assert any(Path("out/blocks").iterdir())
    assert brinkline(*QUICK, "--no-figures").code == 0


def test_what_no_run_shows_is_bounded_and_not_called_nought() -> None:
    from sim.studies.sensitivity.spread import Estimate
    from sim.studies.sensitivity.words import sure_text

    assert sure_text(Estimate(0.0, 0.0, 0.00745)) == "fewer than 1 in 134"
    assert sure_text(Estimate(1.0, 0.9926, 1.0)) == "more than 99.2\u00a0%"
