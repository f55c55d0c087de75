"""``brinkline sweep``: outcomes while one or two numbers go through a range."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options
from sim.cli.ending import going_on, progress_bar
from sim.cli.terminal import aside, print_json, say
from sim.escapes import quoted

if TYPE_CHECKING:
    from sim.studies.sweep.result import Sweep


def _over(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(
                f"found {quoted(value)}; expected NAME=LOW:HIGH:N or NAME=A,B,C, such as us_delay=1:4:5"
            )
        pairs.append((name.strip(), text.strip()))
    return tuple(pairs)


@click.command("sweep")
@options.scenario
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="NAME=GRID",
    callback=_over,
    help="A parameter, or any number by its path, and where it goes: LOW:HIGH:N, LOW:HIGH:N:log or A,B,C; "
    "durations with their unit. "
    "Once for curves, twice for heatmaps.",
)
@click.option("--outcome", "outcomes", multiple=True, metavar="ID", help="Look at this outcome; may be repeated.")
@click.option("--runs", type=int, default=500, show_default=True, help="How many runs at each point.")
@options.seed
@options.changes
@options.engine
@options.workers
@click.option("--out", type=click.Path(path_type=Path), help="The folder; sweep/SCENARIO--NAME unless given.")
@click.option("--force", is_flag=True, help="Replace a folder that holds another sweep.")
@options.no_figures
@options.as_json
@options.quiet
def sweep_command(scenario: str, out: Path | None, **rest: Any) -> None:
    """Play SCENARIO at every point of a grid, with the same luck, and find where outcomes become likely.

    One or two numbers take values of a range; everything else stays. Curves or heatmaps show each outcome's
    probability, and a table where it crosses 10 and 50 %, with 95 % intervals. What it will cost is said before the
    start. The same command goes on after an interruption.

    \b
    Examples:
      brinkline sweep erbil-2024 --over attack_rate=0.5:3:6
      brinkline sweep erbil-2024 --over attack_rate=0.5:3:6 --over us_delay=1,2,4 --outcome us-strike-campaign
    """
    from sim.cli.again import command_text
    from sim.studies.sweep.sweep import Request, sweep

    request = Request(
        **{name: rest[name] for name in ("over", "outcomes", "runs", "seed", "workers", "engine", "force")}
    )
    with going_on(), progress_bar(_runs(request.over, request.runs), show=not rest["quiet"]) as progress:
        found = sweep(
            scenario, out, request, changes=options.changes_of(rest), progress=progress, say=aside(quiet=rest["quiet"])
        )
    if not rest["no_figures"]:
        _draw(found, command_text(click.get_current_context()))
    if rest["as_json"]:
        print_json({"folder": str(found.folder), **found.as_dict()})
    elif not rest["quiet"]:
        say(_text(found, figures=not rest["no_figures"]))


def _runs(over: Any, runs: int) -> int:
    """How many runs there are in all."""
    from sim.studies.sweep.grid import axis

    for path, text in over:
        runs *= axis(path, text).count
    return runs


def _draw(found: Sweep, command: str) -> None:
    from sim.ensemble.folder import held
    from sim.figures import sweep as figures
    from sim.report.study import write_study
    from sim.report.sweep import MEANS, OUTCOMES, TITLES, sweep_study

    curves = {OUTCOMES: found.outcomes, MEANS: found.means}
    drawn = {name: figures.draw(found, some, title=TITLES[name]) for name, some in curves.items() if some}
    with held(found.folder, "sweep") as folder:
        write_study(sweep_study(found, command), folder, drawn)


def _text(found: Sweep, *, figures: bool) -> str:
    from sim.analysis.wording import DISCLAIMER
    from sim.cli.asked import paragraphs
    from sim.cli.render import table_text
    from sim.studies.sweep import words

    lines = [
        str(found.manifest["title"]),
        f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.",
        "",
        words.lead(found),
        "",
        table_text(words.move_headers(found), words.move_rows(found, ids=True)),
    ]
    if len(found.points.axes) == 1 and found.outcomes:
        lines += ["", _thresholds(found)]
    if found.truncated:
        lines += ["", f"{found.truncated:,} runs were cut off at max_events: what follows in them is unknown"]
    report = "report.html tells it with figures; " if figures else ""
    return paragraphs([*lines, "", f"{found.folder}: {report}sweep.json, sweep.csv, runs.parquet"])


def _thresholds(found: Sweep) -> str:
    from sim.cli.render import table_text
    from sim.studies.sweep import words

    rows = words.threshold_rows(found, ids=True, crossed=True)
    if not rows:
        return "Nothing crosses 10 or 50 % within the range."
    rest = len(found.outcomes) - len(rows)
    table = table_text(words.threshold_headers(found), rows)
    return f"{table}\nThe other {rest} cross neither within the range." if rest else table
