"""Texts that mean harm, or look like it, are refused quickly, and nothing of them is ever executed."""

from __future__ import annotations

import cProfile
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import BrinklineError, ScenarioError
from sim.scenario import source
from sim.scenario.load import Changes, examine, load
from tests.scenario.conftest import WORLD

MIB = 1 << 20
TOP = "brinkline: 1\nscenario: example\nstart: 2024-01-01\nhorizon: 10 d\n"
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(20)
)
RULE = "rules:\n  r: {{who: north, when: {{}}, do: speak, {}}}\n"


def condition(text: str) -> str:
    """A world with a rule that has this condition."""
    return WORLD + RULE.format(f"if: '{text}'")


ATTACKS = {
    "billion laughs": (LAUGHS, "alias"),
    "a mebibyte of brackets": ("[" * MIB, "too-deep"),
    "a mebibyte of braces": ("{" * MIB, "too-deep"),
    "brackets on lines": ("[\n" * (MIB // 2), "too-deep"),
    "more than a mebibyte": ("#" * (MIB + 1), "unreadable"),
    "nested brackets in an expression": (condition("(" * 900_000), "bad-expression"),
    "nested brackets, short": (condition("(" * 1900 + "1" + ")" * 1900), "bad-expression"),
    "nested signs": (condition("-" * 3900 + "1"), "bad-expression"),
    "nested not": (condition("not " * 900 + "1"), "bad-expression"),
    "nested choices": (condition("1 if 1 else " * 300 + "1"), "bad-expression"),
    "nested powers": (condition("2 ** " * 700 + "1"), "bad-expression"),
    "nested functions": (condition("abs(" * 600 + "1" + ")" * 600), "bad-expression"),
    "nested questions": (condition("count(within=" * 250 + "1 d" + ")" * 250), "bad-expression"),
    "doubling comparisons": (condition("1<(" * 55 + "1" + ")<1" * 55), "bad-expression"),
    "a sum of 10,000 terms": (condition("1+" * 10_000 + "1"), "bad-expression"),
    "a sum of 1,500 terms": (condition("1+" * 1500 + "1"), "bad-expression"),
    "digits in an expression": (condition("9" * 3000 + " * 1"), "bad-expression"),
    "nested not in a who-field": (WORLD + RULE.format("to: '" + "not " * 900 + "north'"), "bad-expression"),
    "spaces in a span": (condition("1").replace("when: {}", f"when: {{rung: '1{' ' * 500_000}x'}}"), "bad-expression"),
    "nine hundred thousand digits": (WORLD + RULE.format("chance: " + "9" * 900_000), "wrong-value"),
    "hexadecimal digits": (TOP + "max_events: 0x" + "f" * 900_000 + "\n", "wrong-type"),
    "a long id": (TOP + "actors:\n  ? " + "9" * 900_000 + "\n  : {}\n", "bad-id"),
    "a duration of digits": (TOP.replace("10 d", "9" * 900_000 + " d"), "bad-time"),
    "powers that overflow": (WORLD + RULE.format("chance: 9 ** 9 ** 9 ** 9"), "wrong-value"),
    "a tag of Python": (TOP + "note: !!python/object/apply:os.system ['touch /tmp/brinkline-was-here']\n", "tag"),
    "a name of Python": (TOP + "note: !!python/name:os.system\n", "tag"),
    "a call of Python": (WORLD + RULE.format("if: \"__import__('os')\""), "bad-expression"),
    "an attribute of Python": (condition("().__class__.__bases__"), "bad-expression"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_are_refused_quickly(name, written):
    text, code = ATTACKS[name]
    path = written(text)
    begun = time.process_time()
    loaded, faults, _ = examine(path)
    assert time.process_time() - begun < 4
    assert loaded is None
    assert code in {fault.code for fault in faults}


def test_a_large_scenario_of_unknown_names_is_told_of_entirely(written):
    rules = "".join(f"  r{i}: {{who: nrth{i}, when: {{action: x{i}}}, do: y{i}, to: z{i}}}\n" for i in range(2000))
    assert len(examine(written(WORLD + "rules:\n" + rules))[1]) == 8000


def test_twice_as_many_rules_are_not_much_more_than_twice_the_work(written):
    """Calls of functions are counted, which are the same on every machine."""
    calls = []
    for count in (200, 400):
        rules = "".join(f"  r{i}: {{who: south, when: {{origin: [r{i}]}}, do: shoot}}\n" for i in range(count))
        path = written(WORLD + "rules:\n" + rules)
        profile = cProfile.Profile()
        profile.runcall(examine, path)
        calls.append(sum(entry.callcount for entry in profile.getstats()))
    assert calls[1] < 3 * calls[0]


def test_the_shipped_scenario_takes_no_more_work_than_its_size():
    load("erbil-2024")
    profile = cProfile.Profile()
    loaded = profile.runcall(load, "erbil-2024")
    calls = sum(entry.callcount for entry in profile.getstats())
    assert calls < 200 * loaded.root.count()


@given(st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_raise_nothing_but_the_projects_errors(tmp_path, data):
    path = tmp_path / "random.yaml"
    path.write_bytes(data)
    with pytest.raises(BrinklineError):
        load(path)


_WORDS = st.sampled_from(
    [
        "north", "south", "self", "others", "nobody", "shoot", "nothing", "p", "count()", "1 d", "1e999",
        "uniform(0, 1)", "hurdle(0.1, 3)", "not x", "a of b", "[a, b]", "5..", "+1 d", "end", "", "v += 1", "((",
        "\x00", "1 / 0", "who", "when", "do", "to", "if", "rung", "value", "choose", "add", "set", "disable", "id",
    ]
)  # fmt: skip
_junk = st.recursive(
    st.one_of(_WORDS, st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)
_BASE = source.parse(
    WORLD
    + """parameters: {p: {value: 0.5, range: 'uniform(0, 1)', bounds: [0, 1]}}
variables: {v: {scope: actor, own: {north: 1}}}
groups: {all: [north, south]}
rules:
  answer:
    who: all
    when: {actor: [others]}
    choose: [{do: speak, weight: p}, {do: nothing, effects: ['v[self] += 1']}]
drivers: {d: {who: north, do: shoot, rate: p, to: {south: 1}}}
outcomes: {o: {if: 'v[north] > count(action=shoot)'}}
variants: {w: {add: {actors: {east: {}}}, set: {p: 1}, disable: [rules.answer]}}
""",
    "base",
)[0].plain()


def _paths(data, path=()):
    yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in inside:
        yield from _paths(value, (*path, step))


def _put(data, path, value):
    if not path:
        return value
    changed = dict(data) if isinstance(data, dict) else list(data)
    changed[path[0]] = _put(data[path[0]], path[1:], value)
    return changed


@given(
    st.sampled_from(list(_paths(_BASE))),
    _junk,
    st.sampled_from(["p", "rules.answer.limit", "timeline[0].at", "variables.v.own.a", "x", "ladder.5"]),
    _junk,
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_scenario_with_junk_in_one_place_raises_nothing_but_the_projects_errors(tmp_path, path, junk, name, setting):
    file = tmp_path / "junk.yaml"
    file.write_text(_yaml(_put(_BASE, path, junk)), encoding="utf-8")
    loaded, faults, _ = examine(file)
    assert loaded is not None or any(fault.severity == "error" for fault in faults) or "scenario" not in str(junk)
    for changes in (Changes(variants=("w",), fixed=True), Changes(settings=((name, _yaml(setting)),))):
        with suppress(ScenarioError):
            load(file, changes)


def _yaml(data) -> str:
    """Flow-style YAML of any data, nulls and infinities included."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{_yaml(str(key))}: {_yaml(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(_yaml, data)) + "]"
    if isinstance(data, str):
        return '"' + "".join(c if c.isalnum() or c in " .,+-*/()[]=_<>'" else f"\\U{ord(c):08x}" for c in data) + '"'
    if isinstance(data, float):
        return repr(data).replace("inf", ".inf").replace("nan", ".nan")
    return "null" if data is None else str(data).lower()
