"""All cases, held against one probability of a false alarm.

Of N checks each is made at the level FALSE_ALARM / N (Bonferroni): if the engine is right, the probability that chance
makes any of them differ is at most FALSE_ALARM, however they depend on each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.engines.choice import chosen, make_ready, silent
from sim.ensemble.plan import check_runs
from sim.errors import UsageError
from sim.verification import chains, crowds, hawkes, ladder, poisson, races, retold, scripts, weights
from sim.verification.checks import Check
from sim.verification.player import Player

FALSE_ALARM = 0.001
RUNS, QUICK_RUNS, LEAST_RUNS = 50_000, 5_000, 1_000


@dataclass(frozen=True, slots=True)
class Case:
    """Something with an exact answer: its id, its title, and a function from a player to checks."""

    id: str
    title: str
    checks: Callable[[Player], list[Check]]


CASES = (
    Case("poisson", "Poisson drivers", poisson.checks),
    Case("races", "Responses that compete", races.checks),
    Case("weights", "What is drawn once", weights.checks),
    Case("chains", "Chains of retaliation", chains.checks),
    Case("ladder", "Gambler's ruin on the ladder", ladder.checks),
    Case("crowds", "Births and deaths with delays", crowds.checks),
    Case("hawkes", "A driver that excites itself", hawkes.checks),
    Case("scripts", "Scenarios as Markov chains", scripts.checks),
    Case("retold", "The same told otherwise", retold.checks),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A check and its verdict; interval : of the simulated number at the suite's level, if it is one."""

    case: Case
    check: Check
    interval: tuple[float, float] | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. level : of each check; false_alarm : of all together."""

    engine: str
    seed: int
    runs: int
    false_alarm: float
    level: float
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether all agree."""
        return all(finding.agrees for finding in self.findings)


def verify(
    runs: int = RUNS,
    seed: int = 1,
    *,
    engine: str = "auto",
    tell: Callable[[str], None] = silent,
    say: Callable[[str], None] = silent,
) -> Verification:
    """Play every case and judge its checks.

    runs : of each scenario; a few, with long runs, have fewer. engine : ``auto``, ``simpy`` or ``compiled``. tell : is
    told what is being played; say : is told if the kernel must be compiled first.

    Raises
    ------
    UsageError
        If the runs are too few for the tests to hold, or too many to be played.
    """
    if runs < LEAST_RUNS:
        raise UsageError(f"--runs: found {runs:,}; expected at least {LEAST_RUNS:,}: tests of distributions need them")
    check_runs(runs)
    name = chosen(engine, runs * len(CASES))  # each plays a scenario or more
    make_ready(name, say)
    made: list[tuple[Case, Check]] = []
    for number, case in enumerate(CASES, 1):
        player = Player(name, seed, runs, tell=_behind(f"{case.title} ({number} of {len(CASES)})", tell))
        made += [(case, check) for check in case.checks(player)]
    level = FALSE_ALARM / len(made)
    findings = tuple(
        Finding(case, check, check.ends(level) if check.ends else None, check.p_value >= level) for case, check in made
    )
    return Verification(name, seed, runs, FALSE_ALARM, level, findings)


def _behind(title: str, tell: Callable[[str], None]) -> Callable[[str], None]:
    """Tells what it is told behind a title."""
    return lambda what: tell(f"{title}: {what}")
