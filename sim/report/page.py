"""``report.html``: one self-contained page, readable on a phone, printable, without scripts or network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.wording import CONFIDENCE_MEANS
from sim.figures import FIGURES
from sim.report import rows
from sim.report.pages import picture_data, template

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

LEAD = "ladder-heatmap"


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
