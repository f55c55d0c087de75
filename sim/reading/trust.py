"""What a scenario is for and how far it can be trusted: the part of its card that it says in its own words."""

from __future__ import annotations

from sim.analysis.wording import DISCLAIMER
from sim.reading.page import Block, Items, Prose, Section
from sim.reading.prose import sentence
from sim.reading.provenance import Provenance
from sim.scenario.schema import Scenario

NOT_FOR = (
    "It must not be used to predict what will happen, nor as a reason for or against the use of force, sanctions or "
    "anything else that is done to real people. Its probabilities are shares of the model's runs, not of the world."
)
"""What no scenario may be used for, whatever its own card says."""

_ORDER = (
    "This page follows the ODD protocol for simulation models (Grimm et al., JASSS 23(2) 7, 2020). Its elements stand "
    "here: purpose and patterns under Purpose and How far to trust it; entities, state variables and scales from "
    "Actors to Scales; process overview and scheduling under How a run unfolds; the design concepts in a part of their "
    "own; initialisation under At the start; input under What is given; submodels from Parameters to Rules."
)


def overview() -> Section:
    """The heading of the first part, with where the elements of the protocol stand."""
    return Section("Overview", 1, (Prose(_ORDER),))


def purpose(scenario: Scenario) -> Section:
    """What the scenario is about, what it was made for, and the questions that are asked of each run."""
    texts = [_one_line(text) for text in (scenario.card.purpose, scenario.description, scenario.note) if text]
    if not any(DISCLAIMER in text.lower() for text in texts):
        texts.append(f"It is {DISCLAIMER}.")
    blocks: list[Block] = [Prose(text) for text in texts]
    if scenario.outcomes:
        asked = tuple((one.name or key, "") for key, one in scenario.outcomes.items())
        blocks += [Prose("What is asked of each run, whether it comes true and when:"), Items(asked)]
    else:
        blocks.append(Prose("Nothing is asked of a run but its events."))
    return Section("Purpose", 2, tuple(blocks))


def trust(scenario: Scenario, provenance: Provenance) -> Section:
    """What was fitted to what, what it was held against, what it must not be used for, where its numbers come from."""
    card = scenario.card
    not_for = f"{_one_line(card.not_for)} {NOT_FOR}" if card.not_for else NOT_FOR
    items = (
        ("Calibrated", _one_line(card.calibrated or "Nothing is said to have been fitted.")),
        ("Validated", _one_line(card.validated or "It is not said to have been held against any record.")),
        ("Not for", not_for),
        ("Where its numbers come from", provenance.summary()),
    )
    return Section("How far to trust it", 2, (Items(items),))


def _one_line(text: str) -> str:
    return sentence(" ".join(text.split()))
