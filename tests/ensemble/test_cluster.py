"""Blocks on a Dask cluster of real processes: the same results, whatever happens to them."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, KilledWorker

import sim
from sim.cli import main
from sim.ensemble import afar, cluster
from sim.ensemble.blocks import Block, BlockPlayer, Job
from sim.ensemble.run import Interrupted, play, resume
from sim.errors import RunError, StorageError, UsageError
from sim.model import build
from tests.ensemble.folders import asked, contents, environment, finished, same, stop_at
from tests.ensemble.test_executors import FAILS, taken
from tests.worlds import World

LIMIT_S = 60
MANY = {"runs": 400, "engine": "simpy"}
"""Two hundred blocks: enough to be in the midst of them."""


class Dask:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path):
        self.folder, self.workers = folder, 0
        folder.mkdir(parents=True)

    def start(self, *words: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            *words,
            "--host",
            "127.0.0.1",
            "--no-dashboard",
            "--dashboard-address",
            "127.0.0.1:0",
        ]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, env=env or environment(), stdout=log, stderr=log, cwd=self.folder)

    @contextmanager
    def scheduler(self) -> Iterator[subprocess.Popen[bytes]]:
        """A scheduler; its address is `address`."""
        file = self.folder / "scheduler.json"
        with ended(self.start("-m", "dask", "scheduler", "--port", "0", "--scheduler-file", str(file))) as process:
            self.address = str(self.until(lambda: json.loads(file.read_text())["address"]))
            yield process

    @contextmanager
    def worker(self, *words: str, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
        """A worker with one thread, which the scheduler knows."""
        self.workers += 1
        options = [self.address, "--no-nanny", "--nthreads", "1", "--local-directory", str(self.folder)]
        before = self.known()
        with ended(self.start(*(words or ("-m", "dask", "worker")), *options, env=env)) as process:
            self.until(lambda: self.known() - before)
            yield process
        self.until(lambda: self.known() <= before)

    def known(self) -> set[str]:
        """The workers that the scheduler knows."""
        with Client(self.address, set_as_default=False) as client:
            return set(client.nthreads())

    def until(self, there: Callable[[], Any]) -> Any:
        """What it gives as soon as it gives something."""
        late = time.monotonic() + LIMIT_S
        while time.monotonic() < late:
            try:
                if found := there():
                    return found
            except (OSError, ValueError):
                pass
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """A cluster with two workers."""
    dask = Dask(tmp_path_factory.mktemp("dask") / "own")
    with dask.scheduler(), dask.worker(), dask.worker():
        yield dask


@pytest.fixture(scope="module")
def calm(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runs of MANY, undisturbed and in one process."""
    return play(small, tmp_path_factory.mktemp("calm") / "out", asked(**MANY)).folder


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with other sources of Brinkline."""
    folder = tmp_path_factory.mktemp("other")
    shutil.copytree(Path(sim.__file__).parent, folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "sim" / "chance.py").open("a") as file:
        file.write("# one line more\n")
    found = environment()
    return found | {"PYTHONPATH": f"{folder}:{found['PYTHONPATH']}"}


def on(address: str, **keys: Any) -> Any:
    """A request for MANY runs on a cluster."""
    return asked(**{**MANY, "workers": None, "cluster": address, **keys})


def once(at: int, act: Callable[[], Any]) -> Callable[[int, int], None]:
    """Do something as soon as so many runs are finished."""
    left = [act]

    def progress(runs: int, events: int) -> None:
        if runs >= at and left:
            left.pop()()

    return progress


# --- the same results ---------------------------------------------------------------------------------------------


def test_a_worker_killed_in_mid_run_changes_nothing(dask, small, out, calm):
    with dask.worker() as third:
        play(small, out, on(dask.address), once(40, third.kill))
    assert same(out, calm)


def test_a_cluster_of_this_machine_gives_the_same_and_is_gone_then(small, out, calm):
    before = set(multiprocessing.active_children())
    play(small, out, on("local", workers=2, engine="compiled"))
    assert same(out, calm)
    assert set(multiprocessing.active_children()) <= before


def test_it_looks_for_the_precision_at_the_same_borders(dask, small, out, tmp_path):
    wanted = {"precision": (("*", 0.2),), "max_runs": 400, "runs": 50}
    play(small, out, on(dask.address, **wanted))
    here = play(small, tmp_path / "here", asked(**wanted))
    assert same(out, here.folder)
    assert 50 < here.manifest["runs"] < 400


def test_the_error_of_the_lowest_run_is_raised_after_all_blocks_before_it(dask, tmp_path):
    world = World.of_text(FAILS, tmp_path)
    with pytest.raises(RunError) as lowest:
        list(map(world.play, range(200)))
    found: list[range] = []
    job = Job(build(world.loaded), "simpy", seed=1, kept_runs=6)
    with cluster.connected(dask.address, None) as there, pytest.raises(RunError) as raised:
        there.play(job, taken(200, 1), lambda runs, data: found.append(runs))
    assert str(raised.value) == str(lowest.value)
    assert {runs.start for runs in found} >= set(range(lowest.value.run))


def test_nothing_is_left_on_the_cluster(dask, small, out):
    play(small, out, on(dask.address))
    with Client(dask.address, set_as_default=False) as client:
        dask.until(lambda: not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))
        assert not any(client.has_what().values())


# --- cut short ----------------------------------------------------------------------------------------------------


def test_a_lost_scheduler_loses_nothing_that_was_finished(small, out, calm, tmp_path):
    dask = Dask(tmp_path / "dask")
    with ExitStack() as stack:
        scheduler = stack.enter_context(dask.scheduler())
        stack.enter_context(ended(dask.start("-m", "dask", "worker", dask.address, "--no-nanny", "--nthreads", "1")))
        with pytest.raises(
            StorageError, match=rf"was lost; \d+ finished runs are kept; brinkline resume {out} goes on"
        ):
            play(small, out, on(dask.address), once(40, scheduler.kill))
    assert finished(out / "blocks") >= 20
    assert resume(out, workers=1)
    assert same(out, calm)


class Deadly:
    """A client of a cluster on which every block kills its workers."""

    def __init__(self) -> None:
        self.submitted: list[Any] = []

    def submit(self, *_: Any, key: Any, pure: bool) -> Any:
        self.submitted.append(key)
        return self

    def __await__(self) -> Any:
        raise KilledWorker("block", None, 3)

    def release(self) -> None:
        pass


def test_a_block_that_kills_its_workers_is_given_up():
    deadly = Deadly()
    with pytest.raises(StorageError, match="workers died again and again on runs 50 to 74; their own logs say of what"):
        asyncio.run(cluster.Cluster(deadly, "there")._played(None, range(50, 75)))
    assert len(set(deadly.submitted)) == 3


def test_after_ctrl_c_it_goes_on_where_it_was(dask, small, out, calm):
    with pytest.raises(Interrupted):
        play(small, out, on(dask.address), stop_at(40))
    before = sim.open_results(out).manifest["runs"]
    assert 0 < before < 400
    assert resume(out, cluster=dask.address)
    assert same(out, calm)


# --- refused ------------------------------------------------------------------------------------------------------


def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_touched(small, out, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.3)
    nowhere = "tcp://127.0.0.1:1"
    with pytest.raises(StorageError, match=f"no Dask scheduler answers at {nowhere}"):
        play(small, out, on(nowhere))
    assert not out.exists()
    shutil.copytree(whole, out)
    before = contents(out)
    with pytest.raises(StorageError, match=f"no Dask scheduler answers at {nowhere}"):
        resume(out, runs=20, cluster=nowhere)
    assert contents(out) == before


def test_a_cluster_without_workers_is_not_waited_for_for_ever(small, out, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "_NOBODY_S", 0.3)
    dask = Dask(tmp_path / "dask")
    with dask.scheduler(), pytest.raises(StorageError, match="no worker is at tcp"):
        play(small, out, on(dask.address))
    assert "waiting up to 0.3 s for a worker at tcp" in capsys.readouterr().err
    assert not out.exists()


def test_a_worker_with_other_sources_is_refused_before_anything_is_played(dask, small, out, other):
    told = r"the worker tcp://[0-9.:]+ has sources of Brinkline \w{16} instead of \w{16}"
    with dask.worker(env=other), pytest.raises(UsageError, match=told):
        play(small, out, on(dask.address))
    assert not out.exists()


def test_a_worker_with_other_sources_that_joins_later_is_refused_and_nothing_is_lost(dask, small, out, calm, other):
    with ExitStack() as stack:
        join = once(40, lambda: stack.enter_context(dask.worker(env=other)))
        told = rf"sources of Brinkline .*; \d+ finished runs are kept; brinkline resume {out} goes on"
        with pytest.raises(UsageError, match=told):
            play(small, out, on(dask.address), join)
    assert resume(out, cluster=dask.address)
    assert same(out, calm)


WITHOUT = "import sys; sys.modules['sim'] = None; from distributed.cli.dask_worker import main; main()"


def test_a_worker_without_brinkline_is_named(dask, small, out):
    told = r"the worker tcp://[0-9.:]+ has no Brinkline that works like this one: .*sim"
    with dask.worker("-c", WITHOUT), pytest.raises(UsageError, match=told):
        play(small, out, on(dask.address))
    assert not out.exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"makings": afar.makings() | {"numpy": "1.0"}}, "numpy .* instead of 1.0"),
        ({"job": b"another"}, "another scenario"),
        ({"canary": "0" * 16}, "calculates otherwise"),
    ],
    ids=["versions", "scenario", "numbers"],
)
def test_a_job_is_played_only_where_it_is_played_as_here(small, changed, told, monkeypatch):
    job = Job(build(small), "simpy", seed=1, kept_runs=2)
    parcel = afar.packed(job, "simpy")
    assert Block(afar.play_afar(parcel, 0, 2)).facts == Block(BlockPlayer(job).play(range(2))).facts
    monkeypatch.setattr(afar._mine, "hash", "")  # as on a worker that has not seen it yet
    with pytest.raises(UsageError, match=told):
        afar.play_afar(replace(parcel, **changed), 0, 2)


def test_the_canary_sees_the_last_bit_of_a_number(small):
    job = Job(build(small), "simpy", seed=1, kept_runs=2)
    engine = BlockPlayer(job).engine

    class Otherwise:
        name = "otherwise"

        def play_runs(self, seed: int, runs: range, *, states: bool = True) -> Any:
            played = engine.play_runs(seed, runs, states=states)
            played.states.view("u8")[0, -1, 0] ^= 1
            return played

    assert afar.canary(job, engine) == afar.canary(job, engine) != afar.canary(job, Otherwise())


def test_without_dask_the_extra_is_named(small, out, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'brinkline\[cluster\]'"):
        play(small, out, on("local"))
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "told", "code"),
    [
        (
            ("--cluster", "head:8786"),
            "brinkline: found the cluster 'head:8786'; expected tcp://HOST:PORT or local\n",
            2,
        ),
        (("--cluster", "tcp://head:1", "--workers", "2"), "brinkline: found 2 workers and the cluster tcp://head:1", 2),
        (("--cluster", "tcp://127.0.0.1:1"), "brinkline: no Dask scheduler answers at tcp://127.0.0.1:1", 3),
    ],
)
def test_a_command_says_in_a_line_what_is_wrong(out, whole, monkeypatch, capsys, words, told, code):
    monkeypatch.setattr(cluster, "_CONNECT_S", 0.3)
    shutil.copytree(whole, out)
    for command in (("run", "erbil-2024", "--out", str(out.parent / "new")), ("resume", str(out), "--runs", "20")):
        with pytest.raises(SystemExit) as stopped:
            main([*command, *words])
        said = capsys.readouterr().err
        assert (stopped.value.code, said.count("\n")) == (code, 1)
        assert said.startswith(told)
    assert [path.name for path in out.parent.iterdir()] == ["out"]
