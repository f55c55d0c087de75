"""A child process, seen from both sides: this Python once more, playing a function of Brinkline's.

It is a new program on every system, not a copy of this process: what threads hold here, where it was started and
whether this process may have children of `multiprocessing`'s kind makes no difference to it. Python runs isolated in
it and looks for modules where this process does, save in the folders of the user, whose ``random.py`` or ``numpy/``
would be taken for others (:func:`sim.surroundings.trusted_path`). Messages go through its standard input and output,
pickled, each behind its length; what it says on standard error is kept to tell why it died. It is in a session of
its own, so that Ctrl-C is for this process alone, and it ends when its standard input does: it outlives this process
in no case, not even after kill −9.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

import sim
from sim.escapes import in_a_line, shortened
from sim.surroundings import trusted_path

_SPARE_HANDLES = 8
"""So many files this process can still open once a child is there: results are to be written."""
_END_S = 5
_PROGRAM = """
import sys
path = {path!a}
sys.path[:] = path + [place for place in sys.path if place not in path]
from importlib import import_module, util
spec = util.spec_from_file_location("sim", {file!a}, submodule_search_locations=[{folder!a}])
sys.modules["sim"] = package = util.module_from_spec(spec)
spec.loader.exec_module(package)
import_module({module!r}).{function}()
"""


class NoChildError(Exception):
    """A child process that could not be started: why."""


class Child:
    """A process that plays a function.

    Parameters
    ----------
    function : ``module:function``; it hears and answers through a :class:`Parent`.

    Raises
    ------
    NoChildError
        If it cannot be started.
    """

    def __init__(self, function: str):
        self._kills_before = _kills_for_memory()
        with contextlib.ExitStack() as unless_started:
            try:
                with _handles_to_spare():
                    self._errors = _errors_file()
                    if self._errors is not None:
                        unless_started.enter_context(self._errors)
                    self.process = _started(function, self._errors)
            except (OSError, ValueError, RuntimeError, MemoryError) as error:  # whatever the system has too little of
                why = getattr(error, "strerror", None) or str(error) or type(error).__name__
                raise NoChildError(shortened(in_a_line(why))) from error
            unless_started.pop_all()

    def send(self, message: Any) -> None:
        """Say something to it. Raises OSError if it is gone."""
        assert self.process.stdin is not None
        _write(self.process.stdin, pickle.dumps(message))

    def receive(self) -> Any:
        """What it says next. Raises EOFError or OSError if it is gone."""
        assert self.process.stdout is not None
        return pickle.loads(_read(self.process.stdout))

    def cause(self) -> str:
        """Why it died, after its silence told that it did."""
        self._wait(_END_S)
        code = self.process.returncode
        by_itself = code > 0 or -code == signal.SIGABRT
        last_words = self._last_words() if by_itself else ""
        if not by_itself and _kills_for_memory() > self._kills_before:
            last_words = "the system has killed processes for want of memory"
        return f"{_ending(code)}{': ' if last_words else ''}{last_words}"

    def end(self, *, after_s: float = 0) -> None:
        """End it, if it does not end by itself in so many seconds, and let go of it."""
        self._wait(after_s)
        for pipe in (self.process.stdin, self.process.stdout, self._errors):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def kill(self) -> None:
        """Kill it at once; whoever waits for what it says learns that it is gone."""
        self.process.kill()

    def _wait(self, most_s: float) -> None:
        try:
            self.process.wait(most_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _last_words(self) -> str:
        """The last line that it wrote on standard error."""
        if self._errors is None:
            return ""
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(max(self._errors.seek(0, os.SEEK_END) - 4096, 0))
            lines = self._errors.read().decode(errors="replace").split("\n")
            return shortened(in_a_line(next((line.strip() for line in reversed(lines) if line.strip()), "")))
        return ""


class Parent:
    """The process that started this one, as this one sees it. This one ends with it, whatever it is doing."""

    def __init__(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._heard, self._told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(2, 1)  # whatever prints here is to stay out of the messages
        self._messages: SimpleQueue[bytes] = SimpleQueue()
        Thread(target=self._listen, daemon=True).start()

    def hear(self) -> Any:
        """What it says next."""
        return pickle.loads(self._messages.get())

    def tell(self, message: Any) -> None:
        """Answer it."""
        _write(self._told, pickle.dumps(message))

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._messages.put(_read(self._heard))
        os._exit(0)


def _started(function: str, errors: IO[bytes] | None) -> subprocess.Popen[bytes]:
    """The process. Raises OSError, or what else keeps it from being started."""
    if not sys.executable or getattr(sys, "frozen", False):
        raise OSError("there is no Python to start it with")
    module, name = function.split(":")
    package = Path(str(sim.__file__)).absolute()
    program = _PROGRAM.format(
        path=trusted_path(), file=str(package), folder=str(package.parent), module=module, function=name
    )
    silent = ["-B"] if sys.dont_write_bytecode else []
    return subprocess.Popen(
        [sys.executable, "-I", *silent, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if errors is None else errors,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _errors_file() -> IO[bytes] | None:
    """Where it says what is wrong; None where no file can be made."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return None


@contextlib.contextmanager
def _handles_to_spare() -> Iterator[None]:
    """Hold some handles. Raises OSError if there are too few."""
    with contextlib.ExitStack() as held:
        for _ in range(_SPARE_HANDLES):
            held.enter_context(open(os.devnull, "rb"))
        yield


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def _kills_for_memory() -> int:
    """How many processes Linux has killed for want of memory since it began; 0 where nobody counts them."""
    with contextlib.suppress(OSError, ValueError), open("/proc/vmstat", encoding="ascii") as counts:
        for line in counts:
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8, "big"))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    """The next message. Raises EOFError if there is none, or half of one."""
    head = pipe.read(8)
    size = int.from_bytes(head, "big")
    data = pipe.read(size) if len(head) == 8 else b""
    if len(head) < 8 or len(data) < size:
        raise EOFError
    return data
