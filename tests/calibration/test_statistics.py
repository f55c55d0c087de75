"""Every kind of statistic on logs that can be counted by hand, against a slow reading of random ones, and undefined."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.calibration.form import KINDS
from sim.calibration.matching import Lookup
from sim.calibration.record import Record, Statistic
from sim.calibration.statistics import Measure
from sim.engines.played import NEVER
from sim.scenario.syntax import Pattern
from sim.scenario.times import DAY_MS
from tests.calibration.records import TIMELINE, measured, world_of
from tests.calibration.slowly import slowly
from tests.generated import example
from tests.worlds import World

NAN = math.nan
KINETIC = "{action: kinetic}"

BY_HAND = [
    # a statistic, its value in every run of TIMELINE
    (f"{{count: {KINETIC}}}", 4),
    (f"{{count: {KINETIC}, from: +1 d, to: +5 d}}", 2),  # half-open: the event at 5 d is out
    (f"{{count: {KINETIC}, from: 2024-01-02, to: 2024-01-06T00:00:01}}", 3),
    (f"{{count: {KINETIC}, without: [[+2 d, +3 d], [+9 d, +10 d]]}}", 2),
    (f"{{count: {KINETIC}, counting: deaths}}", 6),
    (f"{{count: {KINETIC}, counting: injured}}", 5),
    ("{count: {}}", 10),
    ("{count: {soil: c}}", 1),
    ("{count: {soil: not b, actor: a}}", 3),
    ("{count: {origin: answer}}", 2),
    ("{count: {rung: 5..7, target: [c, d]}}", 1),
    (f"{{rate: {KINETIC}}}", 0.4),
    (f"{{rate: {KINETIC}, from: +1 d, without: [[+2 d, +7 d]]}}", 2 / 4),
    (f"{{rate: {KINETIC}, counting: deaths, to: +5 d}}", 2 / 5),
    # 2 blows in 4 days and 2 in 6: expected 1.6 and 2.4
    (f"{{dispersion: {KINETIC}, intervals: [[+0 h, +4 d], [+4 d, +10 d]]}}", 0.16 / 1.6 + 0.16 / 2.4),
    (f"{{dispersion: {KINETIC}, intervals: [[+0 h, +1 d], [+1 d, +2 d], [+2 d, +3 d]]}}", (2 / 3 + 1 / 6 + 1 / 6) / 2),
    (f"{{share: {{deaths: 1..}}, of: {KINETIC}}}", 0.5),
    (f"{{share: {{action: bomb}}, of: {KINETIC}, from: +3 d}}", 0.5),
    # the blow on day 9 is followed after 18 h, but a day after it is the end: it is left out
    (f"{{answered: {KINETIC}, by: {{action: warn}}, within: 1 d}}", 2 / 3),
    (f"{{answered: {KINETIC}, by: {{action: warn}}, within: 18 h}}", 3 / 4),
    (f"{{answered: {KINETIC}, by: {{action: warn}}, within: 12 h}}", 2 / 4),
    (f"{{answered: {KINETIC}, by: {{action: warn}}, within: 11.9 h}}", 1 / 4),
    (f"{{answered: {KINETIC}, by: {{action: warn}}}}", 1),
    (f"{{answered: {KINETIC}, by: {{action: warn}}, link: latest}}", 3 / 4),
    ("{answered: {actor: a}, by: {actor: d}, link: cause}", 2 / 5),
    ("{answered: {actor: a}, by: {actor: d}, link: cause, within: 6 h}", 0),
    ("{answered: {actor: a}, by: {actor: d}, link: cause, from: +3 d, to: +9 d}", 1),
    (f"{{answered: {KINETIC}, by: {KINETIC}}}", 3 / 4),  # never by itself
    (f"{{answered: {KINETIC}, by: {KINETIC}, link: latest, within: 3 d}}", 2 / 3),
    (f"{{lag: {KINETIC}, by: {{action: warn}}, link: latest}}", 0.5),  # 0.5, 0, 0.75
    (f"{{lag: {KINETIC}, by: {{action: warn}}}}", (0.5 + 0.75) / 2),  # and 4.75 d after the bomb
    (f"{{lag: {KINETIC}, by: {{action: warn}}, within: 12 h}}", 0.25),
    ("{lag: {actor: a}, by: {actor: d}, link: cause}", 0.5),
    ("{happens: {deaths: 4}}", 1),
    ("{happens: {deaths: 5..}}", 0),
    ("{happens: {deaths: 4}, to: +5 d}", 0),
    ("{happens: {outcome: dead}}", 1),
    ("{happens: {outcome: dead}, to: +5 d}", 0),
    ("{happens: {outcome: dead}, from: +5 d}", 1),
    ("{happens: {outcome: asked}}", 1),  # at the end, which belongs to the run
    ("{first: {deaths: 1..}}", 1),
    ("{first: {deaths: 1..}, from: +2 d}", 3),
    ("{first: {outcome: dead}, from: +2 d}", 3),
    ("{first: {outcome: asked}}", 10),
    ("{highest: {actor: a}}", 8),
    ("{highest: {actor: a}, to: +5 d}", 5),
    (f"{{mean: {KINETIC}, counting: deaths}}", 1.5),
    (f"{{mean: {KINETIC}, counting: injured, without: [[+4 d, +10 d]]}}", 2.5),
    (f"{{quiet: {KINETIC}}}", 4),
    (f"{{quiet: {KINETIC}, from: +5 d, to: +6 d}}", 1),
    ("{quiet: {action: peace}}", 10),
    # undefined
    ("{dispersion: {action: peace}, intervals: [[+0 h, +4 d], [+4 d, +10 d]]}", NAN),
    ("{share: {deaths: 1..}, of: {action: peace}}", NAN),
    ("{answered: {action: peace}, by: {}}", NAN),
    ("{answered: {action: hit, target: c}, by: {}, within: 1 d}", NAN),
    ("{lag: {action: hit}, by: {action: peace}}", NAN),
    ("{lag: {action: peace}, by: {}}", NAN),
    ("{first: {action: peace}}", NAN),
    ("{first: {outcome: dead}, to: +5 d}", NAN),
    ("{highest: {action: peace}}", NAN),
    ("{mean: {action: peace}, counting: deaths}", NAN),
    # no event, but defined
    ("{count: {action: peace}}", 0),
    ("{rate: {action: peace}}", 0),
]


def test_every_kind_is_as_counted_by_hand(tmp_path):
    world = world_of(TIMELINE, tmp_path)
    lines = "\n".join(f"s{number}: {text}" for number, (text, _) in enumerate(BY_HAND))
    values = measured(lines, world, tmp_path)
    for number, (text, expected) in enumerate(BY_HAND):
        np.testing.assert_allclose(values[:, number], expected, rtol=1e-14, err_msg=text)


def test_every_kind_is_among_them():
    assert {kind for kind in KINDS for text, _ in BY_HAND if text.startswith(f"{{{kind}:")} == set(KINDS)


def test_what_lies_behind_the_end_of_a_run_that_ended_early_is_not_measured(tmp_path):
    text = TIMELINE.replace("dead: {when: {deaths: 3..}}", "dead: {when: {deaths: 3..}, ends: true}")
    statistics = """
        a: {count: {action: kinetic}}
        b: {rate: {action: kinetic}}
        c: {rate: {action: kinetic}, from: +6 d}
        d: {dispersion: {action: kinetic}, intervals: [[+0 h, +2 d], [+2 d, +6 d]]}
        e: {dispersion: {action: kinetic}, intervals: [[+0 h, +2 d], [+2 d, +5 d]]}
        f: {answered: {action: hit}, by: {action: warn}, within: 2 d}
        g: {answered: {action: hit}, by: {action: warn}, within: 3 d}
        h: {quiet: {action: kinetic}}
        i: {quiet: {action: kinetic}, from: +5 d}
    """
    values = measured(statistics, world_of(text, tmp_path), tmp_path)
    # the end is on day 5; of d and e only e's intervals are over; 3 d after the blow of day 2 is the end
    expected = [3, 3 / 5, NAN, NAN, 0.2**2 / 0.8 + 0.2**2 / 1.2, 1, 1, 3, NAN]
    np.testing.assert_allclose(values, [expected] * 3, rtol=1e-13)


def test_a_run_that_was_cut_off_defines_nothing(tmp_path):
    world = world_of(TIMELINE + "max_events: 4\n", tmp_path)
    assert np.isnan(measured("a: {count: {}}\nb: {happens: {}}", world, tmp_path)).all()


def test_runs_do_not_answer_each_other(tmp_path):
    text = """
timeline:
  - {at: +1 d, who: b, do: warn, to: a, chance: 0.5}
  - {at: +2 d, who: a, do: hit, to: b, chance: 0.5}
"""
    world = world_of(text, tmp_path)
    statistics = (
        "a: {answered: {action: hit}, by: {action: warn}}\nb: {count: {action: hit}}\nc: {count: {action: warn}}"
    )
    values = measured(statistics, world, tmp_path, runs=40)
    assert {tuple(row) for row in values[:, 1:]} == {(0, 0), (0, 1), (1, 0), (1, 1)}
    np.testing.assert_array_equal(values[:, 0], np.where(values[:, 1] > 0, 0, NAN))


def test_the_block_in_which_runs_were_played_does_not_matter(tmp_path):
    world = World.of_data(example(3), tmp_path)
    measure = Measure(_record(world), world.tables)
    whole = measure.of(world.engine.play_runs(1, range(12), states=False))
    parts = [measure.of(world.engine.play_runs(1, range(i, i + 4), states=False)) for i in (0, 4, 8)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_patterns_fit_as_the_engine_has_them(random_runs):
    """The first event that fits an outcome's pattern is the one that made the outcome true."""
    compared = 0
    for number, (world, played) in enumerate(random_runs):
        outcomes = [one for one in world.tables.outcomes if one.kind == "event" and one.condition < 0]
        description = world.loaded.description.outcomes
        whole = ((0, world.tables.horizon_ms),)
        asked = tuple(_statistic("first", description[one.id].when, stretches=whole) for one in outcomes)
        values = Measure(replace(_EMPTY, statistics=asked), world.tables).of(played)
        for column, outcome in enumerate(outcomes):
            times = played.outcomes[:, world.tables.outcomes.index(outcome)]
            days = np.where((times == NEVER) | played.truncated, NAN, times / DAY_MS)
            np.testing.assert_array_equal(values[:, column], days, err_msg=f"example({number}) {outcome.id}")
            compared += int(np.isfinite(days).sum())
    assert compared > 100


def test_random_logs_are_measured_as_a_slow_reading_has_them(random_runs):
    defined = np.zeros(len(_KINDS_ASKED))
    for number, (world, played) in enumerate(random_runs):
        record = _record(world)
        values = Measure(record, world.tables).of(played)
        for column, statistic in enumerate(record.statistics):
            expected = slowly(statistic, played, world.tables)
            what = f"example({number}) {_KINDS_ASKED[column]}"
            np.testing.assert_allclose(values[:, column], expected, rtol=1e-12, err_msg=what)
            defined[column] += np.isfinite(expected).sum()
    assert (defined > 30).all()


@pytest.fixture(scope="module")
def random_runs(tmp_path_factory):
    """Some runs of each of many random scenarios of the whole language."""
    folder = tmp_path_factory.mktemp("random")
    worlds = [World.of_data(example(number), folder) for number in range(90)]
    return [(world, world.compiled.play_runs(7, range(10), states=False)) for world in worlds]


_EMPTY = Record("r", "r", "r", None, (), (), {})
_KINDS_ASKED = [
    *((kind, "time") for kind in KINDS),
    *((kind, link) for kind in ("answered", "lag") for link in ("latest", "cause")),
]


def _statistic(kind, events, other=None, *, stretches, link="time", within_ms=None, counting="events"):
    return Statistic(
        id="s", name="s", kind=kind, events=events, outcome=None, other=other or Pattern(), counting=counting,
        stretches=stretches, within_ms=within_ms, link=link, observed=1.0, low=None, high=None, k=None, n=None,
        band=None, fit=False, scale="identity", source="assumed", note=None,
    )  # fmt: skip


def _record(world):
    """A statistic of each kind and link about deeds of the first actor and of the others."""
    actors = world.loaded.description.actors
    one = next(iter(actors))
    mine, others = (_pattern(world, text) for text in (f"{{actor: {one}}}", f"{{actor: not {one}, rung: 1..}}"))
    end = world.tables.horizon_ms
    parts = ((end // 10, end // 2), (3 * end // 5, 4 * end // 5), (4 * end // 5, end))
    asked = []
    for number, (kind, link) in enumerate(_KINDS_ASKED):
        single = kind in ("happens", "first", "quiet")
        asked.append(
            _statistic(
                kind,
                mine,
                others,
                stretches=parts[1:2] if single else parts,
                link=link,
                within_ms=end // 5 if number % 2 else None,
                counting="deaths" if kind == "mean" else "events",
            )
        )
    return replace(_EMPTY, statistics=tuple(asked))


def _pattern(world, text):
    from sim.scenario.fields import read_pattern
    from sim.scenario.source import parse

    node, _ = parse(text, "-")
    pattern = read_pattern(node.plain())
    assert Lookup.of(pattern, world.tables).truths
    return pattern
