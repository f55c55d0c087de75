"""The committed cards are those that the scenarios have now."""

from __future__ import annotations

import pytest

from sim.scenario.files import shipped_ids
from tests.reading.cards import CARDS, COMMAND, card_path, card_text


@pytest.mark.parametrize("scenario", shipped_ids())
def test_the_card_is_up_to_date(scenario):
    path = card_path(scenario)
    there = path.read_text(encoding="utf-8") if path.is_file() else None
    assert there == card_text(scenario), f"{path.name} is not up to date; run: {COMMAND}"


def test_no_card_is_left_over():
    left = {path.stem for path in CARDS.glob("*")} - set(shipped_ids())
    assert not left, f"cards without a scenario: {sorted(left)}; run: {COMMAND}"
