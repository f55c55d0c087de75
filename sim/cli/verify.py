"""``brinkline verify``: the engine on this machine against exact mathematics."""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from sim.cli import options
from sim.cli.terminal import aside, print_json, say

if TYPE_CHECKING:
    from sim.verification.suite import Finding, Verification


@click.command("verify")
@click.option("--runs", type=int, help="Runs of each scenario; 50,000 unless given, at least 1,000.")
@click.option("--quick", is_flag=True, help="5,000 runs of each scenario: a few seconds, wider intervals.")
@options.seed
@options.engine
@options.as_json
@options.quiet
def verify_command(runs: int | None, quick: bool, seed: int, engine: str, as_json: bool, quiet: bool) -> None:
    """Check the engine on this machine against exact mathematics.

    Small scenarios with a known answer are played, and each exact value is printed beside the simulated one, with its
    interval; of a distribution, with the probability p of a fit as poor as this one. If the engine is right, the
    probability that anything differs by chance is at most 0.001 in all.

    Exit code 0: all agree. Exit code 1: something differs.

    \b
    Examples:
      brinkline verify
      brinkline verify --quick --seed 7 --engine simpy
    """
    from sim.verification.suite import QUICK_RUNS, RUNS, verify

    if quick and runs is not None:
        raise click.UsageError("found --quick and --runs; expected one of them")
    asked = QUICK_RUNS if quick else RUNS if runs is None else runs
    with _telling(show=not quiet) as tell:
        found = verify(asked, seed, engine=engine, tell=tell, say=aside(quiet=quiet))
    if as_json:
        print_json(_document(found))
    elif not quiet:
        say(_text(found))
    click.get_current_context().exit(0 if found.agrees else 1)


@contextlib.contextmanager
def _telling(*, show: bool) -> Iterator[Callable[[str], None]]:
    """What tells on a terminal's stderr what is being played, a line that changes."""
    if not show or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update


def _document(found: Verification) -> dict[str, Any]:
    from sim import __version__

    return {
        "brinkline": __version__,
        "engine": found.engine,
        "seed": found.seed,
        "runs": found.runs,
        "false_alarm": found.false_alarm,
        "level": found.level,
        "agrees": found.agrees,
        "checks": [
            {
                "case": finding.case.id,
                "what": finding.check.what,
                "exact": finding.check.exact,
                "simulated": finding.check.simulated,
                "interval": finding.interval,
                "p_value": finding.check.p_value,
                "agrees": finding.agrees,
            }
            for finding in found.findings
        ],
    }


def _text(found: Verification) -> str:
    from sim.cli.render import table_text

    rows: list[list[str]] = []
    for case, findings in groupby(found.findings, key=lambda finding: finding.case):
        rows += [[case.title, "", "", "", ""], *(_row(finding) for finding in findings)]
    headers = ["what", "exact", "simulated", "interval", "verdict"]
    return f"{table_text(headers, rows, right=(1, 2, 3))}\n\n{_verdict(found)}"


def _row(finding: Finding) -> list[str]:
    check, interval = finding.check, finding.interval
    verdict = "agrees" if finding.agrees else "DIFFERS"
    if interval is None or isinstance(check.exact, str) or isinstance(check.simulated, str):
        fit = "" if check.exact == "never" else f"p {_probability(check.p_value)}"
        return [f"  {check.what}", str(check.exact), str(check.simulated), fit, verdict]
    digits = _digits((interval[1] - interval[0]) / 2)
    numbers = (check.exact, check.simulated, *interval)
    exact, simulated, low, high = (f"{value:.{digits}f}".replace("-", "−") for value in numbers)
    return [f"  {check.what}", exact, simulated, f"{low} to {high}", verdict]


def _digits(reach: float) -> int:
    """So many digits behind the point that the last one is a tenth or so of the interval's half."""
    return max(0, 1 - math.floor(math.log10(reach))) if reach > 0 else 0


def _probability(p: float) -> str:
    return f"{p:.2f}" if p >= 0.01 else f"{p:.0e}"


def _verdict(found: Verification) -> str:
    of, wrong = len(found.findings), sum(not finding.agrees for finding in found.findings)
    told = "all agree" if not wrong else f"{wrong} differ{'s' * (wrong == 1)}"
    lines = [
        f"{of} checks, {found.runs:,} runs of each scenario, engine {found.engine}, seed {found.seed}: {told}.",
        f"If the engine is right, the probability that any of them differs by chance is at most {found.false_alarm:g}:",
        f"each interval is one of {100 * (1 - found.level):.4f} %, and p may not be below {found.level:.1g}.",
    ]
    if wrong:
        lines.append("What differs by chance will agree under another --seed; what differs again is a fault.")
    return "\n".join(lines)
