"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.engines.choice import ENGINES
from sim.ensemble.plan import KEEP, seed_of
from sim.escapes import quoted

if TYPE_CHECKING:
    from sim.scenario.load import Changes

Command = TypeVar("Command", bound=Callable[..., Any])


def _setting(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = []
    for value in values:
        name, equals, text = value.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(
                f"found {quoted(value)}; expected NAME=VALUE, such as us_restraint=0.3 or rules.ID.limit=5"
            )
        pairs.append((name.strip(), text.strip()))
    return tuple(pairs)


_CHANGES = (
    click.option(
        "--variant", "variants", multiple=True, metavar="NAME", help="Apply a variant of the scenario; may be repeated."
    ),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_setting,
        help="Set a parameter, or any value by its path; may be repeated.",
    ),
    click.option(
        "--inject",
        "injects",
        multiple=True,
        metavar="FILE",
        help="Add the timeline items of a YAML list; may be repeated.",
    ),
    click.option("--fixed", is_flag=True, help="Every parameter at its value: draw no ranges."),
    click.option("--horizon", metavar="DURATION", help="Simulate so long instead, such as '30 d'."),
)


def changes(command: Command) -> Command:
    """``--variant --set --inject --fixed --horizon``."""
    for option in reversed(_CHANGES):
        command = option(command)
    return command


def changes_of(options: dict[str, Any]) -> Changes:
    """What those options ask for."""
    from sim.scenario.load import Changes

    return Changes(options["variants"], options["settings"], options["injects"], options["horizon"], options["fixed"])


def _seed(context: click.Context, parameter: click.Parameter, value: int | None) -> int | None:
    return None if value is None else seed_of(value)


scenario = click.argument("scenario", metavar="SCENARIO")
seed = click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    callback=_seed,
    help="The seed: runs are numbered from 0 under it.",
)
own_seed = click.option("--seed", type=int, callback=_seed, help="The seed; 1 unless given, or the folder's own.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
quiet = click.option("--quiet", is_flag=True, help="Print nothing but errors.")
folder = click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))


def _widths(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, float], ...]:
    pairs = []
    for value in values:
        name, equals, text = value.rpartition("=")
        try:
            pairs.append((name.strip() if equals else "*", float(text)))
        except ValueError:
            raise click.BadParameter(
                f"found {quoted(value)}; expected a width such as 0.01, or OUTCOME=0.005"
            ) from None
    return tuple(pairs)


precision = click.option(
    "--precision",
    multiple=True,
    metavar="[OUTCOME=]WIDTH",
    callback=_widths,
    help="Play on from --runs until the 95 % interval of every outcome, or of this one, is no wider; may be repeated.",
)
max_runs = click.option("--max-runs", type=int, help="With --precision: stop here in any case; 1,000,000 unless given.")
engine = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="auto",
    show_default=True,
    help="Which engine plays; auto takes the one that finishes sooner.",
)
workers = click.option(
    "--workers",
    type=int,
    help="Blocks played at a time; one for each core unless given. The results do not depend on it.",
)
cluster = click.option(
    "--cluster",
    metavar="tcp://HOST:PORT|local",
    help="Play on the Dask cluster whose scheduler is there, or on one that is started on this machine for as long "
    "as it is needed. The results do not depend on it.",
)
no_figures = click.option("--no-figures", is_flag=True, help="Draw no figures and write no report.")


def keep(default: str | None) -> Callable[[Command], Command]:
    """``--keep``."""
    return click.option(
        "--keep",
        type=click.Choice(KEEP),
        default=default,
        show_default=default is not None,
        help="How much of events and trajectories stays: all, the first 1,000 runs' (sample), none (summary); "
        "auto keeps all of up to 10,000 runs and a sample of more. Any run can be traced, kept or not.",
    )
