"""The files of an explanation: ``explain.json`` and ``chains.csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.ensemble.files import csv_text
from sim.ensemble.folder import PAGES, Folder

if TYPE_CHECKING:
    from sim.studies.pathways.pathways import Pathways

DOCUMENT, CHAINS = "explain.json", "chains.csv"


def write_files(found: Pathways, folder: Folder) -> None:
    """Write both, each whole or not at all. Raises StorageError."""
    folder.remove(*PAGES)
    headers = ["rank", "count", "share", "low", "high", "first_run", "length", "chain"]
    rows: list[list[object]] = []
    for rank, one in enumerate(found.chains, start=1):
        steps = " > ".join(f"{step.actor} {step.action or '(mind)'} [{step.origin}]" for step in one.steps)
        share = one.share
        rows.append([
            rank, share.count, share.share, share.low, share.high, one.run, len(one.steps),
            steps or f"no event: {one.without}",
        ])  # fmt: skip
    folder.write(CHAINS, csv_text(headers, rows))
    folder.write_json(DOCUMENT, {"format": 1, **found.as_dict()})
