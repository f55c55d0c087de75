"""``brinkline list``, ``describe`` and ``trace``: scenarios and single runs in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sim.cli import options
from sim.cli.render import table_text
from sim.cli.terminal import print_json, say


@click.command("list")
@click.argument("scenario", metavar="[SCENARIO]", required=False)
@options.as_json
def list_command(scenario: str | None, as_json: bool) -> None:
    """List the scenarios that come with the package, or what one scenario offers.

    Of a SCENARIO: its variants, outcomes and parameters, which the other commands take by name.

    \b
    Examples:
      brinkline list
      brinkline list erbil-2024
    """
    from sim.scenario.files import shipped_ids
    from sim.scenario.load import load

    if scenario is None:
        found = [{"id": name, "title": load(name).description.title or name} for name in shipped_ids()]
        if as_json:
            print_json(found)
        else:
            say(table_text(["scenario", "title"], [[one["id"], one["title"]] for one in found]))
        return
    blocks = _blocks(load(scenario).description)
    if as_json:
        print_json(blocks)
        return
    for block, items in blocks.items():
        headers = [block[:-1], "name", *(["value"] if block == "parameters" else [])]
        rows = [[one["id"], one["name"], *([one["value"]] if block == "parameters" else [])] for one in items]
        say(table_text(headers, rows) + "\n" if rows else f"no {block}\n")


def _blocks(description: Any) -> dict[str, list[dict[str, str]]]:
    return {
        block: [
            {
                "id": name,
                "name": item.name or "",
                **({"value": f"{item.value:g} {item.unit or ''}".strip()} if block == "parameters" else {}),
            }
            for name, item in getattr(description, block).items()
        ]
        for block in ("variants", "outcomes", "parameters")
    }


@click.command("describe")
@options.scenario
@options.changes
@click.option("--markdown", is_flag=True, help="Print Markdown, with tables.")
@click.option("--dot", is_flag=True, help="Print the graph of who answers what in Graphviz's language.")
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file, whole or not at all.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@options.as_json
def describe_command(scenario: str, markdown: bool, dot: bool, out: Path | None, as_json: bool, **rest: Any) -> None:
    """Describe SCENARIO in words and figures, as a modeller would: who, what, how, and what is left out.

    The page follows the ODD protocol: what it is for and how far to trust it, entities, processes and their order,
    chance, input, submodels, sources.

    \b
    Examples:
      brinkline describe erbil-2024
      brinkline describe erbil-2024 --markdown --out card.md
      brinkline describe erbil-2024 --dot > rules.dot
    """
    from sim.escapes import json_text
    from sim.reading.describe import describe
    from sim.scenario.load import load

    if markdown + dot + as_json > 1:
        raise click.UsageError("found more than one of --markdown, --dot and --json; expected one")
    description = describe(load(scenario, options.changes_of(rest)))
    if as_json:
        text = json_text(description.as_dict()) + "\n"
    elif dot:
        text = description.dot()
    else:
        text = description.markdown() if markdown else description.text()
    if out is None and as_json:
        print_json(description.as_dict())
    elif out is None:
        say(text, end="")
    else:
        from sim.ensemble.files import write_new
        from sim.errors import UsageError

        if out.exists() and Path(scenario).exists() and out.samefile(scenario):
            raise UsageError(f"{out} is the scenario itself; expected another --out")
        write_new(out, text.encode(), force=rest["force"])
        say(str(out))


@click.command("trace")
@click.argument("scenario", metavar="SCENARIO|FOLDER")
@click.option(
    "--run", "run", type=click.IntRange(min=0), default=0, show_default=True, help="The number of the run, from 0."
)
@options.own_seed
@options.changes
@click.option("--from", "begin", metavar="WHEN", help="Tell from here on: a date, +8 h, or a number of days.")
@click.option("--to", "end", metavar="WHEN", help="Tell up to here.")
@click.option(
    "--actor", "actors", multiple=True, metavar="ID", help="Only what this actor does or suffers; may be repeated."
)
@click.option("--min-rung", type=int, help="Only events of this rung or above.")
@click.option("--event", type=click.IntRange(min=0), help="Only this event, what led to it and what it led to.")
@click.option("--history", is_flag=True, help="Tell what happened before the start one by one.")
@click.option("--considered", is_flag=True, help="Tell also which rules matched and did not answer, and why.")
@click.option("--effects", is_flag=True, help="Tell also what each event did to the variables.")
@click.option("--no-reasons", is_flag=True, help="Leave out conditions, chances and draws.")
@options.as_json
def trace_command(scenario: str, run: int, seed: int | None, as_json: bool, **rest: Any) -> None:
    """Tell one run as a chronicle: who did what to whom, when, and why.

    SCENARIO is a path or an id; a results FOLDER tells one of its runs, under its seed.

    \b
    Examples:
      brinkline trace erbil-2024 --run 7
      brinkline trace erbil-2024 --run 7 --min-rung 7 --considered
    """
    from sim.reading.telling import Telling, instant_ms
    from sim.reading.trace import trace
    from sim.scenario.load import load

    path, usual_seed = _played(scenario, run)
    chronicle = trace(load(path, options.changes_of(rest)), usual_seed if seed is None else seed, run)
    telling = Telling(
        history=rest["history"], reasons=not rest["no_reasons"], effects=rest["effects"], considered=rest["considered"],
        from_ms=None if rest["begin"] is None else instant_ms(rest["begin"], chronicle),
        to_ms=None if rest["end"] is None else instant_ms(rest["end"], chronicle, end=True),
        actors=rest["actors"], min_rung=rest["min_rung"], event=rest["event"],
    )  # fmt: skip
    if as_json:
        print_json(chronicle.as_dict(telling))
    else:
        say(chronicle.text(telling))


def _played(scenario: str, run: int) -> tuple[str | Path, int]:
    """The scenario and seed of a results folder; of anything else itself and seed 1."""
    folder = Path(scenario)
    if not (folder / "manifest.json").is_file():
        return scenario, 1
    from sim import open_results
    from sim.errors import UsageError

    ensemble = open_results(folder)
    manifest = ensemble.manifest
    if run >= manifest["runs_asked"]:
        raise UsageError(f"found run {run}; expected 0 to {manifest['runs_asked'] - 1}, the runs of {folder}")
    _ = ensemble.scenario  # or it is not the one that was run
    return folder / "scenario.yaml", int(manifest["seed"])
