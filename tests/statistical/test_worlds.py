"""Do whole worlds happen with the frequencies that their scenarios say?

Every test is seeded and computes a p-value under the hypothesis that they do; it fails below 10⁻⁶. So the
probability of a false alarm was at most 10⁻⁶ a test when the seeds were chosen, and is 0 from then on.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import stats

FALSE_ALARM = 1e-6
ITEMS = 100
RUNS = 25
MANY = "horizon: 1000 d\nlevel: {window: 1 h}\ntimeline:\n" + "".join(
    f"  - {{id: blow-{i}, at: +{5 * i} d, who: a, do: hit, to: b}}\n" for i in range(ITEMS)
)


def shares_agree(counts: Counter, shares: dict) -> bool:
    """Whether counts agree with probabilities."""
    assert set(counts) <= set(shares)
    total = sum(counts.values())
    return (
        stats.chisquare([counts[key] for key in shares], [share * total for share in shares.values()]).pvalue
        > FALSE_ALARM
    )


def responses(world, text):
    """All responses, over all runs, of a world in which a hits b a hundred times a run."""
    return [event for played in world(text + "\n" + MANY).plays(RUNS) for event in played.events if event.cause >= 0]


@pytest.mark.parametrize("share", [0.03, 0.5, 0.9])
def test_a_rule_responds_by_its_chance(world, share):
    made = responses(world, f"rules: {{answer: {{who: b, when: {{action: hit}}, chance: {share}, do: speak}}}}")
    assert stats.binomtest(len(made), ITEMS * RUNS, share).pvalue > FALSE_ALARM


def test_two_rules_and_two_actors_respond_independently(world):
    text = """
rules:
  one: {who: [b, c], when: {action: hit}, chance: 0.5, do: speak}
  two: {who: [b, c], when: {action: hit}, chance: 0.5, do: warn}
"""
    found: Counter = Counter()
    for played in world(text + MANY).plays(RUNS):
        answers: dict[int, set] = {index: set() for index, event in enumerate(played.events) if event.cause < 0}
        for event in played.events:
            if event.cause >= 0:
                answers[event.cause].add((event.actor, event.action))
        found.update(frozenset(each) for each in answers.values())
    cells = [(actor, action) for actor in "bc" for action in ("speak", "warn")]
    every = {frozenset(cell for bit, cell in enumerate(cells) if number >> bit & 1): 1 / 16 for number in range(16)}
    assert shares_agree(found, every)


def test_options_are_chosen_by_weight(world):
    made = responses(
        world,
        "rules: {answer: {who: b, when: {action: hit}, "
        "choose: [{do: speak, weight: 1}, {do: warn, weight: 2.5}, {do: nothing, weight: 1.5}]}}",
    )
    counts = Counter(event.action for event in made)
    counts["nothing"] = ITEMS * RUNS - len(made)
    assert shares_agree(counts, {"speak": 0.2, "warn": 0.5, "nothing": 0.3})


def test_targets_are_drawn_by_weight_and_those_of_a_group_share_theirs(world):
    made = responses(world, "rules: {answer: {who: b, when: {action: hit}, do: speak, to: {everybody: 3, d: 1}}}")
    assert shares_agree(Counter(event.target for event in made), {"a": 0.25, "c": 0.25, "d": 0.5})


def test_places_are_drawn_by_weight(world):
    made = responses(
        world, "rules: {answer: {who: b, when: {action: hit}, do: speak, place: {home: 3, border: 1, desert: 0}}}"
    )
    assert shares_agree(Counter(event.place for event in made), {"home": 0.75, "border": 0.25})


def test_each_observer_learns_by_the_visibility(world):
    made = responses(
        world,
        "actions: {hit: {visibility: {target: 0.8, others: 0.3}}}\n"
        "rules: {answer: {who: [b, c, d], when: {action: hit}, do: speak}}",
    )
    counts = Counter(event.actor for event in made)
    for actor, share in (("b", 0.8), ("c", 0.3), ("d", 0.3)):
        assert stats.binomtest(counts[actor], ITEMS * RUNS, share).pvalue > FALSE_ALARM


def test_blame_falls_by_weight_and_those_who_fit_one_entry_share_it(world):
    made = responses(world, """
actors: {e: {}}
relations: {patron: {b: [a], d: [a], c: [a]}}
actions: {hit: {attribution: {patron of actor: 2, e: 1, nobody: 1, patron of e: 50}}}
rules: {answer: {who: c, when: {action: hit}, do: speak, to: actor}}
""")  # fmt: skip
    assert shares_agree(Counter(event.target for event in made), {"b": 0.25, "d": 0.25, "e": 0.25, None: 0.25})


def test_two_observers_blame_independently(world):
    table = np.zeros((2, 2))
    text = (
        "actions: {hit: {attribution: {actor: 1, d: 1}}}\n"
        "rules: {answer: {who: [b, c], when: {action: hit}, do: speak, to: actor}}\n"
    )
    for played in world(text + MANY).plays(RUNS):
        blamed: dict[int, dict[str, int]] = {}
        for event in played.events:
            if event.cause >= 0:
                blamed.setdefault(event.cause, {})[event.actor] = int(event.target == "d")
        for each in blamed.values():
            table[each["b"], each["c"]] += 1
    assert stats.chisquare(table.ravel()).pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    ("after", "theirs"),
    [
        ("exponential(12 h)", stats.expon(scale=0.5)),
        ("uniform(6 h, 2 d)", stats.uniform(0.25, 1.75)),
        ("lognormal(8 h, 24 h)", stats.lognorm(np.log(3) / stats.norm.ppf(0.9), scale=1 / 3)),
        ("triangular(0 h, 6 h, 1 d)", stats.triang(0.25, 0, 1)),
    ],
)
def test_delays_have_their_distribution(world, after, theirs):
    delays = []
    for played in world(
        f"rules: {{answer: {{who: b, when: {{action: hit}}, do: speak, after: '{after}'}}}}\n{MANY}"
    ).plays(RUNS):
        delays += [event.t - played.events[event.cause].t for event in played.events if event.cause >= 0]
    assert stats.kstest(delays, theirs.cdf).pvalue > FALSE_ALARM


def test_casualties_have_their_distribution(world):
    deaths, injured = Counter(), Counter()
    for played in world("actions: {hit: {deaths: 'hurdle(0.4, geometric(2))', injured: 'poisson(1)'}}\n" + MANY).plays(
        RUNS
    ):
        deaths.update(min(event.deaths, 4) for event in played.events)
        injured.update(min(event.injured, 4) for event in played.events)
    tail = 0.4 * 0.5**3
    assert shares_agree(deaths, {0: 0.6, 1: 0.2, 2: 0.1, 3: 0.05, 4: tail})
    masses = stats.poisson(1).pmf(range(4))
    assert shares_agree(injured, {**dict(enumerate(masses)), 4: 1 - masses.sum()})


def test_deaths_and_injured_of_an_event_are_independent(world):
    table = np.zeros((3, 3))
    for played in world("actions: {hit: {deaths: 'poisson(1)', injured: 'poisson(1)'}}\n" + MANY).plays(RUNS):
        for event in played.events:
            table[min(event.deaths, 2), min(event.injured, 2)] += 1
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


def gaps(world, driver):
    """The times between the events of a driver, over some long runs."""
    found = []
    for played in world(f"horizon: 300 d\ndrivers: {{source: {{who: a, do: nod, {driver}}}}}").plays(10):
        found += list(np.diff([0.0, *(event.t for event in played.events)]))
    return found


@pytest.mark.parametrize("driver", ["rate: 1.5", "rate: 1.5, peak: 6"])
def test_a_driver_is_a_poisson_process_with_its_rate(world, driver):
    assert stats.kstest(gaps(world, driver), stats.expon(scale=1 / 1.5).cdf).pvalue > FALSE_ALARM


def test_the_number_of_a_drivers_events_is_poisson(world):
    counts = [
        len(played.events)
        for played in world("horizon: 4 d\ndrivers: {source: {who: a, do: nod, rate: 0.5}}").plays(1500)
    ]
    masses = stats.poisson(2).pmf(range(6))
    assert shares_agree(Counter(min(count, 6) for count in counts), {**dict(enumerate(masses)), 6: 1 - masses.sum()})


def test_a_changing_rate_is_followed(world):
    """The rate rises from 0 on day 0 to 4 on day 40: the share of events before day d is (d/40)²."""
    times = [
        event.t
        for played in world("horizon: 40 d\ndrivers: {source: {who: a, do: nod, rate: t / 10, peak: 4}}").plays(40)
        for event in played.events
    ]
    assert stats.kstest(times, lambda day: (np.asarray(day) / 40) ** 2).pvalue > FALSE_ALARM
    assert stats.poisson(40 * 80).cdf(len(times)) == pytest.approx(0.5, abs=0.5 - FALSE_ALARM)


def test_two_drivers_are_independent(world):
    counts = np.array([
        [sum(event.actor == actor for event in played.events) for actor in "ab"]
        for played in world("horizon: 5 d\ndrivers: {source: {who: couple, do: nod, rate: 1}}").plays(800)
    ])  # fmt: skip
    assert stats.pearsonr(counts[:, 0], counts[:, 1]).pvalue > FALSE_ALARM


def test_successive_runs_are_independent(world):
    counts = [
        len(played.events)
        for played in world("horizon: 10 d\ndrivers: {source: {who: couple, do: nod, rate: 1}}").plays(1000)
    ]
    assert stats.pearsonr(counts[:-1], counts[1:]).pvalue > FALSE_ALARM
