"""``brinkline resume``, and what ``run`` says of keeping, precision and going on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import open_results
from tests.cli.conftest import Command
from tests.ensemble.folders import environment, finished, flip, same

QUICK = ("--no-figures", "--workers", "1")


def started(*words: str) -> subprocess.Popen[str]:
    """A ``brinkline run`` in a process of its own."""
    command = [sys.executable, "-m", "sim.cli", "run", "small.yaml", "--no-figures", "--out", "out", *words]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())


def blocks(number: int, process: subprocess.Popen[str]) -> None:
    """Wait until so many blocks are finished."""
    while finished(Path("out/blocks")) < number:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


@pytest.mark.parametrize(("workers", "number"), [("1", 1), ("2", 4)])
def test_after_kill_9_it_goes_on(brinkline: Command, workers: str, number: int) -> None:
    with started("--runs", "600", "--block-runs", "5", "--workers", workers) as process:
        blocks(number, process)
        process.send_signal(signal.SIGKILL)
    for command in ("report", "plot"):
        said = brinkline(command, "out")
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "out is unfinished: brinkline resume out goes on" in said.err
    said = brinkline("run", "small.yaml", "--runs", "3", "--out", "out")
    assert said.code == 2
    assert all(way in said.err for way in ("--force", "--out", "brinkline resume out"))
    said = brinkline("resume", "out", *QUICK)
    assert said.code == 0
    assert "600 runs of 10 days, seed 1, engine " in said.out
    brinkline("run", "small.yaml", "--runs", "600", "--out", "calm", *QUICK, "--quiet")
    assert same(Path("out"), Path("calm"))


MANY = ("--runs", "600", "--block-runs", "5", "--keep", "summary")
FULL = """
import resource, sys
from sim.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (600 * 32 - 1, 600 * 32 - 1))
main(["run", "small.yaml", *sys.argv[1:], "--no-figures", "--workers", "1", "--out", "out"])
"""


def test_when_no_more_can_be_written_blocks_are_kept_and_it_goes_on(brinkline: Command) -> None:
    """The system refuses files as large as the digests of all runs; the blocks are smaller."""
    command = [sys.executable, "-c", FULL, *MANY]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 3
    assert "File too large; 600 finished runs are kept; brinkline resume out goes on" in done.stderr
    assert brinkline("resume", "out", *QUICK).code == 0
    brinkline("run", "small.yaml", *MANY, "--out", "calm", *QUICK, "--quiet")
    assert same(Path("out"), Path("calm"))


def test_more_runs(brinkline: Command) -> None:
    brinkline("run", "small.yaml", "--runs", "30", "--out", "out", *QUICK)
    said = brinkline("resume", "out", "--runs", "40", "--json", *QUICK)
    document = json.loads(said.out)
    assert (document["folder"], document["manifest"]["runs"], document["summary"]["runs"]) == ("out", 40, 40)
    assert json.loads(Path("out/summary.json").read_text())["runs"] == 40
    brinkline("run", "small.yaml", "--runs", "40", "--out", "calm", *QUICK)
    assert same(Path("out"), Path("calm"))


def test_a_complete_folder_is_said_to_be_complete(brinkline: Command) -> None:
    brinkline("run", "small.yaml", "--runs", "30", "--out", "out", *QUICK)
    assert brinkline("resume", "out", *QUICK).out == "out is complete and undamaged: 30 runs; nothing to do\n"
    assert brinkline("resume", "out", *QUICK, "--quiet").out == ""


def test_what_a_crash_kept_from_being_drawn_is_drawn(brinkline: Command) -> None:
    brinkline("run", "small.yaml", "--runs", "30", "--out", "out", *QUICK)
    os.remove("out/summary.json")
    assert "30 runs of 10 days" in brinkline("resume", "out", *QUICK).out
    assert Path("out/summary.json").is_file()
    brinkline("resume", "out", "--workers", "1")
    assert Path("out/report.html").is_file()


def test_a_damaged_table_is_made_again(brinkline: Command) -> None:
    brinkline("run", "small.yaml", "--runs", "30", "--out", "out", *QUICK)
    before = Path("out/runs.parquet").read_bytes()
    flip(Path("out/runs.parquet"))
    assert brinkline("resume", "out", *QUICK).code == 0
    assert Path("out/runs.parquet").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere",), "nowhere is no results folder"),
        (("small.yaml",), "small.yaml is no results folder"),
        (("out", "--runs", "29"), "found 29 runs; expected at least the 30"),
        (("out", "--workers", "0"), "found 0 workers"),
    ],
)
def test_what_cannot_be_gone_on_with_is_refused_in_a_line(
    brinkline: Command, words: tuple[str, ...], told: str
) -> None:
    brinkline("run", "small.yaml", "--runs", "30", "--out", "out", *QUICK)
    said = brinkline("resume", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"brinkline: {told}")
    assert said.err.count("\n") == 1


def test_any_run_is_told_kept_or_not(brinkline: Command) -> None:
    said = brinkline("run", "small.yaml", "--runs", "30", "--keep", "summary", "--out", "out", *QUICK)
    assert "events and trajectories of no run are kept; brinkline trace tells any run" in said.out
    assert open_results("out").manifest["kept_runs"] == 0
    told = brinkline("trace", "out", "--run", "17")
    assert told.code == 0
    assert told.out == brinkline("trace", "small.yaml", "--run", "17").out


def test_it_says_whether_the_precision_is_reached(brinkline: Command) -> None:
    said = brinkline("run", "small.yaml", "--runs", "20", "--precision", "0.5", "--out", "wide", *QUICK)
    assert "the intervals are as narrow as asked: 0.5 (every outcome)" in said.out
    words = ("--runs", "20", "--precision", "death=0.0001", "--max-runs", "60")
    said = brinkline("run", "small.yaml", *words, "--out", "narrow", *QUICK)
    assert "60 runs of 10 days" in said.out
    assert "the intervals are not as narrow as asked: 0.0001 (death); it ended at 60 runs" in said.out


def test_without_a_precision_it_says_what_the_runs_can_tell_apart(brinkline: Command) -> None:
    said = brinkline("run", "small.yaml", "--runs", "30", "--out", "out", *QUICK)
    assert "two independent ensembles tell probabilities near one half apart" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--precision", "narrow"), "expected a width such as 0.01"),
        (("--precision", "deth=0.1"), "nearest known name: death"),
        (("--precision", "2"), "between 0 and 1"),
        (("--max-runs", "50"), "without a precision"),
        (("--keep", "some"), "summary"),
    ],
)
def test_a_wrong_request_is_refused_and_nothing_is_written(
    brinkline: Command, words: tuple[str, ...], told: str
) -> None:
    said = brinkline("run", "small.yaml", "--out", "out", *words, *QUICK)
    assert said.code == 2
    assert told in said.err
    assert not Path("out").exists()
