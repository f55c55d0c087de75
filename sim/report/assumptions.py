"""What a scenario takes for granted, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from sim.analysis.names import name_of
from sim.report.rows import is_assumed, range_text

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Item, Parameter, Scenario


def assumptions_of(loaded: Loaded) -> tuple[str, ...]:
    """What stands as assumed, a sentence or two each: the model, what rests on no source, each such parameter."""
    return tuple(_lines(loaded.description))


def _lines(scenario: Scenario) -> Iterator[str]:
    yield (
        "Every probability is a share of runs of this model. It says what follows from the scenario's rules, not what "
        "will happen. That the rules may be wrong, or miss an actor or a way to act, is in none of the numbers."
    )
    if scenario.card is not None and scenario.card.not_for:
        yield f"What the scenario is not for, in its author's words: {scenario.card.not_for}"
    counts = [text for text in _counts(scenario) if text]
    if counts:
        yield f"Marked as assumed, or without a source: {', '.join(counts)}."
    yield from _parameters(scenario)


def _counts(scenario: Scenario) -> Iterator[str]:
    blocks: dict[str, Collection[Item]] = {
        "parameters": scenario.parameters.values(),
        "rules": scenario.rules.values(),
        "drivers": scenario.drivers.values(),
        "actions": scenario.actions.values(),
        "variables": scenario.variables.values(),
        "given events": scenario.timeline,
    }
    for what, items in blocks.items():
        if items:
            yield f"{sum(map(is_assumed, items)):,} of {len(items):,} {what}"


def _parameters(scenario: Scenario) -> Iterator[str]:
    for key, parameter in scenario.parameters.items():
        if is_assumed(parameter):
            name = name_of(scenario.parameters, key)
            shown = name if name == key else f"{name} ({key})"
            note = f" {parameter.note}" if parameter.note else ""
            yield f"{shown}: {_value(parameter)}, assumed.{note}"


def _value(parameter: Parameter) -> str:
    unit = f" {parameter.unit}" if parameter.unit else ""
    if parameter.range is None:
        return f"{parameter.value:g}{unit} in every run"
    return f"{parameter.value:g}{unit}, drawn from {range_text(parameter.range, parameter.bounds)}"
