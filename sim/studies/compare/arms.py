"""Who is compared, and playing them: a results folder each below the comparison's.

Each is an ordinary results folder. So what cuts a comparison short costs the blocks that were being played; the same
command goes on, and with more runs it plays only the new ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.engines.choice import chosen, to_stderr
from sim.ensemble.folder import NAME, Folder, held
from sim.ensemble.manifest import own_manifest
from sim.ensemble.results import Ensemble
from sim.ensemble.run import Interrupted, Request, play, resume
from sim.errors import BrinklineError, RunError, ScenarioError, UsageError
from sim.scenario.faults import Fault
from sim.scenario.load import Changes, Loaded, load
from sim.scenario.schema import Scenario
from sim.scenario.times import DAY_MS

DOCUMENT = "compare.json"
_RUNS = "runs"
_LONGEST = 40
_STRANGE = re.compile(r"[^A-Za-z0-9._=+-]+")

Progress = Callable[[int, int], None]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Alternative:
    """A scenario with changes, by its name in the comparison."""

    name: str
    loaded: Loaded


@dataclass(frozen=True)
class Plan:
    """What is compared: the first of the arms is the base."""

    arms: tuple[Alternative, ...]

    def homes(self, folder: Path) -> list[Path]:
        """Where the runs of each arm go."""
        return [folder / _RUNS / f"{number}-{slug(arm.name)}" for number, arm in enumerate(self.arms)]


def alternatives(scenario: str | Path, base: Changes, asked: Iterable[tuple[str, Changes]]) -> Plan:
    """A scenario and its changed versions, each laid over the base's own changes.

    Parameters
    ----------
    asked : pairs of name and Changes
        The variants, settings and injects of each alternative.

    Raises
    ------
    UsageError
        If a name comes twice, or there is no such scenario.
    ScenarioError
        With the faults of all of them.
    """
    named = list(asked)
    names = [name for name, _ in named]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"found the alternative {twice!r} twice; expected each once")
    arms = [Alternative("base", load(scenario, base))]
    faults: dict[str, Fault] = {}
    texts: dict[str, str] = {}
    for name, changes in named:
        changed = replace(base, variants=changes.variants, settings=changes.settings, injects=changes.injects)
        try:
            arms.append(Alternative(name, load(scenario, changed)))
        except ScenarioError as error:
            faults |= {str(fault): fault for fault in error.faults if fault.severity == "error"}
            texts |= error.texts
    if faults:
        raise ScenarioError(faults.values(), texts)
    return Plan(tuple(arms))


def refuse_unlike(plan: Plan, *, anyway: bool = False) -> None:
    """Raise UsageError if an arm starts or ends at another time than the base or, unless `anyway`, has another id.

    What :func:`sim.studies.compare.compare.compare` would refuse is told before anything is played.
    """
    base = plan.arms[0]
    for arm in plan.arms[1:]:
        one, other = base.loaded.description, arm.loaded.description
        pairs = [("the start", one.start, other.start), ("the horizon", _days(one), _days(other))]
        pairs += [] if anyway else [("the scenario", one.scenario, other.scenario)]
        for what, before, after in pairs:
            if before != after:
                hint = "; --anyway compares two scenarios" if what == "the scenario" else ""
                raise UsageError(
                    f"{base.name} and {arm.name} cannot be compared run by run: {what} is {before} in one and {after} "
                    f"in the other; expected the same{hint}"
                )


def _days(scenario: Scenario) -> str:
    """The horizon in days."""
    return f"{scenario.horizon / DAY_MS:g} days"


def with_commas(text: str) -> tuple[str, ...]:
    """The parts of a text between commas that stand in no bracket: ``a, p=uniform(0, 1)`` has two.

    >>> with_commas("hair-trigger, p=uniform(0, 1)")
    ('hair-trigger', 'p=uniform(0, 1)')
    """
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return tuple(part.strip() for part in parts)


def slug(name: str) -> str:
    """A name as part of a folder's."""
    return _STRANGE.sub("-", name).strip("-.")[:_LONGEST] or "x"


def play_plan(
    plan: Plan,
    folder: Path,
    request: Request,
    progress: Progress | None = None,
    *,
    say: Say = to_stderr,
) -> list[Ensemble]:
    """Have all runs of all arms in a folder, playing what is not there yet; their ensembles, the base first.

    Raises
    ------
    UsageError
        If the folder holds something else and `request.force` is not set.
    RunError, StorageError
        As :func:`sim.ensemble.run.play`.
    Interrupted
        On Ctrl-C, with the runs of all arms that are there.
    """
    request.check()
    with held(folder, "compare") as home:
        return _played(plan, home, request, progress, say)


def _played(plan: Plan, folder: Folder, request: Request, progress: Progress | None, say: Say) -> list[Ensemble]:
    homes = plan.homes(folder.path)
    _make_way(plan, folder, homes, request, say)
    request = replace(request, engine=chosen(request.engine, request.runs * len(homes)))
    done, events = 0, 0
    for arm, home in zip(plan.arms, homes, strict=True):
        told = _Told(progress, done, events)
        try:
            if (home / "scenario.yaml").exists():
                resume(
                    home, runs=request.runs, workers=request.workers, engine=request.engine, progress=told, say=say
                )  # fmt: skip
            else:
                play(arm.loaded, home, replace(request, force=True), told, say=say)
        except Interrupted as error:
            kept = done + error.runs
            raise Interrupted(folder.path if kept else None, kept) from None
        except RunError as error:
            raise RunError(error.place, error.run, error.time, f"{error.problem} (of {arm.name})") from None
        done, events = done + request.runs, told.events
        if progress is not None:
            progress(done, events)
    return [Ensemble(home) for home in homes]


class _Told:
    """Tells the progress of all arms together, behind what was done before."""

    def __init__(self, progress: Progress | None, done: int, events: int):
        self.progress, self.done, self.before, self.events = progress, done, events, events

    def __call__(self, runs: int, events: int) -> None:
        self.events = self.before + events
        if self.progress is not None:
            self.progress(self.done + runs, self.events)


def _make_way(plan: Plan, folder: Folder, homes: Sequence[Path], request: Request, say: Say) -> None:
    """See that what is in the folder is the beginning of the same, or goes. Raises UsageError."""
    names = [f"{_RUNS}/{home.name}/" for home in homes]
    strange = next((name for name in folder.contents if name.endswith("/") and name not in names), None)
    problem = f"it holds {Path(strange).name!r}" if strange else ""
    for arm, home in zip(plan.arms, homes, strict=True):
        problem = problem or _problem(arm, home, request)
    if problem and not request.force:
        raise folder.refuse(f"is another comparison: {problem}")
    if problem:
        folder.replace(say)
    if folder.manifest is None:
        folder.begin({})
    folder.claim(names)


def _problem(arm: Alternative, home: Path, request: Request) -> str:
    """Why the runs in a folder cannot be gone on with, or nothing."""
    if not (home / NAME).exists():
        return ""
    try:
        manifest = own_manifest(home)
    except BrinklineError as error:
        return str(error)
    if manifest["hash"] != arm.loaded.hash:
        return f"its {arm.name!r} is another scenario"
    if manifest["seed"] != request.seed:
        return f"it has the seed {manifest['seed']}"
    if manifest["runs_asked"] > request.runs:
        return f"it has {manifest['runs_asked']:,} runs"
    return ""
