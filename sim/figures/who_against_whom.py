"""Who acts against whom: mean hostile events per run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LogNorm

from sim.analysis.events import who_against_whom
from sim.analysis.names import name_of
from sim.analysis.wording import rate_text
from sim.figures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.ensemble.results import Ensemble

HOSTILE = 1
_CELL, _NAMES = 0.46, 1.9  # inches


@style.styled
def draw(ensemble: Ensemble, *, min_rung: int = HOSTILE) -> Figure:
    """Mean events per run at `min_rung` or above, by actor (rows) and target (columns), as numbers and colours."""
    matrix = who_against_whom(ensemble, min_rung=min_rung)
    matrix = matrix.loc[matrix.any(axis=1), matrix.any(axis=0)]
    values = matrix.to_numpy()
    title = "Who acts against whom"
    note = f"mean events per run at rung {min_rung} or above"
    if not values.size:
        figure = style.frame(ensemble, title, width=7.0, height=1.8, note=note)
        style.say(figure.subplots(), f"no event at rung {min_rung} or above against anybody")
        return figure
    tall, wide = values.shape
    height = _CELL * max(tall, 3) + _NAMES + 0.5
    figure = style.frame(ensemble, title, width=max(0.62 * wide + _NAMES + 1.6, 7.0), height=height, note=note)
    axes = figure.subplots()
    norm = LogNorm(*_limits(values))
    axes.pcolormesh(np.ma.masked_equal(values, 0), cmap=style.SHARES, norm=norm, edgecolor="white", linewidth=1.5)
    for (row, column), value in np.ndenumerate(values):
        if value:
            colour = style.SHARES(norm(value))
            label = rate_text(value)
            axes.text(column + 0.5, row + 0.5, label, ha="center", va="center", size=7.5, color=style.on(colour))
    actors = ensemble.description.actors
    axes.set_yticks(np.arange(tall) + 0.5, [style.fit(name_of(actors, str(key)), _NAMES) for key in matrix.index])
    targets = [style.fit(name_of(actors, str(key)), _NAMES - 0.1) for key in matrix.columns]
    axes.set_xticks(np.arange(wide) + 0.5, targets, rotation=45, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_ylabel("actor")
    axes.set_xlabel("against this target")
    axes.xaxis.set_label_position("bottom")
    return figure


def _limits(values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> tuple[float, float]:
    seen = values[values > 0]
    high = float(seen.max())
    return min(max(float(seen.min()), high / 1000), high / 10), high
