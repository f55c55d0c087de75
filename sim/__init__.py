"""Brinkline: a discrete-event simulator of international crises. A model to think with, never a forecast.

>>> import sim
>>> scenario = sim.load("erbil-2024")
>>> ensemble = sim.run(scenario, runs=20, seed=1)
>>> len(ensemble.runs)
20
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sim.errors import BrinklineError, RunError, ScenarioError, StorageError, UsageError, storage_errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sim.ensemble.results import Ensemble
    from sim.scenario.load import Loaded
    from sim.studies.compare import Comparison

__version__ = "0.1.0"
__all__ = [
    "BrinklineError",
    "RunError",
    "ScenarioError",
    "StorageError",
    "UsageError",
    "__version__",
    "compare",
    "load",
    "open_results",
    "resume",
    "run",
]


def load(
    path_or_id: str | Path,
    *,
    variants: str | Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    injects: str | Path | Sequence[str | Path] = (),
    fixed: bool = False,
) -> Loaded:
    """The checked scenario of a path or of a shipped scenario's id.

    Parameters
    ----------
    path_or_id : path or str
        A YAML file, an id such as ``"erbil-2024"``, or ``"-"``: standard input.
    variants : str, or sequence of str
        Names of variants, applied in this order; a text is one name.
    settings : mapping
        Values by path, as ``--set`` takes them; a bare name is a parameter.
    injects : path, or sequence of paths
        Files with timeline items, as ``--inject`` takes them.
    fixed : bool
        Every parameter at its value, no ranges drawn.

    Raises
    ------
    ScenarioError
        With all faults, if the scenario has any.
    UsageError, StorageError
        If there is no such scenario, it cannot be read, or an argument is of another type.
    """
    from sim.scenario.changes import changes_of
    from sim.scenario.load import load as load_scenario

    asked = changes_of(variants, {} if settings is None else settings, injects, fixed=fixed)
    return load_scenario(path_or_id, asked)


@storage_errors()
def run(
    scenario: Loaded | str | Path,
    *,
    runs: int = 1000,
    seed: int = 1,
    out: str | Path | None = None,
    workers: int | None = None,
    engine: str = "auto",
    keep: str = "auto",
    precision: float | Mapping[str, float] | None = None,
    max_runs: int | None = None,
    cluster: str | None = None,
    force: bool = False,
) -> Ensemble:
    """Play a scenario many times and open what it leaves.

    Parameters
    ----------
    scenario : Loaded, path or str
        What :func:`load` gives or takes.
    runs, seed : int
        The runs are numbered 0 … runs − 1 under this seed.
    out : path
        The results folder; without it a temporary one, which goes when the program ends.
    workers : int
        Blocks of runs that are played at a time; one for each core unless given. The results do not depend on it.
    engine : str
        ``"simpy"``, ``"compiled"``, or ``"auto"``: whichever finishes sooner. The results do not depend on it.
    keep : str
        How much of events and trajectories stays: ``"all"``, ``"sample"`` (the first 1,000 runs'), ``"summary"``
        (none), or ``"auto"``: all of up to 10,000 runs and a sample of more.
    precision : float, or mapping of outcome to float
        Play on from `runs` until the 95 % intervals of all outcomes, or of those, are no wider.
    max_runs : int
        Where that ends in any case; 1,000,000 unless given.
    cluster : str
        ``"tcp://host:port"`` of a Dask scheduler whose workers play, or ``"local"``: worker processes of this machine
        for as long as they are needed. The results do not depend on it.
    force : bool
        Whether an older results folder may be replaced.

    Raises
    ------
    RunError, UsageError, StorageError
        See :mod:`sim.errors`.
    """
    from sim.ensemble.plan import widths_of
    from sim.ensemble.run import Request, play

    request = Request(
        runs=runs,
        seed=seed,
        workers=workers,
        force=force,
        engine=engine,
        keep=keep,
        precision=widths_of(precision),
        max_runs=max_runs,
        cluster=cluster,
    )
    loaded = _loaded("the scenario", scenario)
    folder = _path("out", out) if out is not None else _temporary() / loaded.description.scenario
    return play(loaded, folder, request)


@storage_errors()
def resume(
    folder: str | Path,
    *,
    runs: int | None = None,
    keep: str | None = None,
    workers: int | None = None,
    engine: str = "auto",
    cluster: str | None = None,
    yes: bool = False,
) -> Ensemble:
    """Go on with a results folder until it holds all its runs, and open it.

    What an interruption left out is played, and what is damaged is made again.

    Parameters
    ----------
    folder : path
        A results folder.
    runs : int
        How many runs there are to be in all, no fewer than before; only new ones are played.
    keep, workers, engine, cluster
        See :func:`run`; what is kept already stays.
    yes : bool
        Whether to play what the folder plans by itself, which may be a stranger's plan, also where that takes longer
        than ten minutes here.

    Raises
    ------
    RunError, UsageError, StorageError
        See :mod:`sim.errors`.
    """
    from sim.ensemble.plan import whole
    from sim.ensemble.run import resume as go_on

    total = None if runs is None else whole("runs", runs)
    most = None if workers is None else whole("workers", workers)
    go_on(_path("the folder", folder), runs=total, keep=keep, workers=most, engine=engine, cluster=cluster, yes=yes)
    return open_results(folder)


@storage_errors()
def compare(
    base: Loaded | Ensemble | str | Path,
    alternatives: Mapping[str, Loaded | Ensemble | dict[str, Any]],
    *,
    runs: int = 1000,
    seed: int = 1,
    out: str | Path | None = None,
    workers: int | None = None,
    engine: str = "auto",
    force: bool = False,
    anyway: bool = False,
) -> Comparison:
    """Compare a scenario with alternatives, run by run under the same luck.

    Parameters
    ----------
    base : Loaded, path or str
        What :func:`load` gives or takes. Or an Ensemble; the alternatives are then ensembles too, and nothing is
        played.
    alternatives : mapping of name to Loaded, or to a dict
        A dict holds what :func:`load` takes by keyword: ``{"variants": ("hair-trigger",)}``,
        ``{"settings": {"p_us_death": 0.02}}``; it changes `base`, which is then a path or an id.
    runs, seed, workers, engine
        See :func:`run`.
    out : path
        Where the runs go; without it a temporary folder. Called again with the same it plays only what is missing.
    force : bool
        Whether another comparison in `out` may be replaced.
    anyway : bool
        Whether scenarios of different ids may be compared.

    Raises
    ------
    RunError, ScenarioError, UsageError, StorageError
        See :mod:`sim.errors`.
    """
    from collections.abc import Mapping

    from sim.ensemble.results import Ensemble
    from sim.ensemble.run import Request
    from sim.studies.compare.ask import between

    request = Request(runs=runs, seed=seed, workers=workers, engine=engine, force=force, keep="summary")
    if not isinstance(alternatives, Mapping):
        raise _wrong_type("alternatives", alternatives, "a mapping of names to alternatives")
    arms: dict[str, Loaded | Ensemble] = {}
    for name, one in alternatives.items():
        if isinstance(one, Mapping):
            arms[name] = _changed(base, name, one)
        else:
            arms[name] = one if isinstance(one, Ensemble) else _loaded(f"the alternative {name!r}", one)
    first = base if isinstance(base, Ensemble) else _loaded("the base", base)
    return between(first, arms, _path("out", out) if out is not None else _temporary(), request, anyway=anyway)


@storage_errors()
def open_results(folder: str | Path) -> Ensemble:
    """The ensemble in a results folder that an earlier run left.

    Raises
    ------
    UsageError, StorageError
        If it is no results folder, or cannot be read.
    """
    from sim.ensemble.results import Ensemble

    ensemble = Ensemble(_path("the folder", folder))
    ensemble.manifest  # noqa: B018  (reading it is the check)
    return ensemble


def _changed(base: object, name: str, changes: Mapping[str, Any]) -> Loaded:
    """The base with changes by the keywords of :func:`load`. Raises UsageError."""
    import inspect

    known = list(inspect.signature(load).parameters)[1:]
    unknown = [key for key in changes if key not in known]
    if unknown:
        raise UsageError(f"found {unknown[0]!r} in the alternative {name!r}; expected {', '.join(known)}")
    if not isinstance(base, str | os.PathLike):
        raise UsageError(f"found changes as {name!r}; expected a path or an id as the base that they change")
    return load(_path("the base", base), **changes)


def _loaded(what: str, scenario: object) -> Loaded:
    """A scenario that is loaded already, or is to be. Raises UsageError."""
    from sim.scenario.load import Loaded

    if isinstance(scenario, Loaded):
        return scenario
    if not isinstance(scenario, str | os.PathLike):
        raise _wrong_type(what, scenario, "a path, an id, or what sim.load gives")
    path = _path(what, scenario)
    return load(scenario if isinstance(scenario, str) else path)


def _path(what: str, value: object) -> Path:
    """A path. Raises UsageError."""
    from pathlib import Path

    text = os.fspath(value) if isinstance(value, str | os.PathLike) else None
    if not isinstance(text, str) or "\0" in text:
        raise _wrong_type(what, value, "a path")
    return Path(text)


def _wrong_type(what: str, value: object, expected: str) -> UsageError:
    from sim.ensemble.plan import wrong_type

    return wrong_type(what, value, expected)


def _temporary() -> Path:
    """A folder that is removed when the program ends."""
    import atexit
    import shutil
    import tempfile
    from pathlib import Path

    folder = tempfile.mkdtemp(prefix="brinkline-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
