"""The record beside the model: every statistic of a record, as observed and as the runs have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.quantities import mean_interval
from sim.calibration.form import KINDS
from sim.calibration.record import Record, Statistic
from sim.calibration.statistics import Measure
from sim.engines.choice import chosen, silent
from sim.engines.played import Played
from sim.ensemble.intervals import wilson
from sim.ensemble.plan import blocks
from sim.ensemble.playing import Progress, seen_blocks
from sim.errors import UsageError
from sim.model import build
from sim.scenario.load import Loaded

MOST_RUNS = 100_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """One statistic: what was observed (in `statistic`), and what the runs have.

    defined : the runs that define it; of them are all numbers here, NaN where there are none.
    mean, mean_low, mean_high : the mean with its 95 % Monte Carlo interval; of ``happens`` it is a probability with
        its Wilson interval.
    low, median, high : the quantiles 0.1, 0.5 and 0.9 over runs; each is a value that a run has.
    percentile : the share of the runs below the observed value, and half of those at it; None without such a value.
    by_chance : the share of the runs that lie from `low` to `high`: the chance that one more run would. None where
        what was observed is not one value of one run.
    verdict : where what was observed lies: ``inside``, ``below`` or ``above`` what the runs have; of a band
        ``as it should be``, ``red flag`` or ``too close to tell``; ``undefined`` where no run defines it.
    """

    statistic: Statistic
    defined: int
    mean: float
    mean_low: float
    mean_high: float
    low: float
    median: float
    high: float
    percentile: float | None
    by_chance: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Check:
    """A record beside the runs of its scenario. truncated : the runs that were cut off and define nothing."""

    record: Record
    runs: int
    seed: int
    engine: str
    truncated: int
    rows: tuple[Row, ...]

    @property
    def compared(self) -> list[Row]:
        """The rows whose observation is one value, as one more run would have it."""
        return [row for row in self.rows if row.by_chance is not None]

    @property
    def inside(self) -> int:
        """How many of those lie inside the middle 80 % of the runs."""
        return sum(row.verdict == "inside" for row in self.compared)

    @property
    def inside_by_chance(self) -> float:
        """How many would on average, were the record one more run of the model."""
        return sum(row.by_chance or 0.0 for row in self.compared)

    @property
    def red_flags(self) -> list[Row]:
        """The rows whose mean lies outside its band for certain."""
        return [row for row in self.rows if row.verdict == "red flag"]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data, for ``--json``; None where a number is undefined."""
        return {
            "record": self.record.id,
            "title": self.record.title,
            "scenario": self.record.scenario,
            "note": self.record.note,
            "runs": self.runs,
            "seed": self.seed,
            "engine": self.engine,
            "truncated": self.truncated,
            "compared": len(self.compared),
            "inside": self.inside,
            "inside_by_chance": self.inside_by_chance,
            "red_flags": [row.statistic.id for row in self.red_flags],
            "statistics": {row.statistic.id: _row_data(row) for row in self.rows},
        }


def _row_data(row: Row) -> dict[str, Any]:
    one = row.statistic
    seen = {key: getattr(one, key) for key in ("observed", "low", "high", "k", "n", "band", "fit", "source", "note")}
    return {"name": one.name, "kind": one.kind, "unit": one.unit} | seen | {
        "model": {
            "runs": row.defined,
            "mean": _known(row.mean),
            "interval": [_known(row.mean_low), _known(row.mean_high)],
            "q10": _known(row.low),
            "q50": _known(row.median),
            "q90": _known(row.high),
        },
        "percentile": row.percentile,
        "by_chance": row.by_chance,
        "verdict": row.verdict,
    }  # fmt: skip


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number


def check(
    loaded: Loaded,
    record: Record,
    *,
    runs: int = 1000,
    seed: int = 1,
    engine: str = "auto",
    progress: Progress | None = None,
    say: Callable[[str], None] = silent,
) -> Check:
    """A record beside so many runs of its scenario; nothing is kept on disk.

    Parameters
    ----------
    progress : is told after each block how many runs and events there are so far.
    say : is told if the compiled engine must be made first.

    Raises
    ------
    UsageError
        If the number of runs is not from 1 to 100,000.
    RunError
        Of the lowest run in which an expression goes wrong.
    """
    if not 1 <= runs <= MOST_RUNS:
        raise UsageError(f"found {runs} runs; expected 1 to {MOST_RUNS:,}")
    tables, engine = build(loaded), chosen(engine, runs)
    measure = Measure(record, tables)

    def look(played: Played) -> tuple[Floats, int]:
        return measure.of(played), int(played.truncated.sum())

    wanted = blocks(runs, block_runs=None)
    seen = [*seen_blocks(tables, wanted, look, seed=seed, engine=engine, progress=progress, say=say)]
    truncated = sum(cut for _, cut in seen)
    columns = np.concatenate([values for values, _ in seen]).T
    rows = tuple(compared(one, values) for one, values in zip(record.statistics, columns, strict=True))
    return Check(record, runs, seed, engine, truncated, rows)


def compared(statistic: Statistic, values: Floats) -> Row:
    """What was observed of a statistic beside its values in some runs (NaN: undefined)."""
    known = np.sort(values[~np.isnan(values)])
    count = len(known)
    if not count:
        none = float("nan")
        return Row(statistic, 0, none, none, none, none, none, none, None, None, "undefined")
    mean, mean_low, mean_high = _mean(statistic, known)
    low, median, high = (float(one) for one in np.quantile(known, (0.1, 0.5, 0.9), method="inverted_cdf"))
    if statistic.band is not None:
        verdict = _of_band(statistic.band, mean_low, mean_high)
        return Row(statistic, count, mean, mean_low, mean_high, low, median, high, None, None, verdict)
    ends = (mean_low, mean_high) if _is_probability(statistic) else (low, high)
    verdict = _lies(statistic, *ends)
    percentile = by_chance = None
    if statistic.observed is not None and not _is_probability(statistic):
        below, up_to = (
            np.searchsorted(known, statistic.observed, "left"),
            np.searchsorted(known, statistic.observed, "right"),
        )
        percentile = float(below + up_to) / (2 * count)
        by_chance = float(np.mean((low <= known) & (known <= high)))
    return Row(statistic, count, mean, mean_low, mean_high, low, median, high, percentile, by_chance, verdict)


def _mean(statistic: Statistic, known: Floats) -> tuple[float, float, float]:
    count = len(known)
    if statistic.kind == "happens":
        low, high = wilson(known.sum(), count)
        return float(known.mean()), float(low), float(high)
    mean, low, high = mean_interval(known.sum(), (known**2).sum(), runs=count)
    if KINDS[statistic.kind].share:
        low, high = np.clip((low, high), 0.0, 1.0)
    return float(mean), float(low), float(high)


def _is_probability(statistic: Statistic) -> bool:
    """Whether what was observed is a probability, to be held against a share of runs, and not what one run does."""
    return statistic.kind == "happens" and statistic.low is not None


def _lies(statistic: Statistic, low: float, high: float) -> str:
    """Where the observed value, or else its ends, lie beside two ends of the model's."""
    ends_matter = statistic.observed is None or _is_probability(statistic)
    least, most = (statistic.low, statistic.high) if ends_matter else (statistic.observed, statistic.observed)
    if most is not None and most < low:
        return "below"
    return "above" if least is not None and least > high else "inside"


def _of_band(band: tuple[float, float], low: float, high: float) -> str:
    if band[0] <= low and high <= band[1]:
        return "as it should be"
    return "red flag" if high < band[0] or band[1] < low else "too close to tell"
