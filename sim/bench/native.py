"""The workload as a hand-written C++ program: built by the machine's own compiler, run as a process of its own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from sim.bench.naive import ACTORS, DELAY, GAP, Naive
from sim.chance import MASK, mix, salt
from sim.errors import UsageError

SOURCE = Path(__file__).with_name("workload.cpp")
COMPILERS = ("c++", "g++", "clang++")
FLAGS = ("-std=c++17", "-O3", "-ffp-contract=off")  # fused multiply-adds would change last bits
NO_COMPILER = "no C++ compiler found"


class Score(NamedTuple):
    """What the program tells of some runs: their events, the processor time of playing (s), the log's checksum."""

    events: int
    seconds: float
    checksum: int


class Native:
    """The built program, for the runs of one seed."""

    def __init__(self, folder: Path, seed: int):
        """Build it in a folder.

        Raises
        ------
        UsageError
            If there is no C++ compiler, or the one that is there cannot build it.
        """
        compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
        if compiler is None:
            raise UsageError(NO_COMPILER)
        self.program = folder / "workload"
        done = subprocess.run(
            [compiler, *FLAGS, str(SOURCE), "-o", str(self.program)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise UsageError(f"{Path(compiler).name} could not build it: {(done.stderr.splitlines() or ['?'])[-1]}")
        self.compiler = Path(compiler).name
        self.salts = " ".join(map(str, _salts(seed)))

    def play(self, runs: range) -> Score:
        """These runs."""
        asked = [str(self.program), str(runs.start), str(len(runs))]
        said = subprocess.run(asked, input=self.salts, capture_output=True, text=True, check=True).stdout.split()
        return Score(int(said[0]), float(said[1]), int(said[2]))


def _salts(seed: int) -> list[int]:
    """The hashes of names that the program reads, in its order."""
    naive = Naive()
    rules = [rule for actor in range(len(ACTORS)) for rule in naive.rules[actor].values()]
    of_rules = [number for rule in rules for number in (rule.key_salt, rule.chance_salt)]
    return [salt("seed", str(seed)), GAP, DELAY, *naive.driver_salts, *of_rules]


def checksum(log: NDArray[Any]) -> int:
    """The number that the program prints of the same log: every number of every event, mixed in one after the other."""
    mixed = 0
    columns = (log[name].tolist() for name in ("time", "actor", "action", "target", "cause", "key"))
    for event in zip(*columns, strict=True):
        for number in event:
            mixed = mix(mixed ^ (number & MASK))
    return mixed
