"""``brinkline bench``: how fast this machine plays, beside what is aimed at."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from sim.cli import options
from sim.cli.terminal import print_json, say


@click.command("bench")
@click.option("--quick", is_flag=True, help="Measure for a few seconds only; the ranges are wider.")
@options.as_json
def bench_command(quick: bool, as_json: bool) -> None:
    """Measure how fast this machine plays, and print it beside what is aimed at.

    The engines, a naive SimPy design and a hand-written C++ program (built if a compiler is there) play the same
    made-up workload; the engines also play erbil-2024. All take turns on one core, and each number is the median of
    several turns with its range. It takes less than a minute. A missed target is shown; it is no error.

    \b
    Example:
      brinkline bench --quick
    """
    from sim import __version__
    from sim.bench.contest import QUICK, THOROUGH
    from sim.bench.measure import measure

    with _telling() as tell:
        document = {"brinkline": __version__, "quick": quick} | measure(QUICK if quick else THOROUGH, tell)
    if as_json:
        print_json(document)
    else:
        say(_text(document))


@contextlib.contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """What tells on a terminal's stderr what is being measured, a line that changes."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update


def _text(document: dict[str, Any]) -> str:
    from sim.cli.render import table_text

    machine = document["machine"]
    busy = "" if machine["busy"] is None else f" ({machine['busy']:g} busy with other things before it began)"
    lines = [
        f"{machine['processor']}, cores: {machine['cores']}{busy}, {machine['system']}",
        f"Brinkline {document['brinkline']}, Python {machine['python']}, "
        + ", ".join(f"{name} {machine[name]}" for name in ("numpy", "numba", "simpy")),
    ]
    speeds = [
        [row["field"], row["player"], *_cells(row["runs_per_second"]), *_cells(row["events_per_second"])]
        for row in document["speeds"]
    ]
    headers = ["played", "by", "runs/s", "range", "events/s", "range"]
    starts = [[name, *_cells(spread)] for name, spread in document["starts"].items()]
    targets = [
        [row["what"], *(_cells(row["measured"]) if row["measured"] else (row["missing"], "")), _aim(row), _met(row)]
        for row in document["targets"]
    ]
    return "\n\n".join([
        "\n".join(lines),
        table_text(headers, speeds, right=(2, 3, 4, 5)),
        table_text(["start of a new process", "s", "range"], starts, right=(1, 2)),
        table_text(["aimed at", "measured", "range", "target", ""], targets, right=(1, 2, 3)),
    ])  # fmt: skip


def _cells(spread: dict[str, float]) -> tuple[str, str]:
    """The median, and the range if there is one."""
    low, high = _number(spread["low"]), _number(spread["high"])
    return _number(spread["median"]), f"{low}–{high}" if low != high else ""


def _number(value: float) -> str:
    """Three digits that count."""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def _aim(row: dict[str, Any]) -> str:
    if row["at_most"] is not None:
        return f"≤ {_number(row['at_most'])}"
    return f"≥ {_number(row['at_least'])}"


def _met(row: dict[str, Any]) -> str:
    return {None: "not measured", True: "met", False: "missed"}[row["met"]]
