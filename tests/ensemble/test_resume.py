"""``resume``: whatever happened to a folder, in the end it is as if nothing had."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.ensemble import run
from sim.ensemble.folder import held
from sim.ensemble.lock import locked
from sim.ensemble.run import Interrupted, play, resume
from sim.errors import BrinklineError, RunError, StorageError, UsageError
from tests.ensemble.folders import asked, contents, environment, finished, flip, played, same, stop_at
from tests.worlds import World

# --- cut short ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("runs", [2, 6, 10])
def test_after_ctrl_c_it_ends_as_if_undisturbed(small, out, whole, runs, workers):
    with pytest.raises(Interrupted):
        play(small, out, asked(workers=workers), stop_at(runs))
    if out.exists():  # of two workers the first may not have finished
        resume(out, workers=workers)
        assert same(out, whole)


def test_ctrl_c_again_and_again_loses_nothing(small, out, whole, monkeypatch):
    calls = played(monkeypatch)
    with pytest.raises(Interrupted):
        play(small, out, asked(), stop_at(2))
    for runs in (4, 6, 8):
        with pytest.raises(Interrupted) as stopped:
            resume(out, workers=1, progress=stop_at(runs))
        assert (stopped.value.runs, sim.open_results(out).manifest["state"]) == (runs, "stopped")
        assert len(sim.open_results(out).runs) == runs
    assert resume(out, workers=1)
    assert same(out, whole)
    assert [one.start for one in calls] == [0, 2, 4, 6, 8]


KILLED = """
import sys
from pathlib import Path
from sim.ensemble.run import Request, play
from sim.scenario.load import load

if __name__ == "__main__":
    asked = Request(runs=60, block_runs=2, workers=int(sys.argv[3]))
    play(load(sys.argv[1]), Path(sys.argv[2]), asked, lambda runs, events: print(runs, flush=True))
"""


@pytest.mark.parametrize(("workers", "blocks"), [(1, 1), (1, 20), (2, 3)])
def test_after_kill_9_it_ends_as_if_undisturbed(small, out, tmp_path, workers, blocks):
    (tmp_path / "program.py").write_text(KILLED)
    (tmp_path / "case.yaml").write_text(small.resolved)
    command = [sys.executable, "program.py", "case.yaml", "out", str(workers)]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(blocks):
            assert process.stdout.readline()
        process.kill()
    assert json.loads((out / "manifest.json").read_text())["state"] == "playing"
    with pytest.raises(UsageError, match="is unfinished: brinkline resume"):
        sim.open_results(out)
    assert finished(out / "blocks") >= blocks
    assert resume(out, workers=1)
    assert same(out, play(small, tmp_path / "whole", asked(runs=60)).folder)


def snapshots(monkeypatch: pytest.MonkeyPatch, out: Path, there: Path) -> list[Path]:
    """The folder as it would be found after a kill −9 before each of its changes of names, from now on."""
    taken: list[Path] = []

    def first(real: Any) -> Any:
        def changed(path: Any, *arguments: Any, **keys: Any) -> Any:
            if out.exists() and out in (Path(path), *Path(path).parents):
                taken.append(there / f"{len(taken):03d}")
                shutil.copytree(out, taken[-1])
            return real(path, *arguments, **keys)

        return changed

    for owner, name in ((Path, "replace"), (Path, "unlink"), (Path, "rmdir")):
        monkeypatch.setattr(owner, name, first(getattr(owner, name)))
    return taken


def test_a_kill_at_any_moment_is_made_up_for(small, out, whole, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        taken = snapshots(patched, out, tmp_path / "snapshots")
        play(small, out, asked())
    assert len(taken) > 20
    for folder in taken:
        if not (folder / "scenario.yaml").exists():  # nothing was played yet
            with pytest.raises(BrinklineError):
                resume(folder, workers=1)
            continue
        resume(folder, workers=1)
        assert same(folder, whole), folder


def test_a_kill_while_runs_are_added_is_made_up_for(small, out, whole, tmp_path, monkeypatch):
    play(small, out, asked(runs=5))
    with monkeypatch.context() as patched:
        taken = snapshots(patched, out, tmp_path / "snapshots")
        resume(out, runs=10, workers=1)
    states = [json.loads((folder / "manifest.json").read_text())["state"] for folder in taken]
    assert {"finished", "stopped", "playing"} == set(states)
    for folder, state in zip(taken, states, strict=True):
        if state != "playing":  # what is there can be read at any time
            assert len(sim.open_results(folder).runs) in (5, 10)
        resume(folder, runs=10, workers=1)
        assert same(folder, whole), folder


# --- damaged ------------------------------------------------------------------------------------------------------


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("events.parquet/part-000000004.parquet", [4]),
        ("runs.parquet", [0, 2, 4, 6, 8]),
        ("trajectories.parquet", [0, 2, 4, 6, 8]),
        ("tally.npz", [0, 2, 4, 6, 8]),
        ("digests", [0, 2, 4, 6, 8]),
    ],
)
def test_a_damaged_table_is_noticed_and_made_again(whole, out, monkeypatch, damage, name, again):
    shutil.copytree(whole, out)
    damage(out / name)
    calls = played(monkeypatch)
    assert resume(out, workers=1)
    assert [runs.start for runs in calls] == again
    assert same(out, whole)
    assert not resume(out)


def test_several_damages_are_mended_at_once_and_runs_added(small, whole, out, tmp_path):
    shutil.copytree(whole, out)
    flip(out / "events.parquet" / "part-000000002.parquet")
    flip(out / "trajectories.parquet", 0.9)
    flip(out / "digests", 0)
    assert resume(out, runs=14, workers=1)
    assert same(out, play(small, tmp_path / "more", asked(runs=14)).folder)


@pytest.mark.parametrize("place", [0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_damaged_block_is_noticed_and_played_again(small, whole, out, monkeypatch, place):
    with monkeypatch.context() as patched:
        patched.setattr(run, "join", full)
        with pytest.raises(StorageError, match="10 finished runs are kept"):
            play(small, out, asked())
    flip(out / "blocks" / "000000006", place)
    calls = played(monkeypatch)
    assert resume(out, workers=1)
    assert calls == [range(6, 8)]
    assert same(out, whole)


def full(*_: Any, **__: Any) -> None:
    raise StorageError("the disk is full")


def test_a_block_of_other_runs_is_not_taken_for_this_one(small, whole, out, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(run, "join", full)
        with pytest.raises(StorageError):
            play(small, out, asked())
    shutil.copy(out / "blocks" / "000000006", out / "blocks" / "000000002")
    calls = played(monkeypatch)
    assert resume(out, workers=1)
    assert calls == [range(2, 4)]
    assert same(out, whole)


# --- more runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("steps", [(5, 10), (1, 4, 9, 10), (10,)])
def test_runs_added_later_make_what_one_larger_run_makes(small, out, whole, steps, workers):
    play(small, out, asked(runs=steps[0]))
    for runs in steps[1:]:
        assert resume(out, runs=runs, workers=workers)
    assert same(out, whole)


def test_only_new_runs_are_played(small, out, monkeypatch):
    play(small, out, asked(runs=5))
    calls = played(monkeypatch)
    resume(out, runs=9, workers=1)
    assert calls == [range(5, 6), range(6, 8), range(8, 9)]


def test_what_was_made_of_fewer_runs_goes(small, out):
    play(small, out, asked(runs=5))
    made = ("summary.json", "report.html", "figures/deaths.png")
    with held(out, "run", existing=True) as folder:
        folder.write_all(dict.fromkeys(made, "of five runs"))
    for name in ("figures/mine.txt", "figures/mine.png"):
        (out / name).write_text("mine")
    resume(out, runs=10, workers=1)
    assert not [name for name in made if (out / name).exists()]
    assert {path.name for path in (out / "figures").iterdir()} == {"mine.txt", "mine.png"}


# --- nothing to do, and refusals ------------------------------------------------------------------------------------


def test_a_complete_folder_is_left_as_it_is(whole, out):
    shutil.copytree(whole, out)
    before = contents(out)
    assert not resume(out)
    assert not resume(out, runs=10)
    assert contents(out) == before


def edited(**changes: Any) -> Any:
    def edit(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(manifest | changes))

    return edit


def another_scenario(folder: Path) -> None:
    text = (folder / "scenario.yaml").read_text()
    (folder / "scenario.yaml").write_text(text.replace("0.3", "0.4"))


def no_scenario(folder: Path) -> None:
    (folder / "scenario.yaml").write_text("brinkline: 1\nscenario: [broken\n")


@pytest.mark.parametrize(
    ("edit", "keys", "told"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), {}, "no results folder"),
        (another_scenario, {}, "not the scenario that was run"),
        (no_scenario, {}, "has faults"),
        (lambda folder: (folder / "scenario.yaml").unlink(), {}, "scenario.yaml"),
        (edited(format=99), {}, "format"),
        (edited(versions={"brinkline": "0.0.1"}), {}, "made by Brinkline 0.0.1"),
        (edited(), {"runs": 9}, "expected at least the 10"),
        (edited(), {"runs": 0}, "expected 1 to"),
        (edited(), {"runs": 10**12}, "expected 1 to"),
        (edited(), {"workers": 0}, "workers"),
        (edited(), {"engine": "steam"}, "steam"),
        (edited(), {"keep": "some"}, "expected one of auto, all, sample, summary"),
    ],
)
def test_what_cannot_be_gone_on_with_is_refused_and_nothing_is_touched(whole, out, edit, keys, told):
    shutil.copytree(whole, out)
    flip(out / "runs.parquet")  # there would be something to do
    edit(out)
    before = contents(out)
    with pytest.raises(BrinklineError, match=told) as refused:
        resume(out, **keys)
    assert "\n" not in str(refused.value)
    assert contents(out) == before


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_what_is_no_folder_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("text")
    with pytest.raises(UsageError, match="no results folder"):
        resume(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_two_processes_do_not_work_on_one_folder(small, whole, out):
    shutil.copytree(whole, out)
    with locked(out):
        with pytest.raises(UsageError, match="being worked on by process"):
            resume(out, runs=20)
        with pytest.raises(UsageError, match="being worked on by process"):
            play(small, out, asked(force=True))
    assert same(out, whole)


def test_when_an_added_run_goes_wrong_what_was_there_stays(out, tmp_path):
    text = "drivers: {source: {who: a, do: hit, rate: 1}}\nvariables: {x: {scope: world}}\n"
    world = World.of_text(text + 'actions: {hit: {effects: ["x = 1 / (count(action=hit) - 17)"]}}\n', tmp_path)
    wrong = next(number for number in range(500) if goes_wrong(world, number))
    assert wrong > 0
    play(world.loaded, out, asked(runs=wrong, block_runs=None))
    before = {name: data for name, (data, _) in contents(out).items()}
    with pytest.raises(RunError, match=f"in run {wrong} "):
        resume(out, runs=wrong + 5, workers=1)
    assert {name: data for name, (data, _) in contents(out).items()} == before
    assert not resume(out)


def goes_wrong(world: World, number: int) -> bool:
    try:
        world.play(number)
    except RunError:
        return True
    return False


# --- older results ------------------------------------------------------------------------------------------------


def unfinished(small: Any, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results under seed 2 that are to replace those under seed 1 and are not finished."""
    play(small, out, asked())
    with monkeypatch.context() as patched:
        patched.setattr(run, "join", full)
        with pytest.raises(StorageError):
            play(small, out, asked(seed=2, force=True))


def test_older_results_wait_aside_until_the_new_ones_are_finished(small, out, monkeypatch):
    unfinished(small, out, monkeypatch)
    assert sim.open_results(out / ".old").manifest["seed"] == 1
    assert resume(out, workers=1)
    assert sim.open_results(out).manifest["seed"] == 2
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_older_results_come_back_when_what_follows_unfinished_ones_goes_wrong(small, out, monkeypatch):
    unfinished(small, out, monkeypatch)
    monkeypatch.setattr(run, "play_blocks", wrong)
    with pytest.raises(RunError):
        play(small, out, asked(seed=3, force=True))
    assert sim.open_results(out).manifest["seed"] == 1
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def wrong(*_: Any, **__: Any) -> None:
    raise RunError("here", 0, "now", "a fault")


def test_the_signal_for_ctrl_c_means_what_it_meant(small, out):
    play(small, out, asked())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert os.listdir(out.parent) == ["out"]
