"""The naive SimPy design of the workload in ``workload.yaml``: what one writes first.

Every actor is a process with a ``Store`` as its mailbox. Every event is put into every mailbox. Each process gets
it, finds its role and with it its rule, draws, and starts a process for each response. The chances are the keyed
ones of :mod:`sim.chance` under the scenario's own names, so that both designs play the same events: a test holds
the two logs against each other (``test_the_comparison_is_fair.py``).

Nothing is slower than it need be: rules are found in a dictionary, salts are made once, numbers are plain floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import Any, NamedTuple

import simpy

from sim import chance
from sim.chance import salt

ACTORS = ("a0", "a1", "a2", "b0", "b1", "b2")
DAY_MS = 86_400_000
HORIZON_MS = 90 * DAY_MS
LEAST, GAIN, HALF = 0.20, 0.29, 10.0
DECAY = math.log(2.0) / (10 * DAY_MS)
RAISES = (1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0)
DRIVERS = (("source0", 0, 0, 3), ("source1", 4, 3, 1), ("source2", 2, 6, 5))  # id, doer, kind, target
ALLIES = [{other for other in range(6) if other // 3 == actor // 3 and other != actor} for actor in range(6)]
GAP, DELAY = salt("gap"), salt("delay")


def _exponential(hours: float) -> Callable[[float], float]:
    mean = hours / 24
    return lambda u: -mean * math.log1p(-u)


def _lognormal(median: float, p90: float) -> Callable[[float], float]:
    sigma = math.log(p90 / median) / chance.Z90
    return lambda u: median * math.exp(sigma * chance.normal_quantile(u))


ANSWERS = (  # kind answered, role, kind of the answer, delay in days
    (0, "target", 1, _exponential(12)),
    (1, "ally", 2, _lognormal(1, 3)),
    (2, "target", 3, _exponential(24)),
    (3, "ally", 4, _lognormal(1, 4)),
    (4, "target", 5, _exponential(36)),
    (5, "ally", 6, _lognormal(2, 5)),
    (6, "target", 7, _exponential(48)),
    (7, "ally", 0, _lognormal(2, 6)),
)


class Event(NamedTuple):
    """An event in the log: time (ms), doer, kind, target, and its lineage key."""

    time: int
    actor: int
    kind: int
    target: int
    key: int


class Rule(NamedTuple):
    """One actor's rule: what it answers with, after what, and its salts."""

    kind: int
    delay: Callable[[float], float]
    key_salt: int
    chance_salt: int


class Naive:
    """Plays runs of the workload."""

    def __init__(self) -> None:
        self.rules: list[dict[tuple[int, str], Rule]] = [
            {
                (kind, role): Rule(
                    answer, delay, salt("rule", f"answer{number}", name), salt("chance", f"answer{number}", name)
                )
                for number, (kind, role, answer, delay) in enumerate(ANSWERS)
            }
            for name in ACTORS
        ]
        self.driver_salts = [salt("driver", name, ACTORS[doer]) for name, doer, _, _ in DRIVERS]

    def play(self, seed: int, run: int) -> list[Event]:
        """The log of one run."""
        return _Run(self, chance.run_key(seed, run)).log


class _Run:
    def __init__(self, naive: Naive, run_key: int):
        self.naive = naive
        self.env = simpy.Environment(initial_time=0)
        self.log: list[Event] = []
        self.tension = [[0.0] * 6 for _ in range(6)]
        self.touched = [[0] * 6 for _ in range(6)]
        self.mailboxes = [simpy.Store(self.env) for _ in ACTORS]
        for actor in range(6):
            self.env.process(self.actor(actor))
        for number, (_, doer, kind, target) in enumerate(DRIVERS):
            self.env.process(self.driver(chance.mix(run_key ^ naive.driver_salts[number]), doer, kind, target))
        self.env.run(until=HORIZON_MS)

    def driver(self, source: int, doer: int, kind: int, target: int) -> Generator[simpy.Event, None, None]:
        """One event a day, on average."""
        days, number = 0.0, 0
        while True:
            key = chance.numbered(source, number)
            days += -math.log1p(-chance.draw(key, GAP))
            due = round(days * DAY_MS)
            if due >= HORIZON_MS:
                return
            yield self.env.timeout(due - self.env.now)
            self.publish(doer, kind, target, key)
            number += 1

    def publish(self, doer: int, kind: int, target: int, key: int) -> None:
        """An event happens: the log, the tension, every mailbox."""
        event = Event(int(self.env.now), doer, kind, target, key)
        self.log.append(event)
        self.tension[target][doer] = min(self.tension_now(target, doer) + RAISES[kind], 1000.0)
        self.touched[target][doer] = event.time
        for mailbox in self.mailboxes:
            mailbox.put(event)

    def tension_now(self, actor: int, towards: int) -> float:
        """The tension, decayed since it was last raised."""
        value = self.tension[actor][towards]
        return value * math.exp((self.touched[actor][towards] - self.env.now) * DECAY) if value else 0.0

    def actor(self, actor: int) -> Generator[simpy.Event, Any, None]:
        """An actor: reads its mail and decides."""
        rules, mailbox, allies = self.naive.rules[actor], self.mailboxes[actor], ALLIES[actor]
        while True:
            event = yield mailbox.get()
            if event.actor == actor:
                continue
            role = "target" if event.target == actor else "ally" if event.target in allies else "bystander"
            rule = rules.get((event.kind, role))
            if rule is None:
                continue
            tension = self.tension_now(actor, event.actor)
            if chance.draw(event.key, rule.chance_salt) < min(0.9, LEAST + GAIN * tension / (tension + HALF)):
                self.env.process(self.respond(actor, rule, event, chance.mix(event.key ^ rule.key_salt)))

    def respond(self, actor: int, rule: Rule, event: Event, key: int) -> Generator[simpy.Event, None, None]:
        """A response, after its delay."""
        yield self.env.timeout(round(rule.delay(chance.draw(key, DELAY)) * DAY_MS))
        self.publish(actor, rule.kind, event.actor, key)
