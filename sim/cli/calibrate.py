"""``brinkline calibrate``: fit parameters of a scenario to a record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options
from sim.cli.ending import going_on, progress_bar
from sim.cli.terminal import aside, print_json, say, warn

if TYPE_CHECKING:
    from sim.calibration.calibrate import Calibration


def _names(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise click.BadParameter("found no name; expected names with commas between them, such as attack_rate,us_delay")
    return names


@click.command("calibrate")
@options.scenario
@click.option("--record", metavar="FILE", help="The record, a path or an id; the scenario's id unless given.")
@click.option(
    "--parameters", metavar="A,B", callback=_names, help="Fit just these of the record's; the others keep their ranges."
)
@click.option("--runs", type=int, default=100_000, show_default=True, help="How many runs the reference table has.")
@click.option(
    "--accept", type=float, default=0.01, show_default=True, help="Which share of them, the nearest, is accepted."
)
@options.seed
@click.option("--out", type=click.Path(path_type=Path), help="The folder; calibration/SCENARIO unless given.")
@options.engine
@options.workers
@click.option("--force", is_flag=True, help="Replace a table in the folder that was made of something else.")
@click.option("--no-figures", is_flag=True, help="Draw no figures.")
@options.as_json
@options.quiet
def calibrate_command(scenario: str, record: str | None, out: Path | None, **rest: Any) -> None:
    """Fit parameters of SCENARIO to a record of what happened, and write their ranges as a variant.

    Many runs draw the parameters from the record's wide ranges; those whose statistics come nearest to the record
    say what the parameters may have been (approximate Bayesian computation). A record that the model cannot reach is
    said to be out of reach, with which statistics, and nothing is fitted. The same command goes on after an
    interruption; with more --runs it plays the new ones only.

    \b
    Examples:
      brinkline calibrate erbil-2023
      brinkline calibrate erbil-2023 --parameters attack_rate,us_delay --runs 20000 --accept 0.02
    """
    from sim.calibration.calibrate import Request, calibrate

    asked = ("runs", "accept", "seed", "parameters", "workers", "engine", "force")
    request = Request(**{name: rest[name] for name in asked})
    with going_on(), progress_bar(request.runs, show=not rest["quiet"]) as progress:
        found = calibrate(scenario, out, request, record=record, progress=progress, say=aside(quiet=rest["quiet"]))
    _tell(found, rest)
    if found.problem:
        warn(f"brinkline: {found.problem}")
        click.get_current_context().exit(2)


def _tell(found: Calibration, rest: dict[str, Any]) -> None:
    """Draw what can be drawn, and say what was found as the options ask."""
    if not rest["no_figures"]:
        from sim.ensemble.folder import held
        from sim.figures import posterior, predictive
        from sim.figures.files import save

        with held(found.folder, "calibrate") as home:
            save(predictive.draw(found), "predictive", home.write_figure)
            if found.result.reached:
                save(posterior.draw(found), "posterior", home.write_figure)
    if rest["as_json"]:
        document = {"folder": str(found.folder), "manifest": found.manifest, "calibration": found.document}
        print_json(document)
    elif not rest["quiet"]:
        from sim.cli.calibrate_text import calibration_text

        say(calibration_text(found, figures=not rest["no_figures"]))
