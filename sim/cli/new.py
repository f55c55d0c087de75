"""``brinkline new``: a small scenario to start from."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli import options
from sim.cli.terminal import say


@click.command("new")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@options.quiet
def new_command(file: Path, force: bool, quiet: bool) -> None:
    """Write a small scenario with comments to FILE, to be changed step by step into your own.

    It is complete and without faults: a quarrel of two invented states over a strait, with sources and assumptions
    marked, uncertain parameters, rules, outcomes and a variant.

    \b
    Example:
      brinkline new my-crisis.yaml
    """
    from sim.ensemble.files import read_bytes, write_new
    from sim.scenario.files import shipped_folder

    write_new(file, read_bytes(shipped_folder() / "new" / "scenario.yaml"), force=force)
    if not quiet:
        say(f"{file} is a small scenario with comments; change it, and see brinkline validate {file}")
