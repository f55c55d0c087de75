"""How an outcome came true in one run: the way to the event that made it true, told in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.errors import UsageError
from sim.reading.chronicle import Chronicle, Response, Truth
from sim.reading.names import Names
from sim.reading.prose import ended, moment_text, wrapped
from sim.reading.telling import Telling
from sim.reading.trace import trace
from sim.scenario.load import Loaded


@dataclass(frozen=True)
class Causes:
    """A run, and how an outcome came true in it.

    changed : the answer that changed a mind and so made it true, if no event did.
    """

    chronicle: Chronicle
    truth: Truth
    changed: Response | None

    @property
    def event(self) -> int | None:
        """The last event on the way to it, if any."""
        return self.truth.event if self.changed is None else self.changed.event

    def text(self) -> str:
        """For the terminal."""
        names: Names = self.chronicle.names
        moment = moment_text(self.chronicle.moment(self.truth.at_ms))
        head = wrapped(f"“{names.outcomes[self.truth.outcome]}” came true on {moment} {self._how()}")
        if self.event is None:
            return "\n".join(head) + "\n"
        return "\n".join([*head, "", self.chronicle.text(Telling(event=self.event))])

    def _how(self) -> str:
        """With which event, or why with none."""
        if self.changed is not None:
            who = self.chronicle.names.who(self.changed.responder)
            return ended(
                f"because {who} changed its mind ({self.changed.rule}) in answer to event #{self.changed.event}"
            )
        if self.event is not None:
            return f"with event #{self.event}."
        return "with no event: it was asked, or a quiet had lasted, at that time."

    def as_dict(self) -> dict[str, Any]:
        """Plain data: the outcome, and the chronicle's part that leads to it."""
        told = None if self.event is None else self.chronicle.as_dict(Telling(event=self.event))
        return {
            "outcome": self.truth.outcome, "run": self.chronicle.run, "seed": self.chronicle.seed,
            "day": self.chronicle.day(self.truth.at_ms), "event": self.event,
            "changed_mind": None if self.changed is None else self.changed.rule, "told": told,
        }  # fmt: skip


def causes(loaded: Loaded, seed: int, run: int, outcome: str) -> Causes:
    """How an outcome came true in a run.

    Raises
    ------
    UsageError
        If it did not come true in it.
    """
    chronicle = trace(loaded, seed, run)
    truth = next((one for one in chronicle.truths if one.outcome == outcome), None)
    if truth is None:
        raise UsageError(f"found run {run}, in which {outcome} does not come true; expected one in which it does")
    changed = None
    if truth.event is None:
        minds = [one for one in chronicle.responses if one.fate == "change of mind" and one.end_ms == truth.at_ms]
        changed = minds[0] if minds and loaded.description.outcomes[outcome].at is None else None
    return Causes(chronicle, truth, changed)
