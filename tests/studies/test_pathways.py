"""The chains to an outcome, where they are known exactly or with known shares."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy import stats

import sim
from sim.engines.simpy_engine import SimPyEngine
from sim.errors import UsageError
from sim.reading.causes import causes
from sim.studies.pathways import pathways as module
from sim.studies.pathways.chains import CLOCK, START, Step
from sim.studies.pathways.pathways import Pathways, pathways, pathways_of, stretches
from sim.studies.pathways.words import lead
from tests.worlds import World

ROUTES = """
scenario: routes
rules:
  answer:
    who: b
    when: {action: hit}
    choose:
      - {do: bomb, to: actor, weight: 3, after: 1 d}
      - {do: warn, to: actor, weight: 1, after: 1 d}
  despair: {who: c, when: {action: warn}, do: bomb, to: b, after: 1 d}
timeline: [{id: first, at: +1 d, who: a, do: hit, to: b}]
outcomes: {bombed: {name: A bomb falls, when: {action: bomb}}}
"""
"""Two routes to a bomb: at once, three times out of four, or through a warning."""


def traced(text: str, folder: Path, outcome: str, *, runs: int = 20, **options: object) -> Pathways:
    """The pathways of a text over the common cast."""
    return pathways(World.of_text(text, folder).loaded, outcome, runs=runs, **options)  # type: ignore[arg-type]


def told(found: Pathways) -> list[tuple[str, int]]:
    """The chains in short, with their counts."""
    return [
        (
            " > ".join(f"{step.origin}:{step.actor} {step.action}" for step in chain.steps) or chain.without,
            chain.share.count,
        )
        for chain in found.chains
    ]


def test_two_routes_have_their_shares(tmp_path: Path) -> None:
    """A false alarm in fewer than 1 in a million."""
    found = traced(ROUTES, tmp_path, "bombed", runs=2000)
    (direct, often), (around, seldom) = told(found)
    assert direct == "first:a hit > answer:b bomb"
    assert around == "first:a hit > answer:b warn > despair:c bomb"
    assert often + seldom == found.true == found.traced == 2000
    assert stats.binomtest(often, 2000, 0.75).pvalue > 1e-6
    assert found.chains[0].share.low < 0.75 < found.chains[0].share.high
    assert {one.id: one.share.count for one in found.rules} == {"first": 2000, "answer": 2000, "despair": seldom}
    assert {one.id: one.share.count for one in found.actors} == {"a": 2000, "b": 2000, "c": seldom}
    assert [one.kind for one in found.rules] == ["rule", "timeline", "rule"]


def test_the_first_of_several_events_counts(tmp_path: Path) -> None:
    text = """
scenario: race
rules:
  slow: {who: b, when: {action: hit}, do: bomb, after: 3 d}
  fast: {who: c, when: {action: hit}, do: bomb, after: 2 d}
timeline: [{id: first, at: -1 d, who: a, do: hit, to: b}]
outcomes: {bombed: {when: {action: bomb}}, heavy: {when: {action: bomb}, if: "count(action=bomb) > 1"}}
"""
    assert told(traced(text, tmp_path, "bombed")) == [("first:a hit > fast:c bomb", 20)]
    second = traced(text, tmp_path, "heavy")
    assert told(second) == [("first:a hit > slow:b bomb", 20)]
    assert second.chains[0].steps[0] == Step("first", "history", "a", "hit")


AT_ONCE = """
scenario: at-once
variables: {mood: {scope: world, range: [0, 9]}}
rules:
  one: {who: b, when: {action: hit}, do: speak}
  two: {who: c, when: {action: hit}, do: warn, effects: [mood += 1]}
  three: {who: d, when: {action: warn}, do: bomb}
timeline: [{id: first, at: +1 d, who: a, do: hit, to: b}]
outcomes: {moody: {if: mood > 0}, loud: {when: {rung: 1..}, if: mood > 0}, calm: {if: mood == 0}}
"""
"""Everything happens in the same millisecond: the log alone does not tell which event made an outcome true."""


def test_of_events_at_the_same_time_the_one_that_made_it_true_is_found(tmp_path: Path) -> None:
    for outcome in ("moody", "loud"):
        assert told(traced(AT_ONCE, tmp_path, outcome)) == [("first:a hit > two:c warn", 20)]


def test_what_was_true_at_the_start_has_no_chain(tmp_path: Path) -> None:
    found = traced(AT_ONCE, tmp_path, "calm")
    assert told(found) == [(START, 20)]
    assert found.rules == ()


def test_a_change_of_mind_is_the_last_step(tmp_path: Path) -> None:
    text = """
scenario: mind
variables: {mood: {scope: world, range: [0, 9]}}
rules: {sulk: {who: c, when: {action: hit}, do: nothing, after: 2 d, effects: [mood += 1]}}
timeline: [{id: first, at: +1 d, who: a, do: hit, to: b}]
outcomes: {moody: {if: mood > 0}}
"""
    found = traced(text, tmp_path, "moody")
    assert told(found) == [("first:a hit > sulk:c None", 20)]
    one = causes(World.of_text(text, tmp_path).loaded, 1, 3, "moody")
    assert (one.event, one.truth.event) == (0, None)
    assert "because" in one.text()
    assert "sulk" in one.text()


@pytest.mark.parametrize(
    "outcome", ["quiet: 3 d, when: {action: hit}", "at: +5 d, if: level > 0", "at: end, if: level == 0"]
)
def test_what_the_clock_makes_true_has_no_event(tmp_path: Path, outcome: str) -> None:
    text = f"""
scenario: clock
timeline: [{{id: first, at: +1 d, who: a, do: hit, to: b}}]
outcomes: {{o: {{{outcome}}}}}
"""
    assert told(traced(text, tmp_path, "o")) == [(CLOCK, 20)]


def test_the_engines_give_the_same_and_a_watched_run_agrees(tmp_path: Path) -> None:
    loaded = sim.load("erbil-2024")
    fast = pathways(loaded, "militia-pause", runs=40, engine="compiled")
    slow = pathways(loaded, "militia-pause", runs=40, engine="simpy")
    assert fast.paths == slow.paths
    for path in fast.paths[:5]:
        told_once = causes(loaded, 1, path.run, "militia-pause")
        assert told_once.event == path.event
        assert told_once.truth.at_ms == path.at_ms


def test_rare_chains_are_told_together(tmp_path: Path) -> None:
    found = traced(ROUTES, tmp_path, "bombed", runs=200, top=1)
    assert len(found.chains) == 1
    assert found.kinds_of_chain == 2
    assert found.others is not None
    assert found.others.count + found.chains[0].share.count == 200
    wide, narrow = found.chains[0].share, traced(ROUTES, tmp_path, "bombed", runs=200, top=1000).chains[0].share
    assert wide == narrow


def test_an_outcome_that_never_comes_true_has_no_chains(tmp_path: Path) -> None:
    found = traced(ROUTES.replace("{action: bomb}}", "{action: peace}}"), tmp_path, "bombed")
    assert (found.true, found.traced, found.chains, found.others) == (0, 0, (), None)


def test_a_folder_gives_what_its_scenario_gives_whether_events_were_kept_or_not(tmp_path: Path) -> None:
    world = World.of_text(ROUTES, tmp_path)
    whole = pathways(world.loaded, "bombed", runs=60, seed=4)
    for keep in ("all", "summary"):
        ensemble = sim.run(world.loaded, runs=60, seed=4, keep=keep, out=tmp_path / keep)
        assert pathways_of(ensemble, "bombed").as_dict() == whole.as_dict()


def test_a_folder_that_another_version_made_is_refused(tmp_path: Path) -> None:
    ensemble = sim.run(World.of_text(ROUTES, tmp_path).loaded, runs=20, out=tmp_path / "results")
    path = ensemble.folder / "scenario.yaml"
    path.write_text(
        path.read_text().replace("3", "2", 1)
        if "weight: 3" not in path.read_text()
        else path.read_text().replace("weight: 3", "weight: 0.01")
    )
    with pytest.raises(UsageError, match="is not the scenario that was run"):
        pathways_of(sim.open_results(ensemble.folder), "bombed")


def test_looks_are_bounded_and_end_with_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_LOOKS", 7)
    played: list[int] = []
    play = SimPyEngine.play
    monkeypatch.setattr(
        SimPyEngine, "play", lambda self, seed, run, look=None: played.append(run) or play(self, seed, run, look)
    )
    found = traced(AT_ONCE, tmp_path, "moody", engine="compiled")
    assert (found.true, found.traced, played) == (20, 7, list(range(7)))


def test_an_unknown_outcome_gets_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match="found the outcome 'bombd'; expected one of bombed; nearest known name: bombed"
    ):
        traced(ROUTES, tmp_path, "bombd")


def test_stretches_cover_what_is_wanted_and_little_else() -> None:
    wanted = [0, 1, 5, 30, 31, *range(100, 500)]
    found = list(stretches(wanted))
    covered = [run for one in found for run in one]
    assert set(wanted) <= set(covered)
    assert len(covered) == len(set(covered)) <= len(wanted) + 8
    assert max(map(len, found)) <= 264
    assert list(stretches([])) == []


def test_runs_that_were_cut_off_before_they_could_tell_are_left_out_and_told(tmp_path: Path) -> None:
    text = "max_events: 10\ndrivers: {habit: {who: a, do: nod, rate: 1}}\noutcomes: {late: {at: end, if: level < 9}}\n"
    found = traced(text, tmp_path, "late", runs=200)
    again = pathways_of(sim.run(World.of_text(text, tmp_path).loaded, runs=200), "late")
    known = found.runs - found.unknown
    assert 0 < found.unknown < found.runs
    assert (again.unknown, again.true) == (found.unknown, found.true) == (found.unknown, known)
    said = " ".join(lead(found).split())
    assert f"in {known} of {known} runs" in said
    assert f"{found.unknown} runs cut off at max_events cannot tell and are left out" in said
    assert found.as_dict()["unknown"] == found.manifest["truncated"] == found.unknown
