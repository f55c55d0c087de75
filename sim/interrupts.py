"""Signals that end a program as Ctrl-C does, and how they are held back while something is made whole.

Ctrl-C (SIGINT), a polite request to end (SIGTERM) and a terminal that goes away (SIGHUP) are one thing here: each
raises :class:`Ended`, a KeyboardInterrupt. A signal that is ignored on entry, as SIGHUP is under ``nohup``, stays so.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that end a program; not every system has all of them."""


class Ended(KeyboardInterrupt):
    """The program is to end.

    Attributes
    ----------
    number : int
        The signal that said so.
    """

    def __init__(self, number: int):
        self.number = number
        super().__init__(signal.Signals(number).name)

    @property
    def exit_code(self) -> int:
        """The exit code of a program that this signal ends: 130 for Ctrl-C."""
        return 128 + self.number


@contextlib.contextmanager
def heard() -> Iterator[list[Ended]]:
    """Where each of these signals raises Ended; what came is listed. A second one ends the program at once.

    A second SIGHUP is ignored: a shell and its terminal both send one.
    """
    came: list[Ended] = []
    if not _in_main_thread():
        yield came  # only the main thread hears of signals
        return
    before = {number: signal.getsignal(number) for number in ENDING}
    listened = [number for number, handler in before.items() if handler not in (signal.SIG_IGN, None)]

    def end(number: int, _: FrameType | None) -> None:
        came.append(Ended(number))
        for one in listened:
            signal.signal(one, signal.SIG_DFL if one in (signal.SIGINT, signal.SIGTERM) else signal.SIG_IGN)
        raise came[-1]

    for number in listened:
        signal.signal(number, end)
    try:
        yield came
    finally:
        for number in listened:
            signal.signal(number, before[number])


@contextlib.contextmanager
def held_back() -> Iterator[list[KeyboardInterrupt]]:
    """Where what these signals raise is held back; what would have been raised is listed.

    Only a signal that somebody listens to is held back: one that ends the program at once still does.
    """
    caught: list[KeyboardInterrupt] = []
    if not _in_main_thread():
        yield caught
        return
    before = {number: handler for number in ENDING if callable(handler := signal.getsignal(number))}

    def hold(number: int, frame: FrameType | None) -> None:
        try:
            before[number](number, frame)
        except KeyboardInterrupt as error:
            caught.append(error)

    for number in before:
        signal.signal(number, hold)
    try:
        yield caught
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is hold:
                signal.signal(number, handler)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
