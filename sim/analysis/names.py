"""What people read instead of ids, and rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Item, Scenario


def name_of(items: Mapping[str, Item], key: str) -> str:
    """The item's name, or its id when it has none or is not in the scenario."""
    item = items.get(key)
    return (item.name if item is not None else None) or key


def ladder_names(description: Scenario) -> dict[int, str]:
    """Names of the rungs that the level can stand at, lowest first: 0 and what is above."""
    names = {0: "0"} | {step.rung: step.name or str(step.rung) for step in description.ladder}
    return {rung: names[rung] for rung in sorted(names) if rung >= 0}


def rows_of(table: pd.DataFrame) -> Iterator[Any]:
    """The table's rows as named tuples, the index first as `Index`."""
    return iter(table.itertuples())
