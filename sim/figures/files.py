"""Writing figures: whole or not at all, and the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG

from sim.ensemble.files import kind_of, make_folder, write_bytes
from sim.errors import UsageError
from sim.figures.style import look

if TYPE_CHECKING:
    from matplotlib.figure import Figure


Put = Callable[[str, bytes], Path]
"""Keeps a file under a name, and returns its path."""

KINDS = ("png", "svg")


def save(figure: Figure, name: str, put: Put) -> list[Path]:
    """Keep ``NAME.png`` and ``NAME.svg``, and return their paths."""
    return [put(f"{name}.{kind}", content) for kind, content in render(figure).items()]


def in_folder(folder: Path, names: Iterable[str], *, force: bool) -> Put:
    """Return what keeps pictures of these names in a folder of the user's.

    Raises
    ------
    UsageError
        If one of them is there already and may not be replaced.
    StorageError
        If the folder cannot be made.
    """
    make_folder(folder)
    there = [path for name in names for kind in KINDS if kind_of(path := folder / f"{name}.{kind}")]
    if there and not force:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise UsageError(f"{there[0]}{more} is there already; --force replaces it, --out names another folder")

    def put(name: str, data: bytes) -> Path:
        write_bytes(folder / name, data)
        return folder / name

    return put


def render(figure: Figure) -> dict[str, bytes]:
    """The figure as PNG and as SVG."""
    png, svg = io.BytesIO(), io.BytesIO()
    with look(), matplotlib.rc_context({"svg.hashsalt": "brinkline", "svg.fonttype": "path"}):
        FigureCanvasAgg(figure).print_png(png, metadata={"Software": None})  # type: ignore[no-untyped-call]
        figure.set_layout_engine("none")  # laid out once; a second pass would only cost time
        FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    return {"png": png.getvalue(), "svg": svg.getvalue()}
