"""Deeds scored: how often each actor did what, and to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.names import name_of
from sim.scoring.baselines import Before
from sim.scoring.observed import ObservedEvent
from sim.scoring.rules import crps_of_count_before
from sim.scoring.spreads import SpreadScore, spread_score

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

Key = tuple[str, ...]
Counts = NDArray[np.float64]

COLUMNS = ("actor", "action", "target")


def count_scores(
    ensemble: Ensemble, events: Sequence[ObservedEvent], before: Before, *, complete: bool
) -> list[SpreadScore]:
    """The scores of the counts of deeds, by actor and action, and by actor, action and target.

    Parameters
    ----------
    complete : bool
        Whether the record holds every deed of the actors that it names: then a deed of theirs that the runs know and
        the record does not was done 0 times. Else only kinds of deeds that it holds are scored.
    """
    if not events or not ensemble.kept_runs:
        return []
    spreads, runs = _counted(ensemble, {event.actor for event in events})
    if not runs:
        return []
    observed = Counter((event.actor, event.action) for event in events)
    aimed = Counter((event.actor, event.action, event.target) for event in events if event.target)
    unaimed = {(event.actor, event.action) for event in events if event.target is None}
    keys: dict[Key, int] = dict(sorted(observed.items()))
    if complete:
        keys |= {key: 0 for key in sorted(spreads) if len(key) == 2 and key not in keys}
    keys |= {key: aimed[key] for key in sorted(aimed) if key[:2] not in unaimed}
    nothing = np.zeros(runs)
    return [_score(ensemble, key, count, spreads.get(key, nothing), before) for key, count in keys.items()]


def _score(ensemble: Ensemble, key: Key, observed: int, values: Counts, before: Before) -> SpreadScore:
    description = ensemble.description
    names = [name_of(description.actors, key[0]), name_of(description.actions, key[1])]
    names += [name_of(description.actors, target) for target in key[2:]]
    past = before.count(*key)
    baselines = {} if past is None else {"persistence": crps_of_count_before(past, observed)}
    kind = "count" if len(key) == 2 else "count by target"
    return spread_score(kind, key, " · ".join(names), observed=observed, values=values, baselines=baselines)


def _counted(ensemble: Ensemble, actors: set[str]) -> tuple[dict[Key, Counts], int]:
    """For each kind of deed of these actors how often each kept run that was not cut off has it, and those runs."""
    whole = ~ensemble.column("truncated")[: ensemble.kept_runs]
    found: dict[Key, Counts] = {}
    for names, kinds, runs in _batches(ensemble, actors):
        for kind in np.unique(kinds, axis=1).T:
            actor, action, target = (own[code] for own, code in zip(names, kind, strict=True))
            own = runs[(kinds == kind[:, None]).all(axis=0)]
            for key in ((actor, action), (actor, action, target)):
                np.add.at(found.setdefault(key, np.zeros(len(whole))), own, 1.0)
    return {key: counts[whole] for key, counts in found.items()}, int(whole.sum())


def _batches(ensemble: Ensemble, actors: set[str]) -> Iterator[tuple[list[list[str]], NDArray[Any], NDArray[Any]]]:
    """The events of some actors from the start on, many at a time.

    Returns
    -------
    names : for actor, action and target the names behind their numbers; the last target is nobody, an empty text
    kinds : the numbers of each event, shape (3, events)
    runs : the run of each event, shape (events,)
    """
    import pyarrow.compute as pc

    chosen = (pc.field("t") >= 0) & pc.field("actor").isin(sorted(actors))
    for events in ensemble.event_tables():
        for batch in events.filter(chosen).select(["run", *COLUMNS]).to_batches():
            columns = [batch.column(name) for name in COLUMNS]
            kinds = [column.indices.fill_null(-1).to_numpy(zero_copy_only=False) for column in columns]
            names = [[*column.dictionary.to_pylist(), ""] for column in columns]
            yield names, np.stack(kinds), batch.column("run").to_numpy()
