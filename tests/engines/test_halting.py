"""Ctrl-C is heard whatever plays, in whichever thread: after little work, where minutes of it are left.

Work is counted in processor time, so that a busy machine changes nothing. The signal comes when the process has worked
for a while; what is left would take at least fifty times as long as it may then go on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.engines.compiled.engine import CompiledEngine
from sim.engines.halting import Halt, beside
from sim.engines.simpy_engine import SimPyEngine
from sim.ensemble.plan import Request
from sim.ensemble.playing import seen_blocks
from sim.ensemble.run import play as play_ensemble
from sim.ensemble.threads import Threads

WORKS_S, MAY_GO_ON_S = 1.0, 2.0
ENDS = "outcomes: {war: {if: level >= 8, ends: true}}\n"
MANY_RUNS = ENDS + "drivers: {d: {who: a, do: nod, to: b, rate: 0.001, peak: 9.5e4}}\n"
"""A run has a million candidates, nearly."""
A_LONG_RUN = "max_events: 10000000\n" + ENDS + "drivers: {d: {who: a, do: nod, to: b, rate: 1e-3, peak: 9.5e6}}\n"
"""A single run with a hundred million candidates."""
LONG_TURNS = """
max_events: 1000000
drivers: {d: {who: a, do: nod, to: b, rate: 9e4}}
rules:
  r:
    who: everybody
    when: {action: nod}
    if: count(action=nod, target=self) + count(action=nod, actor=self, target=actor) < 0
    do: speak
"""
"""Each event is compared with all that were before it."""


def interrupt_after(work_s: float, over: threading.Event) -> None:
    """Send Ctrl-C once the process has worked for so long, unless it is over before."""
    begin = time.process_time()
    while time.process_time() - begin < work_s and not over.is_set():
        over.wait(0.01)
    if not over.is_set():
        os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def heard() -> Callable[[Callable[[], object]], float]:
    """How much work is done from Ctrl-C until what is called has come to an end, all of its threads too."""

    def measure(call: Callable[[], object]) -> float:
        over, before = threading.Event(), set(threading.enumerate())
        begin = time.process_time()
        watch = threading.Thread(target=interrupt_after, args=(WORKS_S, over))
        watch.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                call()
        finally:
            over.set()
        for thread in set(threading.enumerate()) - before:
            thread.join()
        return time.process_time() - begin - WORKS_S

    return measure


@pytest.mark.parametrize(
    ("text", "runs"), [(MANY_RUNS, 5_000), (A_LONG_RUN, 100), (LONG_TURNS, 100)], ids=["block", "run", "turns"]
)
def test_the_kernel_hears_it_in_the_main_thread(world, heard, text, runs):
    engine = CompiledEngine(world(text).tables)
    assert heard(lambda: engine.play_runs(1, range(runs), states=False)) < MAY_GO_ON_S


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
@pytest.mark.parametrize("text", [MANY_RUNS, A_LONG_RUN, LONG_TURNS], ids=["block", "run", "turns"])
def test_threads_hear_it(world, heard, text, engine):
    tables = world(text).tables
    blocks = [range(first, first + 1_000) for first in range(0, 4_000, 1_000)]

    def play():
        return list(seen_blocks(tables, blocks, len, seed=1, engine=engine, progress=None, say=pytest.fail))

    assert heard(play) < MAY_GO_ON_S


@pytest.mark.parametrize("workers", [1, 2])
def test_an_ensemble_hears_it_and_keeps_nothing_that_is_not_whole(world, heard, tmp_path, workers):
    request = Request(runs=4_000, block_runs=2_000, engine="compiled", workers=workers, keep="summary")
    loaded = world(MANY_RUNS).loaded

    assert heard(lambda: play_ensemble(loaded, tmp_path / "out", request)) < MAY_GO_ON_S
    assert not (tmp_path / "out").exists()


def test_what_is_played_after_it_is_as_ever(world, heard):
    tables = world(MANY_RUNS).tables
    engine = CompiledEngine(tables)
    heard(lambda: engine.play_runs(1, range(5_000), states=False))
    few = range(3)
    assert engine.play_runs(1, few).log.tolist() == CompiledEngine(tables).play_runs(1, few).log.tolist()


@pytest.mark.parametrize("engine", [CompiledEngine, SimPyEngine])
def test_threads_halt_when_they_are_left_by_any_error(world, engine):
    tables, begun = world(MANY_RUNS).tables, threading.Event()

    def play():
        begun.set()
        return engine(tables).play_runs(1, range(5_000), states=False)

    threads = Threads(1)
    future, waiting = threads.submit(play), threads.submit(pytest.fail)
    begun.wait()
    threads.__exit__(ValueError, ValueError("no more"), None)
    assert isinstance(future.exception(), KeyboardInterrupt)
    assert waiting.cancelled()


def test_threads_that_are_left_in_peace_finish(world):
    tables = world("drivers: {d: {who: a, do: hit, to: b, rate: 4}}").tables
    with Threads(2) as threads:
        futures = [threads.submit(CompiledEngine(tables).play_runs, 1, range(first, first + 5)) for first in (0, 5)]
    whole = SimPyEngine(tables).play_runs(1, range(10)).log.tolist()
    assert [event for future in futures for event in future.result().log.tolist()] == whole


def test_the_main_thread_hears_it_while_something_deaf_is_called_beside_it():
    halt, never = Halt(), threading.Event()

    def deaf() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        never.wait()

    with pytest.raises(KeyboardInterrupt):
        beside(deaf, halt)
    never.set()
    with pytest.raises(KeyboardInterrupt):
        halt.check()


def test_what_is_called_beside_the_main_thread_answers_or_fails_as_if_it_were_called_there():
    assert beside(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        beside(lambda: 1 // 0)


SCRIPT = """
import sys, threading
import sim
from tests.engines.test_halting import interrupt_after

threading.Thread(target=interrupt_after, args=(4, threading.Event()), daemon=True).start()
sim.run(sys.argv[1], runs=4000, engine="compiled")
"""


def test_a_script_ends_on_it(world, tmp_path):
    world(MANY_RUNS)
    before = os.times()
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "case.yaml")]
    root = Path(__file__).parents[2]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    after = os.times()
    assert ended.stderr.rstrip().splitlines()[-1].startswith(("KeyboardInterrupt", "sim.ensemble.run.Interrupted"))
    assert ended.returncode != 0
    assert after.children_user - before.children_user < 4 + 10
