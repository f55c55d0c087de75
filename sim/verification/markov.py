"""Scenarios with exponential delays as continuous-time Markov chains.

What is left of the past is what has happened so far (how often, as far as anybody asks), how many commitments each
limited rule has made, and which responses are under way; since exponential delays have no memory, nothing else counts.
Each response under way ends at the rate 1/mean of its delay. So a scenario is a finite Markov chain with a generator Q,
and the distribution over its states after t days is p(0)·exp(Qt) (Norris, *Markov Chains*, 1997, chapter 2).

The chain is derived from the scenario's plain data, by nothing that the engines use. It knows a part of the language,
and refuses the rest:

- rules with ``who`` (one actor or a list), ``when`` (``action``: one or a list; ``actor: self``), ``if``, ``chance``
  (a number), ``do`` or ``choose`` with numbers as weights, ``after: exponential(N d)`` or ``exponential(N h)``,
  ``unless``, ``limit``;
- drivers with one actor, ``do``, a number as ``rate`` (``peak`` changes nothing), and ``limit``; timeline items at
  ``+0 d``;
- outcomes with ``when: {action: X}``, or ``if`` with ``>`` or ``>=``, so that they stay true; and ``ends``;
- conditions ``count(action=X) > N``, with ``>=``, ``==`` or ``<`` as well, joined by ``and``.
"""

from __future__ import annotations

import operator
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

_QUESTION = re.compile(r"count\(action=(\w+)\) (>=|>|==|<) (\d+)")
_COMPARED = {">=": operator.ge, ">": operator.gt, "==": operator.eq, "<": operator.lt}
_MEAN = re.compile(r"exponential\(([\d.]+) (d|h)\)")
_KEYS = {
    "rules": {"who", "when", "if", "chance", "do", "choose", "after", "unless", "limit"},
    "drivers": {"who", "do", "rate", "peak", "limit"},
    "timeline": {"id", "who", "do", "at"},
    "outcomes": {"when", "if", "ends"},
}
_OPTION_KEYS, _PATTERN_KEYS = {"do", "weight", "after", "unless"}, {"action", "actor"}
_MOST = 2000
"""A chain of more states is none for a matrix exponential."""

Data = Mapping[str, Any]


class Clock(NamedTuple):
    """A response under way: what it will be, how fast it comes, and when it stands down."""

    actor: str
    do: str
    rate: float
    unless: str


class State(NamedTuple):
    """What is left of the past.

    happened : (action, how often, up to what anybody asks) each; committed : (rule or driver and actor, commitments)
    of those with a limit; clocks : the responses under way, sorted; over : whether an outcome has ended the run.
    """

    happened: tuple[tuple[str, int], ...]
    committed: tuple[tuple[str, int], ...]
    clocks: tuple[Clock, ...]
    over: bool = False

    def holds(self, condition: str) -> bool:
        """Whether a condition is true now; an empty one always is."""
        asked = [_QUESTION.fullmatch(part.strip()) for part in condition.split(" and ")] if condition else []
        if None in asked:
            raise ValueError(f"not in the language of the chains: {condition!r}")
        counts = dict(self.happened)
        return all(_COMPARED[match[2]](counts.get(match[1], 0), int(match[3])) for match in asked if match is not None)


@dataclass(frozen=True, eq=False)
class Chain:
    """A finite Markov chain: its states, the distribution at the start, and the generator (rates a day)."""

    data: Data
    states: list[State]
    start: NDArray[np.float64]
    generator: NDArray[np.float64]
    _known: dict[float, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def after(self, days: float) -> NDArray[np.float64]:
        """The distribution over the states so many days after the start."""
        if days not in self._known:
            self._known[days] = self.start @ expm(self.generator * days)
        return self._known[days]

    def true_in(self, outcome: str) -> NDArray[np.bool_]:
        """In which states an outcome has come true. What has happened stays so, and so do all outcomes here."""
        return np.array([state.holds(_proposition(self.data["outcomes"][outcome])) for state in self.states])


def chain_of(data: Data) -> Chain:
    """The Markov chain of a scenario, given as plain data with its includes resolved.

    Raises
    ------
    ValueError
        If the scenario says what a chain does not know, or has too many states.
    """
    _refuse(data)
    story = _Story(data)
    begin: dict[State, float] = {State((), (), ()): 1.0}
    for item in data["timeline"]:
        begin = _spread(begin, lambda state, item=item: story.event(state, item["who"], item["do"]))
    numbers: dict[State, int] = {state: number for number, state in enumerate(begin)}
    waiting, moves = list(begin), []
    while waiting:
        state = waiting.pop()
        for rate, target in story.moves(state):
            if target not in numbers:
                numbers[target] = len(numbers)
                waiting.append(target)
            moves.append((numbers[state], numbers[target], rate))
        if len(numbers) > _MOST:
            raise ValueError(f"more than {_MOST} states")
    generator = np.zeros((len(numbers), len(numbers)))
    for source, target_number, rate in moves:
        generator[source, target_number] += rate
        generator[source, source] -= rate
    start = np.zeros(len(numbers))
    start[[numbers[state] for state in begin]] = list(begin.values())
    return Chain(data, list(numbers), start, generator)


class _Story:
    """What can follow a state, read from the scenario."""

    def __init__(self, data: Data):
        self.actors = list(data["actors"])
        self.rules = list(data.get("rules", {}).items())
        self.drivers = list(data.get("drivers", {}).items())
        self.ends = [_proposition(one) for one in data["outcomes"].values() if one.get("ends")]
        self.asked: dict[str, int] = defaultdict(int)
        conditions = [_proposition(one) for one in data["outcomes"].values()]
        for _, rule in self.rules:
            conditions += [str(one.get(key, "")) for one in (rule, *rule.get("choose", ())) for key in ("if", "unless")]
        for condition in conditions:
            for action, _, number in _QUESTION.findall(condition):
                self.asked[action] = max(self.asked[action], int(number) + 1)

    def moves(self, state: State) -> Iterator[tuple[float, State]]:
        """What can come next: each with its rate."""
        if state.over:
            return
        for place, clock in enumerate(state.clocks):
            left = state._replace(clocks=state.clocks[:place] + state.clocks[place + 1 :])
            if clock.unless and left.holds(clock.unless):
                yield clock.rate, left
                continue
            for target, p in self.event(left, clock.actor, clock.do).items():
                yield clock.rate * p, target
        for name, driver in self.drivers:
            counted = _commit(state, f"{name} {driver['who']}", driver.get("limit"))
            if counted is not None:
                for target, p in self.event(counted, driver["who"], driver["do"]).items():
                    yield float(driver["rate"]) * p, target

    def event(self, state: State, doer: str, action: str) -> dict[State, float]:
        """The states in which an event may leave us, with their probabilities."""
        before = state  # what the rules' conditions look at: the events before the one answered
        if action in self.asked:
            counts = dict(state.happened)
            counts[action] = min(counts.get(action, 0) + 1, self.asked[action])
            state = state._replace(happened=tuple(sorted(counts.items())))
        if any(state.holds(end) for end in self.ends):
            return {State(state.happened, (), (), over=True): 1.0}
        after = {state: 1.0}
        for actor in self.actors:
            for name, rule in self.rules:
                if _answers(rule, actor, doer, action) and before.holds(str(rule.get("if", ""))):
                    after = _spread(after, lambda now, one=(name, rule, actor): _commitments(now, *one))
        return after


def _refuse(data: Data) -> None:
    """Raise ValueError of whatever is not in the language of the chains."""
    for block, known in _KEYS.items():
        items = data.get(block, {})
        for item in items.values() if isinstance(items, Mapping) else items:
            options, pattern = item.get("choose", ()), item.get("when", {})
            unknown = set(item) - known | set(pattern) - _PATTERN_KEYS
            unknown |= {key for option in options for key in set(option) - _OPTION_KEYS}
            if unknown:
                raise ValueError(f"not in the language of the chains: {block}: {', '.join(sorted(unknown))}")
            if block == "timeline" and item["at"] != "+0 d":
                raise ValueError(f"not in the language of the chains: at: {item['at']}")
            if pattern.get("actor", "self") != "self":
                raise ValueError(f"not in the language of the chains: actor: {pattern['actor']}")


def _commitments(state: State, name: str, rule: Data, actor: str) -> dict[State, float]:
    """The states after a rule of an actor has been let through so far: by chance and choice."""
    counted = _commit(state, f"{name} {actor}", rule.get("limit"))
    p = float(rule.get("chance", 1))
    if counted is None or p == 0.0:
        return {state: 1.0}
    options = [{**rule, **option} for option in rule.get("choose", [rule])]
    weights = [float(option.get("weight", 1)) for option in options]
    made: dict[State, float] = defaultdict(float)
    made[state] += 1.0 - p
    for option, weight in zip(options, weights, strict=True):
        share = p * weight / sum(weights)
        if option["do"] == "nothing":
            made[state] += share
        else:
            clock = Clock(actor, option["do"], _rate(option["after"]), str(option.get("unless", "")))
            made[counted._replace(clocks=tuple(sorted((*counted.clocks, clock))))] += share
    return dict(made)


def _commit(state: State, whose: str, limit: int | None) -> State | None:
    """The state with one commitment more; None if there is no room for one."""
    counts = dict(state.committed)
    if limit is None:
        return state
    if counts.get(whose, 0) >= limit:
        return None
    counts[whose] = counts.get(whose, 0) + 1
    return state._replace(committed=tuple(sorted(counts.items())))


def _answers(rule: Data, actor: str, doer: str, action: str) -> bool:
    """Whether an actor's copy of a rule is about such an event."""
    owners = rule["who"] if isinstance(rule["who"], list) else [rule["who"]]
    actions = rule["when"]["action"]
    about = action in actions if isinstance(actions, list) else action == actions
    return actor in owners and about and (doer == actor) == (rule["when"].get("actor") == "self")


def _rate(after: str) -> float:
    """Of ``exponential(2 d)``: 0.5 a day."""
    match = _MEAN.fullmatch(after)
    if match is None:
        raise ValueError(f"not in the language of the chains: {after!r}")
    return 1.0 / (float(match[1]) / {"d": 1, "h": 24}[match[2]])


def _proposition(outcome: Data) -> str:
    """An outcome as a condition."""
    return str(outcome["if"]) if "if" in outcome else f"count(action={outcome['when']['action']}) > 0"


def _spread(states: dict[State, float], each: Any) -> dict[State, float]:
    """The distribution after each state has been replaced by its own distribution."""
    made: dict[State, float] = defaultdict(float)
    for state, p in states.items():
        for target, share in each(state).items():
            made[target] += p * share
    return dict(made)
