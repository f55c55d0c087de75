"""``brinkline sensitivity``: what a result depends on."""

from __future__ import annotations

import contextlib
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options
from sim.cli.ending import going_on, progress_bar
from sim.cli.terminal import aside, print_json, say
from sim.escapes import quoted

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.studies.sensitivity.result import Sensitivity

_TOLD, _WIDTH = 12, 108


def _names(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise click.BadParameter(f"found {quoted(text)}; expected names of parameters between commas")
    return names


@click.command("sensitivity")
@options.scenario
@click.option("--outcome", metavar="ID", help="Of the probability of this outcome.")
@click.option(
    "--measure",
    metavar="NAME",
    help="Of a mean: peak_level (unless an outcome is named), deaths, injured, events; with --outcome, time to it.",
)
@click.option(
    "--method",
    default="both",
    show_default=True,
    metavar="morris|sobol|both",
    help="Screen all parameters, compute indices, or indices of the few that matter.",
)
@click.option("--parameters", metavar="A,B", callback=_names, help="Look at just these one by one.")
@click.option("--trajectories", type=int, default=40, show_default=True, help="How many trajectories screen.")
@click.option("--levels", type=int, default=4, show_default=True, help="Over how many levels of each range.")
@click.option(
    "--points", type=int, default=512, show_default=True, help="Points of each sample of the indices, a power of two."
)
@click.option("--few", type=int, default=6, show_default=True, help="How many parameters matter at most.")
@click.option("--replicates", type=int, default=32, show_default=True, help="Runs at each point.")
@options.seed
@options.changes
@options.engine
@options.workers
@click.option("--out", type=click.Path(path_type=Path), help="The folder; sensitivity/SCENARIO/RESULT unless given.")
@click.option("--force", is_flag=True, help="Replace an older study.")
@options.no_figures
@options.as_json
@options.quiet
def sensitivity_command(scenario: str, out: Path | None, **rest: Any) -> None:
    """Find the uncertain parameters that a result of SCENARIO hangs on, and how much of it is chance.

    All parameters with a range are screened (Morris), then Sobol indices of the few that matter are computed, with
    95 % intervals. Tells what each does at the ends of its range, how much of every result's spread comes from the
    parameters and how much from chance, and which assumed numbers to find out first. What it will cost is said before
    the start. The same command goes on after an interruption.

    \b
    Examples:
      brinkline sensitivity erbil-2024 --outcome us-strike-campaign
      brinkline sensitivity erbil-2024 --measure deaths --method morris
      brinkline sensitivity erbil-2024 --outcome us-death --method sobol --parameters attack_rate,p_us_death
    """
    from sim.cli.again import command_text
    from sim.scenario.load import load
    from sim.studies.sensitivity.request import Request
    from sim.studies.sensitivity.study import sensitivity

    asked = ("outcome", "measure", "method", "parameters", "trajectories", "levels", "points", "few", "replicates")
    request = Request(**{name: rest[name] for name in (*asked, "seed", "workers", "engine", "force")})
    loaded = load(scenario, options.changes_of(rest))
    with going_on(), contextlib.ExitStack() as stack:

        def progress(runs: int) -> Any:
            return stack.enter_context(progress_bar(runs, show=not rest["quiet"]))

        made = sensitivity(loaded, out, request, progress=progress, say=aside(quiet=rest["quiet"]))
    if not rest["no_figures"]:
        _draw(made, loaded, command_text(click.get_current_context()))
    if rest["as_json"]:
        print_json({"folder": str(made.folder), **made.as_dict()})
    elif not rest["quiet"]:
        say(_text(made, figures=not rest["no_figures"]))


def _draw(made: Sensitivity, loaded: Loaded, command: str) -> None:
    from sim.ensemble.folder import held
    from sim.figures import sensitivity as figures
    from sim.report.sensitivity import CHANCE, INDICES, SCATTER, SCREENING, TORNADO, sensitivity_study
    from sim.report.study import write_study

    drawn = {TORNADO: figures.tornado(made), SCATTER: figures.scatter(made), CHANCE: figures.chance(made)}
    if made.found.screening is not None:
        drawn[SCREENING] = figures.screening(made)
    if made.found.indices is not None:
        drawn[INDICES] = figures.indices(made)
    with held(made.folder, "sensitivity") as folder:
        write_study(sensitivity_study(made, loaded, command), folder, drawn)


def _text(made: Sensitivity, *, figures: bool) -> str:
    from sim.analysis.wording import DISCLAIMER
    from sim.cli.render import table_text
    from sim.studies.sensitivity import words

    lines = [
        str(made.manifest["title"]),
        f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.",
        "",
        *textwrap.wrap(words.lead(made), _WIDTH),
    ]
    if made.found.indices is not None:
        lines += ["", table_text(list(words.INDICES), words.index_rows(made))]
    elif made.found.screening is not None:
        lines += ["", table_text(list(words.SCREENING), words.screening_rows(made, most=_TOLD))]
    lines += ["", table_text(list(words.ENDS), words.end_rows(made))]
    if made.priorities:
        lines += [
            "",
            "to find out first, as they are only assumed:",
            table_text(list(words.FIRST), words.first_rows(made)),
        ]
    if made.found.hanging:
        lines += ["", *textwrap.wrap(words.hanging_on_assumptions(made), _WIDTH)]
    if made.manifest["truncated"]:
        lines += [
            "",
            f"{made.manifest['truncated']:,} runs were cut off at max_events; what was to come counts as not true",
        ]
    also = "; report.html, pictures in figures" if figures else ""
    return "\n".join([*lines, "", f"{len(made):,} runs; {made.folder}: sensitivity.json, tables (CSV){also}"])
