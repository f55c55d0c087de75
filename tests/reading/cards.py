"""The cards of the shipped scenarios, ``scenarios/cards/ID.md``: what ``brinkline describe ID --markdown`` writes.

``python -m tests.reading.cards`` brings them up to date; a test holds that nothing is left to do.
"""

from __future__ import annotations

from pathlib import Path

from sim.ensemble.files import make_folder, write_bytes
from sim.reading.describe import describe
from sim.scenario.files import shipped_folder, shipped_ids
from sim.scenario.load import load

CARDS = shipped_folder() / "cards"
COMMAND = "python -m tests.reading.cards"


def card_path(scenario: str) -> Path:
    """Where the card of a shipped scenario stands."""
    return CARDS / f"{scenario}.md"


def card_text(scenario: str) -> str:
    """The card that a shipped scenario should have."""
    return describe(load(scenario)).markdown()


def main() -> None:
    """Write every card, and take away those whose scenario has gone."""
    make_folder(CARDS)
    for scenario in shipped_ids():
        write_bytes(card_path(scenario), card_text(scenario).encode())
    for path in CARDS.glob("*.md"):
        if path.stem not in shipped_ids():
            path.unlink()


if __name__ == "__main__":
    main()
