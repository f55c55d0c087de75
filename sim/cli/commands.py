"""The commands, each in a module that is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from sim import __version__
from sim.cli.again import TYPED
from sim.errors import storage_errors
from sim.escapes import quoted

_HOMES = {
    "run": "sim.cli.run",
    "resume": "sim.cli.resume",
    "new": "sim.cli.new",
    "validate": "sim.cli.validate",
    "describe": "sim.cli.reading",
    "trace": "sim.cli.reading",
    "sources": "sim.cli.sources",
    "list": "sim.cli.reading",
    "schema": "sim.cli.validate",
    "plot": "sim.cli.pictures",
    "report": "sim.cli.pictures",
    "score": "sim.cli.score",
    "check": "sim.cli.check",
    "calibrate": "sim.cli.calibrate",
    "compare": "sim.cli.compare",
    "sweep": "sim.cli.sweep",
    "discover": "sim.cli.discover",
    "sensitivity": "sim.cli.sensitivity",
    "explain": "sim.cli.explain",
    "contagion": "sim.cli.contagion",
    "bench": "sim.cli.bench",
    "verify": "sim.cli.verify",
}


class _Commands(click.Group):
    """Finds a command's module only when it is needed: ``--help`` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        home = _HOMES.get(cmd_name)
        return None if home is None else getattr(import_module(home), f"{cmd_name}_command")

    def invoke(self, ctx: click.Context) -> Any:
        with storage_errors():  # within click, which ends the program on a pipe that ends
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _HOMES and not args[0].startswith("-"):
            from sim.scenario.faults import nearest

            near = nearest(args[0], _HOMES)
            hint = f" Nearest known name: {near}." if near else ""
            raise click.UsageError(
                f"found the command {quoted(args[0])}; expected one of {', '.join(_HOMES)}.{hint}", ctx
            )
        broken = [word for word in args if "\0" in word]
        if broken:
            raise click.UsageError(f"found a NUL character in {quoted(broken[0])}; expected none", ctx)
        ctx.meta[TYPED] = args[1:]
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="brinkline")
def brinkline(**_: Any) -> None:
    """Play out an international crisis, many times, and read what may follow.

    A scenario file says who the actors are, what they can do and how each responds to the others. It is a
    model to think with, never a forecast to act on.

    \b
    brinkline run erbil-2024                     1,000 runs, with figures and a report
    brinkline run erbil-2024 --variant hair-trigger
    brinkline resume results/erbil-2024          go on after an interruption, or with more runs
    brinkline trace erbil-2024 --run 7           one run, told as a chronicle
    """
