"""The reliability picture: whole, and with every outcome in it."""

from __future__ import annotations

from itertools import combinations

import pytest

from sim.ensemble.results import Ensemble
from sim.figures import reliability
from sim.figures.files import render
from sim.scoring import score
from tests.scoring.conftest import Write

ANSWERS = {
    "all": "struck,yes\nanswered,no\nspoken,yes\nshouted,no\nmany,no\nstill,yes\ncalm-end,no\n",
    "one": "struck,yes\n",
    "none true": "struck,no\nanswered,no\n",
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_text_is_on_the_page(quarrel: Ensemble, write: Write, case: str) -> None:
    from matplotlib.text import Text

    found = score(quarrel, write("outcome,happened\n" + ANSWERS[case]))
    figure = reliability.draw(found)
    figure.draw_without_rendering()
    page = figure.bbox.padded(1)
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    for text in texts:
        box = text.get_window_extent()
        assert page.x0 <= box.x0, text.get_text()
        assert box.x1 <= page.x1, text.get_text()
    said = {text.get_text() for text in texts}
    assert {one.name for one in found.outcomes} <= said
    counts = [text.get_window_extent() for text in texts if " of " in text.get_text() and text.get_text()[0].isdigit()]
    assert not any(one.overlaps(other) for one, other in combinations(counts, 2))
    assert {f"{one.happened} of {len(one.outcomes)}" for one in found.bins} <= said


def test_a_record_without_outcomes_says_so(quarrel: Ensemble, write: Write) -> None:
    figure = reliability.draw(score(quarrel, write("date,actor,action\n2024-01-12,a,hit\n")))
    assert "no outcome to show" in [text.get_text() for text in figure.axes[0].texts]


def test_it_is_the_same_each_time(quarrel: Ensemble, write: Write) -> None:
    found = score(quarrel, write("outcome,happened\n" + ANSWERS["one"]))
    assert render(reliability.draw(found)) == render(reliability.draw(found))
