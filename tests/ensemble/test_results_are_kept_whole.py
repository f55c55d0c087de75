"""Section 5 and 6: every file is written whole or not at all, and what was finished is kept."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import sim
from sim.ensemble import blocks, files, pool, run
from sim.ensemble.folder import held
from sim.ensemble.run import Interrupted, Request, play, resume
from sim.errors import RunError, StorageError, UsageError
from tests.ensemble.workers import children
from tests.worlds import World

TEXT = """
parameters: {p: {value: 0.5, range: "uniform(0, 1)"}}
rules: {answer: {who: b, when: {action: hit}, chance: p, do: speak, after: exponential(1 d)}}
drivers: {source: {who: a, do: hit, to: b, rate: 2}}
"""
FAILS = TEXT.replace("chance: p,", "chance: p + 0.07,")  # in one run of fourteen or so
WRONG = TEXT.replace("chance: p,", "chance: p + 0.5,")  # in every other run


@pytest.fixture
def loaded(tmp_path) -> Any:
    (tmp_path / "scenario").mkdir()
    return World.of_text(TEXT, tmp_path / "scenario").loaded


def asked(**keys: Any) -> Request:
    return Request(**{"runs": 10, "workers": 1, "block_runs": 2, **keys})


def written(folder: Path, *names: str) -> None:
    """Files in a results folder as a command leaves them."""
    with held(folder, "run", existing=True) as home:
        home.write_all(dict.fromkeys(names, "old"))


def left_in(folder: Path) -> set[str]:
    """What lies in a folder besides the scenario."""
    return {path.name for path in folder.iterdir()} - {"scenario"}


# --- overwriting --------------------------------------------------------------------------------------------------


def test_an_older_results_folder_is_not_replaced(loaded, tmp_path):
    play(loaded, tmp_path / "out", asked())
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    with pytest.raises(UsageError, match="--force"):
        play(loaded, tmp_path / "out", asked(seed=2))
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    assert left_in(tmp_path) == {"out"}


def test_force_replaces_an_older_results_folder(loaded, tmp_path):
    play(loaded, tmp_path / "out", asked())
    written(tmp_path / "out", "report.html")
    made = play(loaded, tmp_path / "out", asked(seed=2, force=True))
    assert made.manifest["seed"] == 2
    assert not (tmp_path / "out" / "report.html").exists()
    assert left_in(tmp_path) == {"out"}


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_that_is_no_results_folder_is_never_replaced(loaded, tmp_path, force):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="no results folder"):
        play(loaded, tmp_path / "out", asked(force=force))
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("force", [False, True])
def test_a_file_is_never_replaced(loaded, tmp_path, force):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError):
        play(loaded, tmp_path / "out", asked(force=force))
    assert (tmp_path / "out").read_text() == "a file"


def test_an_empty_folder_may_be_filled(loaded, tmp_path):
    (tmp_path / "out").mkdir()
    assert len(play(loaded, tmp_path / "out", asked()).runs) == 10


def test_folders_above_are_made(loaded, tmp_path):
    assert len(play(loaded, tmp_path / "one" / "two" / "out", asked()).runs) == 10


def test_a_folder_that_cannot_be_made_is_a_storage_error(loaded, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        play(loaded, tmp_path / "file" / "out", asked())


def test_when_a_run_goes_wrong_the_older_results_stay(loaded, tmp_path):
    play(loaded, tmp_path / "out", asked())
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    with pytest.raises(RunError):
        play(World.of_text(WRONG, tmp_path / "scenario").loaded, tmp_path / "out", asked(force=True))
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    assert left_in(tmp_path) == {"out"}


@pytest.mark.parametrize("keys", [{"runs": 0}, {"runs": -3}, {"workers": 0}, {"block_runs": 0}])
def test_numbers_that_make_no_sense_are_refused(loaded, tmp_path, keys):
    with pytest.raises(UsageError):
        play(loaded, tmp_path / "out", asked(**keys))
    assert left_in(tmp_path) == set()


# --- errors in runs -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def failing(tmp_path_factory) -> tuple[Any, RunError]:
    """A scenario that goes wrong in some runs, and the error of the lowest of them."""
    world = World.of_text(FAILS, tmp_path_factory.mktemp("failing"))
    for number in range(60):
        try:
            world.play(number)
        except RunError as error:
            assert number > 5
            return world.loaded, error
    raise AssertionError


@pytest.mark.parametrize(("workers", "block_runs"), [(1, 7), (2, 1), (2, 7), (3, 3)])
def test_the_error_is_that_of_the_lowest_run_whatever_the_number_of_workers(failing, tmp_path, workers, block_runs):
    loaded, lowest = failing
    with pytest.raises(RunError) as caught:
        play(loaded, tmp_path / "out", asked(runs=60, workers=workers, block_runs=block_runs))
    assert str(caught.value) == str(lowest)
    assert left_in(tmp_path) == set()


# --- workers that die ---------------------------------------------------------------------------------------------


def test_a_killed_worker_is_replaced_and_the_digest_is_the_same(loaded, tmp_path, monkeypatch):
    expected = play(loaded, tmp_path / "calm", asked(runs=24)).manifest["digest"]
    workers, killed = children(monkeypatch), []

    def kill(runs: int, events: int) -> None:
        if len(killed) < 4:
            for child in workers:
                if child.process.poll() is None:
                    os.kill(child.process.pid, signal.SIGKILL)
                    killed.append(child.process.pid)

    made = play(loaded, tmp_path / "out", asked(runs=24, workers=2), kill)
    assert len(killed) >= 4
    assert (made.manifest["digest"], made.manifest["runs"]) == (expected, 24)
    assert left_in(tmp_path) == {"calm", "out"}


def test_workers_that_keep_dying_are_a_storage_error(loaded, tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "_WORK", "tests.ensemble.workers:dies")
    with pytest.raises(StorageError, match="died"):
        play(loaded, tmp_path / "out", asked(workers=2))
    assert left_in(tmp_path) == set()


def test_no_worker_outlives_the_ensemble(loaded, tmp_path, monkeypatch):
    workers = children(monkeypatch)
    play(loaded, tmp_path / "out", asked(workers=2))
    assert [child.process.returncode is None for child in workers] == [False, False]


# --- interrupted --------------------------------------------------------------------------------------------------

PROGRAM = """
import sys
from pathlib import Path
from sim.ensemble.run import Interrupted, Request, play
from sim.scenario.load import load

if __name__ == "__main__":
    try:
        asked = Request(runs=40_000, block_runs=2, workers=int(sys.argv[3]))
        play(load(sys.argv[1]), Path(sys.argv[2]), asked, lambda runs, events: print(runs, flush=True))
    except Interrupted as interrupted:
        print("kept", interrupted.runs, interrupted.folder, flush=True)
        sys.exit(130)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_was_finished(loaded, tmp_path, workers):
    (tmp_path / "scenario" / "program.py").write_text(PROGRAM)
    command = [sys.executable, "program.py", "case.yaml", str(tmp_path / "out"), str(workers)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command,
        cwd=tmp_path / "scenario",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline().strip().isdigit()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    kept = json.loads((tmp_path / "out" / "manifest.json").read_text())["runs"]
    assert out.splitlines()[-1] == f"kept {kept} {tmp_path / 'out'}"
    assert kept >= (6 if workers == 1 else 0)  # of two workers, one may have played ahead
    assert pq.read_table(tmp_path / "out" / "runs.parquet").num_rows == kept
    assert left_in(tmp_path) == {"out"}


def test_interrupted_before_anything_was_finished_leaves_nothing(loaded, tmp_path, monkeypatch):
    def interrupted(*_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(blocks.BlockPlayer, "play", interrupted)
    with pytest.raises(Interrupted) as caught:
        play(loaded, tmp_path / "out", asked())
    assert (caught.value.folder, caught.value.runs, left_in(tmp_path)) == (None, 0, set())


def test_what_is_kept_are_the_runs_of_the_whole_ensemble(loaded, tmp_path):
    def stop(runs: int, events: int) -> None:
        if runs >= 6:
            raise KeyboardInterrupt

    whole = play(loaded, tmp_path / "whole", asked()).events
    with pytest.raises(Interrupted) as caught:
        play(loaded, tmp_path / "out", asked(), stop)
    assert caught.value.runs == 6
    kept = pq.read_table(tmp_path / "out" / "events.parquet").to_pandas()
    assert kept.equals(whole[whole["run"] < 6].reset_index(drop=True))
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["runs"] == 6


# --- a full disk --------------------------------------------------------------------------------------------------


class Disk:
    """A disk on which, once it is full, every file breaks off half-way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, full: bool = False):
        self.full, self.real = full, os.fsync
        monkeypatch.setattr(files.os, "fsync", self.fsync)

    def fsync(self, file: int) -> None:
        if self.full:
            os.ftruncate(file, os.fstat(file).st_size // 2)
            raise OSError(errno.ENOSPC, "No space left on device")
        self.real(file)


def test_a_disk_that_is_full_at_once_leaves_nothing(loaded, tmp_path, monkeypatch):
    Disk(monkeypatch, full=True)
    with pytest.raises(StorageError, match="No space left"):
        play(loaded, tmp_path / "out", asked())
    assert left_in(tmp_path) == set()


@pytest.mark.parametrize("runs", [4, 10], ids=["while runs are played", "while blocks are joined"])
def test_a_disk_that_is_full_later_leaves_the_blocks_that_were_finished(loaded, tmp_path, monkeypatch, runs):
    disk = Disk(monkeypatch)

    def fill(done: int, events: int) -> None:
        disk.full = done >= runs

    told = f"No space left on device; {runs} finished runs are kept; brinkline resume .*out goes on"
    with pytest.raises(StorageError, match=told):
        play(loaded, tmp_path / "out", asked(), fill)
    assert left_in(tmp_path) == {"out"}
    assert left_in(tmp_path / "out") == {"manifest.json", "scenario.yaml", "blocks"}
    assert [path.name for path in sorted((tmp_path / "out" / "blocks").iterdir())] == [
        f"{first:09d}" for first in range(0, runs, 2)
    ]
    disk.full = False
    assert resume(tmp_path / "out", workers=1)
    assert sim.open_results(tmp_path / "out").events.equals(play(loaded, tmp_path / "whole", asked()).events)


def test_a_disk_that_is_full_leaves_the_older_results(loaded, tmp_path, monkeypatch):
    play(loaded, tmp_path / "out", asked())
    Disk(monkeypatch, full=True)
    with pytest.raises(StorageError):
        play(loaded, tmp_path / "out", asked(seed=2, force=True))
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["seed"] == 1
    assert left_in(tmp_path) == {"out"}


LIMITED = """
import resource, sys
from pathlib import Path
from sim.ensemble.run import Request, play
from sim.errors import StorageError
from sim.scenario.load import load

loaded = load(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
try:
    play(loaded, Path(sys.argv[2]), Request(runs=40, block_runs=40, workers=1))
except StorageError as error:
    print("refused", error)
"""


def test_a_file_that_the_system_cuts_off_is_not_left(loaded, tmp_path):
    """With a real limit on the size of files: what is written is cut off in the middle."""
    (tmp_path / "scenario" / "program.py").write_text(LIMITED)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "program.py", "case.yaml", str(tmp_path / "out")]
    done = subprocess.run(
        command, cwd=tmp_path / "scenario", env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("refused")
    assert left_in(tmp_path) == set()


def test_ctrl_c_while_the_files_are_joined_loses_nothing(loaded, tmp_path, monkeypatch):
    whole = play(loaded, tmp_path / "whole", asked())
    joined = run.join

    def interrupted(*arguments: Any, **keys: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return joined(*arguments, **keys)

    monkeypatch.setattr(run, "join", interrupted)
    with pytest.raises(Interrupted) as stopped:
        play(loaded, tmp_path / "out", asked())
    assert stopped.value.runs == 10
    assert run.Ensemble(tmp_path / "out").manifest == whole.manifest
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_older_results_stay_if_they_cannot_be_moved_aside(loaded, tmp_path, monkeypatch):
    play(loaded, tmp_path / "out", asked())
    rename = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if ".old" in target.parts:
            raise OSError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(StorageError, match="Permission denied"):
        play(loaded, tmp_path / "out", asked(seed=2, force=True))
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["seed"] == 1
    assert left_in(tmp_path) == {"out"}


def test_workers_that_keep_dying_are_given_up_with_the_runs_they_died_on(loaded, tmp_path, monkeypatch):
    ready = pool._Crew._ready

    def doomed(self: Any, child: Any) -> Any:
        ready(self, child).kill()
        return child

    monkeypatch.setattr(pool._Crew, "_ready", doomed)
    with pytest.raises(StorageError, match="3 workers died one after the other on runs"):
        play(loaded, tmp_path / "out", asked(workers=2))
    assert left_in(tmp_path) == set()


@pytest.mark.parametrize(
    ("manifest", "error", "told"),
    [
        ('{"format": 99}', UsageError, "a format that this version does not read"),
        ("{", StorageError, "could not be read"),
    ],
)
def test_a_manifest_that_cannot_be_understood_is_refused(tmp_path, manifest, error, told):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(error, match=told):
        _ = run.Ensemble(tmp_path).manifest
