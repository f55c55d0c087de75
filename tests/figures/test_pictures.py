"""Every figure, for ensembles of every size: all that is written can be read."""

from dataclasses import replace
from itertools import combinations

import pytest
import synthetic

from sim import figures
from sim.scenario.schema import Action, Actor, Outcome, Rung

NASTY = (
    "$x$ <b>bold</b> $\\frac{1}",
    "two\nlines\t\x00\u202e",
    "イラン",
    "وزارة الخارجية",
    "W" * 200,
    "--> ]]> &amp; _{}^",
    "a$",
    "$$",
)


def of_strangers():
    """An ensemble whose names try to break the drawing."""
    ensemble = synthetic.make(40, actors=8, outcomes=5)
    old = ensemble.description
    new = old.model_copy(
        update={
            "actors": {key: Actor(name=name) for key, name in zip(old.actors, NASTY, strict=True)},
            "outcomes": {key: Outcome(name=name) for key, name in zip(old.outcomes, NASTY, strict=False)},
            "actions": {key: Action(rung=old.actions[key].rung, name=NASTY[0]) for key in old.actions},
            "ladder": tuple(Rung(rung=step.rung, name=NASTY[step.rung % 8]) for step in old.ladder),
        }
    )
    title = "$A title$ of very many words, " * 20
    return replace(ensemble, description=new, manifest=ensemble.manifest | {"title": title, "scenario": "$id$"})


CASES = {
    "small": lambda: synthetic.make(60, actors=3, outcomes=2, horizon="10 d"),
    "big": lambda: synthetic.make(100, actors=14, outcomes=17, busy=250.0),
    "truncated and short": lambda: synthetic.make(40, truncated=10, horizon="36 h"),
    "one run": lambda: synthetic.make(1),
    "no run": lambda: synthetic.make(0),
    "nothing happens": lambda: synthetic.make(20, actors=2, outcomes=0, busy=0.0),
    "one actor": lambda: synthetic.make(5, actors=1, outcomes=1, busy=5.0),
    "names of strangers": of_strangers,
}


@pytest.fixture(scope="module")
def ensembles():
    return {case: make() for case, make in CASES.items()}


@pytest.fixture(params=CASES)
def ensemble(request, ensembles):
    return ensembles[request.param]


@pytest.mark.filterwarnings("error", "ignore:Glyph")
@pytest.mark.parametrize("name", figures.FIGURES)
def test_text_is_whole_and_does_not_overlap(ensemble, name):
    figure = figures.draw(ensemble, name)
    figure.draw_without_rendering()
    page = figure.bbox.padded(1)
    boxes = [(text, text.get_window_extent()) for text in visible_texts(figure)]
    for text, box in boxes:
        assert page.x0 <= box.x0, f"{text.get_text()!r} is cut at the left"
        assert box.x1 <= page.x1, f"{text.get_text()!r} is cut at the right"
        assert page.y0 <= box.y0, f"{text.get_text()!r} is cut below"
        assert box.y1 <= page.y1, f"{text.get_text()!r} is cut above"
    level = [(text, box.padded(-1)) for text, box in boxes if not text.get_rotation()]
    for (one, first), (other, second) in combinations(level, 2):
        assert not first.overlaps(second), f"{one.get_text()!r} overlaps {other.get_text()!r}"


def visible_texts(figure):
    from matplotlib.axis import Axis
    from matplotlib.text import Text

    hidden = {axes for axes in figure.findobj(Axis) if not axes.axes.axison}
    ticks = {text for axis in hidden for text in axis.findobj(Text)}
    shown = {label for axis in figure.findobj(Axis) for label in shown_labels(axis)}
    tick_labels = {text for axis in figure.findobj(Axis) for text in axis.findobj(Text)} - ticks
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible()
        and text.get_text().strip()
        and text not in ticks
        and (text not in tick_labels or text in shown)
    ]


def shown_labels(axis):
    low, high = sorted(axis.get_view_interval())
    pad = 1e-9 * max(abs(low), abs(high))
    for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
        if low - pad <= tick.get_loc() <= high + pad:
            yield from (label for label in (tick.label1, tick.label2) if label.get_visible())
    yield from (axis.label, axis.get_offset_text())


@pytest.mark.parametrize("name", figures.FIGURES)
def test_every_figure_says_what_it_is_of(ensembles, name):
    texts = " ".join(text.get_text() for text in figures.draw(ensembles["small"], name).texts)
    for words in ("made-up", "60", "seed 1", "a model to think with, not a forecast", "A made-up crisis"):
        assert words in texts


def test_truncated_runs_are_said(ensembles):
    figure = figures.draw(ensembles["truncated and short"], "ladder-heatmap")
    assert any("10 of them truncated" in text.get_text() for text in figure.texts)


def test_rungs_are_named_from_calm_up(ensembles):
    labels = figures.draw(ensembles["small"], "ladder-heatmap").axes[0].get_yticklabels()
    assert [label.get_text() for label in labels][:2] == ["calm  0", "verbal protest  1"]
    assert len(labels) == 13


def test_time_axes_have_calendar_dates_in_the_zone_of_the_start(ensembles):
    figure = figures.draw(ensembles["small"], "ladder-heatmap")
    figure.draw_without_rendering()
    assert "17 Jan" in [label.get_text() for label in figure.axes[0].get_xticklabels()]


def test_a_single_run_can_be_chosen(ensembles):
    from sim.figures import swimlanes

    figure = swimlanes.draw(ensembles["small"], run=7)
    assert any("run 7" in text.get_text() for text in figure.texts)


def test_a_run_that_is_not_there_is_refused(ensembles):
    from sim.errors import UsageError
    from sim.figures import swimlanes

    with pytest.raises(UsageError, match="no run 60: expected one of the 60 runs"):
        swimlanes.draw(ensembles["small"], run=60)


def test_parameter_ranges_are_drawn_only_where_they_are_beyond_chance():
    from matplotlib.collections import LineCollection

    figure = figures.draw(synthetic.make(400), "outcome-probabilities")
    ranges = next(lines for lines in figure.findobj(LineCollection) if "parameters" in str(lines.get_label()))
    assert len(ranges.get_segments()) == 2  # of four: one is certain, one never happens
