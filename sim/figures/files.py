"""Writing figures: whole or not at all, and the same bytes each time."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG

from sim.errors import StorageError
from sim.figures.style import look

if TYPE_CHECKING:
    from matplotlib.figure import Figure



def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write ``NAME.png`` and ``NAME.svg`` into the folder and give their paths."""
    paths = []
    for kind, content in render(figure).items():
        path = folder / f"{name}.{kind}"
        _replace(path, content)
        paths.append(path)
    return paths


def render(figure: Figure) -> dict[str, bytes]:
    """The figure as PNG and as SVG."""
    png, svg = io.BytesIO(), io.BytesIO()
    with look(), matplotlib.rc_context({"svg.hashsalt": "brinkline", "svg.fonttype": "path"}):
        FigureCanvasAgg(figure).print_png(png, metadata={"Software": None})
        figure.set_layout_engine("none")  # laid out once; a second pass would only cost time
        FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None, "Creator": None})
    return {"png": png.getvalue(), "svg": svg.getvalue()}


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(f"{path}: could not be written: {error.strerror or error}") from error
