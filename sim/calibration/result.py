"""From a reference table to all that a calibration says: a pure function of the table, the record and the share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.calibration import selfcheck
from sim.calibration.abc import Floats, Numbers, Reference, Target, nearest
from sim.calibration.posterior import Posterior, Predicted, Spread, predicted
from sim.calibration.ranges import Range
from sim.calibration.reach import NEIGHBOURS, Loneliness, Reach, loneliness, reach
from sim.calibration.record import Record, Statistic
from sim.calibration.selfcheck import Uniformity
from sim.calibration.table import Table
from sim.calibration.writing import Written, written
from sim.errors import UsageError
from sim.scenario.schema import Parameter

LITTLE = 0.1
"""A contraction below this, or one that chance makes, says that the record tells little of a parameter."""
PER_COEFFICIENT = 5
"""So many accepted runs there must be for each coefficient of the regression."""

_SCALES: dict[str, Callable[[Floats], Floats]] = {"identity": lambda values: values, "sqrt": np.sqrt, "log": np.log}


@dataclass(frozen=True, slots=True)
class Judged:
    """A statistic that the record gives a number for: that, how far runs reach, and what they have before and after.

    predicted : None if the record is out of reach.
    """

    statistic: Statistic
    low: float
    high: float
    reach: Reach
    predicted: Predicted | None


@dataclass(frozen=True, slots=True)
class Apart:
    """A statistic in which the runs nearest to a lonely record are far off, and from where to where they have it."""

    judged: Judged
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A parameter before and after.

    name, label, unit : its id, what people call it and what it is measured in. range : the wide one.
    prior, posterior : medians with 90 % intervals. pressed : the end of the range where it piles up, or nothing.
    halved, doubled : its median had half or twice as many runs been accepted. check : of runs whose parameter is known.
    written : as the scenario can say it; None if it piles up, or the record tells little of it: it keeps its own range.
    """

    name: str
    label: str
    unit: str
    range: Range
    prior: Spread
    posterior: Spread
    contraction: float
    pressed: str
    halved: float
    doubled: float
    check: Uniformity
    written: Written | None


@dataclass(frozen=True)
class Result:
    """All that was found.

    comparable : rows of the table that define every statistic that is fitted. count : how many were to be accepted.
    rows : their places in the table. apart : if the record is lonely, the statistics that make it so. Without
    `posterior` the record is out of reach, and there is nothing in `fitted`.
    """

    table: Table
    comparable: int
    count: int
    rows: Numbers
    judged: tuple[Judged, ...]
    lonely: Loneliness | None
    apart: tuple[Apart, ...]
    posterior: Posterior | None
    fitted: tuple[Fitted, ...]

    @property
    def reached(self) -> bool:
        """Whether the model can reach the record."""
        return self.posterior is not None


def ends(statistic: Statistic) -> tuple[float, float] | None:
    """From where to where the record lets a statistic lie; None if it gives no number.

    A value is a value, whatever interval stands beside it: that is what chance does to the figure, and chance does
    the same to every run. Two ends alone are a figure in dispute: anything between them is as good.
    """
    if statistic.observed is not None:
        return statistic.observed, statistic.observed
    if statistic.low is not None and statistic.high is not None:
        return statistic.low, statistic.high
    return None


def to_fit(record: Record) -> list[int]:
    """The numbers of the statistics that calibration is to meet. Raises UsageError if there are none."""
    found = [number for number, one in enumerate(record.statistics) if one.fit and ends(one) is not None]
    if not found:
        raise UsageError(f"the record {record.id} has no statistic to fit; expected one with fit: true and a number")
    return found


def fewest(statistics: int) -> int:
    """How many runs must be accepted at least for so many statistics."""
    return PER_COEFFICIENT * (1 + statistics)


def analysed(
    table: Table, record: Record, ranges: Mapping[str, Range], parameters: Mapping[str, Parameter], *,
    accept: float, seed: int,
) -> Result:  # fmt: skip
    """What a table says of a record.

    ranges : the wide ranges of the parameters that are fitted, in the order of the table's columns.
    parameters : the scenario's own parameters. accept : the share of comparable rows that is accepted.
    """
    fit = to_fit(record)
    scaled = np.column_stack([on_scale(table.statistics[:, one], record.statistics[one]) for one in fit])
    rows = np.flatnonzero(np.isfinite(scaled).all(axis=1))
    count = math.ceil(accept * len(rows))
    judged = _judged(table, record)
    reached = all(one.reach.reached for one in judged if one.statistic.fit)
    lonely: Loneliness | None = None
    apart: tuple[Apart, ...] = ()
    posterior: Posterior | None = None
    fitted: tuple[Fitted, ...] = ()
    if count >= fewest(len(fit)) and reached:
        line = np.column_stack([
            one.to_line(values) for one, values in zip(ranges.values(), table.parameters[rows].T, strict=True)
        ])  # fmt: skip
        reference = Reference.of(line, scaled[rows])
        target = _target(reference, record, fit)
        lonely = loneliness(reference, target, seed=seed)
        if lonely is None or lonely.reached:
            posterior = Posterior.of([*ranges.values()], reference, target, count=count)
            judged = _with_prediction(judged, table, record, rows[posterior.accepted.rows], posterior)
            fitted = _fitted(posterior, reference, target, ranges, parameters, count=count, seed=seed)
        else:
            apart = _apart(
                reference, target, [one for one in judged if one.statistic.fit], table.statistics[rows][:, fit]
            )
    return Result(table, len(rows), count, rows, judged, lonely, apart, posterior, fitted)


def on_scale(values: Floats, statistic: Statistic) -> Floats:
    """The values on the scale on which the statistic's distances are taken; NaN or infinite where there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return _SCALES[statistic.scale](values)


def _target(reference: Reference, record: Record, fit: list[int]) -> Target:
    bands = [(ends(record.statistics[one]) or (np.nan, np.nan), record.statistics[one]) for one in fit]
    low, high = np.array([on_scale(np.array(band), statistic) for band, statistic in bands]).T
    return reference.target(low, high)


def _judged(table: Table, record: Record) -> tuple[Judged, ...]:
    found = []
    for statistic, values in zip(record.statistics, table.statistics.T, strict=True):
        band = ends(statistic)
        if band is not None:
            found.append(Judged(statistic, *band, reach(values, *band), None))
    return tuple(found)


def _apart(reference: Reference, target: Target, judged: list[Judged], statistics: Floats) -> tuple[Apart, ...]:
    """The statistics that keep the nearest rows away, the worst first: half as far as the worst, or more."""
    rows = nearest(reference, target, count=NEIGHBOURS).rows
    off = np.abs(target.offsets(reference.columns[:, rows]).mean(axis=0))
    worst = [int(one) for one in np.argsort(-off, kind="stable") if off[one] >= off.max() / 2]
    return tuple(
        Apart(judged[one], float(statistics[rows, one].min()), float(statistics[rows, one].max())) for one in worst
    )


def _with_prediction(
    judged: tuple[Judged, ...], table: Table, record: Record, rows: Numbers, posterior: Posterior
) -> tuple[Judged, ...]:
    """The statistics with what they are in the accepted rows."""
    found = []
    for one in judged:
        values = table.statistics[:, record.statistics.index(one.statistic)]
        then = predicted(values, values[rows], posterior.accepted.weights, low=one.low, high=one.high)
        found.append(Judged(one.statistic, one.low, one.high, one.reach, then))
    return tuple(found)


def _fitted(
    posterior: Posterior, reference: Reference, target: Target, ranges: Mapping[str, Range],
    parameters: Mapping[str, Parameter], *, count: int, seed: int,
) -> tuple[Fitted, ...]:  # fmt: skip
    wide = [*ranges.values()]
    halved, doubled = (
        Posterior.of(wide, reference, target, count=other).medians for other in (max(count // 2, 2), 2 * count)
    )
    ranks = selfcheck.ranks(reference, target, posterior.accepted, count=count, seed=seed)
    little = max(LITTLE, 2 * math.sqrt(2 / posterior.accepted.effective))
    found = []
    for number, (name, range_) in enumerate(ranges.items()):
        own = parameters[name]
        contraction, pressed = posterior.contraction(number), posterior.pressed(number)
        found.append(
            Fitted(
                name=name,
                label=own.name or name,
                unit=own.unit or "",
                range=range_,
                prior=posterior.prior(number),
                posterior=posterior.spread(number),
                contraction=contraction,
                pressed=pressed,
                halved=float(halved[number]),
                doubled=float(doubled[number]),
                check=selfcheck.uniformity(ranks[:, number]),
                written=None if pressed or contraction < little else _written(posterior, number, own),
            )
        )
    return tuple(found)


def _written(posterior: Posterior, number: int, own: Parameter) -> Written:
    kind = own.range.kind if own.range is not None else ""
    weights, wide = posterior.accepted.weights, posterior.ranges[number]
    return written(posterior.draws[:, number], weights, wide, own=kind, bounded=own.bounds is not None)
