"""A block played in another process, perhaps on another machine: only if all that it depends on is as it is here."""

from __future__ import annotations

import hashlib
import pickle
import platform
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from sim import __version__
from sim.engines.choice import engine_of
from sim.engines.played import Engine
from sim.ensemble.blocks import BlockPlayer, Job
from sim.ensemble.columns import Columns
from sim.errors import UsageError

_SIM = Path(__file__).parents[1]


@lru_cache(maxsize=1)
def makings() -> dict[str, str]:
    """What the last bit of a run depends on beside its scenario: versions, and a hash of Brinkline's sources."""
    packages = {package: version(package) for package in ("numpy", "scipy", "numba")}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Brinkline": __version__, "sources of Brinkline": _sources_hash(), "Python": python, **packages}


def _sources_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted(_SIM.rglob("*.py")):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(_SIM).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:16]


def differences(found: Mapping[str, str], expected: Mapping[str, str]) -> str:
    """What is not as expected, in words; nothing if all is."""
    return ", ".join(f"{name} {found[name]} instead of {own}" for name, own in expected.items() if found[name] != own)


@dataclass(frozen=True)
class Parcel:
    """A job as it is sent. Whoever opens it makes sure first that it can be played there as it would be here.

    job : pickled; hash : its SHA-256; makings : those of the sender; canary : of run 0.
    """

    job: bytes
    hash: str
    makings: dict[str, str]
    canary: str


def packed(job: Job, engine: str) -> Parcel:
    """The parcel of a job, run 0 played here by this engine. Raises RunError if an expression goes wrong in run 0."""
    data = pickle.dumps(job)
    return Parcel(data, hashlib.sha256(data).hexdigest(), makings(), canary(job, engine_of(engine, job.tables)))


def canary(job: Job, engine: Engine) -> str:
    """A hash of all numbers that run 0 leaves, to the last bit: processors and their libraries can differ there."""
    played = engine.play_runs(job.seed, range(1))
    assert played.states is not None
    digest = hashlib.sha256(Columns(job.tables).digests(played)[0])
    for numbers in (played.outcomes, played.parameters, played.states):
        digest.update((numbers + 0).tobytes())  # −0 becomes 0
    return digest.hexdigest()[:16]


class _Mine(threading.local):
    """A thread's player, and the hash of the job that it plays."""

    hash = ""
    player: BlockPlayer


_mine = _Mine()
_one_at_a_time = threading.Lock()


def play_afar(parcel: Parcel, first: int, stop: int) -> bytes:
    """The bytes of the block of these runs. The job's player is made once in each thread and kept for the next block.

    Raises
    ------
    UsageError
        If something is otherwise here than where the job comes from.
    RunError
        Of the first of the runs in which an expression goes wrong.
    """
    if _mine.hash != parcel.hash:
        with _one_at_a_time:  # or each thread would compile the kernel
            _mine.player = _player(parcel)
        _mine.hash = parcel.hash
    return _mine.player.play(range(first, stop))


def _player(parcel: Parcel) -> BlockPlayer:
    here = f"a worker on {platform.node()}"
    if other := differences(makings(), parcel.makings):
        raise UsageError(f"{here} has {other}; expected the same as where the runs are asked for")
    if hashlib.sha256(parcel.job).hexdigest() != parcel.hash:
        raise UsageError(f"{here} was sent another scenario than the one that is run")
    job: Job = pickle.loads(parcel.job)
    player = BlockPlayer(job)
    if canary(job, player.engine) != parcel.canary:
        raise UsageError(
            f"{here} calculates otherwise than where the runs are asked for: run 0 has other numbers there"
        )
    return player


def given(parcel: Parcel) -> Parcel:
    """The parcel itself: a task, so that a cluster can make it again wherever it is lost."""
    return parcel
