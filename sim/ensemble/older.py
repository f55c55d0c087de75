"""Older results in the place where new ones are to be: they wait aside until the new ones can be read."""

from __future__ import annotations

from pathlib import Path

from sim.ensemble.files import alone, make_folder, remove_folder
from sim.ensemble.manifest import NAME
from sim.ensemble.results import PLAYING, read_manifest
from sim.errors import StorageError, UsageError


def refuse_overwriting(out: Path, force: bool) -> None:
    """Raise UsageError if `out` is there and may not be replaced."""
    try:
        if not out.exists() or (out.is_dir() and all(path.name.endswith(".part") for path in out.iterdir())):
            return  # nothing is there, or the beginning of a manifest that a crash cut short
        ours = out.is_dir() and (out / NAME).is_file()
    except OSError as error:
        raise StorageError(f"{out} could not be read: {error.strerror or error}") from error
    if not ours:
        raise UsageError(f"{out} is there already and is no results folder; expected another --out")
    if not force:
        ways = f"--force replaces it, --out names another folder, brinkline resume {out} goes on with it"
        raise UsageError(f"{out} is there already; {ways}")
    with alone(out):
        pass


def _older(out: Path) -> Path:
    """Where older results wait until the new ones are finished."""
    return out.parent / f".{out.name}.old"


def set_aside(out: Path) -> None:
    """Move older results aside; unfinished ones go if there are others aside already."""
    older = _older(out)
    if not (out / NAME).is_file():
        return
    if (older / NAME).is_file() and read_manifest(out)["state"] == PLAYING:
        remove_folder(out)
    else:
        remove_folder(older)
        out.replace(older)


def undo(out: Path, was_there: bool) -> None:
    """Leave things as they were before."""
    remove_folder(out)
    if (_older(out) / NAME).is_file():
        _older(out).replace(out)
    elif was_there:
        make_folder(out)


def forget(out: Path) -> None:
    """Older results that wait aside go: the new ones can be read."""
    if (_older(out) / NAME).is_file():
        remove_folder(_older(out))
