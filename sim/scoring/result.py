"""An ensemble scored against what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.wording import DISCLAIMER
from sim.model.tables import NO_PROGRAM
from sim.scenario.times import DAY_MS, moment_text
from sim.scoring.baselines import Before
from sim.scoring.counts import count_scores
from sim.scoring.means import Bin, MeanScore, bins, outcome_means, spread_means
from sim.scoring.observed import Observed, read_base_rates, read_observed
from sim.scoring.outcomes import OutcomeScore, happenings, outcome_score, time_score
from sim.scoring.spreads import Coverage, SpreadScore, coverage
from sim.scoring.words import RULES, judgement, reservations

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

FORMAT = 1


@dataclass(frozen=True)
class Score:
    """What an ensemble's forecast was worth.

    Attributes
    ----------
    ensemble : Ensemble
    observed : Observed
        The record.
    outcomes : tuple of OutcomeScore
        In the order of the record.
    times, counts : tuple of SpreadScore
    means : tuple of MeanScore
        Brier and log scores of outcomes, CRPS of times and of counts.
    coverage : tuple of Coverage
    bins : tuple of Bin
        Outcomes by forecast probability, for the reliability picture.
    not_scored : tuple of str
        The scenario's outcomes of which the record, or every run, says nothing.
    warnings, judgement, reservations : tuple of str
        What looks wrong with the record; what the score says; what it cannot say.
    """

    ensemble: Ensemble
    observed: Observed
    outcomes: tuple[OutcomeScore, ...]
    times: tuple[SpreadScore, ...]
    counts: tuple[SpreadScore, ...]
    means: tuple[MeanScore, ...]
    coverage: tuple[Coverage, ...]
    bins: tuple[Bin, ...]
    not_scored: tuple[str, ...]
    warnings: tuple[str, ...]
    judgement: tuple[str, ...]
    reservations: tuple[str, ...]

    @property
    def document(self) -> dict[str, Any]:
        """All of it as plain data, as in ``score.json``."""
        manifest = self.ensemble.manifest
        return {
            "format": FORMAT,
            "disclaimer": DISCLAIMER,
            **{key: manifest[key] for key in ("scenario", "title", "seed", "runs", "kept_runs", "truncated", "digest")},
            "start": self.ensemble.start.isoformat(),
            "horizon_days": self.ensemble.horizon_days,
            "observed": [{"file": Path(file).name, "sha256": digest} for file, digest in self.observed.files],
            "events": len(self.observed.events),
            "rules": RULES,
            **{
                key: [asdict(one) for one in getattr(self, key)]
                for key in ("outcomes", "times", "counts", "means", "coverage", "bins")
            },
            **{
                key: list(getattr(self, key)) for key in ("not_scored", "warnings", "judgement", "reservations")
            },
        }  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row each scored thing, as in ``score.csv``; what a row has not is None."""
        return [_outcome_row(score) for score in self.outcomes] + [
            _spread_row(score) for score in (*self.times, *self.counts)
        ]


def score(
    ensemble: Ensemble,
    observed: Observed | str | Path | Iterable[str | Path],
    *,
    base_rates: Mapping[str, float] | str | Path | None = None,
    complete: bool = False,
) -> Score:
    """Score an ensemble against what really happened.

    Parameters
    ----------
    ensemble : Ensemble
        What :func:`sim.run` or :func:`sim.open_results` gives.
    observed : Observed, path or paths
        What :func:`read_observed` gives or takes.
    base_rates : mapping of outcome to probability, or path
        Base rates that are used instead of the scenario's.
    complete : bool
        Whether the event rows hold every deed of the actors that do something in them.

    Raises
    ------
    RecordError
        With everything that is wrong in the files.
    StorageError
        If something cannot be read.
    """
    if not isinstance(observed, Observed):
        observed = read_observed([observed] if isinstance(observed, str | Path) else observed, ensemble)
    if isinstance(base_rates, str | Path):
        base_rates = read_base_rates(base_rates, ensemble)
    before = Before(ensemble)
    pairs = [(row, outcome_score(ensemble, row, before, base_rates or {})) for row in observed.outcomes]
    outcomes = tuple(one for _, one in pairs if one is not None)
    times = [time_score(ensemble, row, one) for row, one in pairs if one is not None]
    spreads = [one for one in times if one is not None]
    counts = count_scores(ensemble, observed.events, before, complete=complete)
    happened = happenings(ensemble, [one.outcome for one in outcomes]) if outcomes else None
    means = outcome_means(outcomes, happened) if happened is not None else ()
    means += spread_means([*spreads, *counts])
    scored = {one.outcome for one in outcomes}
    return Score(
        ensemble,
        observed,
        outcomes=outcomes,
        times=tuple(spreads),
        counts=tuple(counts),
        means=means,
        coverage=coverage([*spreads, *counts]),
        bins=bins(outcomes, happened) if happened is not None else (),
        not_scored=tuple(name for name in ensemble.description.outcomes if name not in scored),
        warnings=(*_doubts(ensemble, observed), *_unheard_of(counts)),
        judgement=tuple(judgement(outcomes, means)),
        reservations=tuple(reservations(ensemble, observed, before, complete=complete)),
    )


def _doubts(ensemble: Ensemble, observed: Observed) -> Iterable[str]:
    """Outcomes whose answer the record's own events seem to deny."""
    tables = ensemble.tables
    actors = {name: number for number, name in enumerate(tables.actors)} | {None: -1}
    actions = {action.name: number for number, action in enumerate(tables.actions)}
    told = {row.outcome: row for row in observed.outcomes}
    for table in tables.outcomes:
        row, pattern = told.get(table.id), table.pattern
        if row is None or pattern is None or table.kind != "event" or table.condition != NO_PROGRAM:
            continue
        if any(one is not None for one in (pattern.places, pattern.origins, pattern.deaths, pattern.injured)):
            continue  # an event row says nothing of these
        end = -1.0 if row.happened and row.day is None else ensemble.horizon_days if row.day is None else row.day - 1
        for event in observed.events:
            fits = (
                actions[event.action] in pattern.actions
                and (pattern.actor is None or actors[event.actor] in pattern.actor)
                and (pattern.target is None or actors[event.target] in pattern.target)
            )
            if fits and event.day < end:
                said = "came true later" if row.happened else "did not happen"
                when = moment_text(round(event.day * DAY_MS), ensemble.start)[:10]
                yield f"{row.spot}: {table.id} {said}, but by {event.spot} it came true on {when}"
                break


def _unheard_of(counts: Iterable[SpreadScore]) -> Iterable[str]:
    """Deeds of the record that no run has."""
    for one in counts:
        if one.observed and not one.mean:
            yield f"{' '.join(one.key)}: no run has such a deed; the scenario may name it, or its target, otherwise"


def _outcome_row(one: OutcomeScore) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": "outcome",
        "outcome": one.outcome,
        "observed": int(one.happened),
        "runs": one.of,
        "forecast": one.probability,
        "low": one.low,
        "high": one.high,
        "brier": one.brier,
        "log": one.log,
    }
    for name, against in one.baselines.items():
        row |= {f"{name}_probability": against.probability, f"{name}_brier": against.brier, f"{name}_log": against.log}
        row |= {f"{name}_brier_skill": against.brier_skill, f"{name}_log_skill": against.log_skill}
    return row


def _spread_row(one: SpreadScore) -> dict[str, Any]:
    names = ("outcome",) if one.kind == "time" else ("actor", "action", "target")
    row: dict[str, Any] = {"kind": one.kind, **dict(zip(names, one.key, strict=False))}
    row |= {"observed": one.observed, "runs": one.runs, "forecast": one.median, "crps": one.crps}
    row |= {"pit_low": one.pit[0], "pit_high": one.pit[1]}
    for interval in one.intervals:
        level = f"{100 * interval.level:.0f}"
        row |= {f"low_{level}": interval.low, f"high_{level}": interval.high, f"within_{level}": int(interval.covered)}
    return row | {f"{name}_crps": against.crps for name, against in one.baselines.items()}
