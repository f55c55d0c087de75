"""What can go wrong, as one tree.

BrinklineError
├── ScenarioError     the scenario has faults: all of them, with their places (exit 2)
├── RunError          an expression went wrong in a run: where, in which run, when (exit 2)
├── UsageError        a command or call that asks for something that is not there (exit 2)
└── StorageError      something could not be read or written (exit 3)
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.faults import Fault


class BrinklineError(Exception):
    """The root of every error that Brinkline raises on purpose."""


class ScenarioError(BrinklineError):
    """A scenario with faults.

    Attributes
    ----------
    faults : list of Fault
        All of them, sorted by place.
    texts : mapping of file name to text
        What was read, for excerpts.
    """

    def __init__(self, faults: Iterable[Fault], texts: Mapping[str, str] | None = None):
        self.faults = list(faults)
        self.texts = dict(texts or {})
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[Fault], dict[str, str]]]:
        return (ScenarioError, (self.faults, self.texts))


class RunError(BrinklineError):
    """An expression that went wrong while a run was played.

    Attributes
    ----------
    place : str
        ``file:line:column: path`` of the expression.
    run : int
        The run's number.
    time : str
        The calendar time in the run.
    problem : str
        What went wrong.
    """

    def __init__(self, place: str, run: int, time: str, problem: str):
        self.place, self.run, self.time, self.problem = place, run, time, problem
        super().__init__(f"{place}: in run {run} at {time}: {problem}")

    def __reduce__(self) -> tuple[type[RunError], tuple[str, int, str, str]]:
        return (RunError, (self.place, self.run, self.time, self.problem))


class UsageError(BrinklineError):
    """A request that cannot be met: an unknown scenario, a run number below zero."""


class StorageError(BrinklineError):
    """Something that could not be read or written."""


_WRITING = (errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC))


@contextlib.contextmanager
def storage_errors() -> Iterator[None]:
    """Where an OSError that nobody foresaw becomes a StorageError: the path, and why."""
    try:
        yield
    except OSError as error:
        what = "something" if error.filename is None else error.filename
        could = "written" if error.errno in _WRITING else "read or written"
        raise StorageError(f"{what} could not be {could}: {error.strerror or error}") from error
