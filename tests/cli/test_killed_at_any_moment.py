"""kill −9 at any moment of any command that writes: nothing finished is lost, and the same command makes it good.

A child that is a copy of this process runs the command and dies without a word when it is about to change a file for
the n-th time. ``KILLS`` says how many such moments of each command are tried, spread evenly over all.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.ensemble.files import UNFINISHED
from tests.calibration import feud
from tests.ensemble.folders import TEXT

KILLS = int(os.environ.get("BRINKLINE_KILLS", "2"))
SCENARIO = f"""
brinkline: 1
scenario: small
start: 2024-01-01
horizon: 10 d
ladder: [{{rung: 0, name: calm}}, {{rung: 1, name: talk}}, {{rung: 6, name: fire}}]
actors: {{a: {{name: A}}, b: {{name: B}}}}
variants: {{calm: {{set: {{p: 0.1}}}}}}
{TEXT.replace("actions: {hit: {", "actions: {speak: {rung: 1}, hit: {rung: 6, ")}
"""
OBSERVED = "outcome,happened,day\nspoken,yes,3\n"
PLAYED = ["--engine", "simpy", "--workers", "1"]
FORCED = "by force"

COMMANDS: dict[str, list[str]] = {
    "run": ["run", "case.yaml", "--runs", "60", "--block-runs", "20", "--out", "out", "--no-figures", *PLAYED],
    "run with figures": ["run", "case.yaml", "--runs", "20", "--out", "out", *PLAYED],
    FORCED: ["run", "case.yaml", "--runs", "60", "--block-runs", "20", "--out", "done", "--no-figures", "--force",
             "--seed", "2", *PLAYED],
    "resume": ["resume", "done", "--runs", "90", "--no-figures", *PLAYED],
    "report": ["report", "done"],
    "plot": ["plot", "done", "deaths"],
    "plot elsewhere": ["plot", "done", "deaths", "--out", "out", "--force"],
    "compare": ["compare", "case.yaml", "--variant", "calm", "--runs", "40", "--out", "out", "--no-figures", *PLAYED],
    "sweep": ["sweep", "case.yaml", "--over", "p=0:1:3", "--runs", "20", "--out", "out", "--no-figures", *PLAYED],
    "sensitivity": ["sensitivity", "case.yaml", "--outcome", "spoken", "--trajectories", "4", "--points", "64",
                    "--replicates", "16", "--out", "out", "--no-figures", *PLAYED],
    "discover": ["discover", "case.yaml", "--outcome", "spoken", "--runs", "60", "--out", "out", "--no-figures",
                 *PLAYED],
    "contagion": ["contagion", "done", "--out", "out", "--no-figures", "--engine", "simpy"],
    "explain": ["explain", "done", "--outcome", "spoken", "--out", "out", "--no-figures", "--engine", "simpy"],
    "score": ["score", "done", "--observed", "happened.csv", "--no-figures"],
    "calibrate": ["calibrate", "feud.yaml", "--record", "record.yaml", "--runs", "200", "--accept", "0.1",
                  "--out", "out", "--no-figures", *PLAYED],
    "new": ["new", "mine.yaml"],
    "describe": ["describe", "case.yaml", "--out", "card.md"],
}  # fmt: skip
RUNS = {"run": ["--no-figures", *PLAYED], "run with figures": PLAYED, FORCED: ["--no-figures", *PLAYED]}
"""What resume is told when it goes on with them."""

REFUSED_ONCE_DONE = {"run", "run with figures", "score", "new", "describe", "sensitivity"}
"""Commands that say that it is there already, if the kill came after the last change."""


def forked(command: list[str], folder: Path, changing: Callable[[], None]) -> int:
    """Run a command in a copy of this process, which calls `changing` before each change; its exit code comes back."""
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        return os.waitstatus_to_exitcode(status)
    try:
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        for name in ("replace", "rename", "unlink", "remove", "mkdir", "rmdir", "open", "fsync"):
            setattr(os, name, before(getattr(os, name), changing, name))
        main(command)
    except SystemExit as ended:
        os._exit(ended.code if isinstance(ended.code, int) else 1)
    finally:
        os._exit(99)
    raise AssertionError


def before(real: Callable[..., Any], changing: Callable[[], None], name: str) -> Callable[..., Any]:
    def changed(*arguments: Any, **keys: Any) -> Any:
        if name != "open" or (len(arguments) > 1 and arguments[1] & os.O_CREAT):
            changing()
        return real(*arguments, **keys)

    return changed


def moments(folder: Path, command: list[str]) -> int:
    """How often an undisturbed command changes a file."""
    count = folder.parent / "count"
    count.write_bytes(b"")
    handle = os.open(count, os.O_WRONLY | os.O_APPEND)
    assert forked(command, folder, lambda: os.write(handle, b".") and None) == 0
    os.close(handle)
    return count.stat().st_size


def killed(folder: Path, command: list[str], moment: int) -> None:
    left = [moment]

    def die() -> None:
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)

    assert forked(command, folder, die) == 9


@pytest.fixture(scope="module")
def before_it(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scenario, a record, and finished results."""
    folder = tmp_path_factory.mktemp("before") / "home"
    folder.mkdir()
    (folder / "case.yaml").write_text(SCENARIO)
    (folder / "happened.csv").write_text(OBSERVED)
    feud.write(folder)
    (folder / "mine.txt").write_text("mine")
    run = ["run", "case.yaml", "--runs", "40", "--block-runs", "20", "--out", "done", "--no-figures", *PLAYED]
    assert forked(run, folder, lambda: None) == 0
    (folder / "done" / "notes.txt").write_text("mine too")
    return folder


def copies(before_it: Path, there: Path) -> Iterator[Path]:
    number = 0
    while True:
        number += 1
        yield Path(shutil.copytree(before_it, there / str(number)))


def facts(folder: Path) -> dict[str, Any]:
    """What a folder holds, without what differs from one play to the next: times, and the order of a kill."""
    told: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if UNFINISHED.fullmatch(path.name):
            continue  # beside a file of the user's own choosing nobody looks for what was never finished
        if path.name == "manifest.json":
            manifest = json.loads(path.read_text())
            told[name] = {key: manifest.get(key) for key in ("kind", "state", "runs", "seed", "digest", "contents")}
        elif path.suffix == ".json" or path.is_dir():
            told[name] = path.is_dir()
        elif path.suffix not in (".npz", ".parquet", ".html"):
            told[name] = path.read_bytes()
        else:
            told[name] = "there"
    return told


@pytest.mark.parametrize("name", list(COMMANDS))
def test_what_was_finished_is_there_and_the_same_command_makes_it_good(
    before_it: Path, tmp_path: Path, name: str
) -> None:
    homes = copies(before_it, tmp_path)
    whole, command = next(homes), COMMANDS[name]
    count = moments(whole, command)
    assert count > 0
    for moment in sorted({int((number + 0.5) / KILLS * count) for number in range(KILLS)}):
        home = next(homes)
        killed(home, command, moment)
        code = forked(command, home, lambda: None)
        if code != 0 and name in RUNS:  # it was begun: resume goes on with it
            code = forked(["resume", command[command.index("--out") + 1], *RUNS[name]], home, lambda: None)
        assert code == 0 or (name in REFUSED_ONCE_DONE and moment > count // 2), (moment, count)
        assert facts(home) == facts(whole), (moment, count)
        shutil.rmtree(home)
