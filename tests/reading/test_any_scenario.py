"""What holds for the words of every scenario and run: made-up ones (:mod:`tests.generated`), and the corpus."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sim.engines.simpy_engine import SimPyEngine
from sim.engines.world import fits
from sim.model import build
from sim.reading.describe import describe
from sim.reading.graph import Link, graph_of
from sim.reading.telling import Telling
from sim.reading.trace import replayed
from sim.scenario.load import Loaded, examine
from tests.generated import example
from tests.scenario.corpus import cases
from tests.worlds import World

NUMBERS = range(40)
CORPUS = [case for kind in ("valid", "warnings") for case in cases(kind) if not case.is_part]


@pytest.fixture(params=NUMBERS)
def world(request, tmp_path) -> World:
    return World.of_data(example(request.param), tmp_path)


def test_a_watched_run_is_the_run_and_its_reasons_are_true(world):
    engine = SimPyEngine(build(world.loaded))
    for run in range(2):
        chronicle, record = replayed(world.loaded, 5, run)
        assert record == engine.play(5, run)
        assert [one.fate for one in chronicle.responses].count("stood down") == sum(record.stood_down)
        assert len(chronicle.truths) == sum(time is not None for time in record.outcomes)
        if record.final_level is not None:
            last = chronicle.levels[-1].after if chronicle.levels else 0
            assert last == record.final_level or chronicle.end.kind == "horizon"
        for one in chronicle.responses:
            assert one.condition is None or bool(one.condition.value) == (one.fate != "condition")
            assert one.chance is None or (one.drawn >= one.chance.value) == (one.fate == "chance")
            assert one.unless is None or bool(one.unless.value) == (one.fate == "stood down")


def test_an_outcome_of_an_event_came_true_with_an_event_that_fits(world):
    tables = build(world.loaded)
    chronicle, record = replayed(world.loaded, 5, 0)
    by_name = {one.id: one for one in tables.outcomes}
    for truth in chronicle.truths:
        outcome = by_name[truth.outcome]
        if outcome.kind == "event":
            assert truth.event is not None
            assert outcome.pattern is not None
            assert fits(outcome.pattern, record.rows[truth.event])
        if outcome.kind in ("quiet", "asked"):
            assert truth.event is None


def test_whatever_answers_in_a_run_stands_in_the_graph(world):
    links = set(graph_of(build(world.loaded)).links)
    for run in range(3):
        events = replayed(world.loaded, 5, run)[0].events
        for event in events:
            if event.cause is not None:
                cause = events[event.cause]
                assert Link((cause.actor, cause.action), event.origin, (event.actor, event.action)) in links


def test_it_can_be_told_and_described(world):
    told_and_described(world.loaded)


@pytest.mark.parametrize("case", CORPUS, ids=[case.path.stem for case in CORPUS])
def test_every_file_of_the_corpus_can_be_told_and_described(case):
    changes = replace(case.changes, settings=(*case.changes.settings, ("max_events", "200")), fixed=True)
    scenario, faults, _ = examine(case.path, changes)
    assert scenario is not None, faults
    told_and_described(scenario)


def told_and_described(scenario: Loaded) -> None:
    chronicle, _ = replayed(scenario, 5, 0)
    tellings = [Telling(), Telling(history=True, considered=True, effects=True), Telling(min_rung=1, reasons=False)]
    tellings += [Telling(event=event.index, considered=True) for event in chronicle.events[:3]]
    for telling in tellings:
        assert max(map(len, chronicle.text(telling).splitlines())) <= 100
        json.dumps(chronicle.as_dict(telling), allow_nan=False)
    description = describe(scenario)
    assert max(map(len, description.text().splitlines())) <= 100
    assert description.markdown()
    assert description.dot().endswith("}\n")
    json.dumps(description.as_dict(), allow_nan=False)
