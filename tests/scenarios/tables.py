"""What the tests of a shipped scenario's tables share: rows of a CSV file, and what a path leads to."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table that lies beside the scenarios."""
    with (SCENARIOS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts(text: str) -> list[str]:
    """What a cell lists, separated by semicolons."""
    return [part for part in (piece.strip() for piece in text.split(";")) if part]


def reached(plain: dict[str, Any], path: str) -> Any:
    """What stands at a path of a resolved scenario; a timeline item is named by its id.

    Raises
    ------
    KeyError
        If nothing stands there.
    """
    at: Any = {**plain, "timeline": {item["id"]: item for item in plain["timeline"]}}
    for key in path.split("."):
        at = at[key]
    return at


def source_of(plain: dict[str, Any], path: str) -> str | None:
    """What the item that a path leads to or into cites."""
    item = reached(plain, ".".join(path.split(".")[:2]))
    return item.get("source") if isinstance(item, dict) else None
