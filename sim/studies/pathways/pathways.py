"""The commonest causal chains to an outcome, and which rules and actors they run through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.engines.choice import chosen, silent
from sim.engines.played import NEVER
from sim.ensemble.intervals import wilson
from sim.ensemble.plan import blocks
from sim.ensemble.playing import Progress, Say, played_blocks
from sim.errors import UsageError
from sim.model import build
from sim.scenario.times import DAY_MS
from sim.studies.outcomes import known_outcome
from sim.studies.pathways.chains import UNRESOLVED, Path, Step, Tracer

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble
    from sim.scenario.load import Loaded

MOST_RUNS = 10_000
"""Chains are taken from so many of the runs in which it came true, the first ones."""
MOST_LOOKS = 1_000
"""So many runs are played once more where the log alone does not tell what made it true."""
_BLOCK, _GAP = 256, 8


@dataclass(frozen=True, slots=True)
class Share:
    """So many of the runs looked at, with a Wilson interval; those of one table hold together at 95 %."""

    count: int
    share: float
    low: float
    high: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"count": self.count, "share": self.share, "interval": [self.low, self.high]}


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain from its root to what made the outcome true; run : the first run that has it.

    Where no event made it true there are no steps; `without` says why.
    """

    steps: tuple[Step, ...]
    without: str
    share: Share
    run: int


@dataclass(frozen=True, slots=True)
class Through:
    """How many chains run through a rule (driver, item) or an actor."""

    id: str
    kind: str
    share: Share


@dataclass(frozen=True, slots=True)
class Pathways:
    """How an outcome came about.

    runs : of how many; unknown : how many of them were cut off before they could tell; true : in how many it came true;
    traced : how many of these were looked at.
    chains : the commonest, `others` : all the rest together, of so many different chains.
    rules, actors : what the chains run through, by share. paths : the run and chain of each that was traced.
    """

    scenario: str
    title: str
    outcome: str
    name: str
    runs: int
    unknown: int
    seed: int
    engine: str
    true: int
    traced: int
    chains: tuple[Chain, ...]
    others: Share | None
    kinds_of_chain: int
    rules: tuple[Through, ...]
    actors: tuple[Through, ...]
    paths: tuple[Path, ...]

    def __len__(self) -> int:
        """How many runs."""
        return self.runs

    @property
    def manifest(self) -> dict[str, Any]:
        """What a figure says of its runs."""
        about = {"title": self.title, "scenario": self.scenario, "seed": self.seed, "truncated": self.unknown}
        return about | {"runs": self.runs}

    def as_dict(self) -> dict[str, Any]:
        """Everything but the single runs as plain data."""
        return {
            "scenario": self.scenario, "title": self.title, "outcome": self.outcome, "name": self.name,
            "runs": self.runs, "unknown": self.unknown,
            "seed": self.seed, "engine": self.engine, "true": self.true, "traced": self.traced,
            "different_chains": self.kinds_of_chain,
            "chains": [
                {"steps": [step_dict(one) for one in chain.steps], "without_event": chain.without or None,
                 "first_run": chain.run, **chain.share.as_dict()}
                for chain in self.chains
            ],
            "others": None if self.others is None else self.others.as_dict(),
            "rules": [{"id": one.id, "kind": one.kind, **one.share.as_dict()} for one in self.rules],
            "actors": [{"id": one.id, **one.share.as_dict()} for one in self.actors],
        }  # fmt: skip


def step_dict(step: Step) -> dict[str, Any]:
    """A step as plain data."""
    return {"origin": step.origin, "kind": step.kind, "actor": step.actor, "action": step.action}


def pathways(
    loaded: Loaded,
    outcome: str,
    *,
    runs: int = 1000,
    seed: int = 1,
    top: int = 10,
    engine: str = "auto",
    progress: Progress | None = None,
    say: Say = silent,
) -> Pathways:
    """The causal chains to an outcome in so many runs of a scenario.

    Raises
    ------
    UsageError
        If there is no such outcome, or the number of runs is not from 1 to 100,000.
    RunError
        Of the lowest run in which an expression goes wrong.
    """
    known_outcome(loaded.description, outcome)
    if not 1 <= runs <= 100_000:
        raise UsageError(f"found {runs} runs; expected 1 to 100,000")
    study = _Study(loaded, outcome, seed, chosen(engine, runs), progress, say)
    paths = list(study.paths(blocks(runs, block_runs=None)))
    return study.result((runs, study.unknown), len(paths), study.looked_at(paths[:MOST_RUNS]), top)


def pathways_of(
    ensemble: Ensemble,
    outcome: str,
    *,
    top: int = 10,
    engine: str = "auto",
    progress: Progress | None = None,
    say: Say = silent,
) -> Pathways:
    """The causal chains to an outcome in the runs of a results folder, played anew where it came true.

    Raises
    ------
    UsageError
        If there is no such outcome, or the runs of the folder are not what this version plays.
    """
    loaded, seed = ensemble.scenario, int(ensemble.manifest["seed"])
    known_outcome(loaded.description, outcome)
    days = ensemble.column(f"outcome.{outcome}").astype(float)
    true = [int(run) for run in (days == days).nonzero()[0]]
    traced = true[:MOST_RUNS]
    study = _Study(loaded, outcome, seed, chosen(engine, len(traced)), progress, say)
    wanted = {run: round(float(days[run]) * DAY_MS) for run in traced}
    found = {path.run: path for path in study.paths(stretches(traced)) if path.run in wanted}
    for run, at_ms in wanted.items():
        if run not in found or found[run].at_ms != at_ms:
            raise UsageError(
                f"{ensemble.folder} was made by another version: its run {run} is not what this one plays; "
                "expected a folder that brinkline run makes now"
            )
    unknown = int((ensemble.column("truncated") & (days != days)).sum())
    return study.result((len(ensemble), unknown), len(true), study.looked_at([found[run] for run in traced]), top)


def stretches(numbers: Sequence[int]) -> Iterator[range]:
    """Ranges that cover sorted numbers of runs: small gaps are played too, for what is in a row is played faster."""
    first = last = None
    for number in numbers:
        if first is None or last is None:
            first = last = number
        elif number - last > _GAP or number - first >= _BLOCK:
            yield range(first, last + 1)
            first = last = number
        last = number
    if first is not None and last is not None:
        yield range(first, last + 1)


class _Study:
    """One outcome of one scenario under one seed."""

    def __init__(self, loaded: Loaded, outcome: str, seed: int, engine: str, progress: Progress | None, say: Say):
        self.loaded, self.outcome, self.seed, self.engine = loaded, outcome, seed, engine
        self.progress, self.say = progress, say
        self.tables = build(loaded)
        self.tracer = Tracer(self.tables, outcome)
        self.unknown = 0

    def paths(self, wanted: Iterable[range]) -> Iterator[Path]:
        """The paths of the runs in which it came true."""
        for block in played_blocks(
            self.tables, wanted, seed=self.seed, engine=self.engine, progress=self.progress, say=self.say
        ):
            self.unknown += int((block.truncated & (block.outcomes[:, self.tracer.number] == NEVER)).sum())
            yield from self.tracer.paths(block)

    def looked_at(self, paths: Sequence[Path]) -> list[Path]:
        """The same with what was unresolved resolved; they end before the run that would need a look too many."""
        found: list[Path] = []
        looks = 0
        for path in paths:
            if path.without == UNRESOLVED:
                looks += 1
                if looks > MOST_LOOKS:
                    break
                path = self.tracer.resolved(path, self.seed)
            found.append(path)
        return found

    def result(self, runs: tuple[int, int], true: int, paths: list[Path], top: int) -> Pathways:
        """What the paths come to. runs : how many, and how many of them cannot tell."""
        counts = Counter((path.steps, path.without) for path in paths)
        first = {(path.steps, path.without): path.run for path in reversed(paths)}
        ordered = sorted(counts, key=lambda key: (-counts[key], first[key]))
        told, rest = ordered[:top], sum(counts[key] for key in ordered[top:])
        among = len(told) + (rest > 0)
        about = self.loaded.description
        return Pathways(
            scenario=about.scenario, title=about.title or about.scenario, outcome=self.outcome,
            name=about.outcomes[self.outcome].name or self.outcome, runs=runs[0], unknown=runs[1],
            seed=self.seed, engine=self.engine, true=true, traced=len(paths),
            chains=tuple(Chain(*key, share(counts[key], len(paths), among), first[key]) for key in told),
            others=share(rest, len(paths), among) if rest else None,
            kinds_of_chain=len(ordered),
            rules=_through(paths, lambda step: (step.origin, step.kind)),
            actors=_through(paths, lambda step: (step.actor, "actor")),
            paths=tuple(paths),
        )  # fmt: skip


def share(count: int, of: int, among: int) -> Share:
    """A share of runs with its interval, one of so many that hold together at 95 % (Bonferroni)."""
    low, high = wilson(count, of, confidence=1 - 0.05 / max(among, 1))
    return Share(count, count / of if of else 0.0, float(low), float(high))


def _through(paths: Sequence[Path], what: Callable[[Step], tuple[str, str]]) -> tuple[Through, ...]:
    counts = Counter(key for path in paths for key in dict.fromkeys(map(what, path.steps)))
    ordered = sorted(counts, key=lambda key: (-counts[key], key))
    return tuple(Through(*key, share(counts[key], len(paths), len(ordered))) for key in ordered)
