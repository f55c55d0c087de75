"""``report.html``: one self-contained page, readable on a phone, printable, without scripts or network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.wording import CONFIDENCE_MEANS
from sim.ensemble.files import make_folder, write_text
from sim.errors import StorageError
from sim.figures import FIGURES
from sim.report import rows
from sim.report.pages import picture_data, template

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

LEAD = "ladder-heatmap"


def write_report(ensemble: Ensemble, summary: dict[str, Any], figures_folder: str | Path, path: str | Path) -> Path:
    """Write the page whole or not at all, and give its path.

    Parameters
    ----------
    summary : dict
        What :func:`sim.analysis.summary.summarise` gave for the ensemble.
    figures_folder : path
        Where ``NAME.png`` are; the page does without those that are missing.
    path : path
        Where the page goes.

    Raises
    ------
    StorageError
        If a figure cannot be read or the page cannot be written.
    """
    target = Path(path)
    page = render(ensemble, summary, _figures(Path(figures_folder)))
    make_folder(target.parent)
    write_text(target, page)
    return target


def render(ensemble: Ensemble, summary: dict[str, Any], figures: dict[str, bytes]) -> str:
    """The page as HTML; everything that comes from the scenario is escaped.

    Parameters
    ----------
    figures : dict of name to bytes
        PNG pictures.
    """
    pictures = [
        {"name": name, "title": entry.title, "reading": entry.reading, "data": picture_data(figures[name])}
        for name, entry in FIGURES.items()
        if name in figures
    ]
    return template("page.html").render(
        summary=summary,
        manifest=ensemble.manifest,
        description=ensemble.description,
        facts=rows.facts(ensemble),
        outcomes=rows.outcome_rows(ensemble, summary),
        confidence_means=CONFIDENCE_MEANS,
        moves=rows.move_rows(ensemble.description, summary),
        levels=rows.level_rows(summary),
        numbers=rows.number_rows(summary),
        actions=rows.frequency_rows(summary["events"]["by_action"]),
        parameters=rows.parameter_rows(ensemble.description),
        sources=rows.source_rows(ensemble.description),
        limits=rows.limits(ensemble, summary),
        lead=next((picture for picture in pictures if picture["name"] == LEAD), None),
        pictures=[picture for picture in pictures if picture["name"] != LEAD],
    )


def _figures(folder: Path) -> dict[str, bytes]:
    paths = {name: folder / f"{name}.png" for name in FIGURES}
    try:
        return {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
    except OSError as error:
        raise StorageError(f"{error.filename} could not be read: {error.strerror or error}") from error
