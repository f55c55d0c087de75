"""What a calibration says: as plain data, in sentences, and as a variant of the scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from sim.analysis.wording import DISCLAIMER, number_text, runs_text
from sim.calibration.posterior import INTERVAL, PREDICTIVE, Spread
from sim.calibration.reach import OUT_OF_REACH
from sim.calibration.record import Record
from sim.calibration.result import Fitted, Judged, Result, ends
from sim.calibration.selfcheck import INTERVAL as CHECKED
from sim.ensemble.files import csv_text
from sim.scenario.dump import to_yaml

VARIANT = "calibrated"
_MOVED, _UNEVEN, _OFF = 0.25, 0.01, 0.1

Manifest = Mapping[str, Any]


def document(result: Result, record: Record, manifest: Manifest) -> dict[str, Any]:
    """All of it as plain data; unknown numbers are None."""
    accepted = result.posterior.accepted if result.posterior else None
    found = {
        "disclaimer": DISCLAIMER,
        "scenario": manifest["scenario"],
        "record": {"id": record.id, "title": record.title},
        "seed": manifest["seed"],
        "runs": len(result.table),
        "truncated": int(result.table.truncated.sum()),
        "comparable": result.comparable,
        "reached": result.reached,
        "problem": "" if result.reached else out_of_reach(result, record),
        "joint": asdict(result.lonely) if result.lonely else None,
        "apart": [one.judged.statistic.id for one in result.apart],
        "accepted": None if accepted is None else {
            "share": manifest["accept"],
            "runs": len(accepted.rows),
            "effective": accepted.effective,
            "tolerance": accepted.tolerance,
        },
        "parameters": {one.name: _parameter(one) for one in result.fitted},
        "correlations": [
            {"parameters": [result.fitted[i].name, result.fitted[j].name], "correlation": value}
            for i, j, value in (result.posterior.correlations() if result.posterior else [])
        ],
        "statistics": {one.statistic.id: _statistic(one) for one in result.judged},
        "remarks": remarks(result),
    }  # fmt: skip
    plain: dict[str, Any] = _plain(found)
    return plain


def _parameter(one: Fitted) -> dict[str, Any]:
    return {
        "name": one.label,
        "unit": one.unit,
        "range": {"text": one.range.text, "bounds": one.range.bounds},
        "interval": INTERVAL,
        "prior": asdict(one.prior),
        "posterior": asdict(one.posterior),
        "contraction": one.contraction,
        "piles_up_at": one.pressed or None,
        "median_at_half_the_share": one.halved,
        "median_at_twice_the_share": one.doubled,
        "check": {"interval": CHECKED, **asdict(one.check)},
        "written": None
        if one.written is None
        else {
            "range": one.written.range.text,
            "bounds": one.written.range.bounds,
            "value": one.written.value,
            "misfit": one.written.misfit,
        },
    }


def _statistic(one: Judged) -> dict[str, Any]:
    then = one.predicted
    return {
        "name": one.statistic.name,
        "unit": one.statistic.unit,
        "fitted": one.statistic.fit,
        "record": {"low": one.low, "high": one.high},
        "reach": asdict(one.reach) | {"reached": one.reach.reached},
        "interval": PREDICTIVE,
        "before": None if then is None else asdict(then.before),
        "after": None if then is None else asdict(then.after),
        "defined_after": None if then is None else then.defined,
        "inside": None if then is None else then.inside,
    }


def _plain(value: Any) -> Any:
    """The same without NaN and NumPy's kinds of numbers, floats with nine digits."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else None
    return value


def out_of_reach(result: Result, record: Record) -> str:
    """Why the record cannot be reached, with which statistics, and what the model's range is."""
    runs = runs_text(len(result.table))
    faults = [_beyond(one) for one in result.judged if one.statistic.fit and not one.reach.reached]
    if not faults and result.lonely is not None and not result.lonely.reached:
        lonely = result.lonely
        faults = [
            f"each statistic is in reach, but not all together: the record is {lonely.record:.2f} times as far from "
            f"its nearest runs as these are from theirs, where {lonely.typical:.2f} times is usual and fewer than one "
            f"run in {1 / OUT_OF_REACH:,.0f} is as lonely",
            *(
                f"{one.judged.statistic.id}: the record has {record_text(one.judged)}, the runs nearest to it "
                f"{number_text(one.low)} to {number_text(one.high)}"
                for one in result.apart
            ),
        ]
    if not faults:
        faults = [f"only {result.comparable:,} runs define all statistics that are fitted: too few to compare with"]
    text = f"the model cannot reach the record {record.id}, of {runs} with the widest ranges"
    return "\n  ".join([f"{text}; nothing was fitted:", *faults])


def _beyond(one: Judged) -> str:
    """One statistic out of reach, in words."""
    statistic, found = one.statistic, one.reach
    if found.defined < OUT_OF_REACH:
        return f"{statistic.id}: {100 * found.defined:.2g} % of runs have a value at all"
    share = f"{100 * found.tail:.2g} % of runs" if found.tail > 0 else "no run"
    model = f"{number_text(found.lowest)} to {number_text(found.highest)}"
    return f"{statistic.id}: the record has {record_text(one)}, the model {model} ({share} as far as that)"


def record_text(one: Judged) -> str:
    """What the record gives for a statistic: a number, or two ends."""
    unit = f" {one.statistic.unit}" if one.statistic.unit else ""
    low = number_text(one.low)
    return f"{low if one.low == one.high else f'{low}–{number_text(one.high)}'}{unit}"


def spread_text(one: Spread) -> str:
    """``1.4 (1.1–1.9)``."""
    return f"{number_text(one.median, digits=2)} ({number_text(one.low, digits=2)}–{number_text(one.high, digits=2)})"


def remarks(result: Result) -> list[str]:
    """What the reader must know before using what was fitted; a sentence each."""
    if result.posterior is None:
        return []
    found = [text for one in result.fitted for text in _of_parameter(one, len(result.fitted))]
    for i, j, value in result.posterior.correlations():
        first, second = result.fitted[i].name, result.fitted[j].name
        found.append(f"{first} and {second} are correlated ({value:+.2f}); the variant draws them apart")
    for one in result.judged:
        if one.predicted is not None and not one.predicted.inside:
            kind = "fitted" if one.statistic.fit else "not fitted"
            model = spread_text(one.predicted.after)
            found.append(f"{one.statistic.id} ({kind}): the record has {record_text(one)}, accepted runs {model}")
    if result.table.truncated.any():
        found.append(f"{runs_text(int(result.table.truncated.sum()))} were cut off at max_events and not compared")
    return found


def _of_parameter(one: Fitted, parameters: int) -> list[str]:
    found = []
    if one.pressed:
        found.append(
            f"{one.name} piles up at the {one.pressed} end of its wide range: the record may ask for values beyond, "
            "and no range is written for it"
        )
    elif one.written is None:
        found.append(f"{one.name}: the record says little of it; it keeps the scenario's own range")
    elif one.written.misfit > _OFF:
        found.append(f"{one.name}: the range that is written is off by up to {one.written.misfit:.0%}")
    width = one.posterior.high - one.posterior.low
    if max(abs(one.halved - one.posterior.median), abs(one.doubled - one.posterior.median)) > _MOVED * width:
        ways = f"{number_text(one.halved)} with half as many accepted, {number_text(one.doubled)} with twice"
        found.append(f"{one.name}: its median depends on how many runs are accepted ({ways})")
    if one.check.p_value < _UNEVEN / parameters:
        share = f"{100 * one.check.covered:.0f} %"
        found.append(f"{one.name}: its intervals are not right; those of {CHECKED:.0%} hold {share} of known values")
    return found


def draws_text(result: Result) -> str:
    """The accepted runs with their weights, distances and adjusted parameters: ``posterior.csv``."""
    assert result.posterior is not None
    accepted = result.posterior.accepted
    numbers = np.column_stack([accepted.weights / accepted.weights.sum(), accepted.distances, result.posterior.draws])
    rows = zip(result.rows[accepted.rows].tolist(), numbers.tolist(), strict=True)
    headers = ["run", "weight", "distance", *(one.name for one in result.fitted)]
    return csv_text(headers, ([run, *(f"{value:.9g}" for value in row)] for run, row in rows))


def variant_text(result: Result, record: Record, manifest: Manifest) -> str:
    """The ranges as a variant that a scenario can include: ``variant.yaml``; empty if there are none."""
    settings: dict[str, Any] = {}
    source = f"fitted-{record.id}"
    for one in result.fitted:
        if one.written is None:
            continue
        path = f"parameters.{one.name}"
        settings[f"{path}.source"] = source
        settings[f"{path}.range"] = one.written.range.text
        if one.written.range.bounds is not None:
            settings[f"{path}.bounds"] = [float(f"{end:.9g}") for end in one.written.range.bounds]
        settings[f"{path}.value"] = one.written.value
    if not settings:
        return ""
    variant = {"name": f"Fitted to the record {record.id}", "note": _note(result, record, manifest), "set": settings}
    sources = {source: {"kind": "fit", "title": f"Fitted to the record {record.id}"}}
    return to_yaml({"brinkline": 1, "sources": sources, "variants": {VARIANT: variant}})


def _note(result: Result, record: Record, manifest: Manifest) -> str:
    assert result.posterior is not None
    statistics = sum(one.statistic.fit and ends(one.statistic) is not None for one in result.judged)
    accepted = result.posterior.accepted
    written = sum(one.written is not None for one in result.fitted)
    text = (
        f"{_counted(written)} of {manifest['scenario']} fitted to {statistics} statistics of the record "
        f"{record.id}: {len(result.table):,} runs, seed {manifest['seed']}, {len(accepted.rows):,} accepted "
        f"(worth {accepted.effective:,.0f}). Each range is drawn apart from the others."
    )
    left = [one.name for one in result.fitted if one.written is None]
    return f"{text} Left as they were: {', '.join(left)}." if left else text


def _counted(parameters: int) -> str:
    return f"{parameters} parameter{'s' * (parameters != 1)}"
