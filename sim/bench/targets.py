"""What the speeds are to be, beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sim.bench.contest import Spread, Turn, ratios
from sim.bench.players import CRISIS, THREADS
from sim.bench.start import WARM_RUN

KEPT = f"{CRISIS}, states kept"


@dataclass(frozen=True, slots=True)
class Measured:
    """The turns of each player on the workload, on the crisis, there with the state of every day kept, and in threads.

    starts : seconds of the steps of a start.
    """

    workload: dict[str, list[Turn]]
    crisis: dict[str, list[Turn]]
    kept: dict[str, list[Turn]]
    threads: dict[str, list[Turn]]
    starts: dict[str, Spread]

    @property
    def fields(self) -> dict[str, dict[str, list[Turn]]]:
        """The turns under the names of what was played."""
        return {"workload": self.workload, CRISIS: self.crisis, KEPT: self.kept, f"{CRISIS}, threads": self.threads}


def targets(measured: Measured, missing: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row for each target; `missing` says why a player is not there."""
    rows = [
        _ratio("workload", measured.workload, ("compiled", "naive SimPy"), 120, missing),
        _ratio("workload", measured.workload, ("compiled", "C++"), 1 / 3, missing),
    ]
    rows.append(_ratio(CRISIS, measured.crisis, ("compiled", "simpy"), 40, missing))
    speeds = Spread.of([turn.runs_per_second for turn in measured.crisis["compiled"]])
    rows.append(_row(f"{CRISIS}: compiled, runs/s", speeds, least=5000))
    rows.append(_ratio(CRISIS, measured.threads, (f"{THREADS} threads", "1 thread"), 1.8, missing))
    rows.append(_row(f"{CRISIS}: {WARM_RUN}, s", measured.starts[WARM_RUN], most=2.0))
    return rows


def _ratio(
    field: str, turns: Mapping[str, list[Turn]], players: tuple[str, str], least: float, missing: Mapping[str, str]
) -> dict[str, Any]:
    """Events a second of the first player over those of the second."""
    one, other = players
    absent = [missing[name] for name in players if name not in turns]
    spread = None if absent else ratios(turns[one], turns[other])
    return _row(f"{field}: {one} / {other}", spread, least=least, missing=", ".join(absent))


def _row(
    what: str, spread: Spread | None, *, least: float | None = None, most: float | None = None, missing: str = ""
) -> dict[str, Any]:
    return {
        "what": what,
        "measured": None if spread is None else asdict(spread),
        "at_least": least,
        "at_most": most,
        "met": None if spread is None else _is_met(spread.median, least, most),
        "missing": missing or None,
    }


def _is_met(value: float, least: float | None, most: float | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)
