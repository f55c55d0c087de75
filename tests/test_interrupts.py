"""Signals that end a program: heard, and held back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from sim.interrupts import ENDING, Ended, heard, held_back


@pytest.mark.parametrize("number", ENDING)
def test_each_signal_raises_what_says_which_it_was(number: int) -> None:
    with heard() as came:
        with pytest.raises(Ended) as ended:
            signal.raise_signal(number)
        assert came == [ended.value]
    assert (ended.value.number, ended.value.exit_code) == (number, 128 + number)


def test_afterwards_the_handlers_are_those_from_before() -> None:
    before = [signal.getsignal(number) for number in ENDING]
    with heard(), held_back():
        pass
    with heard(), pytest.raises(Ended), held_back():
        raise Ended(signal.SIGTERM)
    assert [signal.getsignal(number) for number in ENDING] == before


def test_what_is_held_back_is_listed_and_raises_nothing() -> None:
    with heard() as came:
        with held_back() as caught:
            signal.raise_signal(signal.SIGTERM)
        assert caught == came
        assert [one.number for one in came] == [signal.SIGTERM]


def test_without_a_command_line_ctrl_c_is_held_back_and_the_rest_is_left_alone() -> None:
    with held_back() as caught:
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        signal.raise_signal(signal.SIGINT)
    assert len(caught) == 1
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_hangup_is_passed_over_and_a_second_ctrl_c_ends_the_program_at_once() -> None:
    program = """
import signal
from sim.interrupts import heard, held_back
with heard() as came, held_back():
    signal.raise_signal(signal.SIGHUP)
    signal.raise_signal(signal.SIGHUP)
    print(len(came), flush=True)
    signal.raise_signal(signal.SIGINT)
    print("still here")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "1\n", "")


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with heard() as came:
            os.kill(os.getpid(), signal.SIGHUP)
        assert came == []
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_hears_nothing_and_changes_nothing() -> None:
    seen: list[object] = []

    def work() -> None:
        with heard(), held_back():
            seen.extend(signal.getsignal(number) for number in ENDING)

    before = [signal.getsignal(number) for number in ENDING]
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == before
