"""A supervised pool of worker processes. A worker that dies is replaced and its block done again."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any

from sim.ensemble.blocks import BlockPlayer, Job
from sim.ensemble.executors import Done, Take
from sim.errors import BrinklineError, StorageError

_MOST_DEATHS = 3


@dataclass
class _Worker:
    process: Any
    pipe: connection.Connection
    runs: range | None = None


def play_in_processes(job: Job, take: Take, done: Done, *, workers: int) -> None:
    """Play blocks in so many processes; see :mod:`sim.ensemble.executors`."""
    _Pool(job, workers).play(take, done)


class _Pool:
    def __init__(self, job: Job, workers: int):
        methods = multiprocessing.get_all_start_methods()
        self.context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        self.context.set_forkserver_preload(["sim.ensemble.pool"])
        self.job, self.size = job, workers
        self.workers: list[_Worker] = []
        self.again: list[range] = []
        self.deaths: dict[int, int] = {}
        self.error: tuple[int, BrinklineError] | None = None

    def play(self, take: Take, done: Done) -> None:
        try:
            while True:
                self._hand_out(take)
                if all(worker.runs is None for worker in self.workers):
                    break
                for runs, answer in self._answers():
                    if not isinstance(answer, BrinklineError):
                        done(runs, answer)
                    elif self.error is None or runs.start < self.error[0]:
                        self.error = (runs.start, answer)
        finally:
            self._stop()
        if self.error is not None:
            raise self.error[1]

    def _hand_out(self, take: Take) -> None:
        """Give every idle worker a block; a worker is started when there is one for it."""
        for number in range(self.size):
            idle = number >= len(self.workers) or self.workers[number].runs is None
            if not idle or (runs := self._next(take)) is None:
                continue
            if number >= len(self.workers):
                self.workers.append(self._start())
            worker = self.workers[number]
            worker.runs = runs
            with contextlib.suppress(OSError):  # it has died: its silence will tell
                worker.pipe.send(runs)

    def _next(self, take: Take) -> range | None:
        """The block to be played next; after an error only what is to be done again and lies before it."""
        while self.again:
            runs = self.again.pop()
            if self.error is None or runs.start < self.error[0]:
                return runs
        return take() if self.error is None else None

    def _answers(self) -> Iterator[tuple[range, Any]]:
        """What finished next: the runs of blocks with their bytes or their error."""
        busy = {worker.pipe: worker for worker in self.workers if worker.runs is not None}
        for pipe in connection.wait(list(busy)):
            worker = busy[pipe]  # type: ignore[index]
            runs = worker.runs
            assert runs is not None
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):
                self._replace(worker, runs)
                continue
            worker.runs = None
            yield runs, answer

    def _replace(self, worker: _Worker, runs: range) -> None:
        self.deaths[runs.start] = self.deaths.get(runs.start, 0) + 1
        worker.process.join(1)
        if self.deaths[runs.start] >= _MOST_DEATHS:
            died = f"{_MOST_DEATHS} workers died one after the other on runs {runs[0]} to {runs[-1]}"
            raise StorageError(f"{died}; is there enough memory?")
        self.again.append(runs)
        self.workers[self.workers.index(worker)] = self._start()

    def _start(self) -> _Worker:
        here, there = self.context.Pipe()
        process = self.context.Process(target=_work, args=(there, self.job), daemon=True)
        with without_main():
            process.start()
        there.close()
        return _Worker(process, here)

    def _stop(self) -> None:
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join(2)
            worker.pipe.close()


def _work(pipe: connection.Connection, job: Job) -> None:
    """A worker: plays the blocks it is sent until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    player = BlockPlayer(job)
    with contextlib.suppress(EOFError, OSError):
        while True:
            runs = pipe.recv()
            try:
                pipe.send(player.play(runs))
            except BrinklineError as error:
                pipe.send(error)


@contextlib.contextmanager
def without_main() -> Iterator[None]:
    """Keep a child from importing the caller's script again: it needs nothing of it."""
    main = sys.modules["__main__"]
    saved = {name: getattr(main, name) for name in ("__file__", "__spec__") if hasattr(main, name)}
    try:
        for name in saved:
            setattr(main, name, None)
        yield
    finally:
        for name, value in saved.items():
            setattr(main, name, value)
