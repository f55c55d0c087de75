"""Blocks on a Dask cluster: one that somebody started with ``dask scheduler`` and ``dask worker``, or one of this
machine's own that lasts as long as it is needed.

The job is sent once, as a task, so that the cluster can make it again when the workers that hold it are gone. A
block is a task too. As many are under way as keep all workers busy. What comes back is written here and let go
there at once; a block whose worker dies is played by another.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sim.engines.choice import to_stderr
from sim.ensemble.afar import differences, given, makings, packed, play_afar
from sim.ensemble.blocks import Job
from sim.ensemble.child import Child, NoChildError, Parent
from sim.ensemble.executors import Done, Take, keep_busy
from sim.ensemble.plan import LOCAL
from sim.errors import BrinklineError, StorageError, UsageError

_CONNECT_S, _NOBODY_S, _LOOK_S, _CLOSE_S = 8, 30, 1.0, 5
_AHEAD = 2
"""So many blocks for each thread are under way: one is played, one waits for its turn."""
_TRIES = 3
"""So often a block is given to the cluster, which gives one up when four workers died of it."""
_HOST = "sim.ensemble.cluster:host"

Answer = TypeVar("Answer")


@contextlib.contextmanager
def connected(where: str, workers: int | None) -> Iterator[Cluster]:
    """The cluster at an address, or one of so many processes of this machine.

    Raises
    ------
    UsageError
        If Dask is not installed, or a worker is not as this machine is.
    StorageError
        If nothing answers there, or there is no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("a cluster needs an extra: pip install 'brinkline[cluster]'") from None
    with contextlib.ExitStack() as stack:
        stack.enter_context(_quiet())
        address = stack.enter_context(_of_this_machine(workers)) if where == LOCAL else where
        with ThreadPoolExecutor(1) as apart:  # the caller may be in an event loop of its own
            apart.submit(asyncio.run, _greet(address)).result()
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)
        stack.callback(_closed, client)
        cluster = Cluster(client, where)
        cluster.wait_for_workers()
        cluster.check()
        yield cluster


async def _greet(address: str) -> None:
    """Raise StorageError unless a scheduler answers in time; a client would wait for ever for one that is silent."""
    from distributed import Security, rpc

    trust = Security().get_connection_args("client")
    try:
        async with rpc(address, timeout=_CONNECT_S, connection_args=trust) as there:
            found = (await asyncio.wait_for(there.identity(), _CONNECT_S))["type"]
    except OSError:
        raise StorageError(f"no Dask scheduler answers at {address} within {_CONNECT_S} s") from None
    except Exception as error:  # whoever is there may answer anything
        raise StorageError(f"no Dask scheduler answers at {address}: {_in_a_line(error)}") from error
    if found != "Scheduler":
        raise StorageError(f"found a {found} at {address}; expected the address of a Dask scheduler")


@contextlib.contextmanager
def _of_this_machine(workers: int | None) -> Iterator[str]:
    """The address of a new cluster of worker processes that only this machine can reach.

    A child process starts them: as it trusts no folder of the user, neither do they.
    """
    try:
        child = Child(_HOST)
    except NoChildError as error:
        raise _no_cluster(str(error)) from error
    try:
        try:
            child.send(workers or os.cpu_count() or 1)
            address, problem = child.receive()
        except (EOFError, OSError):
            raise _no_cluster(child.cause()) from None
        if problem:
            raise _no_cluster(problem)
        yield address
    finally:
        with contextlib.suppress(OSError):
            child.send("close")
        child.end(after_s=2 * _CLOSE_S)


def host() -> None:
    """Hold a cluster of as many workers as the parent says, tell it the address or what went wrong, and wait."""
    from distributed import LocalCluster

    parent = Parent()
    sys.path.append(str(Path(__file__).parents[2]))  # where the workers find Brinkline, if nowhere else
    try:
        cluster = LocalCluster(
            n_workers=parent.hear(),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )
    except (OSError, RuntimeError) as error:
        parent.tell(("", _in_a_line(error)))
        return
    parent.tell((cluster.scheduler_address, ""))
    parent.hear()
    _closed(cluster)


def _no_cluster(cause: str) -> StorageError:
    return StorageError(f"no cluster could be started on this machine: {cause}")


class Cluster:
    """A Dask cluster through a client of it. `where` names it in messages."""

    def __init__(self, client: Any, where: str):
        self.client, self.where = client, where
        self.session = f"brinkline-{uuid.uuid4().hex}"
        self.room, self.look_at = 1, 0.0
        self.seen, self.told = time.monotonic(), False

    def wait_for_workers(self) -> None:
        """Wait for the first worker. Raises StorageError if none comes."""
        while not self._threads():
            time.sleep(0.1)

    def check(self) -> None:
        """Raise UsageError unless Brinkline is there, and all that its runs depend on is as it is here."""
        expected = makings()
        try:
            self._ask(self.client.run_on_scheduler, makings)
        except BrinklineError:
            raise
        except Exception as error:
            raise _unusable(f"the scheduler {self.where}", error) from error
        for worker, found in self._ask(self.client.run, makings, on_error="return").items():
            if isinstance(found, Exception):
                raise _unusable(f"the worker {worker}", found)
            if other := differences(found, expected):
                raise UsageError(f"the worker {worker} has {other}; expected the same as here")

    def play(self, job: Job, take: Take, done: Done) -> None:
        """Play the blocks; see :mod:`sim.ensemble.executors`.

        Raises
        ------
        UsageError
            If a worker that joined later is not as this machine is.
        StorageError
            If the scheduler is lost, no worker is left, or workers keep dying.
        """
        parcel = packed(job, job.engine if self.where == LOCAL else "simpy")  # the kernel may not be needed here
        job_there = self.client.submit(given, parcel, key=f"{self.session}-job", pure=False)

        def start(runs: range) -> Future[bytes]:
            return asyncio.run_coroutine_threadsafe(self._played(job_there, runs), self.client.loop.asyncio_loop)

        try:
            keep_busy(start, self._room, take, done, look_s=_LOOK_S)
        except _WorkerFailedError as failed:
            self.check()
            raise StorageError(f"a worker of {self.where} failed: {failed}") from failed

    async def _played(self, job_there: Any, runs: range) -> bytes:
        """The bytes of a block, from wherever it is played."""
        from distributed import KilledWorker

        for attempt in range(_TRIES):
            key = (self.session, runs.start, attempt)
            block = self.client.submit(play_afar, job_there, runs.start, runs.stop, key=key, pure=False)
            try:
                data: bytes = await block
            except KilledWorker:
                continue
            except BrinklineError:
                raise
            except (CancelledError, OSError) as error:
                if block.status == "error":
                    raise _WorkerFailedError(_in_a_line(error)) from error
                raise self._lost() from error
            except Exception as error:
                raise _WorkerFailedError(_in_a_line(error)) from error
            finally:
                block.release()
            return data
        raise StorageError(f"workers died again and again on runs {runs[0]} to {runs[-1]}; their own logs say of what")

    def _room(self) -> int:
        """How many blocks may be under way. Looked up every second. Raises StorageError if no worker is left."""
        if time.monotonic() >= self.look_at:
            self.room = max(_AHEAD * self._threads(), 1)
            self.look_at = time.monotonic() + _LOOK_S
        return self.room

    def _threads(self) -> int:
        """The threads of all workers. Raises StorageError if there has been no worker for a while."""
        threads: int = sum(self._ask(self.client.nthreads).values())
        now = time.monotonic()
        if threads:
            self.seen = now
            self.told = False
        elif now - self.seen > _NOBODY_S:
            raise StorageError(f"no worker is at {self.where}; expected a `dask worker {self.where}`, or more")
        elif not self.told:
            to_stderr(f"waiting up to {_NOBODY_S} s for a worker at {self.where}")
            self.told = True
        return threads

    def _ask(self, question: Callable[..., Answer], *arguments: Any, **options: Any) -> Answer:
        """What the scheduler answers. Raises StorageError if it is gone."""
        try:
            return question(*arguments, **options)
        except OSError as error:
            raise self._lost() from error

    def _lost(self) -> StorageError:
        return StorageError(f"the connection to the scheduler {self.where} was lost")


class _WorkerFailedError(Exception):
    """Something that no worker should meet."""


def _unusable(where: str, error: Exception) -> UsageError:
    return UsageError(f"{where} has no Brinkline that works like this one: {_in_a_line(error)}")


def _in_a_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _closed(what: Any) -> None:
    """Close a client or a cluster, whatever state it is in."""
    with contextlib.suppress(OSError, RuntimeError):
        what.close(timeout=_CLOSE_S)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log from the terminal: what matters in it is said by an error in one line."""
    names = [name for name in list(logging.root.manager.loggerDict) if name.split(".")[0] in ("distributed", "tornado")]
    speakers = {logging.getLogger("asyncio"), *(one for name in names for one in logging.getLogger(name).handlers)}
    for speaker in speakers:
        speaker.addFilter(_nothing)
    try:
        yield
    finally:
        for speaker in speakers:
            speaker.removeFilter(_nothing)


def _nothing(record: logging.LogRecord) -> bool:
    return False
