"""``brinkline run``: play an ensemble, leave its folder, print a short summary."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from sim.cli import options
from sim.cli.ending import progress_bar, tell
from sim.cli.terminal import aside


@click.command("run")
@options.scenario
@click.option("--runs", type=int, default=1000, show_default=True, help="How many runs.")
@options.seed
@options.changes
@options.engine
@options.workers
@options.cluster
@click.option(
    "--block-runs",
    type=int,
    help="Runs that a worker plays at a time; 25 to 250 unless given. The results do not depend on it.",
)
@options.keep("auto")
@options.precision
@options.max_runs
@click.option("--out", type=click.Path(path_type=Path), help="The results folder; results/SCENARIO unless given.")
@click.option("--force", is_flag=True, help="Replace an older results folder.")
@options.no_figures
@options.as_json
@options.quiet
def run_command(scenario: str, out: Path | None, **rest: Any) -> None:
    """Play SCENARIO many times and write what happened to a results folder.

    SCENARIO is a path, or the id of a scenario that comes with the package. Whatever cuts it short, the blocks
    of runs that were finished are kept, and brinkline resume goes on.

    \b
    Examples:
      brinkline run erbil-2024 --runs 200 --variant hair-trigger --set p_us_death=0.02
      brinkline run erbil-2024 --precision 0.02 --keep summary
      brinkline run erbil-2024 --runs 1000000 --cluster tcp://head:8786
    """
    from sim.ensemble.run import Request, play
    from sim.scenario.load import load

    loaded = load(scenario, options.changes_of(rest))
    folder = out or Path("results") / "--".join([loaded.description.scenario, *rest["variants"]])
    asked = ("runs", "seed", "workers", "block_runs", "force", "engine", "keep", "precision", "max_runs", "cluster")
    request = Request(**{name: rest[name] for name in asked})
    began = time.monotonic()
    with progress_bar(None if request.precision else request.runs, show=not rest["quiet"]) as progress:
        ensemble = play(loaded, folder, request, progress, say=aside(quiet=rest["quiet"]))
    tell(ensemble, time.monotonic() - began, rest, anew=True)
