"""Threads of this process: as many as can be started. Where none can, whoever asks for the work does it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from sim.engines.halting import Halt, halts_here

Asked = ParamSpec("Asked")
Item = TypeVar("Item")
Given = TypeVar("Given")


class Threads:
    """Up to so many threads, for as long as the ``with`` block lasts; at its end what was asked for is finished.

    Where an exception ends it, Ctrl-C mostly, they halt, and what has not begun is dropped.
    """

    def __init__(self, number: int):
        self._halt = Halt()
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[Thread] = []
        for _ in range(number):
            thread = Thread(target=self._work)
            try:
                thread.start()
            except RuntimeError:  # the system gives no more of them
                break
            self._threads.append(thread)

    @property
    def room(self) -> int:
        """How many calls keep all of them busy: one more than there are, so that none waits for the next."""
        return len(self._threads) + 1 if self._threads else 1

    def submit(self, function: Callable[Asked, Given], *args: Asked.args, **kwargs: Asked.kwargs) -> Future[Given]:
        """Have a function called by the next thread that has time."""
        future: Future[Given] = Future()
        call = partial(_settle, future, partial(function, *args, **kwargs), self._halt)
        if self._threads:
            self._calls.put(call)
        else:
            call()
        return future

    def map(self, function: Callable[[Item], Given], items: Iterable[Item]) -> Generator[Given, None, None]:
        """What a function gives for each of the items, in their order; a few are under way ahead."""
        ahead: deque[Future[Given]] = deque()
        try:
            for item in items:
                ahead.append(self.submit(function, item))
                if len(ahead) >= 2 * self.room - 1:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for future in ahead:
                future.cancel()

    def __enter__(self) -> Threads:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._halt.call()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        halts_here(self._halt)
        while (call := self._calls.get()) is not None:
            call()


def _settle(future: Future[Any], call: Callable[[], Any], halt: Halt) -> None:
    """Call a function unless nobody wants to know any more; whatever it raises is told by the future."""
    if halt.flag[0]:
        future.cancel()
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:
        future.set_exception(error)
