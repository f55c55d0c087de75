"""Whoever plays the blocks, they are the same blocks; and which runs make a block depends on nothing but numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from sim.ensemble.blocks import Block, Job
from sim.ensemble.executors import play_here, play_in_threads
from sim.ensemble.plan import blocks
from sim.ensemble.pool import play_in_processes
from sim.errors import RunError, StorageError
from sim.model import build
from tests.worlds import World

FAILS = """
drivers: {source: {who: a, do: hit, rate: 1}}
variables: {x: {scope: world}}
actions: {hit: {effects: ["x = 1 / (count(action=hit) - 14)"]}}
"""


def job(loaded: Any) -> Job:
    return Job(build(loaded), "simpy", seed=1, kept_runs=6)


def taken(stop: int, size: int) -> Any:
    ahead: Iterator[range] = blocks(stop, block_runs=size)
    return lambda: next(ahead, None)


EXECUTORS = [
    lambda *arguments: play_here(*arguments),
    lambda *arguments: play_in_threads(*arguments, workers=2),
    lambda *arguments: play_in_threads(*arguments, workers=5),
    lambda *arguments: play_in_processes(*arguments, workers=2),
]
NAMES = ["here", "2 threads", "5 threads", "2 processes"]


@pytest.mark.parametrize("play", EXECUTORS, ids=NAMES)
def test_every_executor_hands_over_every_block_once_to_the_last_bit(small, play):
    expected: dict[range, bytes] = {}
    play_here(job(small), taken(20, 3), expected.__setitem__)
    found: list[tuple[range, bytes]] = []
    play(job(small), taken(20, 3), lambda runs, data: found.append((runs, data)))
    assert len(found) == 7
    assert dict(found) == expected
    assert [Block(data).facts.kept for data in expected.values()] == [True, True, *[False] * 5]


@pytest.mark.parametrize("play", EXECUTORS, ids=NAMES)
def test_every_executor_raises_the_error_of_the_lowest_run_after_all_blocks_before_it(tmp_path, play):
    world = World.of_text(FAILS, tmp_path)
    with pytest.raises(RunError) as lowest:
        list(map(world.play, range(200)))
    found: list[range] = []
    with pytest.raises(RunError) as raised:
        play(job(world.loaded), taken(200, 1), lambda runs, data: found.append(runs))
    assert str(raised.value) == str(lowest.value)
    assert {runs.start for runs in found} >= set(range(lowest.value.run))


@pytest.mark.parametrize("play", EXECUTORS, ids=NAMES)
def test_an_error_of_the_one_who_stores_ends_it_at_once(small, play):
    found: list[range] = []

    def done(runs: range, data: bytes) -> None:
        found.append(runs)
        raise StorageError("the disk is full")

    with pytest.raises(StorageError):
        play(job(small), taken(200, 1), done)
    assert len(found) == 1


def test_blocks_grow_from_25_to_250_runs():
    sizes = [len(runs) for runs in blocks(20_000, block_runs=None)]
    assert sizes[:40] == [25] * 40
    assert sizes[:-1] == sorted(sizes[:-1])
    assert max(sizes) == 250
    assert sum(sizes) == 20_000


@pytest.mark.parametrize("size", [None, 1, 7, 1000])
@pytest.mark.parametrize("cuts", [(), (5,), (0, 1000, 1003, 5000)])
def test_blocks_lie_end_to_end_and_none_reaches_across_a_cut(size, cuts):
    found = list(blocks(3001, block_runs=size, cuts=cuts))
    assert [found[0].start, found[-1].stop] == [0, 3001]
    assert all(one.stop == following.start for one, following in pairwise(found))
    assert not [cut for cut in cuts for runs in found if runs.start < cut < runs.stop]


@pytest.mark.parametrize("size", [None, 7])
def test_more_runs_begin_with_the_same_blocks(size):
    few, many = (list(blocks(runs, block_runs=size)) for runs in (1234, 9000))
    assert many[: len(few) - 1] == few[:-1]
