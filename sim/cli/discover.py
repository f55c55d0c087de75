"""``brinkline discover``: from an outcome back to the parameters that make it likely."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options
from sim.cli.asked import Asked, asked, paragraphs
from sim.cli.ending import going_on, progress_bar
from sim.cli.terminal import aside, print_json, say

if TYPE_CHECKING:
    from sim.ensemble.folder import Folder
    from sim.ensemble.results import Ensemble
    from sim.studies.discover.discover import Discovery


@click.command("discover")
@click.argument("source", metavar="SCENARIO|FOLDER")
@click.option("--outcome", required=True, metavar="ID", help="The outcome to look for.")
@click.option(
    "--threshold", type=float, default=0.5, show_default=True, help="From which probability on it counts as likely."
)
@click.option("--runs", type=int, default=10_000, show_default=True, help="How many runs.")
@options.seed
@options.changes
@options.engine
@options.workers
@click.option("--out", type=click.Path(path_type=Path), help="The folder; discover/SCENARIO--OUTCOME unless given.")
@click.option("--force", is_flag=True, help="Replace a folder that holds runs of another scenario.")
@options.no_figures
@options.as_json
@options.quiet
@click.pass_context
def discover_command(ctx: click.Context, /, source: str, outcome: str, out: Path | None, **rest: Any) -> None:
    """Find the parameter ranges under which an outcome becomes likely, in SCENARIO or a results FOLDER.

    Every run draws its own parameters. The patient rule induction method (PRIM) looks for ranges of a few of them in
    which the outcome is frequent; other runs, which chose nothing, say how frequent, and how much of it lies outside.
    That no ranges make it clearly likelier is an answer too.

    \b
    Examples:
      brinkline discover erbil-2024 --outcome us-strike-campaign
      brinkline discover results/erbil-2024 --outcome us-death --threshold 0.8
    """
    from sim.ensemble.folder import held
    from sim.studies.discover.discover import check, discover, write

    about = asked(ctx, source, rest)
    check(about.loaded, outcome, rest["threshold"])
    folder = out or Path("discover") / f"{about.loaded.description.scenario}--{outcome}"
    with going_on():
        ensemble = about.ensemble or _played(about, folder, rest)
    found = discover(ensemble, outcome, threshold=rest["threshold"])
    with held(folder, "discover") as home:
        write(found, home)
        if not rest["no_figures"]:
            _draw(ctx, found, home)
    if rest["as_json"]:
        print_json({"folder": str(folder), **found.as_dict()})
    elif not rest["quiet"]:
        say(_text(found, folder, figures=not rest["no_figures"]))


def _played(about: Asked, folder: Path, rest: dict[str, Any]) -> Ensemble:
    from sim.ensemble.plan import Request
    from sim.studies.discover.discover import ensemble_of

    request = Request(**{name: rest[name] for name in ("runs", "seed", "workers", "engine", "force")})
    with progress_bar(request.runs, show=not rest["quiet"]) as progress:
        return ensemble_of(about.loaded, folder, request, progress=progress, say=aside(quiet=rest["quiet"]))


def _draw(ctx: click.Context, found: Discovery, folder: Folder) -> None:
    from sim.cli.again import command_text
    from sim.figures import discover as figures
    from sim.report.discover import BOX, TRADE_OFF, discover_study
    from sim.report.study import write_study

    drawn = {BOX: figures.draw_box(found)} if found.found.box else {}
    drawn |= {TRADE_OFF: figures.draw_trade_off(found)} if found.found.steps else {}
    write_study(discover_study(found, command_text(ctx)), folder, drawn)


def _text(found: Discovery, folder: Path, *, figures: bool) -> str:
    from sim.analysis.wording import DISCLAIMER
    from sim.cli.render import table_text
    from sim.studies.discover import words

    lines = [
        str(found.manifest["title"] or found.manifest["scenario"]),
        f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.",
        "",
        words.sentence(found),
        "",
    ]
    if found.found.box:
        lines += [table_text(list(words.LIMIT_HEADERS), words.limit_rows(found)), ""]
    lines += [*words.remarks(found), ""]
    report = "report.html tells it with figures; " if figures else ""
    return paragraphs([*lines, f"{folder}: {report}discover.json, discover.csv"])
