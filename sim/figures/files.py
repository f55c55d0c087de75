"""Writing figures: whole or not at all, and the same bytes each time."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG

from sim.ensemble.files import make_folder, write_whole
from sim.figures.style import look

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write ``NAME.png`` and ``NAME.svg`` into the folder and give their paths."""
    make_folder(folder)
    paths = []
    for kind, content in render(figure).items():
        path = folder / f"{name}.{kind}"
        write_whole(path, partial(_write, content))
        paths.append(path)
    return paths


def render(figure: Figure) -> dict[str, bytes]:
    """The figure as PNG and as SVG."""
    png, svg = io.BytesIO(), io.BytesIO()
    with look(), matplotlib.rc_context({"svg.hashsalt": "brinkline", "svg.fonttype": "path"}):
        FigureCanvasAgg(figure).print_png(png, metadata={"Software": None})  # type: ignore[no-untyped-call]
        figure.set_layout_engine("none")  # laid out once; a second pass would only cost time
        FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None, "Creator": None})  # type: ignore[no-untyped-call]
    return {"png": png.getvalue(), "svg": svg.getvalue()}


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)
