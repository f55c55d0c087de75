"""``brinkline explain``: the causal chains to an outcome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options
from sim.cli.again import command_text
from sim.cli.asked import Asked, asked, paragraphs
from sim.cli.ending import progress_bar
from sim.cli.terminal import aside, print_json, say

if TYPE_CHECKING:
    from sim.studies.pathways.pathways import Pathways


@click.command("explain")
@click.argument("results", metavar="RESULTS|SCENARIO")
@click.option("--outcome", metavar="ID", help="The outcome to explain.")
@click.option("--run", "run", type=click.IntRange(min=0), help="Tell how it came true in this run; nothing is written.")
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many chains are told.")
@click.option("--runs", type=int, default=1000, show_default=True, help="Of a SCENARIO: how many runs are played.")
@options.seed
@options.changes
@options.engine
@click.option("--out", type=click.Path(path_type=Path), help="The folder; explain/SCENARIO--OUTCOME unless given.")
@click.option("--force", is_flag=True, help="Replace what the folder holds.")
@options.no_figures
@options.as_json
@options.quiet
@click.pass_context
def explain_command(ctx: click.Context, /, results: str, outcome: str | None, out: Path | None, **rest: Any) -> None:
    """Tell how an outcome comes about: the commonest causal chains that lead to it in the runs of RESULTS.

    A chain leads from an event that nothing caused, by what was done in answer to it, to the event with which the
    outcome first came true. Table, picture and page say which chains are how common, and which rules and actors they
    run through. Runs are played anew, so that it does not matter whether their events were kept; where it came true
    in more than 10,000 runs, the first of these are taken. Of a SCENARIO the runs are played first.

    \b
    Examples:
      brinkline explain results/erbil-2024 --outcome us-strike-campaign
      brinkline explain erbil-2024 --outcome militia-pause --variant hair-trigger
      brinkline explain results/erbil-2024 --outcome us-strike-campaign --run 7
    """
    from sim.ensemble.folder import held
    from sim.studies.outcomes import known_outcome
    from sim.studies.pathways.writing import write_files

    source = asked(ctx, results, rest)
    if outcome is None:
        known = ", ".join(source.loaded.description.outcomes) or "none"
        raise click.UsageError(f"found no --outcome; expected one of the outcomes: {known}")
    known_outcome(source.loaded.description, outcome)
    if rest["run"] is not None:
        _one_run(source, outcome, rest)
        return
    folder = out or Path("explain") / f"{source.loaded.description.scenario}--{outcome}"
    made_of = {**source.made_of, "outcome": outcome, "top": rest["top"]}
    with held(folder, "explain") as home:
        home.take(made_of, force=rest["force"], say=aside(quiet=rest["quiet"]))
        found = _found(source, outcome, rest)
        write_files(found, home)
        if not rest["no_figures"]:
            from sim.report.pathways import write_pathways

            write_pathways(found, source.loaded, home, command_text(ctx))
    if rest["as_json"]:
        print_json({"folder": str(folder), **found.as_dict()})
    elif not rest["quiet"]:
        say(_text(found, source, folder, figures=not rest["no_figures"]))


def _found(source: Asked, outcome: str, rest: dict[str, Any]) -> Pathways:
    from sim.studies.pathways.pathways import pathways, pathways_of

    how = {"top": rest["top"], "engine": rest["engine"], "say": aside(quiet=rest["quiet"])}
    with progress_bar(None if source.ensemble else source.runs, show=not rest["quiet"]) as progress:
        if source.ensemble is not None:
            return pathways_of(source.ensemble, outcome, progress=progress, **how)
        return pathways(source.loaded, outcome, runs=source.runs, seed=source.seed, progress=progress, **how)


def _one_run(source: Asked, outcome: str, rest: dict[str, Any]) -> None:
    """Tell the tree to the event that made it true in one run."""
    from sim.reading.causes import causes

    run = rest["run"]
    if source.ensemble is not None and run >= source.runs:
        raise click.UsageError(
            f"found run {run}; expected 0 to {source.runs - 1}, the runs of {source.ensemble.folder}"
        )
    told = causes(source.loaded, source.seed, run, outcome)
    if rest["as_json"]:
        print_json(told.as_dict())
    elif not rest["quiet"]:
        say(told.text(), end="")


def _text(found: Pathways, source: Asked, folder: Path, *, figures: bool) -> str:
    from sim.analysis.wording import DISCLAIMER
    from sim.cli.render import table_text
    from sim.studies.pathways import words

    scenario = source.loaded.description
    lines = [found.title, f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.", "", words.lead(found)]
    if found.chains:
        lines += [words.traced_text(found), "", _chains(found, source), ""]
        for through in (found.rules, found.actors):
            if through:
                lines += [table_text(list(words.THROUGH_HEADERS), words.through_rows(through[:8], scenario)), ""]
        lines += [words.TOGETHER, words.CAUSALITY, ""]
    where = f"{folder / 'report.html'} tells it with a picture; " if figures else f"{folder}: "
    return paragraphs([*lines, f"{where}explain.json and chains.csv have all numbers"])


def _chains(found: Pathways, source: Asked) -> str:
    """The chains below each other, a line a step: a table has no room for them."""
    from sim.studies.pathways import words

    lines = []
    for text, count, share, run in words.chain_rows(found, source.loaded.description):
        runs = "1 run" if count == "1" else f"{count} runs"
        lines.append(f"{share}, {runs}{f', first in run {run}' if run else ''}")
        lines += [f"    {'  ' * depth}{step}" for depth, step in enumerate(text.split(words.ARROW))]
    return "\n".join(lines)
