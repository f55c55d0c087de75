"""``brinkline validate`` and ``brinkline schema``: is a scenario right, and what may it hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli import options
from sim.cli.terminal import print_json, say

if TYPE_CHECKING:
    from sim.scenario.faults import Fault
    from sim.scenario.load import Loaded
    from sim.studies.probe.probe import Probe


@click.command("validate")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--probe", is_flag=True, help="Play a small ensemble too and warn of what only playing shows.")
@click.option("--probe-runs", type=int, default=200, show_default=True, help="How many runs the probe plays.")
@options.as_json
@options.quiet
@click.pass_context
def validate_command(
    ctx: click.Context, /, files: tuple[str, ...], probe: bool, probe_runs: int, as_json: bool, quiet: bool
) -> None:
    """Print every fault of scenario files, with its place.

    Each as file:line:column: error CODE: path: what was found; what was expected; the nearest known name.
    The exit code is 2 if there is an error; warnings alone leave it at 0.

    A probe warns of events that breed without end, rules and drivers that never fire, outcomes that cannot come true
    or are sure from the start, and runs that all end alike. What is merely rare it passes over.

    \b
    Examples:
      brinkline validate scenarios/erbil-2024.yaml
      brinkline validate mine.yaml --probe
    """
    from sim.scenario.faults import with_excerpt

    if not probe and ctx.get_parameter_source("probe_runs") == ParameterSource.COMMANDLINE:
        raise click.UsageError("found --probe-runs without --probe; expected both")
    documents: list[dict[str, Any]] = []
    wrong = unreadable = False
    for file in files:
        loaded, faults, texts, probed = _examined(file, probe_runs if probe else None, show=not quiet)
        errors = [fault for fault in faults if fault.severity == "error"]
        wrong = wrong or bool(errors)
        unreadable = unreadable or any(fault.found.startswith("cannot be read") for fault in errors)
        documents.append({
            "file": file, "errors": len(errors), "faults": [fault.as_dict() for fault in faults],
            **({} if probed is None else {"probe": probed.as_dict()}),
        })  # fmt: skip
        if as_json or (quiet and not errors):
            continue
        for fault in faults:
            say(with_excerpt(fault, texts))
        warnings = len(faults) - len(errors)
        if not quiet:
            part = " (a part, for other files to include)" if loaded is None and not errors else ""
            part += "" if probed is None else _played(probed)
            say(f"{file}: {_number(len(errors), 'error')}, {_number(warnings, 'warning')}{part}")
    if as_json:
        print_json(documents)
    if wrong:
        raise click.exceptions.Exit(3 if unreadable else 2)


def _examined(
    file: str, probe_runs: int | None, *, show: bool
) -> tuple[Loaded | None, list[Fault], dict[str, str], Probe | None]:
    """The scenario, its faults in order, the texts they are in, and what a probe of so many runs found."""
    from sim.cli.ending import progress_bar
    from sim.scenario.faults import in_order
    from sim.scenario.load import Changes, examine, load, variant_faults

    loaded, faults, texts = examine(file)
    probed = None
    if loaded is not None:
        faults = [*faults, *variant_faults(loaded)]
    if loaded is not None and probe_runs is not None and all(fault.severity != "error" for fault in faults):
        from sim.studies.probe.probe import probe

        names = loaded.description.variants
        variants = (load(file, Changes(variants=(name,))) for name in names)  # loaded only if they are needed
        with progress_bar(probe_runs, show=show) as progress:
            probed = probe(loaded, runs=probe_runs, variants=variants, progress=progress)
        faults = [*faults, *probed.faults]
    return loaded, in_order(faults), texts, probed


def _played(probed: Probe) -> str:
    """How many runs a probe played."""
    if probed.runs == probed.asked:
        return f" (probe: {_number(probed.runs, 'run')})"
    return f" (probe: {_number(probed.runs, 'run')} of {probed.asked:,}, with {probed.events:,} events)"


def _number(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'s' * (count != 1)}"


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of scenario files, for editors.

    A file whose first line is "# yaml-language-server: $schema=schema.json" gets completion and hints from it.

    \b
    Example:
      brinkline schema > schema.json
    """
    from sim.scenario.editor import json_schema

    print_json(json_schema())
