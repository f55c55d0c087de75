"""A probe finds what is planted, and passes over what is merely rare."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.errors import RunError, UsageError
from sim.scenario.bounds import bounds_of
from sim.scenario.faults import PROBE_CODES
from sim.scenario.files import shipped_ids
from sim.scenario.load import Changes, Loaded, load
from sim.studies.probe.probe import Probe, probe

HEAD = """\
brinkline: 1
scenario: planted
start: 2024-01-01
horizon: 30 d
ladder: [{rung: 0, name: calm}, {rung: 1, name: words}, {rung: 5, name: blow}, {rung: 8, name: war}]
actors: {a: {}, b: {}}
actions: {speak: {rung: 1}, hit: {rung: 5}, war: {rung: 8}}
parameters: {p: {value: 0.5, range: "uniform(0.2, 0.8)"}}
variables: {anger: {scope: world, initial: 0.2, range: [0, 1]}, calm: {scope: actor, initial: p, own: {a: 0.9}}}
"""
SOURCE = "  source: {who: a, do: hit, to: b, rate: 0.1, effects: [anger += 0.01]}\n"


def planted(folder: Path, text: str) -> Loaded:
    """A scenario of this text."""
    path = folder / "planted.yaml"
    path.write_text(HEAD + text)
    return load(path)


def warned(folder: Path, text: str, *, runs: int = 200) -> dict[str, str]:
    """By path, the code of each warning of a probe."""
    found = probe(planted(folder, text), runs=runs)
    assert all(fault.severity == "warning" and fault.code in PROBE_CODES for fault in found.faults)
    return {fault.path: fault.code for fault in found.faults}


def rule(words: str) -> str:
    """A scenario in which a often hits b, who answers by a rule of these words."""
    answer = f"{{who: b, when: {{action: hit, actor: a}}, do: speak, to: actor, {words}}}"
    return f"rules:\n  answer: {answer}\ndrivers:\n{SOURCE}"


SILENT = {
    "a condition that cannot hold": "if: anger > 2",
    "a condition out of the model's reach": "if: level > 8",
    "a condition that never holds": "if: anger > 0.9",
    "no chance": "chance: 0 * anger",
    "no weight": "chance: 1}\n  other: {who: b, when: {action: hit}, choose: [{do: speak, weight: 0 * anger}]",
    "no room": "limit: 0 * p",
    "always standing down": "after: 1 h, unless: t > 0",
    "too late": "after: 60 d",
}


@pytest.mark.parametrize("words", SILENT.values(), ids=SILENT)
def test_a_rule_that_never_fires_is_found(tmp_path: Path, words: str) -> None:
    assert "never-fires" in warned(tmp_path, rule(words)).values()


@pytest.mark.parametrize("words", ["chance: 0.0001", "if: 0", "chance: 0", "limit: 0"])
def test_what_is_rare_or_switched_off_is_no_fault(tmp_path: Path, words: str) -> None:
    assert warned(tmp_path, rule(words)) == {}


def test_a_rule_is_told_only_if_it_was_asked_often_enough(tmp_path: Path) -> None:
    text = rule("if: anger > 0.9")
    assert warned(tmp_path, text, runs=20) == {}
    assert warned(tmp_path, text, runs=100) == {"rules.answer": "never-fires"}


def test_what_a_variant_turns_on_is_no_fault(tmp_path: Path) -> None:
    text = rule("if: anger > 1.5 - p") + "variants:\n  angry: {set: {p: 1.4}}\n  without: {disable: [rules.answer]}\n"
    loaded = planted(tmp_path, text)
    angry, without = (load(tmp_path / "planted.yaml", Changes(variants=(name,))) for name in ("angry", "without"))
    assert [fault.path for fault in probe(loaded).faults] == ["rules.answer"]
    assert [fault.path for fault in probe(loaded, variants=[without]).faults] == ["rules.answer"]
    assert probe(loaded, variants=[without, angry]).faults == ()


def test_what_only_a_silent_rule_could_set_off_is_told_too(tmp_path: Path) -> None:
    text = f"""\
rules:
  never: {{who: b, when: {{action: hit}}, if: anger > 3, do: war, to: actor}}
  follows: {{who: a, when: {{action: war}}, do: war, to: actor}}
drivers:
{SOURCE}outcomes: {{war: {{when: {{action: war}}}}, talk: {{when: {{action: hit}}}}}}
"""
    found = warned(tmp_path, text)
    assert found == {"rules.never": "never-fires", "rules.follows": "never-fires", "outcomes.war": "never-true"}


def test_an_owner_who_never_learns_is_told(tmp_path: Path) -> None:
    path = tmp_path / "blind.yaml"
    path.write_text(HEAD.replace("hit: {rung: 5}", "hit: {rung: 5, visibility: 0}") + rule("chance: 1"))
    (fault,) = probe(load(path)).faults
    assert (fault.code, fault.path) == ("never-fires", "rules.answer")
    assert "never learned" in fault.found


DRIVERS = {
    "  none: {who: a, do: speak, rate: 0 * p}\n": True,
    "  none: {who: a, do: speak, rate: 0.2 * (anger > 0.9), peak: 0.2}\n": True,
    "  none: {who: a, do: speak, rate: 0.2, if: t > 40}\n": True,
    "  none: {who: a, do: speak, rate: 0.2, if: anger > 0.9}\n": True,
    "  none: {who: a, do: speak, rate: 0.00001}\n": False,
    "  none: {who: a, do: speak, rate: 0.00001 * anger, peak: 0.2}\n": False,
    "  none: {who: a, do: speak, rate: 0}\n": False,
}


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_that_cannot_fire_is_found_and_a_rare_one_is_not(tmp_path: Path, driver: str) -> None:
    found = warned(tmp_path, f"drivers:\n{SOURCE}{driver}")
    assert found == ({"drivers.none": "never-fires"} if DRIVERS[driver] else {})


OUTCOMES = {
    "if: level >= 9": "never-true",
    "quiet: 40 d, when: {action: hit}": "never-true",
    "if: anger < 0.5": "always-true",
    "at: end, if: anger >= 0": "always-true",
    "when: {origin: given}": "always-true",
    "when: {action: hit}": "",
    "if: anger > 0.6": "",
    "if: 'calm[a] > 0.95'": "never-true",
    "if: 'calm[b] + anger > 1.8'": "",
    "at: end, if: level < 5": "",
    "quiet: 2 d, when: {action: hit}": "",
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_outcomes_that_tell_nothing_are_found(tmp_path: Path, outcome: str) -> None:
    given = "timeline: [{id: given, at: +1 d, who: b, do: speak, to: a}]\n"
    found = warned(tmp_path, f"drivers:\n{SOURCE}{given}outcomes: {{o: {{{outcome}}}}}\n")
    assert found == ({"outcomes.o": OUTCOMES[outcome]} if OUTCOMES[outcome] else {})


def test_runaway_retaliation_is_found(tmp_path: Path) -> None:
    text = """\
rules:
  back: {who: [a, b], when: {action: hit, target: self}, chance: 0.9, do: hit, to: actor, after: exponential(1 d)}
  more: {who: [a, b], when: {action: hit, target: self}, chance: 0.6, do: hit, to: actor, after: exponential(2 d)}
timeline: [{at: +1 d, who: a, do: hit, to: b}]
max_events: 3000
"""
    found = probe(planted(tmp_path, text))
    (fault,) = [one for one in found.faults if one.code == "runs-away"]
    assert fault.path == "scenario"
    assert 1.2 < found.radius.low < 1.5 < found.radius.high < 1.8


def test_a_small_family_does_not_run_away(tmp_path: Path) -> None:
    text = f"""\
rules:
  back: {{who: [a, b], when: {{action: hit, target: self}}, chance: 0.8, do: hit, to: actor, after: 1 d}}
drivers:
{SOURCE}"""
    assert warned(tmp_path, text) == {}


def test_an_ensemble_that_tells_nothing_apart_is_found(tmp_path: Path) -> None:
    often = "  source: {who: a, do: hit, to: b, rate: 2}\n"
    top = f"rules: {{r: {{who: b, when: {{action: hit}}, do: war, to: actor}}}}\ndrivers:\n{often}"
    assert warned(tmp_path, top) == {"ladder": "saturated"}
    assert warned(tmp_path, f"drivers:\n{often}") == {"ladder": "saturated"}
    given = "timeline: [{at: +1 d, who: b, do: war, to: a}]\n"
    assert warned(tmp_path, f"drivers:\n{often}{given}") == {}
    ends = f"{given}outcomes: {{over: {{when: {{action: hit}}, ends: true}}}}\n"
    assert warned(tmp_path, f"drivers:\n{often}{ends}")["outcomes.over"] == "saturated"


@pytest.mark.parametrize("name", shipped_ids())
def test_the_shipped_scenarios_are_silent(name: str) -> None:
    assert probe(sim.load(name), runs=60).faults == ()


def test_what_goes_wrong_in_a_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError):
        probe(planted(tmp_path, rule("chance: 1 / (anger - 0.2)")))


@pytest.mark.parametrize("runs", [0, 10_001])
def test_the_number_of_runs_is_bounded(tmp_path: Path, runs: int) -> None:
    with pytest.raises(UsageError, match="expected 1 to 10,000"):
        probe(planted(tmp_path, rule("chance: 1")), runs=runs)


def test_a_probe_is_the_same_each_time(tmp_path: Path) -> None:
    loaded = planted(tmp_path, rule("if: anger > 0.9"))
    first, second = probe(loaded, runs=50), probe(loaded, runs=50)
    assert isinstance(first, Probe)
    assert first == second


BOUNDS = {
    "1 + p": (1.2, 1.8),
    "-anger": (-1, 0),
    "calm[b]": (0.2, 0.9),
    "anger * 2 - 1": (-1, 1),
    "level": (0, 5),
    "t": (float("-inf"), 30),
    "count(action=hit) + 1": (1, float("inf")),
    "anger > 0.5 and p > 0.1": (0, 1),
    "p > 0.1": (1, 1),
    "not p > 0.1": (0, 0),
    "level > 5 or p > 0.9": (0, 0),
    "1 if p > 0.1 else 7": (1, 1),
    "min(anger, p)": (0, 0.8),
    "clamp(anger, 0.3, 0.4)": (0.3, 0.4),
    "abs(anger - 0.5)": (0, 0.5),
    "logistic(0 * anger)": (0.5, 0.5),
    "1 / p": (1.25, 5),
    "1 / anger": (float("-inf"), float("inf")),
    "exp(anger)": (0, float("inf")),
}


@pytest.mark.parametrize("text", BOUNDS)
def test_bounds_are_as_wide_as_they_must_be(tmp_path: Path, text: str) -> None:
    scenario = planted(tmp_path, f"drivers:\n{SOURCE}outcomes: {{o: {{if: '{text}'}}}}\n").description
    condition = scenario.outcomes["o"].if_
    assert condition is not None
    assert bounds_of(scenario)(condition) == pytest.approx(BOUNDS[text])


def test_a_name_that_is_compared_may_be_anybody(tmp_path: Path) -> None:
    scenario = planted(tmp_path, rule("if: actor == a")).description
    condition = scenario.rules["answer"].if_
    assert condition is not None
    assert bounds_of(scenario)(condition) == (0, 1)
