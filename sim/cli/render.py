"""What the terminal says: short, readable, with an interval on every number."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.escapes import visible


def table_text(headers: list[str], rows: list[list[str]], *, right: tuple[int, ...] = ()) -> str:
    """A plain table, its columns named in `right` aligned to the right."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, header in enumerate(headers):
        table.add_column(Text(visible(header)), justify="right" if number in right else "left")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    width = max(80, min(shutil.get_terminal_size((110, 24)).columns, 140))
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(table)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def summary_text(
    summary: dict[str, Any], manifest: dict[str, Any], folder: Path, seconds: float, *, anew: bool, figures: bool
) -> str:
    """What ``run`` and ``resume`` say when they are done; `anew`: all runs were played in these seconds."""
    runs, events = summary["runs"], summary["events"]["per_run"]
    lines = [
        summary["title"],
        f"{summary['disclaimer'][:1].upper()}{summary['disclaimer'][1:]}.",
        "",
        f"{runs:,} runs of {summary['horizon_days']:g} days, seed {summary['seed']}, engine {manifest['engine']}: "
        f"{seconds:.1f} s{f' ({runs / max(seconds, 1e-9):,.0f} runs/s)' if anew else ''}",
        f"events a run {_spread(events)}; deaths a run {_spread(summary['deaths'])}",
    ]
    lines += [_enough(summary, manifest), *_kept(manifest)]
    if summary["truncated"]:
        lines.append(f"{summary['truncated']:,} runs were cut off at max_events: what follows in them is unknown")
    lines += ["", _outcomes(summary), "", *_written(folder, figures), f"digest {manifest['digest']}"]
    return "\n".join(lines)


def _enough(summary: dict[str, Any], manifest: dict[str, Any]) -> str:
    """Whether the precision that was asked for is there; if none was, what this number of runs can tell."""
    precision = manifest["precision"]
    if precision is None:
        return str(summary["resolution"]["text"])
    widths = ", ".join(
        f"{width:g} ({'every outcome' if outcome == '*' else outcome})" for outcome, width in precision["asked"].items()
    )
    if precision["reached"]:
        return f"the intervals are as narrow as asked: {widths}"
    return f"the intervals are not as narrow as asked: {widths}; it ended at {manifest['runs']:,} runs"


def _kept(manifest: dict[str, Any]) -> list[str]:
    """How much of the events is in the folder, if not all."""
    kept, runs = manifest["kept_runs"], manifest["runs"]
    if kept == runs:
        return []
    whose = f"of the first {kept:,} runs" if kept else "of no run"
    return [f"events and trajectories {whose} are kept; brinkline trace tells any run"]


def _spread(numbers: dict[str, Any]) -> str:
    mean, interval, quantiles = numbers["mean"], numbers["interval"], numbers["quantiles"]
    text = f"{_number(mean)} on average (95 % interval {_number(interval[0])}–{_number(interval[1])})"
    if not quantiles:
        return text
    low, high = (quantiles[key]["value"] for key in ("q05", "q95"))
    return f"{text}, nine in ten runs {_number(low)}–{_number(high)}"


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"


def _outcomes(summary: dict[str, Any]) -> str:
    from sim.analysis.wording import CONFIDENCE_MEANS

    rows = []
    for name, outcome in sorted(summary["outcomes"].items(), key=lambda item: -(item[1]["probability"] or 0)):
        moved = outcome["parameters"]["range"]
        rows.append([
            name,
            _chance(outcome),
            f"{100 * moved[0]:.0f}–{100 * moved[1]:.0f} %" if outcome["parameters"]["clear"] else "",
            outcome["words"],
            outcome["confidence"]["level"],
        ])  # fmt: skip
    if not rows:
        return "This scenario asks for no outcomes."
    headers = [
        "outcome",
        "probability and 95 % Monte Carlo interval",
        "parameters clearly move it",
        "in the model",
        "confidence",
    ]
    return f"{table_text(headers, rows)}\n{CONFIDENCE_MEANS}"


def _chance(outcome: dict[str, Any]) -> str:
    """A probability with its interval: ``67 % (64–70 %)``."""
    from sim.analysis.wording import interval_text

    low, high = outcome["interval"]
    if outcome["count"] in (0, outcome["of"]):  # the text is a bound of its own
        return str(outcome["text"])
    return f"{outcome['text']} ({interval_text(outcome['probability'], low=low, high=high)})"


def _written(folder: Path, figures: bool) -> list[str]:
    if not figures:
        return [f"{folder}: events, runs and trajectories (.parquet), summary.json, scenario.yaml, manifest.json"]
    return [f"{folder / 'report.html'} tells it with figures; tables, figures and the scenario as run are beside it"]
