"""Small scenarios with exponential delays against their Markov chains, outcome by outcome and together.

For each of ``SCRIPTS`` the probability that an outcome has come true by a day is Σ p_s(day) over the states s in which
it has, p(day) = p(0)·exp(Q·day), with the generator Q that :mod:`sim.verification.markov` derives from the file. The
last check of each asks which outcomes have come true together.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.verification.checks import Check, cells, share
from sim.verification.markov import Chain, chain_of
from sim.verification.player import Player, Sample, data_of

SCRIPTS = {
    "ultimatum": (1.0, 5.0, 20.0),
    "exchange": (1.0, 4.0, 13.0),
    "incidents": (3.0, 8.0, 19.0),
    "quarrel": (0.5, 2.0, 9.0),
}
"""Scenarios, and the days that are asked about."""


def checks(play: Player) -> list[Check]:
    """Every script."""
    made: list[Check] = []
    for name, days in SCRIPTS.items():
        made += against(script(name), play(name), days, name)
    return made


@cache
def script(name: str) -> Chain:
    """The Markov chain of a scenario of this package."""
    return chain_of(data_of(name))


def against(chain: Chain, sample: Sample, days: tuple[float, ...], name: str, *, slower: int = 1) -> list[Check]:
    """The outcomes of runs against the chain, each by each day, and all together by the last.

    name : of the telling; slower : its times are so many times as long as the chain's.
    """
    outcomes = list(chain.data["outcomes"])
    times = {outcome: sample.outcome(outcome) / slower for outcome in outcomes}
    true = {outcome: chain.true_in(outcome) for outcome in outcomes}
    made = [
        share(f"{name}: {outcome} by day {day:g}", times[outcome] <= day, float(p[true[outcome]].sum()))
        for day, p in ((day, chain.after(day)) for day in days)
        for outcome in outcomes
    ]
    which = sum(true[outcome].astype(int) << bit for bit, outcome in enumerate(outcomes))
    seen = sum((times[outcome] <= days[-1]).astype(int) << bit for bit, outcome in enumerate(outcomes))
    size = 1 << len(outcomes)
    exact = np.bincount(which, weights=chain.after(days[-1]), minlength=size)
    counts = np.bincount(seen, minlength=size)
    possible = (exact > 0) | (counts > 0)
    together = cells(
        f"{name}: which together",
        counts[possible].tolist(),
        exact[possible].tolist(),
        law="Markov chain",
        unit="runs",
    )
    return [*made, together]
