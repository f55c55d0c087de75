"""Files written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.errors import StorageError


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make a file under a temporary name, flush it, then give it its name.

    Raises
    ------
    StorageError
        If it could not be written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        write(temporary)
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(f"{path} could not be written: {error.strerror or error}") from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """A text file, UTF-8, written whole or not at all."""
    write_whole(path, lambda temporary: _text(temporary, text))


def write_json(path: Path, data: Any) -> None:
    """A JSON file, written whole or not at all."""
    write_text(path, json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def make_folder(path: Path) -> None:
    """A folder and those above it. Raises StorageError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the folder {path} could not be made: {error.strerror or error}") from error


def remove_folder(path: Path) -> None:
    """Remove a folder, whatever is in it; it may be gone already."""
    shutil.rmtree(path, ignore_errors=True)
