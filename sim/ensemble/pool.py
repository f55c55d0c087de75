"""A supervised pool of worker processes. A worker that dies is replaced and its block done again.

Where no worker can be started (too few handles or processes, no Python to start), or none in the place of one that
died, this process plays: the results do not depend on who does.
"""

from __future__ import annotations

import multiprocessing
import threading
from functools import cached_property
from queue import SimpleQueue

from sim.engines.choice import to_stderr
from sim.ensemble.blocks import BlockPlayer, Job
from sim.ensemble.child import Child, NoChildError
from sim.ensemble.executors import Done, Take, keep_busy, play_here
from sim.ensemble.threads import Threads
from sim.errors import BrinklineError, StorageError

_MOST_DEATHS = 3
_WORK = "sim.ensemble.worker:work"


def play_in_processes(job: Job, take: Take, done: Done, *, workers: int) -> None:
    """Play blocks in so many processes; see :mod:`sim.ensemble.executors`."""
    if multiprocessing.current_process().daemon:  # one of many already, which may be ended without warning
        play_here(job, take, done)
        return
    crew = _Crew(job)
    try:
        ready = crew.start(workers)
        if not ready:
            play_here(job, take, done)
            return
        with Threads(ready) as threads:
            try:
                keep_busy(lambda runs: threads.submit(crew.play, runs), lambda: threads.room, take, done)
            finally:
                crew.kill()  # so that no thread waits for a block that nobody wants
    finally:
        crew.kill()
        crew.let_go()


class _Crew:
    """Workers, and this process for those that are missing. Each thread that plays a block has one of them."""

    def __init__(self, job: Job):
        self.job = job
        self.idle: SimpleQueue[Child | None] = SimpleQueue()
        """Who can be given a block; None: this process, in the place of a worker that could not be replaced."""
        self.children: list[Child] = []
        self.lock, self.alone = threading.Lock(), threading.Lock()
        self.killed = self.told = False

    @cached_property
    def here(self) -> BlockPlayer:
        return BlockPlayer(self.job)

    def start(self, number: int) -> int:
        """Start so many workers, or as many as there can be; their number comes back."""
        refused = ""
        begun: list[Child] = []
        for _ in range(number):  # all of them before the first one is waited for
            try:
                begun.append(self._begun())
            except NoChildError as error:
                refused = str(error)
                break
        ready = 0
        for child in begun:
            try:
                self.idle.put(self._ready(child))
                ready += 1
            except NoChildError as error:
                refused = str(error)
        if not ready:
            self._tell(refused)
        return ready

    def play(self, runs: range) -> bytes:
        """The bytes of a block.

        Raises
        ------
        BrinklineError
            What the worker met.
        StorageError
            If the workers that played it died.
        """
        causes: list[str] = []
        while len(causes) < _MOST_DEATHS and not self.killed:
            child = self.idle.get()
            if child is None:
                self.idle.put(None)
                with self.alone:
                    return self.here.play(runs)
            try:
                child.send(runs)
                answer = child.receive()
            except (EOFError, OSError):
                causes.append(child.cause())
                self.idle.put(self._another(child))
                continue
            self.idle.put(child)
            if isinstance(answer, BrinklineError):
                raise answer
            data: bytes = answer
            return data
        died = f"{_MOST_DEATHS} workers died one after the other on runs {runs[0]} to {runs[-1]}"
        raise StorageError(f"{died}: {', '.join(dict.fromkeys(causes))}")

    def kill(self) -> None:
        """End all workers, whatever they are doing; none is started from now on."""
        with self.lock:
            self.killed = True
            for child in self.children:
                child.kill()

    def let_go(self) -> None:
        """Wait for the end of all workers."""
        for child in self.children:
            child.end()

    def _another(self, dead: Child) -> Child | None:
        """A worker in the place of a dead one; None if it cannot be replaced."""
        with self.lock:
            self.children.remove(dead)
        dead.end()
        try:
            return self._ready(self._begun())
        except NoChildError as error:
            self._tell(str(error))
            return None

    def _begun(self) -> Child:
        """A worker that is being started. Raises NoChildError if it cannot be, or none is to be any more."""
        with self.lock:
            if self.killed:
                raise NoChildError("all were ended")
            child = Child(_WORK)
            self.children.append(child)
        return child

    def _ready(self, child: Child) -> Child:
        """The worker as soon as it can play. Raises NoChildError if it died before."""
        try:
            child.send(self.job)
            child.receive()
        except (EOFError, OSError):
            raise NoChildError(child.cause()) from None
        return child

    def _tell(self, cause: str) -> None:
        """Say once that this process plays, and why."""
        with self.lock:
            told, self.told = self.told or self.killed, True
        if not told:
            to_stderr(f"no worker process could be started ({cause}); this process plays instead")
