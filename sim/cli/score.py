"""``brinkline score``: an ensemble against what really happened."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli import options
from sim.cli.terminal import aside, print_json, say, warn


@click.command("score")
@click.argument("folder", metavar="RESULTS", type=click.Path(path_type=Path))
@click.option(
    "--observed",
    "observed",
    multiple=True,
    required=True,
    metavar="FILE.csv",
    type=click.Path(path_type=Path),
    help="What happened: a file, or the id of a record that comes with the package; may be repeated.",
)
@click.option(
    "--base-rates",
    metavar="FILE.csv",
    type=click.Path(path_type=Path),
    help="Base rates (outcome, probability) that are used instead of the scenario's.",
)
@click.option(
    "--complete",
    is_flag=True,
    help="The event rows hold every deed of the actors that do something in them: what they leave out was not done.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Where the score goes; RESULTS/score unless given.")
@click.option("--force", is_flag=True, help="Replace an older score.")
@click.option("--no-figures", is_flag=True, help="Draw no reliability picture.")
@options.as_json
@options.quiet
def score_command(
    folder: Path,
    observed: tuple[Path, ...],
    base_rates: Path | None,
    complete: bool,
    out: Path | None,
    force: bool,
    no_figures: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Score the results folder RESULTS of any scenario against what really happened.

    FILE.csv is UTF-8 with commas and a header. It holds outcomes, events, or both; other columns are passed over.

    \b
      outcome    an id of the scenario's outcomes
      happened   yes or no; leave the row out if it is not known
      day        days from the start to when it first came true; may be empty
      date       for an event, and for an outcome instead of day: an ISO date or
                 date-time, in the start's time zone unless it names another
      actor, action, target   ids of the scenario; target may be empty

    Outcomes get Brier and log scores with skill against one half, base rates and persistence; their times and the
    counts of deeds get the CRPS, and whether the runs' intervals hold them. Everything that is wrong with a file is
    told at once, by line and column.

    \b
    Example:
      brinkline run erbil-2024 --out results/erbil-2024
      brinkline score results/erbil-2024 --observed happened.csv
      brinkline list erbil-2024           the ids of the outcomes
      brinkline describe erbil-2024       those of actors and actions
    """
    from sim import open_results
    from sim.ensemble.folder import held
    from sim.scoring import RecordError
    from sim.scoring import score as scored
    from sim.scoring.writing import CSV, write_files

    where = out or folder / "score"
    ensemble = open_results(folder)
    with held(where, "score") as home:
        if home.there(CSV) and not force:  # the last of its files: without it a kill came first
            raise home.refuse("holds a score already")
        try:
            found = scored(ensemble, observed, base_rates=base_rates, complete=complete)
        except RecordError as error:
            count = len(error.mistakes)
            warn(f"{error}\n{count} error{'s' * (count != 1)}; nothing was scored")
            raise click.exceptions.Exit(2) from None
        home.replace(aside(quiet=quiet))
        home.begin({})
        write_files(found, home)
        if not no_figures and found.outcomes:
            from sim.figures import reliability
            from sim.figures.files import save

            save(reliability.draw(found), "reliability", home.write_figure)
    if as_json:
        print_json({"folder": str(where), **found.document})
    elif not quiet:
        from sim.cli.score_text import score_text

        say(score_text(found, where))
