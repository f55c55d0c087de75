"""``brinkline list``, ``describe`` and ``trace``: scenarios and single runs in words."""

from __future__ import annotations

import json
from typing import Any

import click

from sim.cli import options
from sim.cli.render import table_text


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
        click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else table_text(["scenario", "title"], [[one["id"], one["title"]] for one in found]))
        return
    blocks = _blocks(load(scenario).description)
    if as_json:
        click.echo(json.dumps(blocks, ensure_ascii=False, indent=2))
        return
    for block, items in blocks.items():
        headers = [block[:-1], "name", *(["value"] if block == "parameters" else [])]
        rows = [[one["id"], one["name"], *([one["value"]] if block == "parameters" else [])] for one in items]
        click.echo(table_text(headers, rows) + "\n" if rows else f"no {block}\n")


def _blocks(description: Any) -> dict[str, list[dict[str, str]]]:
    return {
        block: [
            {"id": name, "name": item.name or "", **({"value": f"{item.value:g} {item.unit or ''}".strip()} if block == "parameters" else {})}
            for name, item in getattr(description, block).items()
        ]
        for block in ("variants", "outcomes", "parameters")
    }
