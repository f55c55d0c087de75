"""The files of a score: ``score.json`` and ``score.csv``."""

from __future__ import annotations

from pathlib import Path

from sim.ensemble.files import csv_text, make_folder, write_json, write_text
from sim.errors import UsageError
from sim.scoring.result import Score

JSON, CSV = "score.json", "score.csv"


def refuse_overwriting(folder: Path, *, force: bool) -> None:
    """Raise UsageError if a folder holds a score that may not be replaced, or is none."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; expected a folder under --out")
    if (folder / JSON).exists() and not force:
        raise UsageError(f"{folder} holds a score already; --force replaces it, --out names another folder")


def write_files(score: Score, folder: Path) -> None:
    """Write both files, each whole or not at all. Raises StorageError."""
    make_folder(folder)
    write_json(folder / JSON, score.document)
    rows = score.rows
    columns = list(dict.fromkeys(name for row in rows for name in row))
    write_text(folder / CSV, csv_text(columns, ([row.get(name) for name in columns] for row in rows)))
