"""Runs that are played beside the main thread, which hears of Ctrl-C meanwhile, and that then halt.

Python tells of a signal in the main thread alone, and only between two of its own steps. So what takes long in
machine code is never called there but beside it (:func:`beside`), and whatever plays runs in other threads uses
:class:`sim.ensemble.threads.Threads` for them. Both say by a :class:`Halt` that no more is wanted; engines look at it
as they play.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_LOOK_S = 0.1
_GRACE_S = 0.3
"""So long an interrupted thread is given to come to its end."""

Result = TypeVar("Result")


class Halt:
    """Whether to play no more. `flag` is one byte, 0 as long as runs are wanted, that machine code can look at."""

    def __init__(self) -> None:
        self.flag = bytearray(1)

    def call(self) -> None:
        """Play no more."""
        self.flag[0] = 1

    def check(self) -> None:
        """Raise KeyboardInterrupt if no more is to be played."""
        if self.flag[0]:
            raise KeyboardInterrupt


class _Mine(threading.local):
    halt: Halt | None = None


_mine = _Mine()


def halt_here() -> Halt:
    """The one that halts whatever this thread plays, or a new one."""
    return _mine.halt or Halt()


def halts_here(halt: Halt) -> None:
    """Have what this thread plays from now on halt by this one."""
    _mine.halt = halt


def beside(call: Callable[[], Result], halt: Halt | None = None) -> Result:
    """What `call()` gives. In the main thread it is called in another one, so that Ctrl-C is heard: `halt` is called
    then, and KeyboardInterrupt raised without waiting for an answer.
    """
    if threading.current_thread() is not threading.main_thread():
        return call()
    answer: Future[Result] = Future()

    def work() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    thread = threading.Thread(target=work, daemon=True)
    try:
        try:
            thread.start()
        except RuntimeError:  # the system gives no thread
            return call()
        while thread.is_alive():
            thread.join(_LOOK_S)
    except BaseException:
        if halt is not None:
            halt.call()
            if thread.is_alive():
                thread.join(_GRACE_S)
        raise
    return answer.result()
