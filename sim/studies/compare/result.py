"""What a comparison found, as frozen data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.analysis.shares import CONFIDENCE
from sim.analysis.wording import DISCLAIMER
from sim.escapes import html_card, in_a_line, shortened
from sim.studies.compare.changes import Change
from sim.studies.compare.measures import Kind, Measure
from sim.studies.compare.paired import Paired

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

FORMAT = 1
METHODS = {
    "pairs": "run N of the base beside run N of the alternative: the same seed, the same luck",
    "chance": "difference of paired shares, Tango's score interval (Statistics in Medicine 17, 1998, 891-908)",
    "number": "difference of paired means, t-interval",
    "time": "days to the outcome, restricted to the horizon: never counts as the whole horizon; t-interval",
    "clear": "the interval leaves zero out",
    "needed": "runs that would tell a difference as large as the one seen apart, four times out of five",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What one measure does from the base to an alternative."""

    measure: Measure
    paired: Paired

    @property
    def clear(self) -> bool:
        """Whether the difference is told apart from none."""
        return self.paired.clear

    def as_dict(self) -> dict[str, Any]:
        """The effect as plain data; what is not known is None."""
        one, measure = self.paired, self.measure
        numbers = {
            "base": one.base, "other": one.other, "difference": one.difference,
            "low": one.interval[0], "high": one.interval[1], "low_alone": one.alone[0], "high_alone": one.alone[1],
            "standard_error": one.error, "unpaired_standard_error": one.unpaired_error, "ratio": one.ratio,
        }  # fmt: skip
        return {
            "measure": measure.id, "kind": measure.kind, "outcome": measure.outcome, "name": measure.name,
            "pairs": one.pairs,
            **{key: None if value is None or math.isnan(value) else value for key, value in numbers.items()},
            "more": one.more, "fewer": one.fewer, "clear": one.clear, "needed": None if one.clear else one.needed,
        }  # fmt: skip


@dataclass(frozen=True)
class Contrast:
    """One alternative beside the base.

    name : the alternative's. other : its ensemble. same : whether it is the very same scenario. changes : what differs
    in the scenario. changed, interval : the runs whose events differ at all, and the interval of their share;
    first_changed : the first few of them. effects : in the order of the measures. remarks : what cannot be compared.
    """

    name: str
    other: Ensemble
    same: bool
    changes: tuple[Change, ...]
    changed: int
    interval: tuple[float, float]
    first_changed: tuple[int, ...]
    effects: tuple[Effect, ...]
    remarks: tuple[str, ...]

    def of(self, kind: Kind) -> tuple[Effect, ...]:
        """The effects of a kind, as they are to be told: the clear ones by size, then the others as in the file."""
        found = [one for one in self.effects if one.measure.kind == kind]
        clear = sorted((one for one in found if one.clear), key=lambda one: -abs(one.paired.difference))
        return (*clear, *(one for one in found if not one.clear))

    def effect(self, measure: str) -> Effect:
        """The effect of a measure by its id. Raises KeyError."""
        return {one.measure.id: one for one in self.effects}[measure]

    def as_dict(self) -> dict[str, Any]:
        """The contrast as plain data."""
        return {
            "name": self.name, "scenario": self.other.manifest["scenario"], "hash": self.other.manifest["hash"],
            "digest": self.other.manifest["digest"], "same": self.same,
            "changes": [{"path": one.path, "before": one.before, "after": one.after} for one in self.changes],
            "runs_changed": self.changed, "share_changed": list(self.interval),
            "first_changed": list(self.first_changed),
            "effects": [one.as_dict() for one in self.effects], "remarks": list(self.remarks),
        }  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """A base beside its alternatives, the same runs under the same luck.

    name : the base's. base : its ensemble. comparisons : how many differences are told at once; confidence : of each
    interval, so that all of them together hold 95 % (Bonferroni).
    """

    name: str
    base: Ensemble
    contrasts: tuple[Contrast, ...]
    comparisons: int
    confidence: float

    def __repr__(self) -> str:
        """A line: what is compared with what, how many runs, under which seed."""
        others = shortened(in_a_line(", ".join(one.name for one in self.contrasts)))
        return f"<Comparison of {in_a_line(self.name)} with {others}: {len(self):,} runs, seed {self.seed}>"

    def _repr_html_(self) -> str:
        """A notebook's table of the alternatives: in how many runs anything differs, and what clearly does."""
        facts = []
        for one in self.contrasts:
            clear = ", ".join(effect.measure.id for effect in one.effects if effect.clear) or "nothing"
            facts.append((one.name, f"{one.changed:,} of {len(self):,} runs changed; clearly different: {clear}"))
        return html_card(f"{self.manifest['title'] or self.name}, compared", facts)

    def __len__(self) -> int:
        """How many runs."""
        return len(self.base)

    @property
    def manifest(self) -> dict[str, Any]:
        """The base's manifest."""
        return self.base.manifest

    @property
    def seed(self) -> int:
        """The seed of all runs."""
        return int(self.base.manifest["seed"])

    def contrast(self, name: str) -> Contrast:
        """An alternative's contrast by its name. Raises KeyError."""
        return {one.name: one for one in self.contrasts}[name]

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain data, as in ``compare.json``."""
        manifest = self.base.manifest
        return {
            "format": FORMAT, "disclaimer": DISCLAIMER, "scenario": manifest["scenario"], "title": manifest["title"],
            "runs": len(self), "seed": self.seed, "start": manifest["start"],
            "horizon_days": manifest["horizon_days"], "brinkline": manifest["versions"]["brinkline"],
            "methods": METHODS,
            "comparisons": self.comparisons, "together": CONFIDENCE, "confidence": self.confidence,
            "base": {"name": self.name, "hash": manifest["hash"], "digest": manifest["digest"]},
            "alternatives": [one.as_dict() for one in self.contrasts],
        }  # fmt: skip

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row a difference, as in ``differences.csv``."""
        return [{"alternative": one.name, **effect.as_dict()} for one in self.contrasts for effect in one.effects]
