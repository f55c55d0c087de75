"""``brinkline run``."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import open_results
from tests.cli.conftest import Command

QUICK = ("--runs", "12", "--no-figures", "--workers", "1")


def digest(folder: str) -> str:
    return str(open_results(folder).manifest["digest"])


def test_a_run_leaves_a_folder_and_says_what_it_found(brinkline: Command, tmp_path: Path) -> None:
    said = brinkline("run", "small.yaml", "--runs", "12", "--workers", "1")
    assert said.code == 0
    assert "never a forecast" in said.out
    assert "12 runs of 10 days, seed 1" in said.out
    assert "report.html" in said.out
    names = {path.name for path in (tmp_path / "results" / "small").iterdir()}
    assert names == {
        "events.parquet", "runs.parquet", "trajectories.parquet", "manifest.json", "scenario.yaml", "summary.json",
        "figures", "report.html", "tally.npz", "digests",
    }  # fmt: skip
    assert len(list((tmp_path / "results" / "small" / "figures").glob("*.png"))) == 8


def test_without_figures_there_is_a_summary_and_no_report(brinkline: Command, tmp_path: Path) -> None:
    brinkline("run", "small.yaml", *QUICK, "--out", "out")
    assert (tmp_path / "out" / "summary.json").is_file()
    assert not (tmp_path / "out" / "report.html").exists()


def test_json_is_one_document(brinkline: Command) -> None:
    said = brinkline("run", "small.yaml", *QUICK, "--out", "out", "--json")
    document = json.loads(said.out)
    assert document["manifest"]["runs"] == 12
    assert document["summary"]["outcomes"]["death"]["of"] == 12


def test_quiet_says_nothing(brinkline: Command) -> None:
    said = brinkline("run", "small.yaml", *QUICK, "--out", "out", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_an_older_folder_is_not_overwritten_without_force(brinkline: Command) -> None:
    brinkline("run", "small.yaml", *QUICK, "--out", "out")
    before = digest("out")
    said = brinkline("run", "small.yaml", *QUICK, "--out", "out", "--seed", "2")
    assert said.code == 2
    assert "--force" in said.err
    assert digest("out") == before
    assert brinkline("run", "small.yaml", *QUICK, "--out", "out", "--seed", "2", "--force").code == 0
    assert digest("out") != before


def test_force_does_not_replace_what_is_no_results_folder(brinkline: Command, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert brinkline("run", "small.yaml", *QUICK, "--out", "mine", "--force").code == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_the_digest_does_not_depend_on_workers_or_block_size(brinkline: Command) -> None:
    brinkline("run", "small.yaml", "--runs", "12", "--no-figures", "--workers", "1", "--out", "one")
    brinkline(
        "run", "small.yaml", "--runs", "12", "--no-figures", "--workers", "2", "--block-runs", "5", "--out", "two"
    )
    assert digest("one") == digest("two")


def test_a_variant_and_a_setting_change_the_world(brinkline: Command) -> None:
    brinkline("run", "small.yaml", *QUICK, "--out", "base")
    brinkline("run", "small.yaml", *QUICK, "--variant", "calm", "--out", "variant")
    brinkline("run", "small.yaml", *QUICK, "--set", "p=0", "--out", "setting")
    assert digest("variant") == digest("setting") != digest("base")
    assert (open_results("setting").runs["param.p"] == 0).all()


def test_fixed_takes_the_values(brinkline: Command) -> None:
    brinkline("run", "small.yaml", *QUICK, "--fixed", "--out", "out")
    assert (open_results("out").runs["param.p"] == 0.5).all()


def test_the_horizon_can_be_shortened(brinkline: Command) -> None:
    brinkline("run", "small.yaml", *QUICK, "--horizon", "36 h", "--out", "out")
    assert open_results("out").trajectories["day"].unique().tolist() == [0.0, 1.0, 1.5]


def test_an_inject_happens(brinkline: Command, tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("- {id: more, at: +1 d, who: b, do: hit, to: a, deaths: 7}\n")
    brinkline("run", "small.yaml", *QUICK, "--inject", "more.yaml", "--out", "out")
    events = open_results("out").events
    assert (events.loc[events["origin"] == "more", "deaths"] == 7).sum() == 12


def test_what_was_run_can_be_run_again(brinkline: Command) -> None:
    brinkline("run", "small.yaml", *QUICK, "--variant", "calm", "--horizon", "5 d", "--out", "out")
    brinkline("run", "out/scenario.yaml", *QUICK, "--out", "again")
    assert digest("again") == digest("out")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("small.yaml", "--runs", "0"), 2, "expected 1 to"),
        (("small.yaml", "--set", "q=1"), 2, "bad-path"),
        (("small.yaml", "--set", "p"), 2, "NAME=VALUE"),
        (("small.yaml", "--set", "p=2"), 2, "wrong-value"),
        (("small.yaml", "--variant", "clam"), 2, "nearest known name: calm"),
        (("small.yaml", "--horizon", "5"), 2, "bad-time"),
        (("small.yaml", "--inject", "none.yaml"), 3, "cannot be read"),
        (("small.yaml", "--engine", "steam"), 2, "steam"),
        (("small",), 2, "erbil-2024"),
        (("none.yaml",), 3, "none.yaml"),
    ],
)
def test_a_wrong_request_is_refused_and_nothing_is_written(
    brinkline: Command, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    said = brinkline("run", *words, "--no-figures", "--out", "out")
    assert said.code == code
    assert told in said.err
    assert not (tmp_path / "out").exists()


def test_a_scenario_with_faults_gives_all_of_them(brinkline: Command, tmp_path: Path) -> None:
    text = (tmp_path / "small.yaml").read_text().replace("chance: p", "chance: 3").replace("who: a,", "who: z,")
    (tmp_path / "wrong.yaml").write_text(text)
    said = brinkline("run", "wrong.yaml", "--out", "out")
    assert said.code == 2
    assert "wrong.yaml:11:61: error wrong-value: rules.back.chance" in said.err
    assert "wrong.yaml:13:17: error unknown-name: drivers.source.who" in said.err
    assert not (tmp_path / "out").exists()


def test_an_expression_that_goes_wrong_names_run_time_and_rule(brinkline: Command, tmp_path: Path) -> None:
    text = (tmp_path / "small.yaml").read_text().replace("chance: p", "chance: p / deaths")
    (tmp_path / "wrong.yaml").write_text(text)
    said = brinkline("run", "wrong.yaml", *QUICK, "--out", "out")
    assert said.code == 2
    assert "wrong.yaml:11:" in said.err
    assert "rules.back.chance: in run 0 at 2024-01-0" in said.err
    assert "a division by zero" in said.err
    assert not list(tmp_path.glob("*out*"))


def test_a_place_that_cannot_be_written_is_exit_3(brinkline: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    said = brinkline("run", "small.yaml", *QUICK, "--out", "file/out")
    assert said.code == 3
    assert said.err.startswith("brinkline: ")


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path, brinkline: Command) -> None:
    command = [sys.executable, "-m", "sim.cli", "run", "small.yaml", "--runs", "200000", "--no-figures", "--out", "out"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    blocks = tmp_path / "out" / "blocks"
    while not (blocks.is_dir() and len(list(blocks.iterdir())) > 5) and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    kept = open_results("out").manifest["runs"]
    assert f"{kept:,} finished runs are kept in out; brinkline resume out goes on" in told
    assert 0 < kept < 200000
