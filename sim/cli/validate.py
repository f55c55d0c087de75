"""``brinkline validate`` and ``brinkline schema``: is a scenario right, and what may it hold?"""

from __future__ import annotations

import json
from typing import Any

import click

from sim.cli import options


@click.command("validate")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@options.as_json
@options.quiet
def validate_command(files: tuple[str, ...], as_json: bool, quiet: bool) -> None:
    """Print every fault of scenario files, with its place.

    Each as file:line:column: error CODE: path: what was found; what was expected; the nearest known name.
    The exit code is 2 if there is an error; warnings alone leave it at 0.

    \b
    Example:
      brinkline validate scenarios/erbil-2024.yaml
    """
    from sim.scenario.faults import in_order, with_excerpt
    from sim.scenario.load import examine, variant_faults

    documents: list[dict[str, Any]] = []
    wrong = unreadable = False
    for file in files:
        loaded, faults, texts = examine(file)
        if loaded is not None:
            faults = in_order([*faults, *variant_faults(loaded)])
        errors = [fault for fault in faults if fault.severity == "error"]
        wrong = wrong or bool(errors)
        unreadable = unreadable or any(fault.found.startswith("cannot be read") for fault in errors)
        documents.append({"file": file, "errors": len(errors), "faults": [fault.as_dict() for fault in faults]})
        if as_json or (quiet and not errors):
            continue
        for fault in faults:
            click.echo(with_excerpt(fault, texts))
        warnings = len(faults) - len(errors)
        if not quiet:
            part = " (a part, for other files to include)" if loaded is None and not errors else ""
            click.echo(f"{file}: {_number(len(errors), 'error')}, {_number(warnings, 'warning')}{part}")
    if as_json:
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
    if wrong:
        raise click.exceptions.Exit(3 if unreadable else 2)


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

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
