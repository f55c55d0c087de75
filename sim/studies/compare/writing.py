"""The files of a comparison: ``compare.json`` and ``differences.csv``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sim.ensemble.files import make_folder, write_json, write_text
from sim.studies.compare.arms import DOCUMENT
from sim.studies.compare.result import Comparison

TABLE = "differences.csv"


def write_files(comparison: Comparison, folder: Path) -> list[Path]:
    """Write both, each whole or not at all, and give their paths. Raises StorageError."""
    make_folder(folder)
    rows = comparison.rows
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(folder / TABLE, text.getvalue())
    write_json(folder / DOCUMENT, comparison.as_dict())
    return [folder / DOCUMENT, folder / TABLE]
