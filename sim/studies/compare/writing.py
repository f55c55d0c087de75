"""The files of a comparison: ``compare.json`` and ``differences.csv``."""

from __future__ import annotations

from pathlib import Path

from sim.ensemble.files import csv_text, make_folder, write_json, write_text
from sim.studies.compare.arms import DOCUMENT
from sim.studies.compare.result import Comparison
from sim.studies.pages import remove_pages

TABLE = "differences.csv"


def write_files(comparison: Comparison, folder: Path) -> list[Path]:
    """Write both, each whole or not at all, and give their paths. Raises StorageError."""
    make_folder(folder)
    remove_pages(folder, DOCUMENT)
    rows = comparison.rows
    write_text(folder / TABLE, csv_text(rows[0], ([row[name] for name in rows[0]] for row in rows)))
    write_json(folder / DOCUMENT, comparison.as_dict())
    return [folder / DOCUMENT, folder / TABLE]
