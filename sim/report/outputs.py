"""Everything that is made from an ensemble's tables: summary.json, figures, report.html."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.ensemble.files import make_folder, write_json
from sim.ensemble.results import Ensemble


def write_outputs(ensemble: Ensemble, *, figures: bool = True) -> dict[str, Any]:
    """Write the summary and, unless told otherwise, figures and report; the summary comes back.

    Raises
    ------
    StorageError
        If a file cannot be written.
    """
    summary = ensemble.summary
    write_json(ensemble.folder / "summary.json", summary)
    if figures:
        from sim.figures import FIGURES
        from sim.report.page import write_report

        draw_figures(ensemble, ensemble.folder / "figures", tuple(FIGURES))
        write_report(ensemble, summary, ensemble.folder / "figures", ensemble.folder / "report.html")
    return summary


def draw_figures(ensemble: Ensemble, folder: Path, names: tuple[str, ...]) -> list[Path]:
    """Draw the named figures into a folder as PNG and SVG; their paths come back."""
    from sim.figures import save_all

    make_folder(folder)
    return save_all(ensemble, folder, names=names)
