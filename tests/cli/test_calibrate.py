"""``brinkline calibrate`` as it is typed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.calibration import feud
from tests.cli.conftest import Command
from tests.ensemble.folders import environment, finished

QUICK = ("calibrate", "feud.yaml", "--record", "record.yaml", "--workers", "1", "--out", "out")


@pytest.fixture(autouse=True)
def files(brinkline: Command) -> None:
    """The feud and its record, where commands are called."""
    feud.write(Path())


def test_it_fits_draws_and_says_what_to_know(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--runs", "4000", "--accept", "0.05")
    assert (said.code, said.err) == (0, "")
    text = " ".join(said.out.split())
    assert "A model to think with, never a forecast to act on." in text
    assert "fitted to A month of the feud" in text
    assert "4,000 runs, seed 1" in text
    for words in ("tempo", "temper", "lognormal(1.", "hits yes 45", "strikes 30", "inside", "variant.yaml"):
        assert words in text
    for name in ("posterior.png", "posterior.svg", "predictive.png", "predictive.svg"):
        assert (Path("out/figures") / name).stat().st_size > 5000
    assert Path("out/posterior.csv").exists()


def test_json_is_one_document(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--runs", "2000", "--accept", "0.05", "--no-figures", "--json", "--parameters", "temper")
    told = json.loads(said.out)
    assert (said.code, told["folder"], told["manifest"]["runs"]) == (0, "out", 2000)
    assert list(told["calibration"]["parameters"]) == ["temper"]
    assert not Path("out/figures").exists()


def test_quiet_is_quiet(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--runs", "1000", "--accept", "0.05", "--no-figures", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_a_record_out_of_reach_ends_with_2_and_no_variant(brinkline: Command) -> None:
    Path("record.yaml").write_text(feud.RECORD.replace("observed: 45", "observed: 900"))
    said = brinkline(*QUICK, "--runs", "2000", "--accept", "0.05")
    assert said.code == 2
    assert "the model cannot reach the record feud" in said.err
    assert "hits: the record has 900, the model" in said.err
    assert "no posterior and no variant were written" in said.out
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "calibration.json",
        "figures",
        "manifest.json",
        "table.parquet",
    ]
    assert [path.name for path in sorted(Path("out/figures").iterdir())] == ["predictive.png", "predictive.svg"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--parameters", "tempoo"), "nearest known name: tempo"),
        (("--parameters", ","), "found no name"),
        (("--runs", "0"), "found 0 runs"),
        (("--accept", "0.9"), "found 0.9 as the share to accept"),
        (("--record", "nowhere.yaml"), "nowhere.yaml"),
        (("--runs", "100"), "expected 15 or more"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_played(
    brinkline: Command, words: tuple[str, ...], found: str
) -> None:
    said = brinkline(*QUICK, *words)
    assert said.code in (2, 3)
    assert found in said.err
    assert not Path("out").exists()


def test_after_an_interruption_the_same_command_goes_on(brinkline: Command) -> None:
    many = (*QUICK, "--no-figures", "--runs", "60000")
    with subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *many], stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        blocks = Path("out/blocks")
        while finished(blocks) < 5:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert "finished runs are kept in out; the same command goes on" in said
    assert json.loads(Path("out/manifest.json").read_text())["state"] == "playing"
    said = brinkline("report", "out")
    assert said.code == 2
    assert finished(blocks) >= 5
    less = (*QUICK, "--no-figures", "--runs", "3000", "--accept", "0.05", "--quiet")
    assert brinkline(*less).code == 0
    assert not Path("out/blocks").exists()
    calm = [*less]
    calm[calm.index("out")] = "calm"
    assert brinkline(*calm).code == 0
    assert Path("calm/table.parquet").read_bytes() == Path("out/table.parquet").read_bytes()
