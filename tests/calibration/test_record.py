"""Reading records: what a good one holds, every fault of a bad one with its place, and where records are found."""

from __future__ import annotations

import pytest

from sim.calibration.record import find_record, jeffreys, load_record, shipped_records
from sim.errors import ScenarioError, StorageError, UsageError
from sim.scenario.faults import CODES
from sim.scenario.files import shipped_folder, shipped_ids
from sim.scenario.load import load
from sim.scenario.syntax import Pattern
from sim.scenario.times import DAY_MS
from tests.calibration.records import HEAD, TIMELINE, record_of, world_of

WORLD = (
    TIMELINE
    + """
parameters: {rate: {value: 1, range: "uniform(0.5, 2)"}}
drivers: {source: {who: a, do: speak, rate: rate}}
sources: {gazette: {title: A gazette}}
"""
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return world_of(WORLD, tmp_path_factory.mktemp("world"))


def read(text, world, folder):
    path = folder / "record.yaml"
    path.write_text(text, encoding="utf-8")
    return load_record(path, world.loaded)


GOOD = """\
brinkline_record: 1
record: seen-in-january
scenario: small
title: January
note: In-sample.
sources: {paper: {title: A paper, kind: report, date: 2024-01-20}}
events: {blows: {action: kinetic, actor: a}}
fit:
  rate: {range: "loguniform(0.3, 6)", bounds: [0.4, 5], source: assumed, note: wide}
statistics:
  all:
    name: All blows
    count: blows
    from: 2024-01-02
    to: +9 d
    without: [[+3 d, +4 d], [2024-01-03, +3 d]]
    observed: 3
    fit: true
    source: paper
  known: {answered: blows, by: {action: warn}, within: 12 h, link: cause, observed: {k: 1, n: 4}, source: gazette}
  disputed: {lag: blows, by: blows, scale: log, observed: [0.5, 2], source: assumed}
  likely: {happens: {outcome: dead}, observed: {value: 0.7, low: 0.4, high: 0.9}, source: paper}
  sane: {mean: blows, counting: deaths, band: [1, 2], source: assumed, note: why}
"""


def test_a_record_holds_what_its_file_says(world, tmp_path):
    record = read(GOOD, world, tmp_path)
    assert (record.id, record.title, record.scenario, record.note) == (
        "seen-in-january", "January", "small", "In-sample.",
    )  # fmt: skip
    (fit,) = record.fit
    assert (fit.name, fit.range_text, fit.bounds, fit.source) == ("rate", "loguniform(0.3, 6)", (0.4, 5.0), "assumed")
    assert list(record.sources) == ["paper"]
    every, known, disputed, likely, sane = record.statistics
    assert (every.id, every.name, every.kind, every.fit, every.scale) == ("all", "All blows", "count", True, "sqrt")
    assert every.events.action.ids == ("kinetic",)
    assert every.stretches == ((1 * DAY_MS, 2 * DAY_MS), (4 * DAY_MS, 9 * DAY_MS))
    assert (every.observed, every.low, every.high, every.band, every.source) == (3, None, None, None, "paper")
    assert (known.name, known.within_ms, known.link, known.scale) == ("known", DAY_MS // 2, "cause", "identity")
    assert (known.observed, known.k, known.n) == (0.25, 1, 4)
    assert (known.low, known.high) == jeffreys(1, 4)
    assert (disputed.observed, disputed.low, disputed.high, disputed.scale) == (None, 0.5, 2, "log")
    assert (likely.outcome, likely.events, likely.observed, likely.low) == ("dead", Pattern(), 0.7, 0.4)
    assert (sane.band, sane.observed, sane.fit, sane.note) == ((1, 2), None, False, "why")


def test_a_window_is_the_whole_run_unless_given(world, tmp_path):
    (statistic,) = record_of("a: {count: {}}", world, tmp_path).statistics
    assert statistic.stretches == ((0, 10 * DAY_MS),)


def test_the_jeffreys_interval_is_that_of_the_beta_distribution():
    from scipy.stats import beta

    assert jeffreys(9, 130) == pytest.approx(beta(9.5, 121.5).ppf([0.025, 0.975]))
    assert jeffreys(0, 3)[0] == 0
    assert jeffreys(4, 4)[1] == 1


BAD = [
    # what stands behind the head of a record, and its faults: code, line and column, path
    ("", [("missing-key", "1:1", "statistics")]),
    ("statistics: {}", [("unused", "4:11", "sources.paper"), ("wrong-value", "5:13", "statistics")]),
    ("statistics: {a: 1}", [("wrong-type", "5:17", "statistics.a")]),
    ("statistics: {a: {counts: {}, observed: 1, source: paper}}",
     [("unknown-key", "5:18", "statistics.a.counts")]),
    ("statistics: {a: {observed: 1, source: paper}}", [("conflict", "5:14", "statistics.a")]),
    ("statistics: {a: {count: {}, rate: {}, observed: 1, source: paper}}", [("conflict", "5:14", "statistics.a")]),
    ("statistics: {a: {count: {}, observed: 1}}",
     [("unused", "4:11", "sources.paper"), ("missing-key", "5:14", "statistics.a.source")]),
    ("statistics: {a: {count: {}, observed: 1, source: paper}}\nsources: {}", [("duplicate-key", "6:1", "sources")]),
    ("statistics: {a: {count: {}, source: paper}}", [("conflict", "5:14", "statistics.a")]),
    ("statistics: {a: {count: {}, observed: 1, band: [0, 1], source: paper}}",
     [("conflict", "5:14", "statistics.a")]),
    ("statistics: {a: {count: {}, band: [0, 1], fit: true, source: paper}}",
     [("conflict", "5:43", "statistics.a.fit")]),
    ("statistics: {a: {count: {}, observed: 1, source: papre}}",
     [("unused", "4:11", "sources.paper"), ("unknown-name", "5:50", "statistics.a.source")]),
    ("statistics: {a: {count: {}, observed: 1, source: assumed}}", [("unused", "4:11", "sources.paper")]),
    ("statistics: {a: {count: {action: kinetc}, observed: 1, source: paper}}",
     [("unknown-name", "5:34", "statistics.a.count.action")]),
    ("statistics: {a: {count: {actor: self}, observed: 1, source: paper}}",
     [("not-here", "5:33", "statistics.a.count.actor")]),
    ("statistics: {a: {count: {verb: hit}, observed: 1, source: paper}}",
     [("unknown-key", "5:26", "statistics.a.count.verb")]),
    ("statistics: {a: {count: blows, observed: 1, source: paper}}",
     [("unknown-name", "5:25", "statistics.a.count")]),
    ("events: {blows: {place: hom}}\nstatistics: {a: {count: blows, observed: 1, source: paper}}",
     [("unknown-name", "5:25", "events.blows.place")]),
    ("statistics: {a: {count: {outcome: dead}, observed: 1, source: paper}}",
     [("unknown-key", "5:26", "statistics.a.count.outcome")]),
    ("statistics: {a: {happens: {outcome: ded}, observed: 1, source: paper}}",
     [("unknown-name", "5:37", "statistics.a.happens.outcome")]),
    ("statistics: {a: {count: {}, by: {}, observed: 1, source: paper}}", [("conflict", "5:29", "statistics.a.by")]),
    ("statistics: {a: {lag: {}, observed: 1, source: paper}}", [("missing-key", "5:14", "statistics.a.by")]),
    ("statistics: {a: {mean: {}, counting: events, observed: 1, source: paper}}",
     [("wrong-value", "5:38", "statistics.a.counting")]),
    ("statistics: {a: {lag: {}, by: {}, link: near, observed: 1, source: paper}}",
     [("wrong-value", "5:41", "statistics.a.link")]),
    ("statistics: {a: {lag: {}, by: {}, within: 0, observed: 1, source: paper}}",
     [("wrong-value", "5:43", "statistics.a.within")]),
    ("statistics: {a: {lag: {}, by: {}, within: 3, observed: 1, source: paper}}",
     [("bad-time", "5:43", "statistics.a.within")]),
    ("statistics: {a: {count: {}, from: 2023-12-31, to: +11 d, observed: 1, source: paper}}",
     [("bad-time", "5:35", "statistics.a.from"), ("bad-time", "5:51", "statistics.a.to")]),
    ("statistics: {a: {count: {}, from: +2 d, to: +2 d, observed: 1, source: paper}}",
     [("bad-time", "5:45", "statistics.a.to")]),
    ("statistics: {a: {count: {}, without: [[+2 d, +1 d]], observed: 1, source: paper}}",
     [("bad-time", "5:39", "statistics.a.without[0]")]),
    ("statistics: {a: {count: {}, without: [[+0 h, +10 d]], observed: 1, source: paper}}",
     [("bad-time", "5:38", "statistics.a.without")]),
    ("statistics: {a: {dispersion: {}, intervals: [[+0 h, +1 d]], observed: 1, source: paper}}",
     [("wrong-value", "5:45", "statistics.a.intervals")]),
    ("statistics: {a: {dispersion: {}, intervals: 3, observed: 1, source: paper}}",
     [("wrong-type", "5:45", "statistics.a.intervals")]),
    ("statistics: {a: {count: {}, observed: many, source: paper}}", [("wrong-type", "5:39", "statistics.a.observed")]),
    ("statistics: {a: {count: {}, observed: -1, source: paper}}", [("wrong-value", "5:39", "statistics.a.observed")]),
    ("statistics: {a: {count: {}, observed: .nan, source: paper}}", [("wrong-value", "5:39", "statistics.a.observed")]),
    ("statistics: {a: {highest: {}, observed: -1, source: paper}, b: {count: {}, observed: -1, source: paper}}",
     [("wrong-value", "5:86", "statistics.b.observed")]),
    ("statistics: {a: {count: {}, observed: [3, 1], source: paper}}",
     [("wrong-value", "5:39", "statistics.a.observed")]),
    ("statistics: {a: {count: {}, observed: {k: 1, n: 2}, source: paper}}",
     [("wrong-value", "5:39", "statistics.a.observed")]),
    ("statistics: {a: {answered: {}, by: {}, observed: {k: 3, n: 2}, source: paper}}",
     [("wrong-value", "5:50", "statistics.a.observed")]),
    ("statistics: {a: {answered: {}, by: {}, observed: 7, source: paper}}",
     [("wrong-value", "5:50", "statistics.a.observed")]),
    ("statistics: {a: {answered: {}, by: {}, observed: {low: 1}, source: paper}}",
     [("wrong-value", "5:50", "statistics.a.observed")]),
    ("statistics: {a: {happens: {}, observed: 0.5, source: paper}}",
     [("wrong-value", "5:41", "statistics.a.observed")]),
    ("statistics: {a: {count: {}, scale: log, observed: 0, source: paper}}",
     [("wrong-value", "5:36", "statistics.a.scale")]),
    ("fit: {rat: {range: \"uniform(0, 1)\"}}\nstatistics: {a: {count: {}, observed: 1, source: paper}}",
     [("unknown-name", "5:7", "fit.rat")]),
    ("fit: {rate: {range: \"uniform(0)\"}}\nstatistics: {a: {count: {}, observed: 1, source: paper}}",
     [("bad-expression", "5:21", "fit.rate.range")]),
    ("fit: {rate: {range: \"uniform(2, 1)\"}}\nstatistics: {a: {count: {}, observed: 1, source: paper}}",
     [("wrong-value", "5:21", "fit.rate.range")]),
    ("fit: {rate: {range: \"uniform(0, rate)\"}}\nstatistics: {a: {count: {}, observed: 1, source: paper}}",
     [("not-here", "5:33", "fit.rate.range")]),
    ("statistics: {a b: {count: {}, observed: 1, source: paper}}", [("bad-id", "5:14", "statistics.a b")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_a_bad_record_is_refused_with_every_fault_and_its_place(world, tmp_path, text, expected):
    with pytest.raises(ScenarioError) as error:
        read(f"{HEAD}{text}\n", world, tmp_path)
    faults = error.value.faults
    assert [(one.code, f"{one.spot.line}:{one.spot.column}", one.path) for one in faults][
        : len(expected)
    ] == expected, "\n".join(map(str, faults))
    assert all(one.code in CODES and one.severity == "error" for one in faults)


def test_another_version_scenario_or_source_is_refused_at_once(world, tmp_path):
    text = "brinkline_record: 2\nrecord: a b\nscenario: other\nsources: {gazette: {}, assumed: {}}\nstatistics: {}\n"
    with pytest.raises(ScenarioError) as error:
        read(text, world, tmp_path)
    found = [(one.path, one.code) for one in error.value.faults]
    assert found == [
        ("brinkline_record", "wrong-value"),
        ("record", "bad-id"),
        ("scenario", "wrong-value"),
        ("sources.gazette", "duplicate-id"),
        ("sources.assumed", "duplicate-id"),
        ("statistics", "wrong-value"),
    ]


def test_the_nearest_name_is_told(world, tmp_path):
    with pytest.raises(ScenarioError, match=r"found the action 'kinetc'.*nearest known name: kinetic"):
        record_of("a: {count: {action: kinetc}}", world, tmp_path)


def test_too_many_statistics_are_refused(world, tmp_path):
    lines = "\n".join(f"s{number}: {{count: {{}}}}" for number in range(201))
    with pytest.raises(ScenarioError, match="1 to 200 statistics"):
        record_of(lines, world, tmp_path)


@pytest.mark.parametrize("text", ["- 1", "a: &b 1\nc: *b", "a: !!python/name:os.system x", "{", "", "3"])
def test_what_is_no_record_at_all_is_refused(world, tmp_path, text):
    with pytest.raises(ScenarioError):
        read(text, world, tmp_path)


def test_a_record_is_found_by_path_or_by_the_id_of_a_shipped_one(tmp_path, world):
    assert find_record("somewhere/else.yaml").name == "else.yaml"
    with pytest.raises(UsageError, match="found no file and no record 'nowhere'"):
        find_record("nowhere")
    with pytest.raises(StorageError, match="cannot be read"):
        load_record(tmp_path / "missing.yaml", world.loaded)


@pytest.mark.parametrize("record", shipped_records())
def test_a_shipped_record_fits_its_scenario(record):
    assert load_record(record, load(record)).id == record


def test_records_are_no_scenarios():
    records = shipped_folder() / "records"
    assert shipped_records() == sorted(path.stem for path in records.glob("*.yaml"))
    assert "records" not in shipped_ids()
    assert all((shipped_folder() / f"{one}.yaml").is_file() for one in shipped_ids())
