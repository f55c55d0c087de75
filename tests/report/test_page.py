"""The report: complete, self-contained, and safe from the names of strangers."""

from html.parser import HTMLParser

import pytest
import synthetic

from sim.analysis.summary import summarise
from sim.figures import FIGURES
from sim.report.page import render
from sim.report.rows import range_text
from sim.scenario.schema import Actor, Outcome, Parameter, Source

PIXEL = b"\x89PNG\r\n\x1a\nnot looked at"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Reader(HTMLParser):
    """Collects the tags with their attributes, and the text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(page)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(ensemble, figures=None):
    return Reader(render(ensemble, summarise(ensemble), figures or {}))


@pytest.fixture(scope="module")
def ensemble():
    return synthetic.make(400, outcomes=4)


def test_page_says_what_it_is_and_how_to_make_it_again(ensemble):
    text = page_of(ensemble).text
    for words in (
        "A made-up crisis",
        "A model to think with, never a forecast to act on",
        "brinkline run made-up --runs 400 --seed 1",
        "17 Jan 2024, 00:00 UTC+03:00",
        "What it cannot tell",
    ):
        assert words in text


def test_outcomes_stand_with_interval_words_and_parameter_range(ensemble):
    text = page_of(ensemble).text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN DASH}", "-")
    assert "fewer than 1 in 100 (0.0-1.0 %) 0 of 400 in none of 400 runs" in text
    assert "restraint" in text
    assert "not known" in text
    assert "Confidence, and what it rests on Confidence is about the numbers put in" in text
    assert "tell probabilities near one half apart when they differ by 9.9 percentage points" in text


def test_assumptions_have_value_range_unit_source_and_note(ensemble):
    text = page_of(ensemble).text
    assert "tempo 1 uniform(0.5, 2) per day article counted" in text
    assert "pinned 3 fixed not given" in text
    assert "3 of 4 parameters rest on an assumption" in text
    assert "article Strikes on Erbil, A paper" in text


def test_every_picture_has_an_alternative_text_and_is_inside(ensemble):
    images = page_of(ensemble, dict.fromkeys(FIGURES, PIXEL)).all("img")
    assert len(images) == len(FIGURES)
    assert all(image["src"].startswith("data:image/png;base64,iVBOR") for image in images)
    assert all(len(image["alt"]) > 40 for image in images)


def test_page_needs_no_script_and_no_network(ensemble):
    page = page_of(ensemble, dict.fromkeys(FIGURES, PIXEL))
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert "url(" not in "".join(page.words)
    assert [link["href"] for link in page.all("a")] == ["https://example.org/a"]


def test_names_of_strangers_stay_text(ensemble):
    evil = ensemble.description.model_copy(
        update={
            "title": EVIL,
            "description": EVIL,
            "actors": {key: Actor(name=EVIL) for key in ensemble.description.actors},
            "outcomes": {key: Outcome(name=EVIL, note=EVIL) for key in ensemble.description.outcomes},
            "parameters": {"tempo": Parameter(value=1, name=EVIL, note=EVIL, unit=EVIL, source=EVIL)},
            "sources": {"a": Source(title=EVIL, url="javascript:alert(3)"), "b": Source(doi='10.1/"><script>')},
        }
    )
    made = synthetic.assemble(
        evil,
        events=ensemble.events,
        runs=ensemble.runs,
        levels=ensemble.levels,
    )
    made.manifest["command"] = EVIL
    page = page_of(made)
    assert not page.all("script")
    assert not page.all("img")
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert [link["href"] for link in page.all("a")] == ['https://doi.org/10.1/"><script>']
    assert EVIL in page.text


def test_truncated_runs_are_said():
    text = page_of(synthetic.make(20, truncated=5)).text
    assert "5 of 20 runs were cut short" in text
    assert "since the busiest runs are cut first" in text


@pytest.mark.parametrize(
    "case",
    [{"runs": 0}, {"runs": 1}, {"runs": 3, "truncated": 3}, {"runs": 2, "outcomes": 0, "busy": 0.0, "actors": 1}],
)
def test_page_can_be_made_of_almost_nothing(case):
    assert "never a forecast" in page_of(synthetic.make(**case)).text


def test_page_holds_the_figures_that_are_there(ensemble):
    page = render(ensemble, summarise(ensemble), {"deaths": PIXEL})
    assert len(Reader(page).all("img")) == 1


def test_ranges_read_as_authors_write_them():
    parameter = Parameter.model_validate({"value": 0, "range": "normal(-1, 2.5)", "bounds": [-3, 1]})
    assert range_text(parameter.range, parameter.bounds) == "normal(-1, 2.5) within -3 to 1"
    assert range_text(None, None) == "fixed"


def test_a_precision_that_was_asked_for_is_said():
    ensemble = synthetic.make(20)
    assert "as narrow as asked" not in page_of(ensemble).text
    ensemble.manifest["precision"] = {"asked": {"*": 0.01}, "reached": True, "max_runs": 20}
    assert "intervals are as narrow as asked, in percentage points: 1 for every outcome" in page_of(ensemble).text
