"""``brinkline contagion``: how many further events an event brings about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options
from sim.cli.again import command_text
from sim.cli.asked import asked, paragraphs
from sim.cli.ending import progress_bar
from sim.cli.terminal import aside, print_json, say

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.studies.contagion.contagion import Contagion

_TOLD = 10


@click.command("contagion")
@click.argument("results", metavar="RESULTS|SCENARIO")
@click.option("--runs", type=int, default=1000, show_default=True, help="Of a SCENARIO: how many runs are played.")
@options.seed
@options.changes
@options.engine
@click.option("--out", type=click.Path(path_type=Path), help="The folder; contagion/SCENARIO unless given.")
@click.option("--force", is_flag=True, help="Replace what the folder holds.")
@options.no_figures
@options.as_json
@options.quiet
@click.pass_context
def contagion_command(ctx: click.Context, /, results: str, out: Path | None, **rest: Any) -> None:
    """Tell how many further events one event brings about: by action, by actor, and what breeds what.

    Above 1 the spectral radius of the matrix says that events breed without end; below 1 that what an event sets off
    dies out. RESULTS are played anew, the first 10,000 runs at most; of a SCENARIO the runs are played first.

    \b
    Examples:
      brinkline contagion erbil-2024
      brinkline contagion results/erbil-2024
    """
    from sim.ensemble.folder import held
    from sim.studies.contagion.contagion import contagion
    from sim.studies.contagion.writing import write_files

    source = asked(ctx, results, rest)
    runs = source.runs if source.ensemble is None else min(source.runs, 10_000)
    folder = out or Path("contagion") / source.loaded.description.scenario
    made_of = {**source.made_of, "runs": runs}
    with held(folder, "contagion") as home:
        home.take(made_of, force=rest["force"], say=aside(quiet=rest["quiet"]))
        with progress_bar(runs, show=not rest["quiet"]) as progress:
            found = contagion(
                source.loaded, runs=runs, seed=source.seed, engine=rest["engine"], progress=progress,
                say=aside(quiet=rest["quiet"]),
            )  # fmt: skip
        write_files(found, home)
        if not rest["no_figures"]:
            from sim.report.contagion import write_contagion

            write_contagion(found, source.loaded, home, command_text(ctx))
    if rest["as_json"]:
        print_json({"folder": str(folder), **found.as_dict()})
    elif not rest["quiet"]:
        say(_text(found, source.loaded, folder, figures=not rest["no_figures"]))


def _text(found: Contagion, loaded: Loaded, folder: Path, *, figures: bool) -> str:
    from sim.analysis.wording import DISCLAIMER
    from sim.cli.render import table_text
    from sim.studies.contagion import words
    from sim.studies.contagion.contagion import WHAT_COUNTS

    lines = [found.title, f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.", "", words.lead(found), *words.cautions(found)]
    for kinds in (found.actions, found.actors):
        rows = words.kind_rows(kinds, loaded.description)[:_TOLD]
        if rows:
            lines += ["", table_text(list(words.HEADERS), rows, right=(2, 3))]
    where = f"{folder / 'report.html'} tells it with pictures; " if figures else f"{folder}: "
    lines += ["", words.TOGETHER, *WHAT_COUNTS, "", f"{where}contagion.json, kinds.csv and links.csv have all numbers"]
    return paragraphs(lines)
