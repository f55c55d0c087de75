"""The uncertain parameters of a scenario, as shares of their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.names import name_of
from sim.errors import UsageError
from sim.model.tables import ParameterTable
from sim.parameters import quantile, share_ends
from sim.scenario.faults import hint, short
from sim.scenario.schema import Scenario

Floats = NDArray[np.float64]

ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Input:
    """An uncertain parameter.

    id, name, unit : as in the scenario. value : the one it has without its range. source : the id of its source,
    ``assumed``, or None. kind : what sort of source that is; ``assumed`` where there is none.
    column : its place among all parameters of the scenario. table : its range.
    """

    id: str
    name: str
    unit: str
    value: float
    source: str | None
    kind: str
    column: int
    table: ParameterTable

    @property
    def assumed(self) -> bool:
        """Whether its range rests on no source."""
        return self.kind == ASSUMED

    def at(self, shares: Floats) -> Floats:
        """The values below which the range has these shares of its probability, each in [0, 1]."""
        return np.array([_value_at(self.table, share) for share in shares.ravel().tolist()]).reshape(shares.shape)


def _value_at(one: ParameterTable, share: float) -> float:
    """The value that a run has whose draw of the parameter is `share`."""
    if one.bounds is None:
        return quantile(one.kind, share, one.arguments)
    low, high = one.bounds
    bottom, top, upper = share_ends(one)
    inner = bottom - share * (bottom - top) if upper else bottom + share * (top - bottom)
    return min(max(quantile(one.kind, inner, one.arguments, upper=upper), low), high)


def inputs_of(scenario: Scenario, tables: Sequence[ParameterTable]) -> tuple[Input, ...]:
    """The parameters that have a range, in the order of the scenario.

    Raises
    ------
    UsageError
        If there is none.
    """
    found = tuple(_input(scenario, column, one) for column, one in enumerate(tables) if one.kind)
    if not found:
        raise UsageError(
            f"{scenario.scenario} has no parameter with a range; expected one at least that is not pinned: "
            "nothing is uncertain but chance"
        )
    return found


def _input(scenario: Scenario, column: int, table: ParameterTable) -> Input:
    parameter = scenario.parameters[table.name]
    source = scenario.sources.get(parameter.source or "")
    kind = ASSUMED if source is None else source.kind or "other"
    name = name_of(scenario.parameters, table.name)
    return Input(table.name, name, parameter.unit or "", table.value, parameter.source, kind, column, table)


def chosen_inputs(inputs: Sequence[Input], names: Sequence[str], scenario: Scenario) -> tuple[Input, ...]:
    """Those of these names, in the order of the scenario; without names all of them.

    Raises
    ------
    UsageError
        With every name that is not there, or has no range.
    """
    known = [one.id for one in inputs]
    wrong = []
    for name in dict.fromkeys(names):
        if name in scenario.parameters and name not in known:
            wrong.append(
                f"found the parameter {short(name)}, which has no range or is pinned; expected an uncertain one"
            )
        elif name not in known:
            wrong.append(f"found the parameter {short(name)}; expected one of {', '.join(known)}{hint(name, known)}")
    if wrong:
        raise UsageError("\n".join(wrong))
    return tuple(one for one in inputs if one.id in names or not names)
