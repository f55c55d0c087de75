"""``report.html`` of a study: one self-contained page, printable, without scripts or network.

What a study found is put into the plain texts of :class:`Study`, which know nothing of HTML; every study's page
then looks and prints the same, names the assumptions, and says how to make it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.wording import DISCLAIMER
from sim.ensemble.folder import Folder
from sim.ensemble.manifest import software_versions
from sim.report.assumptions import assumptions_of
from sim.report.pages import picture_data, template

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Part", "Picture", "Study", "Table", "assumptions_of", "render_study", "write_study"]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as people read them.

    title : what the numbers are; headers, rows : texts, of equal length; note : what stands below it.
    """

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with what the reader needs.

    name : the figure's, and that of its files; reading : how to read it; table : the numbers behind it, folded away.
    """

    name: str
    title: str
    reading: str
    table: Table


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: paragraphs, then tables, then pictures."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """What the page of a study says.

    kind : what sort of study it is, such as ``comparison``; title : whose; lead : what was found, in a sentence or two;
    command : the exact command that makes it again; facts : (label, text), such as runs and seed; assumptions : what
    :func:`assumptions_of` gives, and what the method takes for granted.
    """

    kind: str
    title: str
    lead: str
    command: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    assumptions: tuple[str, ...]


def write_study(study: Study, folder: Folder, figures: Mapping[str, Figure]) -> list[Path]:
    """Write ``figures/NAME.png`` and ``.svg`` and then ``report.html`` into a folder, and give their paths.

    Parameters
    ----------
    figures : mapping of name to figure
        By the names of the study's pictures; the page has only the numbers of a picture without a figure.

    Raises
    ------
    StorageError
        If a file cannot be written.
    ValueError
        If a figure is no picture of the study.
    """
    from sim.figures.files import render

    told = {picture.name for part in study.parts for picture in part.pictures}
    if not figures.keys() <= told:
        raise ValueError(f"figures without a picture in the study: {', '.join(sorted(figures.keys() - told))}")
    drawn = {name: render(figure) for name, figure in figures.items()}
    pictures = {f"figures/{name}.{kind}": data for name, kinds in drawn.items() for kind, data in kinds.items()}
    page = render_study(study, {name: kinds["png"] for name, kinds in drawn.items()})
    return folder.write_all({**pictures, "report.html": page})


def render_study(study: Study, pictures: Mapping[str, bytes]) -> str:
    """The page as HTML; everything in it is escaped.

    Parameters
    ----------
    pictures : mapping of name to bytes
        PNG pictures.
    """
    return template("study.html").render(
        study=study,
        data={name: picture_data(png) for name, png in pictures.items()},
        disclaimer=DISCLAIMER,
        versions=software_versions(),
    )
