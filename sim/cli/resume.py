"""``brinkline resume``: go on with a results folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from sim.cli import options
from sim.cli.ending import progress_bar, tell
from sim.cli.terminal import aside, say


@click.command("resume")
@options.folder
@click.option("--runs", type=int, help="How many runs there are to be in all; as many as before unless given.")
@options.keep(None)
@options.engine
@options.workers
@options.cluster
@click.option("--yes", is_flag=True, help="Go on by the folder's own plan also if that takes longer than ten minutes.")
@options.no_figures
@options.as_json
@options.quiet
def resume_command(folder: Path, runs: int | None, **rest: Any) -> None:
    """Go on with a results FOLDER until it holds all its runs, as if nothing had happened.

    After Ctrl-C, a full disk, a crash or a power cut it plays the blocks of runs that are missing. What is damaged
    is noticed and made again. With --runs there are more runs than before: only the new ones are played. What the
    folder plans by itself is played if that takes less than ten minutes here; beyond that the cost is told, and --yes
    plays it.

    \b
    Examples:
      brinkline resume results/erbil-2024
      brinkline resume results/erbil-2024 --runs 5000
    """
    from sim import open_results
    from sim.ensemble.run import resume

    began = time.monotonic()
    with progress_bar(runs, show=not rest["quiet"]) as progress:
        went_on = resume(
            folder,
            runs=runs,
            keep=rest["keep"],
            workers=rest["workers"],
            engine=rest["engine"],
            cluster=rest["cluster"],
            yes=rest["yes"],
            progress=progress,
            say=aside(quiet=rest["quiet"]),
        )
    made = folder / ("summary.json" if rest["no_figures"] else "report.html")
    if went_on or rest["as_json"] or not made.is_file():
        tell(open_results(folder), time.monotonic() - began, rest, anew=False)
    elif not rest["quiet"]:
        held = open_results(folder).manifest["runs"]
        say(f"{folder} is complete and undamaged: {held:,} runs; nothing to do")
