"""The files of an explanation: ``explain.json`` and ``chains.csv``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble.files import csv_text, make_folder, write_json, write_text
from sim.studies.pages import remove_pages

if TYPE_CHECKING:
    from sim.studies.pathways.pathways import Pathways

DOCUMENT, CHAINS = "explain.json", "chains.csv"


def write_files(found: Pathways, folder: Path, made_of: dict[str, Any]) -> None:
    """Write both, each whole or not at all. Raises StorageError."""
    make_folder(folder)
    remove_pages(folder, DOCUMENT)
    headers = ["rank", "count", "share", "low", "high", "first_run", "length", "chain"]
    rows: list[list[object]] = []
    for rank, one in enumerate(found.chains, start=1):
        steps = " > ".join(f"{step.actor} {step.action or '(mind)'} [{step.origin}]" for step in one.steps)
        share = one.share
        rows.append([
            rank, share.count, share.share, share.low, share.high, one.run, len(one.steps),
            steps or f"no event: {one.without}",
        ])  # fmt: skip
    write_text(folder / CHAINS, csv_text(headers, rows))
    write_json(folder / DOCUMENT, {"format": 1, "made_of": made_of, **found.as_dict()})
