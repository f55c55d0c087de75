"""The files of a score: ``score.json`` and ``score.csv``."""

from __future__ import annotations

from sim.ensemble.files import csv_text
from sim.ensemble.folder import Folder
from sim.scoring.result import Score

JSON, CSV = "score.json", "score.csv"


def write_files(score: Score, folder: Folder) -> None:
    """Write both files, each whole or not at all. Raises StorageError."""
    rows = score.rows
    columns = list(dict.fromkeys(name for row in rows for name in row))
    folder.write_json(JSON, score.document)
    folder.write(CSV, csv_text(columns, ([row.get(name) for name in columns] for row in rows)))
