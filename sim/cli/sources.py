"""``brinkline sources``: where a scenario's numbers come from."""

from __future__ import annotations

import shutil
from typing import Any

import click

from sim.cli import options
from sim.cli.terminal import print_json, say


@click.command("sources")
@options.scenario
@options.changes
@click.option("--kind", metavar="KIND", help="Only numbers that rest on this kind of source; assumed and none are two.")
@click.option("--missing", is_flag=True, help="Only numbers without a source that do not say that they are assumed.")
@click.option(
    "--before", metavar="DATE", help="Name the sources that numbers rest on and that are later than DATE or undated."
)
@options.as_json
def sources_command(
    scenario: str, kind: str | None, missing: bool, before: str | None, as_json: bool, **rest: Any
) -> None:
    """Say where the numbers of SCENARIO come from: each with its source, and the share of each kind of source.

    A number is a key of an item that holds one and that a run or a score reads. Its source is that of its item, or of
    its option of choose. The exit code is 0; with --before it is 1 if a number rests on something later than DATE, or
    on something that is not known to be earlier.

    \b
    Examples:
      brinkline sources erbil-2024
      brinkline sources erbil-2024 --missing --before 2024-01-17
    """
    from sim.reading.provenance import NONE, provenance_of
    from sim.scenario.load import load

    if missing and kind is not None:
        raise click.UsageError("found both --missing and --kind; expected one (--missing is --kind none)")
    found = provenance_of(load(scenario, options.changes_of(rest)))
    hindsight = None if before is None else found.hindsight(before)
    kind = NONE if missing else kind
    shown = None if kind is None else found.of_kind(kind)
    if as_json:
        print_json(found.as_dict(shown, hindsight))
    else:
        width = max(80, min(shutil.get_terminal_size((110, 24)).columns, 140))
        say(found.text(shown, hindsight, width=width), end="")
    if hindsight is not None and not hindsight.clear:
        raise click.exceptions.Exit(1)
