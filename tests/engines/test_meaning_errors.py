"""Section 3: what goes wrong in a run ends it with an error that says where in the file, in which run, at what time."""

from __future__ import annotations

import pytest

from sim.errors import RunError

STATE = "variables: {x: {scope: world}, y: {scope: world, initial: 1}, z: {scope: actor}}\n"
HIT = "timeline:\n  - {at: +36 h, who: a, do: hit, to: b}\n"


def refusal(play, text, **which):
    """The error of a run."""
    with pytest.raises(RunError) as caught:
        play(STATE + text, **which)
    return caught.value


def rule(keys):
    return f"rules:\n  answer:\n    who: b\n    when: {{action: hit}}\n    {keys}\n{HIT}"


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("1 / x > 0", "division by zero"),
        ("log(x)", "logarithm"),
        ("log(x - 1)", "logarithm"),
        ("sqrt(x - 1)", "square root"),
        ("exp(1000 * y)", "too large"),
        ("(x - 1) ** 0.5", "no real value"),
        ("(10 * y) ** 400", "too large"),
        ("x ** -1", ""),
        ("since(action=nod)", "finite"),
        ("0 * since(action=nod)", ""),
        ("since(action=nod) - since(action=nod)", ""),
        ("1e200 * y * 1e200", ""),
        ("1.7e8 * (1e300 * y) + 1.7e8 * (1e300 * y)", ""),
        ("-1.7e8 * (1e300 * y) - 1.7e8 * (1e300 * y)", ""),
        ("1e200 / (y / 1e200)", ""),
    ],
)
def test_an_expression_without_a_finite_result_is_an_error(play, expression, problem):
    error = refusal(play, rule(f"do: speak\n    if: {expression}"))
    assert problem in error.problem


NO_NUMBER = "(1e200 * (y * 1e200) - 1e200 * (y * 1e200))"
"""Infinity less infinity: 0 times infinity and infinity by infinity are none either."""


@pytest.mark.parametrize(
    "expression",
    [
        "{} < 1", "{} <= 1", "{} > y", "1 >= {}", "y == {}", "{} != y", "not {}", "{} and x", "y and {}", "{} or y",
        "x or {}", "1 if {} else 1", "{} if y else 1", "x if x else {}", "min({}, 0.9)", "min(0.9, {})", "min({}, y)",
        "min(y, {})", "max({}, 0.9)", "max(0.9, {})", "max(y, {})", "clamp({}, 0, 1)", "clamp(y, {}, 1)",
        "clamp(y, 0, {})", "{} ** 0", "1 ** {}", "count(within={})", "count(action=hit, within={}) < 9",
        "not abs(-{})", "exp({}) < 1", "sqrt({}) < 1", "logistic({}) < 1",
        "log({}) < 1", "(y * {}) < 1", "0 * (1e200 * (y * 1e200)) < 1",
        "1e200 * (y * 1e200) / (1e200 * (y * 1e200)) < 1",
    ],
)  # fmt: skip
def test_what_is_not_a_number_is_no_answer_whatever_is_done_with_it(play, expression):
    error = refusal(play, rule(f"do: speak\n    if: {expression.replace('{}', NO_NUMBER)}"))
    assert "number" in error.problem or "finite (nan)" in error.problem or "logarithm of nan" in error.problem


@pytest.mark.parametrize("key", ["chance", "unless", "after", "deaths", "limit", "cooldown"])
def test_what_is_not_a_number_is_met_wherever_an_expression_stands(play, key):
    wild = "(1e200 * (p - 1) * 1e200 - 1e200 * (p - 1) * 1e200)" if key in ("limit", "cooldown") else NO_NUMBER
    keys = f"do: speak\n    {key}: max({wild}, 1)"
    again = "  - {at: +37 h, who: a, do: hit, to: b}\n"  # a cooldown is asked of the second event
    error = refusal(play, f"parameters: {{p: {{value: 1, range: 'uniform(1, 2)'}}}}\n{rule(keys)}{again}")
    assert error.problem == "a result that is not a number"


def test_a_part_that_does_not_count_may_be_no_number(play):
    expression = f"(x and {NO_NUMBER}) == 0 and (y or {NO_NUMBER}) and (1 if y else {NO_NUMBER})"
    assert len(play(STATE + rule(f"do: speak\n    if: {expression}")).events) == 2


def test_a_variable_that_decays_over_more_than_all_numbers_is_no_answer(play):
    """Its distance to the baseline is infinite, and what is left of it nothing: infinity times 0."""
    wild = "parameters: {p: {value: 1, range: 'uniform(1.9, 2)'}}\n"
    wild += "variables: {w: {scope: world, half_life: 1 min, initial: 1e300 * 1e8 * (p - 1)}}\n"
    falls = "actions: {hit: {effects: [w = -1e300 * 1.5e8]}}\n"
    with pytest.raises(RunError) as caught:
        play(wild + falls + rule("do: nothing\n    after: 3 d\n    effects: [w = w < 1]"))
    assert caught.value.problem == "a result that is not a number"


def test_an_error_says_where_in_which_run_and_when(play):
    error = refusal(play, rule("do: speak\n    if: 1 / x > 0"), run=7)
    assert error.place.endswith("case.yaml:8:9: rules.answer.if")
    assert (error.run, error.time) == (7, "2024-01-02 12:00")
    assert "case.yaml:8:9" in str(error)
    assert "run 7" in str(error)
    assert "2024-01-02 12:00" in str(error)


@pytest.mark.parametrize("value", ["y + 0.1", "-y", "2 * y", "since(action=nod)"])
def test_a_chance_outside_nought_to_one_is_an_error(play, value):
    assert refusal(play, rule(f"do: speak\n    chance: {value}")).place.endswith(":8:13: rules.answer.chance")


def test_a_hurdle_over_what_is_never_positive_is_an_error(play):
    error = refusal(play, rule("do: speak\n    deaths: hurdle(1, fixed(0 * y))"))
    assert error.problem == "a hurdle over fixed(0), which is never positive"


@pytest.mark.parametrize("value", ["y", "x"])
def test_a_chance_of_nought_or_one_is_none(play, value):
    play(STATE + rule(f"do: speak\n    chance: {value}"))


def test_a_chance_of_a_timeline_item_outside_nought_to_one_is_an_error(play):
    error = refusal(play, "timeline:\n  - {at: +1 d, who: a, do: hit, chance: y + 1}")
    assert (":4:41: timeline" in error.place, error.time) == (True, "2024-01-02 00:00")


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ("choose: [{do: speak, weight: -y}, {do: warn}]", "rules.answer.choose"),
        ("do: speak\n    to: {c: -y, d: 1}", "rules.answer.to.c"),
        ("do: speak\n    place: {home: 1, desert: x - 1}", "rules.answer.place.desert"),
        ("do: speak\n    after: -y", "rules.answer.after"),
        ("do: speak\n    after: fixed(x - 1 h)", "rules.answer.after"),
        ("do: speak\n    after: exponential(x)", "rules.answer.after"),
        ("do: speak\n    after: lognormal(2 d, y)", "rules.answer.after"),
        ("do: speak\n    after: uniform(y, x)", "rules.answer.after"),
        ("do: speak\n    unless: 1 / x", "rules.answer.unless"),
        ("do: speak\n    deaths: poisson(-y)", "rules.answer.deaths"),
        ("do: speak\n    deaths: hurdle(y + 1, 3)", "rules.answer.deaths"),
        ("do: speak\n    injured: negbinomial(3, x)", "rules.answer.injured"),
        ("do: speak\n    deaths: 1 / x", "rules.answer.deaths"),
        ("do: speak\n    effects: [y /= x]", "rules.answer.effects"),
        ("do: speak\n    effects: [y = 1, x = 3, x = log(-y)]", "rules.answer.effects"),
        ("do: speak\n    effects: ['z[everybody] = 1 / z[a]']", "rules.answer.effects"),
        ("do: nothing\n    effects: [y = 1 / x]", "rules.answer.effects"),
    ],
)
def test_what_goes_wrong_in_a_rule_is_named(play, keys, path):
    assert path in refusal(play, rule(keys)).place


@pytest.mark.parametrize(
    ("action", "path"),
    [
        ("visibility: y + 0.5", "actions.hit.visibility"),
        ("visibility: {target: -y}", "actions.hit.visibility.target"),
        ("attribution: {actor: -y, d: 1}", "actions.hit.attribution.actor"),
        ("deaths: 1 / x", "actions.hit.deaths"),
        ("injured: exponential(-y)", "actions.hit.injured"),
        ("effects: [y *= 1e299, y *= 1e299]", "actions.hit.effects"),
    ],
)
def test_what_goes_wrong_in_an_action_is_named(play, action, path):
    rules = "rules: {answer: {who: b, when: {action: hit, actor: any}, do: speak}}\n"
    text = f"actions: {{hit: {{{action}}}}}\n{rules}{HIT}"
    assert path in refusal(play, text).place


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ("rate: x - 1, peak: 4", "drivers.source.rate"),
        ("rate: 5 * y, peak: 4", "drivers.source.rate"),
        ("rate: 1 / x, peak: 4", "drivers.source.rate"),
        ("rate: 4, if: log(x)", "drivers.source.if"),
        ("rate: 4, choose: [{weight: -y}]", "drivers.source.choose"),
        ("rate: 4, effects: [x = 1 / x]", "drivers.source.effects"),
    ],
)
def test_what_goes_wrong_in_a_driver_is_named(play, keys, path):
    assert path in refusal(play, f"drivers: {{source: {{who: a, do: nod, {keys}}}}}").place


@pytest.mark.parametrize(("keys", "when"), [
    ("if: 1 / x", "2024-01-01 00:00"), ("when: {action: hit}, if: 1 / x", "2024-01-02 12:00"),
    ("at: +3 d, if: 1 / x", "2024-01-04 00:00"), ("at: end, if: 1 / x", "2024-01-11 00:00"),
])  # fmt: skip
def test_what_goes_wrong_in_an_outcome_is_named(play, keys, when):
    error = refusal(play, f"outcomes: {{o: {{{keys}}}}}\n{HIT}")
    assert ("outcomes.o.if" in error.place, error.time) == (True, when)


def test_an_operand_that_does_not_count_may_have_no_value(play):
    played = play(STATE + rule("do: speak\n    if: (1 / x if x else 1) and (y or 1 / x) and not (x and log(x))"))
    assert len(played.events) == 2


def test_what_never_happens_goes_wrong_in_no_run(play):
    played = play(STATE + rule("do: speak\n    chance: 0\n    after: 1 / x"))
    assert len(played.events) == 1


def test_an_error_in_history_says_when(play):
    error = refusal(play, "actions: {hit: {effects: [x = 1 / x]}}\ntimeline: [{at: -12 h, who: a, do: hit}]")
    assert error.time == "2023-12-31 12:00"


def test_an_included_file_is_named_where_it_is_wrong(play):
    """Its rule stands in the including file, the action's effect in the included one."""
    error = refusal(play, "actions: {hit: {effects: [x = 1 / x]}}\n" + HIT)
    assert error.place.split("/")[-1].startswith("case.yaml:3:27")


ENDS_AND_FAILS = """
drivers: {source: {who: a, do: nod, rate: 1}}
rules:
  end: {who: b, when: {action: nod}, do: speak}
  wrong: {who: b, when: {action: nod}, do: warn, after: 0 h - 1 * count(action=nod) - 1}
outcomes: {over: {when: {action: speak}, ends: true}}
"""


def test_an_error_in_the_answer_to_a_driver_counts_though_the_run_ends_at_that_instant(play):
    """The first answer would end the run, at the same millisecond; the second has a delay below 0."""
    with pytest.raises(RunError, match="delay"):
        play(ENDS_AND_FAILS)
