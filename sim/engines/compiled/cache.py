"""Where the kernel's machine code is kept: in a folder that no other version of its sources can mean.

Whoever can write there can have this user run anything. So the folder and its files must be the user's own (or the
system's), no link, and nobody else may write to them. A file begins with the SHA-256 of the rest: one that was cut
short or spoilt is known before any of it is used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

_LARGEST, _ROOT = 2**26, 0
_SEAL = hashlib.sha256().digest_size
_HERE = Path(__file__).parent
_SIM = _HERE.parents[1]
_READ = ("chance.py", "parameters.py", "model/code.py", "engines/played.py", "scenario/times.py")
"""Sources outside this folder whose constants the kernel takes over."""


def sources() -> list[Path]:
    """Every file that the machine code depends on."""
    return [*sorted(_HERE.glob("*.py")), *(_SIM / name for name in _READ)]


@lru_cache(maxsize=1)
def sources_hash() -> str:
    """A hash of the sources and of the versions that compile them."""
    digest = hashlib.sha256()
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"{package} {version(package)}\n".encode())
    for path in sources():
        data = path.read_bytes()
        digest.update(f"{path.relative_to(_SIM).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:16]


class NotKept(Exception):  # noqa: N818  # a state of affairs rather than an error
    """Why machine code cannot be kept, as the end of a sentence."""


class Damaged(NotKept):
    """What is kept cannot be used and is to be made anew."""


def cache_folder() -> Path:
    """The folder of this version's machine code, which is there afterwards.

    Raises
    ------
    NotKept
        If there is none, or somebody else could write to it.
    """
    folder = _place()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise NotKept(f"{folder} cannot be made: {error.strerror or error}") from None
    if not stat.S_ISDIR(found.st_mode):
        raise NotKept(f"{folder} is no folder")
    _check_owner(folder, found)
    return folder


def _place() -> Path:
    """Where the folder is, or would be."""
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(home) if home else Path.home() / ".cache") / "brinkline" / f"kernel-{sources_hash()}"
    except RuntimeError:
        raise NotKept("there is no home folder to keep it in") from None


def _check_owner(path: Path, found: os.stat_result) -> None:
    """Raise NotKept if what was found there may be another user's work."""
    if not hasattr(os, "geteuid"):  # a system whose modes say nothing about this
        return
    if found.st_uid not in (os.geteuid(), _ROOT):
        raise NotKept(f"{path} belongs to another user")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NotKept(f"{path} can be written by other users")


def kept(name: str) -> bytes | None:
    """The machine code of this name, or None if it was never kept.

    Raises
    ------
    Damaged
        If it is not as it was written.
    NotKept
        If it cannot be kept at all.
    """
    path = cache_folder() / name
    try:
        with open(path, "rb", opener=_opened) as file:
            found = os.fstat(file.fileno())
            data = file.read(_LARGEST) if stat.S_ISREG(found.st_mode) else b""
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Damaged(f"{path} cannot be read: {error.strerror or error}") from None
    _check_owner(path, found)
    seal, rest = data[:_SEAL], data[_SEAL:]
    if hashlib.sha256(rest).digest() != seal:
        raise Damaged(f"{path} is damaged")
    return rest


def _opened(path: str, flags: int) -> int:
    """A file opened without following a link or waiting for a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def keep(name: str, data: bytes) -> None:
    """Keep machine code under a name, whole or not at all. Raises NotKept if that cannot be done."""
    path = cache_folder() / name
    temporary = None
    try:
        number, temporary = tempfile.mkstemp(dir=path.parent)
        with open(number, "wb") as file:
            file.write(hashlib.sha256(data).digest() + data)
            file.flush()
            os.fsync(number)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise NotKept(f"{path} cannot be written: {error.strerror or error}") from None


def is_warm() -> bool:
    """Whether there seems to be machine code from an earlier time."""
    try:
        return any(cache_folder().glob("play.play_runs-*.nbc"))
    except (NotKept, OSError):
        return False
