"""The summary of an ensemble: what ``summary.json`` holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.analysis import events, levels, outcomes, parameters, wording
from sim.analysis.deaths import deaths_per_run
from sim.analysis.names import rows_of
from sim.analysis.quantities import QUANTILES, describe, quantile_key
from sim.analysis.shares import CONFIDENCE, POWER, smallest_difference, wilson

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

FORMAT = 1


def summarise(ensemble: Ensemble) -> dict[str, Any]:
    """Everything that is said of an ensemble, as plain data for JSON; unknown numbers are null.

    Probabilities are shares of runs; each `interval` is the 95 % Monte Carlo interval, which more runs
    make shorter. How far the uncertain parameters move a probability stands apart, in `parameters`.
    """
    runs = len(ensemble)
    manifest = ensemble.manifest
    summary = {
        "format": FORMAT,
        "scenario": manifest["scenario"],
        "title": manifest["title"],
        "disclaimer": wording.DISCLAIMER,
        "runs": runs,
        "kept_runs": ensemble.kept_runs,
        "seed": manifest["seed"],
        "start": manifest["start"],
        "horizon_days": ensemble.horizon_days,
        "truncated": manifest["truncated"],
        "ended": _ended(ensemble),
        "resolution": _resolution(runs),
        "precision": _precision(manifest["precision"]),
        "outcomes": _outcomes(ensemble),
        "level": _level(ensemble),
        "events": _events(ensemble),
        "deaths": _deaths(ensemble),
        "injured": describe(ensemble.column("injured")),
        "stood_down": _stood_down(ensemble),
    }
    plain: dict[str, Any] = _plain(summary)
    return plain


def _resolution(runs: int) -> dict[str, Any]:
    """What this number of runs can tell apart."""
    difference = smallest_difference(runs)
    if difference is None:
        text = f"{wording.runs_text(runs)} cannot tell two probabilities apart"
    else:
        points = wording.number_text(100 * difference, digits=2)
        text = (
            f"with {wording.runs_text(runs)} each, two independent ensembles tell probabilities near one half apart "
            f"when they differ by {points} percentage points or more; paired what-ifs under one seed do better"
        )
    return {"smallest_difference": difference, "confidence": CONFIDENCE, "power": POWER, "text": text}


def _precision(precision: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """How narrow the intervals were asked to be, and whether they are; None if nothing was asked."""
    return None if precision is None else dict(precision) | {"text": wording.precision_text(**precision)}


def _outcomes(ensemble: Ensemble) -> dict[str, Any]:
    moved = parameters.influence(ensemble)
    result = {}
    for row in rows_of(outcomes.outcome_table(ensemble)):
        outcome = str(row.Index)
        entry: dict[str, Any] = {
            "name": row.name,
            "probability": row.probability,
            "interval": [row.low, row.high],
            "text": wording.probability_text(row.count, row.of),
            "words": wording.likelihood_words(row.count, row.of),
            "confidence": _confidence(ensemble, moved, outcome, row.probability),
            "count": row.count,
            "of": row.of,
            "unknown": row.unknown,
            "median_days": row.q50,
            "days": {quantile_key(q): getattr(row, quantile_key(q)) for q in QUANTILES},
            "parameters": _parameters(moved, outcome),
        }
        result[outcome] = entry
    return result


def _confidence(ensemble: Ensemble, influence: parameters.Influence, outcome: str, share: float) -> dict[str, Any]:
    """How well founded a probability is, from the parameters that clearly move it, or from all if none does."""
    moved = influence.range(outcome)
    moves = influence.moves(outcome)
    clear = [*moves.index[moves["clear"]]]
    known = ensemble.description.parameters
    counted = clear or [*influence.names]
    assumed = sum(known[name].source in (None, "assumed") for name in counted if name in known)
    which = "parameters that clearly move it" if clear else "uncertain parameters"
    width = None if moved is None else moved["widest"]
    found = wording.confidence(share, width, assumed=assumed, of=len(counted), which=which)
    return {"level": found.level, "text": found.text, "assumed": assumed, "of": len(counted)}


def _parameters(influence: parameters.Influence, outcome: str) -> dict[str, Any]:
    moved = influence.range(outcome) or {"range": None, "adjusted_r2": None, "clear": None, "widest": None}
    moves = influence.moves(outcome)
    strongest = {}
    for row in rows_of(moves[moves["difference"] != 0].head(parameters.STRONGEST)):
        strongest[row.Index] = {
            "name": row.name,
            "low": {"probability": row.low_probability, "interval": [row.low_from, row.low_to], "of": row.low_of},
            "high": {"probability": row.high_probability, "interval": [row.high_from, row.high_to], "of": row.high_of},
            "difference": row.difference,
            "interval": [row.difference_from, row.difference_to],
            "clear": row.clear,
        }
    return moved | {"confidence": parameters.RANGE, "varied": len(moves), "strongest": strongest}


def _level(ensemble: Ensemble) -> dict[str, Any]:
    fan = levels.level_fan(ensemble)
    reached = levels.peak_reached(ensemble)
    return {
        "peak": describe(ensemble.column("peak_level")),
        "final": describe(ensemble.column("final_level")),
        "reached": {
            str(row.Index): {
                "name": row.name,
                "probability": row.probability,
                "interval": [row.low, row.high],
                "text": wording.probability_text(row.count, row.of),
                "count": row.count,
                "of": row.of,
            }
            for row in rows_of(reached)
        },
        "by_day": {"day": fan.index.to_list()} | {name: fan[name].to_list() for name in fan.columns},
    }


def _events(ensemble: Ensemble) -> dict[str, Any]:
    matrix = events.who_against_whom(ensemble)
    return {
        "per_run": describe(ensemble.column("events")),
        "by_action": _frequencies(events.events_per_run(ensemble, "action")),
        "by_actor": _frequencies(events.events_per_run(ensemble, "actor")),
        "by_actor_and_target": {
            str(actor): {str(target): mean for target, mean in row.items() if mean > 0}
            for actor, row in matrix.iterrows()
            if row.any()
        },
    }


def _frequencies(table: pd.DataFrame) -> dict[str, Any]:
    return {
        str(row.Index): {
            "name": row.name,
            "mean": row.mean,
            "interval": [row.low, row.high],
            "share": row.share,
            "share_interval": [row.share_low, row.share_high],
        }
        for row in rows_of(table)
    }


def _deaths(ensemble: Ensemble) -> dict[str, Any]:
    deaths = deaths_per_run(ensemble)
    count, of = int((deaths > 0).sum()), len(deaths)
    by_actor = {
        str(row.Index): {"name": row.name, "mean": row.mean, "interval": [row.low, row.high]}
        for row in rows_of(events.deaths_by_actor(ensemble))
    }
    any_deaths = {
        "count": count,
        "of": of,
        "probability": count / of if of else None,
        "interval": wilson(count, of),
        "text": wording.probability_text(count, of),
    }
    return describe(deaths) | {"most": int(deaths.max(initial=0)), "any": any_deaths, "by_actor": by_actor}


def _stood_down(ensemble: Ensemble) -> dict[str, Any]:
    """How often each rule's response stood down, per run."""
    table = events.mean_table(ensemble.description.rules, ensemble.tally.stood_down, runs=len(ensemble))
    return {
        str(row.Index): {"name": row.name, "mean": row.mean, "interval": [row.low, row.high]} for row in rows_of(table)
    }


def _ended(ensemble: Ensemble) -> dict[str, int]:
    """How many runs each outcome ended."""
    return dict(sorted(Counter(outcome for outcome in ensemble.column("ended") if outcome is not None).items()))


def _plain(value: Any) -> Any:
    """The value in the types of JSON: numbers in six digits, what is not finite as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return None if value is None else str(value)
