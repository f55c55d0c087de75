"""The files of a comparison: ``compare.json`` and ``differences.csv``."""

from __future__ import annotations

from pathlib import Path

from sim.ensemble.files import csv_text
from sim.ensemble.folder import PAGES, Folder
from sim.studies.compare.arms import DOCUMENT
from sim.studies.compare.result import Comparison

TABLE = "differences.csv"


def write_files(comparison: Comparison, folder: Folder) -> list[Path]:
    """Write both, each whole or not at all, and give their paths; an older page goes. Raises StorageError."""
    folder.remove(*PAGES)
    rows = comparison.rows
    table = csv_text(rows[0], ([row[name] for name in rows[0]] for row in rows))
    return [folder.write_json(DOCUMENT, comparison.as_dict()), folder.write(TABLE, table)]
