"""``brinkline sweep`` as it is typed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.conftest import Command
from tests.ensemble.folders import environment, finished

QUICK = ("sweep", "small.yaml", "--runs", "60", "--out", "out", "--workers", "1")


def test_it_says_what_moves_and_where_thresholds_are(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--over", "p=0:1:3")
    assert said.code == 0
    assert "3 points, 180 runs: about 1 s on this machine" in said.err
    text = " ".join(said.out.split())
    assert "A model to think with, never a forecast to act on." in text
    assert "while p goes from 0 to 1" in text
    assert "mean deaths" in text
    for name in ("outcomes.png", "outcomes.svg", "means.png", "means.svg"):
        assert (Path("out/figures") / name).stat().st_size > 5000
    page = Path("out/report.html").read_text()
    assert "brinkline sweep small.yaml --runs 60 --out out --workers 1 --over p=0:1:3" in page
    assert "Where a probability crosses 10 and 50 %" in page


def test_two_numbers_make_heatmaps(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--over", "p=0:1:3", "--over", "drivers.source.rate=0.05,0.1,1", "--outcome", "death")
    assert said.code == 0
    text = " ".join(said.out.split())
    assert "9 points" in text
    assert "1 of 1 outcomes clearly moves" in text
    assert Path("out/figures/outcomes.png").stat().st_size > 5000


def test_json_is_one_document_and_quiet_is_quiet(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--over", "p=0,1", "--json", "--no-figures")
    told = json.loads(said.out)
    assert (told["folder"], told["points"], told["runs_a_point"]) == ("out", 2, 60)
    assert told["over"] == [{"name": "p", "path": "p", "values": [0.0, 1.0], "unit": "", "log": False, "own": 0.5}]
    assert [one["threshold"] for one in told["thresholds"]] == [0.1, 0.5]
    assert not Path("out/figures").exists()
    again = brinkline(*QUICK, "--over", "p=0,1", "--no-figures", "--quiet")
    assert (again.code, again.out, again.err) == (0, "", "")


def test_bad_input_ends_with_2(brinkline: Command) -> None:
    for over, words in {
        "p": "found 'p'; expected NAME=LOW:HIGH:N",
        "p=1:0:3": "found nothing from 1 to 0",
        "P=0:1:3": "nearest known name: p",
        "p=0:3:3": "expected a chance from 0 to 1",
    }.items():
        said = brinkline(*QUICK, "--over", over)
        assert (said.code, said.out) == (2, "")
        assert words in " ".join(said.err.split())
    assert brinkline("sweep", "small.yaml").code == 2
    assert not Path("out").exists()


def test_ctrl_c_keeps_finished_points_and_the_same_command_goes_on(brinkline: Command) -> None:
    command = ("sweep", "small.yaml", "--over", "p=0:1:200", "--runs", "400", "--out", "out", "--engine", "compiled")
    with subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *command, "--no-figures"],
        env=environment(), stderr=subprocess.PIPE, text=True,
    ) as playing:  # fmt: skip
        while not finished(Path("out/points")) and playing.poll() is None:
            time.sleep(0.02)
        playing.send_signal(signal.SIGINT)
        assert playing.stderr is not None
        said = playing.stderr.read()
    assert playing.returncode == 130
    assert "finished runs are kept in out; the same command goes on" in said
    assert finished(Path("out/points"))
    assert brinkline(*command, "--no-figures", "--quiet").code == 0
    assert not Path("out/points").exists()
