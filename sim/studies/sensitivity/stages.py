"""The stages of a study, for whatever answers: screening, chance, ends of ranges, indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.shares import CONFIDENCE
from sim.studies.sensitivity.chance import Bin, Split, curve, split
from sim.studies.sensitivity.design import saltelli, scattered, screened, trajectories
from sim.studies.sensitivity.ends import Ends, ends_of
from sim.studies.sensitivity.indices import OTHERS, Indices, indices
from sim.studies.sensitivity.inputs import Floats, Input
from sim.studies.sensitivity.measures import TIME, Measure
from sim.studies.sensitivity.model import Model
from sim.studies.sensitivity.request import END_RUNS, MORRIS, SCATTERED, SOBOL, Request
from sim.studies.sensitivity.screening import Screened, Screening, screen

_SHARE = 1 - CONFIDENCE
_TOLD = 3


@dataclass(frozen=True, slots=True)
class Hanging:
    """What another result hangs on: its parameters that are clear of luck, the strongest first, and how many."""

    measure: Measure
    strongest: tuple[Screened, ...]
    clear: int


@dataclass(frozen=True)
class Scatter:
    """Points drawn from all ranges, and the result at each.

    values : shape (points, inputs), of the inputs named in `inputs`; means : shape (points,), over the runs.
    """

    inputs: tuple[Input, ...]
    values: Floats
    means: Floats
    curves: tuple[tuple[Bin, ...], ...]


@dataclass(frozen=True)
class Found:
    """What all stages together found. `indices` is None where they were not asked for, or nothing stood out of luck."""

    screening: Screening | None
    hanging: tuple[Hanging, ...]
    splits: tuple[Split, ...]
    scatter: Scatter
    ends: Ends
    indices: Indices | None


def analysed(model: Model, chosen: tuple[Input, ...], target: Measure, request: Request) -> Found:
    """Ask a model as a request says, and read its answers.

    chosen : the inputs that are looked at one by one; the others are drawn, or taken together.
    """
    screening, hanging = _screened(model, chosen, target, request) if request.does(MORRIS) else (None, ())
    splits, means, points = _split(model, target, request)
    few = _few(chosen, screening, request)
    found = None
    if request.does(SOBOL) and few:
        found = _indices(model, few, target, request)
    shown = _shown(chosen, screening, found, request)
    values = np.column_stack([one.at(points[:, model.inputs.index(one)]) for one in shown])
    curves = tuple(curve(target, values[:, number], means) for number in range(len(shown)))
    scatter = Scatter(shown, values, means, curves)
    return Found(screening, hanging, splits, scatter, ends_of(model, shown, target, runs=END_RUNS), found)


def _screened(
    model: Model, chosen: tuple[Input, ...], target: Measure, request: Request
) -> tuple[Screening, tuple[Hanging, ...]]:
    """The screening of the result asked for, and what all others hang on."""
    names = tuple(one.id for one in chosen)
    unit = trajectories(names, request.trajectories, request.levels, request.seed)
    drawn = scattered(len(model.inputs), len(unit), request.seed, 3)
    shares = np.repeat(drawn[:, np.newaxis], unit.shape[1], axis=1)
    shares[:, :, [model.inputs.index(one) for one in chosen]] = screened(unit)
    left = model.respond(shares.reshape(-1, len(model.inputs)), request.replicates, together=unit.shape[1])

    def of(measure: Measure, share: float) -> Screening:
        responses = model.values(left, measure).reshape(*unit.shape[:2], -1)
        return screen(names, unit, responses, levels=request.levels, seed=request.seed, share=share)

    measures = [one for one in model.measures if one.kind != TIME]
    hanging = []
    for measure in measures:
        found = of(measure, _SHARE / len(measures))
        clear = [one for one in found.parameters if one.clear]
        hanging.append(Hanging(measure, tuple(clear[:_TOLD]), len(clear)))
    return of(target, _SHARE), tuple(hanging)


def _split(model: Model, target: Measure, request: Request) -> tuple[tuple[Split, ...], Floats, Floats]:
    """Of every result, how much is chance; of the one asked for the mean at each point; and the points."""
    points = scattered(len(model.inputs), SCATTERED, request.seed, 4)
    left = model.respond(points, request.replicates, together=1)
    measures = [one for one in model.measures if one.kind != TIME or one == target]
    splits = tuple(split(one, model.values(left, one)) for one in measures)
    return splits, model.values(left, target).mean(axis=1), points


def _few(chosen: tuple[Input, ...], screening: Screening | None, request: Request) -> tuple[Input, ...]:
    """The inputs whose indices are worth their runs: those clear of luck; without a screening, all that were chosen."""
    if screening is None:
        return chosen
    by_id = {one.id: one for one in chosen}
    return tuple(by_id[name] for name in screening.clear[: request.few])


def _indices(model: Model, few: Sequence[Input], target: Measure, request: Request) -> Indices | None:
    names = [one.id for one in model.inputs]
    alone = {one.id for one in few}
    groups = [name if name in alone else OTHERS for name in names]
    points = saltelli(names, groups, request.points, request.seed)
    left = model.respond(points.reshape(-1, len(names)), request.replicates, together=points.shape[1])
    responses = model.values(left, target).reshape(*points.shape[:2], -1)
    return indices(tuple(dict.fromkeys(groups)), responses, share=_SHARE)


def _shown(
    chosen: tuple[Input, ...], screening: Screening | None, found: Indices | None, request: Request
) -> tuple[Input, ...]:
    """The inputs that are shown at the ends of their ranges: those that matter most."""
    by_id = {one.id: one for one in chosen}
    order = [one.id for one in found.parameters] if found is not None else []
    order += [one.id for one in screening.parameters] if screening is not None else []
    order += by_id
    return tuple(by_id[name] for name in dict.fromkeys(order) if name in by_id)[: request.few]
