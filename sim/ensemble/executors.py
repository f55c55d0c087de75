"""Who plays the blocks: this process, its threads, other processes, or other machines.

An executor is a function ``play(job, take, done)``. It asks ``take()`` for the runs of the next block until that
says None, has them played by a :class:`BlockPlayer` wherever it likes, and hands the bytes to ``done(runs, data)``,
in any order. Both are called in the thread that called the executor, so that nothing but it touches the disk.

An error in a run ends it, but not before all blocks that were taken earlier are done: the error that is raised is
that of the lowest run, whoever played it. Whatever else ends it (Ctrl-C, a full disk) ends it at once; blocks that
were not handed over are lost and nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, nullcontext
from queue import SimpleQueue
from typing import TYPE_CHECKING

from sim.ensemble.blocks import BlockPlayer, Job
from sim.ensemble.threads import Threads
from sim.errors import RunError

if TYPE_CHECKING:
    from sim.ensemble.cluster import Cluster

Take = Callable[[], range | None]
Done = Callable[[range, bytes], None]


def play_blocks(job: Job, take: Take, done: Done, *, workers: int, cluster: Cluster | None = None) -> None:
    """Play all blocks with so many workers, or on a cluster.

    Raises
    ------
    RunError
        Of the lowest run in which an expression went wrong, whatever the number of workers.
    StorageError
        If workers keep dying, or the cluster is lost.
    UsageError
        If a worker of the cluster is not as this machine is.
    """
    if cluster is not None:
        cluster.play(job, take, done)
    elif workers == 1:
        play_here(job, take, done)
    elif job.engine == "simpy":
        from sim.ensemble.pool import play_in_processes

        play_in_processes(job, take, done, workers=workers)
    else:
        play_in_threads(job, take, done, workers=workers)


def on_cluster(where: str | None, workers: int | None) -> AbstractContextManager[Cluster | None]:
    """The cluster there, for as long as it is needed; None if it is nowhere."""
    if where is None:
        return nullcontext()
    from sim.ensemble.cluster import connected

    return connected(where, workers)


def play_here(job: Job, take: Take, done: Done) -> None:
    """Play the blocks one after the other."""
    player = BlockPlayer(job)
    while (runs := take()) is not None:
        done(runs, player.play(runs))


def play_in_threads(job: Job, take: Take, done: Done, *, workers: int) -> None:
    """Play the blocks in threads of this process: for an engine that lets others run beside it."""
    players: SimpleQueue[BlockPlayer] = SimpleQueue()
    for _ in range(workers):
        players.put(BlockPlayer(job))

    def play(runs: range) -> bytes:
        player = players.get()
        try:
            return player.play(runs)
        finally:
            players.put(player)

    with Threads(workers) as threads:
        keep_busy(lambda runs: threads.submit(play, runs), lambda: threads.room, take, done)


def keep_busy(
    start: Callable[[range], Future[bytes]],
    room: Callable[[], int],
    take: Take,
    done: Done,
    *,
    look_s: float | None = None,
) -> None:
    """Start blocks while there is room for them, and hand over what they give, until all are done.

    room : how many may be under way; asked again whenever one is finished, and every `look_s` seconds.
    """
    playing: dict[Future[bytes], range] = {}
    errors: list[RunError] = []
    try:
        while True:
            while len(playing) < room() and not errors and (runs := take()) is not None:
                playing[start(runs)] = runs
            if not playing:
                break
            for future in wait(playing, look_s, return_when=FIRST_COMPLETED).done:
                runs = playing.pop(future)
                try:
                    data = future.result()
                except RunError as error:
                    errors.append(error)
                else:
                    done(runs, data)
    finally:
        for future in playing:
            future.cancel()
    if errors:
        raise min(errors, key=lambda error: error.run)
