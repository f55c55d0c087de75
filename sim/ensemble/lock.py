"""The lock file of a folder: it names the process that works there. The system frees it when that process ends."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.ensemble.files import kind_of, make_folder, storing
from sim.errors import StorageError, UsageError
from sim.escapes import in_a_line, shortened

LOCK = ".lock"
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_MOST = 4096
_UNSUPPORTED = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from working on a folder. A lock file that a dead process left is taken over.

    Raises
    ------
    UsageError
        If another process works there: its number and host are named.
    StorageError
        If the lock file cannot be written, or is no plain file.
    """
    path = folder / LOCK
    handle = _taken(folder, path)
    try:
        with storing(path, "written"):
            os.ftruncate(handle, 0)
            os.write(handle, json.dumps({"process": os.getpid(), "host": platform.node()}).encode())
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()  # before it is freed, so that nobody else's is removed
        os.close(handle)
        if os.name == "nt":  # where an open file cannot be removed, nor one that somebody else has opened since
            with contextlib.suppress(OSError):
                path.unlink()


def _taken(folder: Path, path: Path) -> int:
    """The handle of the lock file, which this process holds from now on."""
    while True:
        found = kind_of(path)
        if found not in ("file", None):
            raise StorageError(f"{path} is a {found}; expected a plain file or none")
        try:
            with storing(folder, "written"):
                handle = os.open(path, _OPEN, 0o666)
        except StorageError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            make_folder(folder)  # whoever made it has removed it meanwhile
            continue
        try:
            if not _exclusive(handle, path):
                raise UsageError(f"{folder} is being worked on by {_holder(path)}; expected to be alone")
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), path.lstat()):
                    return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # whoever held it has removed it meanwhile


def _exclusive(handle: int, path: Path) -> bool:
    """Whether the system gives us the file alone; where it cannot tell, whether the process it names is gone."""
    try:
        import fcntl
    except ImportError:
        return _exclusive_on_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise StorageError(f"{path} could not be locked: {error.strerror}") from error
        return not _is_alive(_told(path))
    return True


def _exclusive_on_windows(handle: int) -> bool:
    import msvcrt

    lock: Any = msvcrt
    try:
        lock.locking(handle, lock.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def _told(path: Path) -> dict[str, Any]:
    """What a lock file says, as far as it can be read."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(_MOST))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _holder(path: Path) -> str:
    told = _told(path)
    if not told:
        return "another process"
    return shortened(in_a_line(f"process {told.get('process')} on {told.get('host')}"))


def _is_alive(told: dict[str, Any]) -> bool:
    """Whether the process that a lock file names may still be there. Only asked where there are no locks."""
    process = told.get("process")
    if not isinstance(process, int) or process <= 0:
        return False
    if told.get("host") != platform.node():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return process != os.getpid()
