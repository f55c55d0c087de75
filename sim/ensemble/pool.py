"""A supervised pool of worker processes. A worker that dies is replaced and its block done again."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any

from sim.ensemble.blocks import BlockPlayer, Plan
from sim.errors import BrinklineError, StorageError
from sim.model.tables import Tables

_MOST_DEATHS = 3


@dataclass
class _Worker:
    process: Any
    pipe: connection.Connection
    block: int | None = None


def play_blocks(
    tables: Tables, plan: Plan, blocks: Sequence[int], *, workers: int, done: Callable[[int, int], None]
) -> None:
    """Play blocks in this process (one worker) or in several; `done(block, events)` is called for each.

    Raises
    ------
    RunError
        Of the lowest run in which an expression went wrong, whatever the number of workers.
    StorageError
        If a block could not be written, or its workers keep dying.
    """
    if workers == 1:
        player = BlockPlayer(tables, plan)
        for block in blocks:
            done(block, player.play(block))
        return
    _Pool(tables, plan, workers).play(list(blocks), done)


class _Pool:
    def __init__(self, tables: Tables, plan: Plan, workers: int):
        methods = multiprocessing.get_all_start_methods()
        self.context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        self.context.set_forkserver_preload(["sim.ensemble.pool"])
        self.tables, self.plan, self.size = tables, plan, workers
        self.workers: list[_Worker] = []
        self.deaths: dict[int, int] = {}

    def play(self, blocks: list[int], done: Callable[[int, int], None]) -> None:
        waiting = blocks[::-1]
        error: tuple[int, BrinklineError] | None = None
        try:
            self.workers = [self._start() for _ in range(min(self.size, len(blocks)))]
            while True:
                for worker in self.workers:
                    if worker.block is None and waiting and (error is None or waiting[-1] < error[0]):
                        worker.block = waiting.pop()
                        with contextlib.suppress(OSError):
                            worker.pipe.send(worker.block)
                if all(worker.block is None for worker in self.workers):
                    break
                for block, answer in self._answers(waiting):
                    if not isinstance(answer, BrinklineError):
                        done(block, answer)
                    elif error is None or block < error[0]:
                        error = (block, answer)
        finally:
            self._stop()
        if error is not None:
            raise error[1]

    def _answers(self, waiting: list[int]) -> Iterator[tuple[int, Any]]:
        """What finished next: blocks with their number of events or their error."""
        busy = {worker.pipe: worker for worker in self.workers if worker.block is not None}
        for pipe in connection.wait(list(busy)):
            worker = busy[pipe]  # type: ignore[index]
            block = worker.block
            assert block is not None
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):
                self._replace(worker, block)
                waiting.append(block)
                continue
            worker.block = None
            yield block, answer

    def _replace(self, worker: _Worker, block: int) -> None:
        self.deaths[block] = self.deaths.get(block, 0) + 1
        worker.process.join(1)
        if self.deaths[block] >= _MOST_DEATHS:
            runs = self.plan.runs_of(block)
            died = f"{_MOST_DEATHS} workers died one after the other on runs {runs[0]} to {runs[-1]}"
            raise StorageError(f"{died}; is there enough memory?")
        self.workers[self.workers.index(worker)] = self._start()

    def _start(self) -> _Worker:
        here, there = self.context.Pipe()
        process = self.context.Process(target=_work, args=(there, self.tables, self.plan), daemon=True)
        with _without_main():
            process.start()
        there.close()
        return _Worker(process, here)

    def _stop(self) -> None:
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join(2)
            worker.pipe.close()


def _work(pipe: connection.Connection, tables: Tables, plan: Plan) -> None:
    """A worker: plays the blocks it is sent until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    player = BlockPlayer(tables, plan)
    with contextlib.suppress(EOFError, OSError):
        while True:
            block = pipe.recv()
            try:
                pipe.send(player.play(block))
            except BrinklineError as error:
                pipe.send(error)


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
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
