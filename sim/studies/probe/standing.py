"""Outcomes that are sure from the beginning, and ensembles whose runs all end alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.engines.record import Record
from sim.ensemble.intervals import wilson
from sim.model import Tables
from sim.scenario.bounds import bounds_of
from sim.scenario.faults import Fault
from sim.scenario.syntax import Number
from sim.scenario.times import DAY_MS

if TYPE_CHECKING:
    from sim.scenario.load import Loaded

FEWEST = 30
"""With fewer runs nothing is said of what all of them have in common."""
_NEARLY_ALL = 0.9


def sure_outcomes(loaded: Loaded, tables: Tables, records: list[Record]) -> Iterator[Fault]:
    """Outcomes that come true in every run at the same instant, or whose `if` cannot but hold when it is asked."""
    if len(records) < FEWEST:
        return
    bounds = bounds_of(loaded.description)
    for number, table in enumerate(tables.outcomes):
        times = {record.outcomes[number] for record in records}
        first = next(iter(times))
        if len(times) > 1 or first is None:
            continue
        condition = loaded.description.outcomes[table.id].if_
        why = ""
        if table.kind in ("event", "state"):
            why = "before anything happens" if first == 0 else f"at the same instant, day {first / DAY_MS:.3g}"
        elif table.kind == "asked" and condition is not None and not isinstance(condition, Number):
            low, high = bounds(condition)
            why = "its 'if' cannot but hold" if low > 0 or high < 0 else ""
        if why:
            found = f"found an outcome that comes true in all {len(records):,} runs: {why}"
            spot = loaded.root.at(("outcomes", table.id)).key_spot
            yield Fault(spot, "always-true", f"outcomes.{table.id}", found, "", "", "warning")


def saturated(loaded: Loaded, tables: Tables, records: list[Record]) -> Iterator[Fault]:
    """Runs that all stand at the same peak, nearly all at the ladder's top, or all end with the same outcome.

    A peak that given events alone bring with them is no fault: the file says so itself.
    """
    runs = len(records)
    if runs < FEWEST:
        return
    peaks = Counter(record.peak_level for record in records)
    given = max([0, *(tables.actions[item.deed.action].rung for item in tables.timeline)])
    peak, count = peaks.most_common(1)[0]
    top = max([0, *(step.rung for step in loaded.description.ladder)])
    if peak > given:
        low = float(wilson(count, runs)[0])
        if peak == top and low > _NEARLY_ALL:
            where = f"{count:,} of {runs:,} runs that reach the top of the ladder, rung {top}"
            yield _fault(loaded, "ladder", f"found {where}: it cannot tell them apart")
        elif count == runs:
            yield _fault(loaded, "ladder", f"found the same peak, rung {peak}, in all {runs:,} runs")
    ended = {record.ended for record in records}
    if len(ended) == 1 and ended != {-1}:
        name = tables.outcomes[ended.pop()].id
        spot = loaded.root.at(("outcomes", name)).key_spot
        found = f"found an outcome that ends all {runs:,} runs"
        yield Fault(spot, "saturated", f"outcomes.{name}", found, "", "", "warning")


def _fault(loaded: Loaded, block: str, found: str) -> Fault:
    """A fault of a block; of the scenario as a whole where the block stands in an included file."""
    own = loaded.root.spot.file
    path = block if block in loaded.root.entries and loaded.root.at((block,)).key_spot.file == own else "scenario"
    return Fault(loaded.root.at((path,)).key_spot, "saturated", path, found, "", "", "warning")
