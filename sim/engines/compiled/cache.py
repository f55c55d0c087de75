"""Where the kernel's machine code is kept: in a folder that no other version of its sources can mean."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

_HERE = Path(__file__).parent
_SIM = _HERE.parents[1]
_READ = ("chance.py", "parameters.py", "model/code.py", "engines/played.py", "scenario/times.py")
"""Sources outside this folder whose constants the kernel takes over."""


def sources() -> list[Path]:
    """Every file that the machine code depends on."""
    return [*sorted(_HERE.glob("*.py")), *(_SIM / name for name in _READ)]


def sources_hash() -> str:
    """A hash of the sources and of the versions that compile them."""
    digest = hashlib.sha256()
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"{package} {version(package)}\n".encode())
    for path in sources():
        data = path.read_bytes()
        digest.update(f"{path.relative_to(_SIM).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """The folder of this version's machine code, or None where nothing can be kept."""
    home = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    folder = (Path(home) if home else Path.home() / ".cache") / "brinkline" / f"kernel-{sources_hash()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def is_warm() -> bool:
    """Whether there is machine code from an earlier time."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob("play.play_runs-*.nbc"))
