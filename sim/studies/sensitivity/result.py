"""What a study found, as one frozen thing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.studies.sensitivity.inputs import Input
from sim.studies.sensitivity.measures import Measure
from sim.studies.sensitivity.priorities import Priority, ranked
from sim.studies.sensitivity.spread import Estimates
from sim.studies.sensitivity.stages import Found

FORMAT = "sensitivity 1"
NOTES = {
    "intervals": "95 %; from a jackknife over points and one over runs, or Wilson's and Student's at the ends",
    "mu_star": "mean size of the change when a parameter moves from its 5 % to its 95 % point, were it straight",
    "floor": "what luck alone gives: for mu_star by shuffled signs; for total what was taken out of it",
    "clear": "stands out from luck, all parameters considered together",
    "share_of_parameters": "Var(E[result | parameters]) / Var(result); the rest is chance",
}


@dataclass(frozen=True)
class Sensitivity:
    """A study: what was asked, what was found, and what to find out first. Its length is the number of runs.

    target : the result that was asked for. inputs : all uncertain parameters; chosen : those looked at one by one.
    priorities : the chosen ones on which the target hangs, by total index or, without indices, by μ*: those that rest
    on an assumption, ranked among themselves; sourced : the others likewise.
    """

    folder: Path
    manifest: dict[str, Any]
    target: Measure
    inputs: tuple[Input, ...]
    chosen: tuple[Input, ...]
    found: Found
    priorities: tuple[Priority, ...]
    sourced: tuple[Priority, ...]

    @classmethod
    def of(
        cls,
        folder: Path,
        manifest: dict[str, Any],
        target: Measure,
        inputs: tuple[Input, ...],
        chosen: tuple[Input, ...],
        found: Found,
    ) -> Sensitivity:
        """The study with its priorities."""
        order, clear, estimates = _influential(found)
        by_id = {one.id: one for one in chosen}
        number = {name: place for place, name in enumerate(order)}
        parts = []
        for assumed in (True, False):
            some = [by_id[name] for name in clear if name in by_id and by_id[name].assumed == assumed]
            parts.append(ranked(some, [number[one.id] for one in some], estimates) if estimates else ())
        return cls(folder, manifest, target, inputs, chosen, found, *parts)

    def __len__(self) -> int:
        return int(self.manifest["runs"])

    def input(self, name: str) -> Input:
        """The uncertain parameter of this id."""
        return next(one for one in self.inputs if one.id == name)

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data: ``sensitivity.json``."""
        found = self.found
        return {
            "manifest": self.manifest,
            "result": {"id": self.target.id, "name": self.target.name, "unit": self.target.unit},
            "notes": NOTES,
            "parameters": [_input(one, one in self.chosen) for one in self.inputs],
            "screening": None if found.screening is None else [one.as_dict() for one in found.screening.parameters],
            "indices": None if found.indices is None else {
                "variance": found.indices.variance.as_list(),
                "sum_of_first": found.indices.sum.as_list(),
                "parameters": [one.as_dict() for one in found.indices.parameters],
            },
            "chance": [one.as_dict() for one in found.splits],
            "ends": {
                "runs": found.ends.runs,
                "drawn": found.ends.drawn.as_list(),
                "parameters": [one.as_dict() for one in found.ends.parameters],
            },
            "curves": {
                one.id: [part.as_dict() for part in bins]
                for one, bins in zip(found.scatter.inputs, found.scatter.curves, strict=True)
            },
            "hangs_on": [
                {"result": one.measure.id, "clear": one.clear, "strongest": [part.as_dict() for part in one.strongest]}
                for one in found.hanging
            ],
            "find_out_first": [one.as_dict() for one in self.priorities],
            "known_better": [one.as_dict() for one in self.sourced],
        }  # fmt: skip


def _input(one: Input, chosen: bool) -> dict[str, Any]:
    about = {"id": one.id, "name": one.name, "unit": one.unit, "value": one.value, "source": one.source}
    return {**about, "kind": one.kind, "chosen": chosen}


def _influential(found: Found) -> tuple[list[str], list[str], Estimates | None]:
    """The order of the estimates that parameters are ranked by, the ids that stand out from luck, and the estimates."""
    if found.indices is not None:
        order = [one.id for one in found.indices.parameters]
        return order, [one.id for one in found.indices.parameters if one.clear], found.indices.totals
    if found.screening is not None:
        return [one.id for one in found.screening.parameters], [*found.screening.clear], found.screening.sizes
    return [], [], None
