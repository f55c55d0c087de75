"""Everything that is made from an ensemble's tables: summary.json, figures, report.html."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.ensemble.files import json_bytes
from sim.ensemble.folder import held
from sim.ensemble.manifest import RunManifest
from sim.ensemble.results import Ensemble


def write_outputs(ensemble: Ensemble, *, figures: bool = True) -> dict[str, Any]:
    """Write the summary and, unless told otherwise, figures and report; the summary comes back.

    Raises
    ------
    UsageError
        If another process works on the folder, or a file of that name is there that Brinkline did not write.
    StorageError
        If a file cannot be written.
    """
    summary = ensemble.summary
    files: dict[str, bytes | str] = {"summary.json": json_bytes(summary)}
    if figures:
        from sim.figures import FIGURES
        from sim.report.page import render

        drawn = _drawn(ensemble, tuple(FIGURES))
        files |= {f"figures/{name}.{kind}": data for name, kinds in drawn.items() for kind, data in kinds.items()}
        files["report.html"] = render(ensemble, summary, {name: kinds["png"] for name, kinds in drawn.items()})
    with held(ensemble.folder, "run", RunManifest, existing=True) as folder:
        folder.write_all(files)
    return summary


def write_figures(ensemble: Ensemble, names: tuple[str, ...]) -> list[Path]:
    """Draw the named figures into the results folder as PNG and SVG; their paths come back. Raises as above."""
    drawn = _drawn(ensemble, names)
    with held(ensemble.folder, "run", RunManifest, existing=True) as folder:
        return folder.write_all(
            {f"figures/{name}.{kind}": data for name, kinds in drawn.items() for kind, data in kinds.items()}
        )


def _drawn(ensemble: Ensemble, names: tuple[str, ...]) -> dict[str, dict[str, bytes]]:
    """For each figure its files by their kind."""
    from sim.figures import draw
    from sim.figures.files import render

    return {name: render(draw(ensemble, name)) for name in names}
