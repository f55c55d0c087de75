"""``brinkline check``: the record beside the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sim.cli import options
from sim.cli.ending import progress_bar
from sim.cli.terminal import aside, print_json, say

if TYPE_CHECKING:
    from sim.calibration.check import Check, Row

_DASH = "\N{EN DASH}"


@click.command("check")
@options.scenario
@click.option("--record", metavar="FILE", help="A record's path or id; the scenario's id unless given.")
@click.option("--runs", type=int, default=1000, show_default=True, help="How many runs; at most 100,000.")
@options.seed
@options.changes
@options.engine
@options.as_json
@options.quiet
def check_command(scenario: str, record: str | None, runs: int, seed: int, **rest: Any) -> None:
    """Play SCENARIO and print what was observed beside what its runs do.

    What was observed stands in a record, a file of statistics: counts, rates, shares, lags. Each is measured in every
    run. An observed value is inside if it lies in the middle 80 % of the runs; a band that the model leaves is a red
    flag. Nothing is written. The exit code is 0 whatever is found.

    \b
    Example:
      brinkline check erbil-2023 --runs 500
    """
    from sim.calibration.check import check
    from sim.calibration.record import load_record
    from sim.scenario.load import load

    loaded = load(scenario, options.changes_of(rest))
    held = load_record(record or loaded.description.scenario, loaded)
    with progress_bar(runs, show=not rest["quiet"]) as progress:
        done = check(
            loaded, held, runs=runs, seed=seed, engine=rest["engine"], progress=progress,
            say=aside(quiet=rest["quiet"]),
        )  # fmt: skip
    if rest["as_json"]:
        print_json(done.as_dict())
    elif not rest["quiet"]:
        say(_text(done))


def _text(check: Check) -> str:
    from sim.analysis.wording import DISCLAIMER
    from sim.cli.render import table_text

    record = check.record
    lines = [f"{record.title}: the record beside {check.runs:,} runs of {record.scenario}, seed {check.seed}"]
    lines += [f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.", ""]
    seen = [row for row in check.rows if row.statistic.band is None]
    bands = [row for row in check.rows if row.statistic.band is not None]
    lines += [table_text(list(SEEN), seen_cells(seen)), ""] if seen else []
    lines += [table_text(list(BANDS), band_cells(bands)), ""] if bands else []
    lines += sentences(check)
    return "\n".join(lines)


SEEN = (
    "statistic",
    "record (95 % or given range)",
    "middle run (80 % of runs)",
    "mean (95 % interval)",
    "rank",
    "record is",
)
BANDS = ("what should hold", "band", "middle run (80 % of runs)", "mean (95 % interval)", "model is")


def seen_cells(rows: list[Row]) -> list[list[str]]:
    """The cells of what was observed, below SEEN."""
    return [[row.statistic.name, _record(row), _spread(row), _mean(row), _rank(row), row.verdict] for row in rows]


def band_cells(rows: list[Row]) -> list[list[str]]:
    """The cells of what should hold, below BANDS."""
    return [[row.statistic.name, _band(row), _spread(row), _mean(row), row.verdict] for row in rows]


def _number(value: float) -> str:
    from sim.analysis.wording import number_text

    return number_text(value, digits=2 if abs(value) < 10 else 3)


def _range(low: float, high: float) -> str:
    return f"{_number(low)}{_DASH}{_number(high)}"


def _record(row: Row) -> str:
    """What was observed, as the record has it."""
    one = row.statistic
    value = ""
    if one.observed is not None:
        value = f"{one.k} of {one.n}" if one.k is not None else _given(row, one.observed)
        if one.kind == "happens" and one.low is None:
            value = "yes" if one.observed else "no"
    if one.low is None or one.high is None:
        return value
    ends = _ends(row, one.low, one.high)
    if not value:
        return ends
    return f"{value} ({ends if one.kind == 'happens' else ends.removesuffix(one.unit).strip()})"


def _band(row: Row) -> str:
    band = row.statistic.band
    return "" if band is None else _ends(row, *band)


def _ends(row: Row, low: float, high: float) -> str:
    return f"{_bare(row, low)}{_DASH}{_given(row, high)}"


def _given(row: Row, value: float) -> str:
    """A number of the record with its unit; a probability is in percent."""
    unit = "%" if row.statistic.kind == "happens" else row.statistic.unit
    return f"{_bare(row, value)} {unit}".strip()


def _bare(row: Row, value: float) -> str:
    """A number as the record gives it; the ends of a share that are computed here have two digits."""
    value = 100 * value if row.statistic.kind == "happens" else value
    return f"{value:,.2g}" if row.statistic.k is not None else f"{value:,.4g}"


def _spread(row: Row) -> str:
    if not row.defined:
        return "in no run"
    return "" if row.statistic.kind == "happens" else f"{_number(row.median)} ({_range(row.low, row.high)})"


def _mean(row: Row) -> str:
    """The mean with no more digits than its interval allows; of ``happens`` it is a probability."""
    from sim.analysis.wording import interval_text, percent_text

    if not row.defined:
        return ""
    low, high = row.mean_low, row.mean_high
    if row.statistic.kind == "happens":
        return f"{percent_text(row.mean, low=low, high=high)} ({interval_text(row.mean, low=low, high=high)})"
    if low == high or low != low:
        return _number(row.mean)
    decimals = _decimals(high - low)
    return f"{row.mean:,.{decimals}f} ({low:,.{decimals}f}{_DASH}{high:,.{decimals}f})"


def _decimals(width: float) -> int:
    """The decimals that an interval of this width leaves: its half is then one or two units of the last one."""
    from math import floor, log10

    return min(max(-floor(log10(width / 2)), 0), 6)


def _rank(row: Row) -> str:
    if row.percentile is None or row.statistic.kind == "happens":
        return ""
    return f"{100 * row.percentile:.0f} %"


def sentences(check: Check) -> list[str]:
    """What stands below the tables."""
    lines = []
    rows = check.compared
    if rows:
        lines.append(
            f"Of {len(rows)} observed values {check.inside} lie inside the middle 80 % of the runs; were the record "
            f"one more run of the model, {check.inside_by_chance:.1f} would on average."
        )
        lines.append("Rank: the share of the runs below the record. The statistics are not independent of each other.")
    some = [row for row in check.rows if row.defined < check.runs]
    if some:
        told = ", ".join(f"{row.statistic.id} in {check.runs - row.defined:,}" for row in some)
        lines.append(f"Undefined, and left out there: {told} of {check.runs:,} runs.")
    if check.truncated:
        lines.append(f"{check.truncated:,} runs were cut off at max_events: nothing is known of them.")
    return [*lines, *([check.record.note] if check.record.note else [])]
