"""Ensembles that share their luck → what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.shares import CONFIDENCE, wilson
from sim.errors import UsageError
from sim.scenario.load import Loaded
from sim.studies.compare.changes import changes_between
from sim.studies.compare.measures import measures_of, values
from sim.studies.compare.paired import paired
from sim.studies.compare.result import Comparison, Contrast, Effect

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

_FIRST = 10
_SAID = ("name", "note", "source", "base_rate")
_ALIKE = (
    ("seed", "the seed", "the same luck"),
    ("runs", "the number of runs", "as many runs; brinkline resume FOLDER --runs N makes them alike"),
    ("start", "the start", "the same start"),
    ("horizon_days", "the horizon in days", "the same horizon; --horizon sets it for all"),
)


def compare(name: str, base: Ensemble, others: Mapping[str, Ensemble], *, anyway: bool = False) -> Comparison:
    """The base beside each of the others, run by run.

    Parameters
    ----------
    name : str
        The base's.
    others : mapping of name to Ensemble
        At least one.
    anyway : bool
        Whether scenarios of different ids may be compared.

    Raises
    ------
    UsageError
        If ensembles do not share seed, runs, start, horizon and version; or, unless `anyway`, the scenario's id.
    StorageError
        If a folder cannot be read.
    """
    if not others:
        raise UsageError("found nothing to compare with; expected at least one alternative")
    for other_name, other in others.items():
        _refuse(name, base, other_name, other, anyway)
    measures = {key: measures_of(base.description, other.description) for key, other in others.items()}
    comparisons = sum(map(len, measures.values()))
    confidence = 1 - (1 - CONFIDENCE) / comparisons
    columns = {one: values(base, one) for one in max(measures.values(), key=len)}
    contrasts = []
    for key, other in others.items():
        same = other.manifest["hash"] == base.manifest["hash"]
        changed = changed_runs(base, other)
        effects = []
        for one in measures[key]:
            before = columns[one] if one in columns else values(base, one)
            share = one.kind == "chance"
            found = paired(before, values(other, one), confidence=confidence, share=share, same=same)
            effects.append(Effect(one, found))
        low, high = wilson(len(changed), len(base))
        contrasts.append(
            Contrast(
                key, other, same, changes_between(base.scenario, other.scenario), len(changed),
                (0.0, 0.0) if same else (float(low), float(high)),
                tuple(changed[:_FIRST].tolist()), tuple(effects), tuple(_remarks(base, other)),
            )
        )  # fmt: skip
    return Comparison(name, base, tuple(contrasts), comparisons, confidence)


def changed_runs(base: Ensemble, other: Ensemble) -> NDArray[np.int64]:
    """The numbers of the runs whose events are not the same, from the digests of their logs."""
    return np.flatnonzero((base.digests != other.digests).any(axis=1))


def _refuse(name: str, base: Ensemble, other_name: str, other: Ensemble, anyway: bool) -> None:
    """Raise UsageError if a run of one is not the same run of the other but for what was changed."""
    pairs = [
        (what, base.manifest[key], other.manifest[key], expected)
        for key, what, expected in _ALIKE
        if base.manifest[key] != other.manifest[key]
    ]
    versions = [one.manifest["versions"]["brinkline"] for one in (base, other)]
    if versions[0] != versions[1]:
        pairs.append(
            ("the version of Brinkline", *versions, "one version, as another may mean something else by a run")
        )
    ids = [one.manifest["scenario"] for one in (base, other)]
    if ids[0] != ids[1] and not anyway:
        pairs.append(("the scenario", *ids, "one scenario and its variants, or --anyway"))
    if pairs:
        told = "\n".join(
            f"  {what}: found {before} and {after}; expected {expected}" for what, before, after, expected in pairs
        )
        raise UsageError(f"{name} and {other_name} cannot be compared run by run:\n{told}")


def _remarks(base: Ensemble, other: Ensemble) -> Iterator[str]:
    """What the reader must know before comparing."""
    ids = [one.manifest["scenario"] for one in (base, other)]
    if ids[0] != ids[1]:
        yield f"These are two scenarios, {ids[0]} and {ids[1]}: what they share by name may not mean the same."
    before, after = base.description.outcomes, other.description.outcomes
    for here, there, where in ((before, after, "base"), (after, before, "alternative")):
        lost = [key for key in here if key not in there]
        if lost:
            yield f"Outcomes of the {where} only, and not compared: {', '.join(lost)}."
    moved = [key for key in before if key in after and _asked(base.scenario, key) != _asked(other.scenario, key)]
    if moved:
        yield f"Outcomes that the two do not ask in the same way: {', '.join(moved)}."
    cut = [one.manifest["truncated"] for one in (base, other)]
    if any(cut):
        yield (
            f"Truncated runs: {cut[0]:,} of the base, {cut[1]:,} of the alternative. Pairs of which one does not "
            "tell are left out, and they are the busiest ones."
        )


def _asked(scenario: Loaded, outcome: str) -> dict[str, object]:
    """What an outcome asks, without how it is called."""
    told = scenario.root.at(("outcomes", outcome)).plain()
    return {key: value for key, value in told.items() if key not in _SAID}
