"""What is asked for, and the blocks that follow from it: runs in a row, played together and kept as one file.

Blocks follow from numbers of runs alone, never from workers, engines or time. A block is a fortieth of what
comes before it, from 25 to 250 runs: few runs are spread over many workers, and many runs take no more memory
at a time than ten thousand do.
"""

from __future__ import annotations

import contextlib
import heapq
import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, SupportsIndex

from sim.engines.choice import ENGINES
from sim.errors import UsageError
from sim.escapes import quoted

MOST_RUNS = 100_000_000
CAP = 1_000_000
"""Where a precision ends that names no most runs."""
KEEP = ("auto", "all", "sample", "summary")
ALL_UP_TO, SAMPLE = 10_000, 1_000
"""So many runs keep all their events unless told otherwise; of more, the first so many do: runs are exchangeable."""

LOCAL = "local"
_ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")

_LEAST, MOST_IN_A_BLOCK, _SHARE = 25, 250, 40
_SEED_DIGITS = 100


class Asked:
    """What requests share: a frozen dataclass whose numbers are what they say they are.

    A whole number of any kind becomes an int.

    Raises
    ------
    UsageError
        If a value is of another type.
    """

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # each subclass is a dataclass
            value = getattr(self, field.name)
            if field.type == "bool" and not isinstance(value, bool):
                raise wrong_type(field.name, value, "True or False")
            if field.type == "float":
                object.__setattr__(self, field.name, real(field.name, value))
            if field.type == "int" or (field.type == "int | None" and value is not None):
                number = seed_of(value) if field.name == "seed" else whole(field.name, value)
                object.__setattr__(self, field.name, number)


@dataclass(frozen=True)
class Request(Asked):
    """What is asked for.

    runs, seed : how many, and under which seed.
    workers : how many blocks are played at a time (None: one for each core).
    block_runs : runs in a block (None: see above).
    force : an older results folder may be replaced.
    engine : one of ENGINES; auto takes the one that finishes sooner.
    keep : one of KEEP, how much of the events and trajectories stays: all, the first 1,000 runs', none;
        auto keeps all of up to 10,000 runs, a sample of more.
    precision : pairs of an outcome (``*``: every one that is not named) and the width that its 95 % interval may
        have; `runs` is then where it is first looked at, `max_runs` where it ends in any case (None: 1,000,000).
    cluster : where a Dask cluster plays them, ``tcp://host:port`` or ``local`` (None: nowhere).
    """

    runs: int = 1000
    seed: int = 1
    workers: int | None = None
    block_runs: int | None = None
    force: bool = False
    engine: str = "auto"
    keep: str = "auto"
    precision: tuple[tuple[str, float], ...] = ()
    max_runs: int | None = None
    cluster: str | None = None

    @property
    def most_runs(self) -> int:
        """How many runs it may come to."""
        return (self.max_runs or max(CAP, self.runs)) if self.precision else self.runs

    def check(self) -> None:
        """Raise UsageError if a number or a word makes no sense."""
        check_runs(self.runs)
        check_workers(self.workers)
        check_cluster(self.cluster, self.workers)
        check_word("keep", self.keep, KEEP)
        check_word("engine", self.engine, ENGINES)
        if self.block_runs is not None and self.block_runs < 1:
            raise UsageError(f"found {self.block_runs} runs in a block; expected 1 or more")
        if self.max_runs is not None:
            if not self.precision:
                raise UsageError("found max-runs without a precision; expected both, or runs alone")
            check_runs(self.max_runs)
            if self.max_runs < self.runs:
                raise UsageError(f"found {self.max_runs} as the most runs; expected at least the {self.runs} asked for")


def wrong_type(what: str, value: object, expected: str) -> UsageError:
    """Return the error that says that a value is of another type than is expected."""
    return UsageError(f"found {quoted(value)} ({type(value).__name__}) as {what}; expected {expected}")


def whole(what: str, value: object) -> int:
    """Return a whole number of any kind as an int. Raises UsageError."""
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        with contextlib.suppress(TypeError):  # of arrays, only that of one number is one
            return operator.index(value)
    raise wrong_type(what, value, "a whole number")


def real(what: str, value: object) -> float:
    """Return a number of any kind as a float. Raises UsageError."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise wrong_type(what, value, "a number")
    return float(value)


def seed_of(value: object) -> int:
    """Return a seed: a whole number, as long as it can be written with 100 digits. Raises UsageError."""
    seed = whole("seed", value)
    if abs(seed) >= 10**_SEED_DIGITS:
        raise UsageError(f"found a seed of more than {_SEED_DIGITS} digits; expected a shorter one")
    return seed


def widths_of(precision: Any) -> tuple[tuple[str, float], ...]:
    """Return a precision as pairs of an outcome and a width: from one width for all of them, a mapping, or None.

    Raises
    ------
    UsageError
        If it is anything else.
    """
    if precision is None:
        return ()
    if isinstance(precision, Mapping):
        return tuple((str(name), real(f"the precision of {name}", width)) for name, width in precision.items())
    return (("*", real("precision", precision)),)


def check_runs(runs: int) -> None:
    """Raise UsageError unless it is a number of runs that can be played."""
    if not 1 <= whole("runs", runs) <= MOST_RUNS:
        raise UsageError(f"found {runs} runs; expected 1 to {MOST_RUNS:,}")


def check_workers(workers: int | None) -> None:
    """Raise UsageError unless it is a number of workers, or left open."""
    if workers is not None and whole("workers", workers) < 1:
        raise UsageError(f"found {workers} workers; expected 1 or more")


def check_cluster(cluster: str | None, workers: int | None) -> None:
    """Raise UsageError unless it is the address of a cluster, which brings its own workers, or one is to be made."""
    if cluster is None or cluster == LOCAL:
        return
    if not isinstance(cluster, str) or not _ADDRESS.fullmatch(cluster):
        raise UsageError(f"found the cluster {quoted(cluster)}; expected tcp://HOST:PORT or {LOCAL}")
    if workers is not None:
        raise UsageError(f"found {workers} workers and the cluster {cluster}, which has its own; expected one of them")


def check_word(what: str, word: str, words: tuple[str, ...]) -> None:
    """Raise UsageError unless the word is one of those."""
    if word not in words:
        raise UsageError(f"found {what} {quoted(word)}; expected one of {', '.join(words)}")


def kept_runs(keep: str, runs: int, *, kept: int = 0) -> int:
    """How many of the first runs keep their events and trajectories; those already `kept` stay."""
    wanted = {"all": runs, "sample": SAMPLE, "summary": 0, "auto": runs if runs <= ALL_UP_TO else SAMPLE}
    return max(min(wanted[keep], runs), kept)


def blocks(stop: int, *, block_runs: int | None, cuts: Iterable[int] = ()) -> Iterator[range]:
    """The blocks of runs 0 … stop − 1, in order; no block reaches across one of the `cuts`."""
    first = 0
    for border in heapq.merge(_borders(block_runs), sorted({*cuts, stop})):
        if first < border <= stop:
            yield range(first, border)
            first = border
        if border >= stop:
            return


def block_size(asked: int | None, most: int) -> int | None:
    """The runs in a block where there may be `most` at a time; None: as follows from their number."""
    return min(asked, most) if asked else None if most >= MOST_IN_A_BLOCK else most


def _borders(block_runs: int | None) -> Iterator[int]:
    border = 0
    while True:
        border += block_runs or min(max(border // _SHARE, _LEAST), MOST_IN_A_BLOCK)
        yield border
