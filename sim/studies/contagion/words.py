"""Reproduction numbers as people read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.analysis.names import name_of
from sim.analysis.wording import runs_text
from sim.studies.contagion.radius import LEAST_EVENTS

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.studies.contagion.contagion import Contagion, Kind, Matrix
    from sim.studies.contagion.reproduction import Estimate

HEADERS = ("events of this kind", "an event brings about (interval)", "events", "in runs")
TOGETHER = (
    "The intervals of a table hold together at 95 % (Bonferroni); they take whole runs as the independent units. "
    f"Kinds with fewer than {LEAST_EVENTS} events are told last."
)
CELL_HEADERS = ("an event of this kind", "brings about", "on average (interval)", "seen")


def number_text(value: float, low: float, high: float) -> str:
    """``1.47 (1.43–1.51)``, with the digits that the interval allows."""
    if not math.isfinite(value):
        return "unknown"
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{value:.2g} (unknown)"
    width = high - low
    decimals = 2 if width == 0 else min(max(-math.floor(math.log10(width / 2)), 0), 4)
    return f"{value:.{decimals}f} ({low:.{decimals}f}\N{EN DASH}{high:.{decimals}f})"


def estimate_text(one: Estimate) -> str:
    """A mean with its interval."""
    return number_text(one.value, one.low, one.high)


def kind_text(actor: str | None, action: str | None, scenario: Scenario) -> str:
    """``United States``, ``Sends drones``, or both with a colon."""
    parts = [name_of(scenario.actors, actor) if actor else "", name_of(scenario.actions, action) if action else ""]
    return ": ".join(part for part in parts if part)


def kind_rows(kinds: tuple[Kind, ...], scenario: Scenario) -> list[list[str]]:
    """Rows of HEADERS, the rare kinds last."""
    ordered = sorted(kinds, key=lambda one: one.effects.events < LEAST_EVENTS)
    return [
        [
            kind_text(one.actor, one.action, scenario), estimate_text(one.effects), f"{one.effects.events:,}",
            f"{one.effects.runs:,}",
        ]
        for one in ordered
    ]  # fmt: skip


def cell_rows(matrix: Matrix, scenario: Scenario, *, actors: bool) -> list[list[str]]:
    """Rows of CELL_HEADERS, the most frequent first."""
    items = scenario.actors if actors else scenario.actions
    cells = sorted(matrix.cells, key=lambda one: -one.mean.seen)
    return [
        [name_of(items, one.cause), name_of(items, one.effect), estimate_text(one.mean), f"{one.mean.seen:,}"]
        for one in cells
    ]


def lead(found: Contagion) -> str:
    """The numbers of all events together, in sentences."""
    overall = (
        f"In the model an event brings about {estimate_text(found.overall)} further events directly (95 % interval, "
        f"{runs_text(found.runs)}, {found.events:,} events)."
    )
    radius, verdict = found.radius, found.verdict
    told = number_text(radius.value, radius.low, radius.high)
    meaning = {
        "dies out": "what an event sets off dies out by itself",
        "runs away": "what an event sets off grows without bound unless something stops it",
        "too close to tell": f"whether it dies out cannot be told with {runs_text(found.runs)}",
        "unknown": "there is too little to tell",
    }[verdict]
    tree = f"A causal tree holds {number_text(*found.tree)} events, as far as the runs show it."
    return f"{overall} The spectral radius of actors and actions is {told}: {meaning}. {tree}"


def cautions(found: Contagion) -> list[str]:
    """What to mind of these numbers, in sentences."""
    lines = []
    if found.truncated:
        lines.append(f"{found.truncated:,} runs were cut off at max_events.")
    if found.of_history:
        lines.append(f"{found.of_history:,} events answer history; they count as events, not as effects.")
    if found.radius.left_out > 0.0005:
        lines.append(
            f"{100 * found.radius.left_out:.1f} % of the events are of kinds with fewer than {LEAST_EVENTS} events, "
            "which the spectral radius leaves out."
        )
    return lines
