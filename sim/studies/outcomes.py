"""The outcomes that a study is asked about."""

from __future__ import annotations

from sim.errors import UsageError
from sim.scenario.faults import hint, short
from sim.scenario.schema import Scenario


def known_outcome(scenario: Scenario, outcome: str) -> None:
    """Raises UsageError, naming the nearest, if a scenario has no such outcome."""
    known = scenario.outcomes
    if outcome not in known:
        expected = f"one of {', '.join(known)}" if known else "a scenario with outcomes; this one has none"
        raise UsageError(f"found the outcome {short(outcome)}; expected {expected}{hint(outcome, known)}")
