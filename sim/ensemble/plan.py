"""What is asked for, and the blocks that follow from it: runs in a row, played together and kept as one file.

Blocks follow from numbers of runs alone, never from workers, engines or time. A block is a fortieth of what
comes before it, from 25 to 250 runs: few runs are spread over many workers, and many runs take no more memory
at a time than ten thousand do.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sim.engines.choice import ENGINES
from sim.errors import UsageError

MOST_RUNS = 100_000_000
CAP = 1_000_000
"""Where a precision ends that names no most runs."""
KEEP = ("auto", "all", "sample", "summary")
ALL_UP_TO, SAMPLE = 10_000, 1_000
"""So many runs keep all their events unless told otherwise; of more, the first so many do: runs are exchangeable."""

LOCAL = "local"
_ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")

_LEAST, _MOST, _SHARE = 25, 250, 40


@dataclass(frozen=True)
class Request:
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


def check_runs(runs: int) -> None:
    """Raise UsageError unless it is a number of runs that can be played."""
    if not 1 <= runs <= MOST_RUNS:
        raise UsageError(f"found {runs} runs; expected 1 to {MOST_RUNS:,}")


def check_workers(workers: int | None) -> None:
    """Raise UsageError unless it is a number of workers, or left open."""
    if workers is not None and workers < 1:
        raise UsageError(f"found {workers} workers; expected 1 or more")


def check_cluster(cluster: str | None, workers: int | None) -> None:
    """Raise UsageError unless it is the address of a cluster, which brings its own workers, or one is to be made."""
    if cluster is None or cluster == LOCAL:
        return
    if not _ADDRESS.fullmatch(cluster):
        raise UsageError(f"found the cluster {cluster!r}; expected tcp://HOST:PORT or {LOCAL}")
    if workers is not None:
        raise UsageError(f"found {workers} workers and the cluster {cluster}, which has its own; expected one of them")


def check_word(what: str, word: str, words: tuple[str, ...]) -> None:
    """Raise UsageError unless the word is one of those."""
    if word not in words:
        raise UsageError(f"found {what} {word!r}; expected one of {', '.join(words)}")


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
    return min(asked, most) if asked else None if most >= _MOST else most


def _borders(block_runs: int | None) -> Iterator[int]:
    border = 0
    while True:
        border += block_runs or min(max(border // _SHARE, _LEAST), _MOST)
        yield border
