"""``brinkline run``: play an ensemble, leave its folder, print a short summary."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sim.cli import options


@click.command("run")
@options.scenario
@click.option("--runs", type=int, default=1000, show_default=True, help="How many runs.")
@options.seed
@options.changes
@click.option(
    "--engine",
    type=click.Choice(["auto", "simpy"]),
    default="auto",
    show_default=True,
    help="Which engine plays; auto takes the one that finishes sooner.",
)
@click.option("--workers", type=int, help="Processes; one for each core unless given. The results do not depend on it.")
@click.option("--block-runs", type=int, help="Runs that a worker plays at a time. The results do not depend on it.")
@click.option("--out", type=click.Path(path_type=Path), help="The results folder; results/SCENARIO unless given.")
@click.option("--force", is_flag=True, help="Replace an older results folder.")
@click.option("--no-figures", is_flag=True, help="Draw no figures and write no report.")
@options.as_json
@options.quiet
def run_command(scenario: str, runs: int, seed: int, out: Path | None, **rest: Any) -> None:
    """Play SCENARIO many times and write what happened to a results folder.

    SCENARIO is a path, or the id of a scenario that comes with the package.

    \b
    Example:
      brinkline run erbil-2024 --runs 200 --variant hair-trigger --set p_us_death=0.02
    """
    from sim.ensemble.run import BLOCK_RUNS, Request, play
    from sim.scenario.load import load

    loaded = load(scenario, options.changes_of(rest))
    folder = out or Path("results") / "--".join([loaded.description.scenario, *rest["variants"]])
    request = Request(
        runs, seed, rest["workers"], BLOCK_RUNS if rest["block_runs"] is None else rest["block_runs"], rest["force"]
    )
    began = time.monotonic()
    with _progress(runs, show=not rest["quiet"]) as progress:
        ensemble = play(loaded, folder, request, progress)
    played = time.monotonic() - began
    from sim.report.outputs import write_outputs

    summary = write_outputs(ensemble, figures=not rest["no_figures"])
    if rest["as_json"]:
        click.echo(
            json.dumps(
                {"folder": str(folder), "manifest": ensemble.manifest, "summary": summary}, ensure_ascii=False, indent=2
            )
        )
    elif not rest["quiet"]:
        from sim.cli.render import summary_text

        click.echo(summary_text(summary, ensemble.manifest, folder, played, figures=not rest["no_figures"]))


@contextlib.contextmanager
def _progress(runs: int, *, show: bool) -> Iterator[Any]:
    """A progress bar with runs a second and time left, on a terminal's stderr."""
    if not show or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("runs"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("runs", total=runs, speed="")
        began = time.monotonic()

        def progress(done: int, events: int) -> None:
            seconds = max(time.monotonic() - began, 1e-9)
            bar.update(task, completed=done, speed=f"{done / seconds:,.0f} runs/s  {events / seconds:,.0f} events/s")

        yield progress
