"""From scenarios or ensembles to their comparison, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.ensemble.results import Ensemble
from sim.ensemble.run import Request
from sim.errors import UsageError
from sim.scenario.load import Loaded
from sim.studies.compare.arms import Alternative, Plan, play_plan, refuse_unlike
from sim.studies.compare.compare import compare
from sim.studies.compare.result import Comparison

BASE = "base"


def between(
    base: Loaded | Ensemble,
    alternatives: Mapping[str, Loaded | Ensemble],
    folder: Path,
    request: Request,
    *,
    anyway: bool = False,
) -> Comparison:
    """The comparison of ensembles, or of scenarios, which are played in the folder as far as they are not there yet.

    Raises
    ------
    UsageError
        If some are ensembles and some are scenarios, or as :func:`compare` and :func:`play_plan`.
    """
    scenarios = {name: one for name, one in alternatives.items() if isinstance(one, Loaded)}
    ensembles = {name: one for name, one in alternatives.items() if isinstance(one, Ensemble)}
    if isinstance(base, Ensemble):
        if scenarios:
            raise UsageError("found an ensemble and scenarios to compare it with; expected only one of them")
        return compare(BASE, base, ensembles, anyway=anyway)
    if ensembles:
        raise UsageError("found a scenario and ensembles to compare it with; expected only one of them")
    plan = Plan((Alternative(BASE, base), *(Alternative(name, one) for name, one in scenarios.items())))
    refuse_unlike(plan, anyway=anyway)
    first, *others = play_plan(plan, folder, request)
    return compare(BASE, first, dict(zip(scenarios, others, strict=True)), anyway=anyway)
