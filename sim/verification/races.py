"""Independent exponential delays compete (Kingman, *Poisson Processes*, 1993, section 1.6; Ross, *Introduction to
Probability Models*, section 5.2.3).

With rates λ₁, λ₂, … response i is first with probability λᵢ/Σλ; the first comes after an exponential time with the
rate Σλ; and who is first is independent of when. The others stand down. A delay is beyond the 200 days of a run
with a probability below 10⁻²⁰.
"""

from __future__ import annotations

from scipy import stats

from sim.verification.checks import Check, cells, follows, never, share
from sim.verification.player import Player

RATES = {"a": 1.0, "b": 0.5, "c": 0.25}


def checks(play: Player) -> list[Check]:
    """Who is first in ``race.yaml``, when, and how many stand down."""
    sample = play("race")
    total = sum(RATES.values())
    days, runs = sample.days("speak"), sample.run[sample.of("speak")]
    first = {actor: sample.number("speak", actor=actor) > 0 for actor in RATES}
    least = stats.expon(scale=1 / total)
    return [
        never("runs without exactly one response", sample.number("speak") != 1),
        *(share(f"{actor} is first", first[actor], rate / total) for actor, rate in RATES.items()),
        cells(
            "who is first",
            [int(flags.sum()) for flags in first.values()],
            [rate / total for rate in RATES.values()],
            law="as the rates",
            unit="runs",
        ),
        follows("when the first comes", days, least.cdf, law="exponential", unit="runs"),
        follows("when, if it is c", days[first["c"][runs]], least.cdf, law="exponential", unit="runs"),
        never("runs in which not two stand down", sample.stood_down.sum(axis=1) != 2),
    ]
