"""The page and the figures of a study, which a newer study without them must not leave beside its numbers."""

from __future__ import annotations

from pathlib import Path

from sim.ensemble.files import remove_folder


def remove_pages(folder: Path, document: str) -> None:
    """Remove ``report.html`` and ``figures/`` from a folder that holds an older study, told by its document."""
    if (folder / document).is_file():
        (folder / "report.html").unlink(missing_ok=True)
        remove_folder(folder / "figures")
