"""How figures look: one frame, one palette that survives colour-blindness and grey print, calendar dates.

Names come from the files of strangers: :func:`fit` makes any text safe to draw and short enough.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike, NDArray

from sim.analysis.wording import number_text, runs_text
from sim.escapes import visible
from sim.figures.fonts import USUAL, fonts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colorbar import Colorbar

    from sim.ensemble.results import Ensemble

    class Runs(Protocol):
        """What a figure is about: so many runs, and a manifest that says of which scenario, under which seed."""

        @property
        def manifest(self) -> dict[str, Any]: ...

        def __len__(self) -> int: ...


FOOTER = "a model to think with, not a forecast"
INK, MUTED, GRID, PALE = "#1f2328", "#5b6470", "#dfe3e8", "#f4f6f8"
BLUE, SKY, ORANGE = "#0b5394", "#9cc4e4", "#e08214"  # after Okabe and Ito
SHARES = LinearSegmentedColormap.from_list("shares", ["#e3eef7", "#9ecae1", "#4292c6", "#0b5394", "#041f45"])
_RISE = ["#d8c48c", "#eea03c", "#d9591f", "#a31d2b", "#4a0a22"]
_FALL = ["#123f7a", "#4f8fc4", "#a9c9de"]

TEXT, SMALL = 9.0, 8.0  # points
DPI = 130
_MARGIN, _TITLE, _LINE, _FOOT = 0.12, 12.0, 0.165, 0.30  # inches, points, inches, inches
_BOLD = 1.12  # how much wider than plain text
_LONGEST = 2000  # characters of a text that are looked at
_LOCK = threading.RLock()
_RC = {
    "font.family": [USUAL],  # comes with matplotlib, so that figures are the same everywhere
    "font.size": TEXT,
    "text.usetex": False,
    "timezone": "UTC",  # one of those that rcdefaults leaves as they are
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.titlesize": TEXT,
    "axes.titlelocation": "left",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "white",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "path.sketch": None,
}

# By the spacing of the ticks, from years to seconds: labels, labels at a round tick, and what stands at the end.
_DATE_FORMATS: dict[str, Any] = {
    "formats": ["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%H:%M:%S"],
    "zero_formats": ["", "%b", "%d %b", "%d %b", "%H:%M", "%H:%M"],
    "offset_formats": ["", "%Y", "%Y", "%Y", "%d %b %Y", "%d %b %Y"],
}

P = ParamSpec("P")


@contextmanager
def look() -> Iterator[None]:
    """The settings under which figures are made, whatever the user's own are; they are put back after."""
    with _LOCK, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_RC)  # type: ignore[arg-type]
        yield


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """A function that draws under :func:`look`."""

    @wraps(draw)
    def under_look(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with look():
            return draw(*args, **kwargs)

    return under_look


class Picture(Figure):
    """A figure that notebooks show by themselves, without pyplot, each text in fonts that have what it needs."""

    def draw(self, renderer: Any) -> None:
        """Draw all of it, and say what no font has; matplotlib would say so for each character and place."""
        for text in self.findobj(Text):
            families = fonts().families(text.get_text())
            if len(families) > 1:
                text.set_fontfamily(families)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            super().draw(renderer)
        fonts().tell()

    def _repr_png_(self) -> bytes:
        from sim.figures.files import render

        return render(self)["png"]


def frame(ensemble: Runs, title: str, *, width: float = 9.0, height: float = 5.0, note: str = "") -> Figure:
    """An empty figure with title, scenario and footer, its middle laid out automatically.

    Parameters
    ----------
    title : str
        What the figure shows.
    width, height : float
        Inches; `height` is that of the middle, to which title and footer are added.
    note : str
        Stands behind the scenario's title.
    """
    room = width - 2 * _MARGIN
    about = str(ensemble.manifest["title"] or ensemble.manifest["scenario"])
    lines = fit(f"{about} · {note}" if note else about, room, size=TEXT, lines=2)
    top = _MARGIN + 0.24 + _LINE * (lines.count("\n") + 1) + 0.06
    total = height + top + _FOOT
    middle = (0.0, _FOOT / total, 1.0, height / total)
    engine = ConstrainedLayoutEngine(rect=middle, w_pad=_MARGIN, h_pad=0.04, wspace=0.03, hspace=0.03)
    figure = Picture(figsize=(width, total), dpi=DPI, layout=engine)
    left = _MARGIN / width
    bold = fit(title, room / _BOLD, size=_TITLE)
    figure.text(left, 1 - _MARGIN / total, bold, size=_TITLE, weight="bold", va="top")
    figure.text(left, 1 - (_MARGIN + 0.24) / total, lines, color=MUTED, va="top", linespacing=1.25)
    figure.text(left, 0.09 / total, fit(footer(ensemble), room, size=7.0), size=7.0, color=MUTED, va="bottom")
    return figure


def footer(ensemble: Runs) -> str:
    """Scenario, runs, seed and the words that nobody should miss."""
    cut = ensemble.manifest["truncated"]
    parts = [str(ensemble.manifest["scenario"]), runs_text(len(ensemble))]
    parts += [f"{cut:,} of them truncated"] if cut else []
    return " · ".join([*parts, f"seed {ensemble.manifest['seed']}", FOOTER])


def say(axes: Axes, text: str) -> None:
    """Instead of a picture without data, the words why."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, size=11, transform=axes.transAxes)


def fit(text: str, width: float, *, size: float = SMALL, lines: int = 1) -> str:
    """The text on so many lines of so many inches, ended by … if it is longer, with nothing to interpret in it."""
    return _fit(" ".join(visible(text[:_LONGEST]).split()), width, size, lines)


def text_width(text: str, size: float) -> float:
    """Inches that the text takes on one line."""
    return _points(text) * size / 100 / 72


def percent(share: float, _position: object = None) -> str:
    """A share as a tick label."""
    return f"{number_text(100 * share, digits=2)}\N{NO-BREAK SPACE}%"


PERCENT = FuncFormatter(percent)


def dates(ensemble: Ensemble, days: ArrayLike) -> NDArray[np.float64]:
    """Positions on a date axis of days from the start."""
    start: float = date2num(ensemble.start)  # type: ignore[no-untyped-call]
    return np.asarray(days, dtype=np.float64) + start


def date_axis(axes: Axes, ensemble: Ensemble, *, ticks: int = 9) -> None:
    """Calendar dates, in the start's time zone, on the x axis."""
    zone = ensemble.start.tzinfo
    locator = AutoDateLocator(tz=zone, minticks=3 if ticks > 4 else 2, maxticks=ticks)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, tz=zone, **_DATE_FORMATS)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.xaxis.get_offset_text().set_fontsize(SMALL)


def ladder_axis(axes: Axes, names: dict[int, str], *, width: float = 2.5) -> None:
    """Rungs and their names on the y axis, one row a rung from 0 up."""
    step = -(-len(names) // 48)
    rows = range(0, len(names), step)
    labels = [f"{fit(name, width)}  {rung}" if name != str(rung) else name for rung, name in names.items()]
    axes.set_yticks(list(rows), [labels[row] for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.5, len(names) - 0.5)


def cell_edges(days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where cells around daily samples meet: half-way between them; shape (days + 1,)."""
    if len(days) < 2:
        return np.array([0.0, 1.0]) + (days[0] if len(days) else 0.0)
    return np.concatenate([days[:1], (days[1:] + days[:-1]) / 2, days[-1:]])


class RungColours:
    """Colours of rungs: pale to dark red above zero, blue below; the same for a ladder in every figure."""

    def __init__(self, rungs: Sequence[int]):
        self.low, self.high = min([*rungs, 0]), max([*rungs, 1])
        span = self.high - self.low
        zero = -self.low / span
        below = [(zero * i / len(_FALL), colour) for i, colour in enumerate(_FALL)] if self.low < 0 else []
        above = [(zero + (1 - zero) * i / (len(_RISE) - 1), colour) for i, colour in enumerate(_RISE)]
        self.map = LinearSegmentedColormap.from_list("rungs", below + above)
        self.norm = matplotlib.colors.Normalize(self.low, self.high)

    def __call__(self, rung: ArrayLike) -> Any:
        return self.map(self.norm(np.asarray(rung, float)))

    def bar(self, figure: Figure, axes: Axes, *, label: str, shrink: float = 0.6) -> None:
        """A colour bar with whole rungs as ticks."""
        mappable = matplotlib.cm.ScalarMappable(self.norm, self.map)
        step = max(round((self.high - self.low) / 8), 1)
        ticks = [rung for rung in range(self.low, self.high + 1) if rung % step == 0]
        bar = figure.colorbar(mappable, ax=axes, shrink=shrink, aspect=24, pad=0.01, ticks=ticks)
        finish_bar(bar, label)


def finish_bar(bar: Colorbar, label: str) -> None:
    """Label a colour bar, and keep it from becoming hundreds of paths."""
    bar.set_label(label, size=SMALL)
    bar.outline.set_visible(False)
    if bar.solids is not None:
        bar.solids.set_rasterized(True)


def on(colour: Any) -> str:
    """Black or white, whichever is read better on the colour."""
    red, green, blue = matplotlib.colors.to_rgb(colour)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


@lru_cache(maxsize=4096)
def _fit(text: str, width: float, size: float, lines: int) -> str:
    rows: list[str] = []
    words = text.split(" ")
    while words and len(rows) < lines:
        last = len(rows) == lines - 1
        count = len(words)
        while count > 1 and text_width(" ".join(words[:count]), size) > width:
            count -= 1
        row, words = " ".join(words[:count]), words[count:]
        if (last and words) or text_width(row, size) > width:
            row = _cut(" ".join([row, *words[:1]]) if last and words else row, width, size)
        rows.append(row)
    return "\n".join(rows).replace("$", r"\$")


def _cut(text: str, width: float, size: float) -> str:
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


@lru_cache(maxsize=16384)
def _points(text: str) -> float:
    font = FontProperties(family=fonts().families(text), size=100)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        return float(TextToPath().get_text_width_height_descent(text, font, False)[0])
