"""How a command ends that is told to: by Ctrl-C, by a request to end, by a terminal that goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from sim import open_results
from sim.cli import main
from tests.cli.conftest import Command
from tests.ensemble.folders import finished

RUN = ("run", "small.yaml", "--runs", "2000000", "--no-figures", "--keep", "summary", "--out", "out")


def playing(command: tuple[str, ...] = RUN, *before: str) -> subprocess.Popen[str]:
    """A command as a program and a group of its own, once it has finished a few blocks of runs."""
    process = subprocess.Popen(
        [*before, sys.executable, "-m", "sim.cli", *command],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while finished(Path("out/blocks")) < 4 and process.poll() is None:
        time.sleep(0.02)
    return process


@pytest.mark.usefixtures("brinkline")
@pytest.mark.parametrize(
    ("number", "code", "everybody"),
    [
        (signal.SIGTERM, 143, False),
        (signal.SIGHUP, 129, False),
        (signal.SIGTERM, 143, True),
        (signal.SIGHUP, 129, True),
    ],
    ids=["SIGTERM", "SIGHUP", "SIGTERM to its workers too", "SIGHUP to its workers too"],
)
def test_a_signal_to_end_keeps_what_is_finished_and_says_so(number: int, code: int, everybody: bool) -> None:
    process = playing()
    (os.killpg if everybody else os.kill)(process.pid, number)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == code, told
    kept = open_results("out").manifest["runs"]
    says = f"brinkline: interrupted; {kept:,} finished runs are kept in out; brinkline resume out goes on"
    assert told.strip() == says  # after the ^C that a terminal shows, it begins on a new line


@pytest.mark.usefixtures("brinkline")
def test_a_signal_that_is_ignored_on_entry_stays_ignored() -> None:
    process = playing(RUN, "nohup")
    os.kill(process.pid, signal.SIGHUP)
    os.kill(process.pid, signal.SIGTERM)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 143, told


def test_only_an_interruption_is_called_one(brinkline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.cli import reading

    for error, code, told in (
        (EOFError(), 2, "brinkline: found no answer to a question; nothing was done"),
        (click.Abort(), 2, "brinkline: found no answer to a question; nothing was done"),
        (KeyboardInterrupt(), 130, "brinkline: interrupted"),
    ):

        def broken(*_: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr(reading, "table_text", broken)
        said = brinkline("list")
        assert (said.code, said.err.strip()) == (code, told)


def test_an_error_that_nobody_foresaw_is_a_line_that_asks_to_report_it(
    brinkline: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.cli import reading

    def broken(*_: object) -> str:
        raise ValueError("line\n\x1b[31m")

    monkeypatch.setattr(reading, "table_text", broken)
    said = brinkline("list")
    assert said.code == 3
    assert said.err.startswith("brinkline: a fault of Brinkline itself: ValueError: line\\n\\x1b[31m (reading.py:")
    assert said.err.endswith("please report it, with what BRINKLINE_TRACEBACK=1 shows\n")
    assert said.err.count("\n") == 1
    monkeypatch.setenv("BRINKLINE_TRACEBACK", "1")
    said = brinkline("list")
    assert said.code == 3
    assert said.err.startswith("Traceback (most recent call last):")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (
            OSError(5, "Input/output error", "a\x1bb"),
            3,
            "brinkline: a\\x1bb could not be read or written: Input/output",
        ),
        (OSError(28, "No space left on device"), 3, "brinkline: something could not be written: No space left on"),
        (BrokenPipeError(32, "Broken pipe"), 3, "brinkline: something could not be read or written: Broken pipe"),
        (MemoryError(), 3, "brinkline: there is not enough memory for this"),
        (RecursionError(), 2, "brinkline: something is nested too deeply"),
    ],
    ids=["a path", "a full disk", "a pipe", "memory", "depth"],
)
def test_what_the_machine_refuses_is_a_line(
    brinkline: Command, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, told: str
) -> None:
    from sim.cli import reading

    def broken(*_: object) -> str:
        raise error

    monkeypatch.setattr(reading, "table_text", broken)
    said = brinkline("list")
    assert said.code == code
    assert said.err.startswith(told)
    assert said.err.count("\n") == 1


def test_the_handlers_of_signals_are_the_callers_again_afterwards(brinkline: Command) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with pytest.raises(SystemExit):
        main(["list"])
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before
