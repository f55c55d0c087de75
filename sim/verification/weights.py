"""What is drawn once, by weights or from a distribution.

One blow a run, by a. Of weights wᵢ the one i is drawn with probability wᵢ/Σw, and the members of a group share its
weight. So c blames a with probability (5 + 4/2)/10, b with (4/2)/10 and nobody with 1/10. Deaths are a hurdle over a
geometric distribution from 1 on, the injured negative binomial with mean m and shape k, that is with p = k/(k + m). The
delays depend on a parameter, the days that are the median of one and the mode of the other.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.verification.checks import Check, cells, follows, numbers, share
from sim.verification.player import Player

BLAMED = {"a": 0.7, "b": 0.2, "": 0.1}
MET = {"a": 3 / 8, "b": 3 / 8, "d": 1 / 4}
PLACES = {"ridge": 4 / 8, "river": 3 / 8, "road": 1 / 8}
ANSWERS = {"speak": 0.2, "march": 0.5, "begin": 0.3}
LEARNS = 0.3
DEATHS = (0.6, *(0.4 * 0.5**dead for dead in range(1, 40)))
DELAY = stats.lognorm(np.log(3) / stats.norm.ppf(0.9), scale=0.1)
LEARNT = stats.triang(1 / 4, scale=0.4)
INJURED = stats.nbinom(1.5, 1.5 / 4.5).pmf(range(200))


def checks(play: Player) -> list[Check]:
    """Whom ``weights.yaml`` hurts, who learns of it, whom they blame, and what they choose, where and how soon."""
    sample = play("weights")
    actors, places, log = ["", *sample.tables.actors], ["", *sample.tables.places], sample.log  # −1 is nobody, nowhere
    blows, blame, march = sample.of("hit"), sample.of("speak", actor="c"), sample.of("march", actor="c")
    answers = {action: sample.number(action, actor="d") for action in ANSWERS}
    return [
        _drawn("whom c blames", log["target"][blame], actors, BLAMED, unit="observers"),
        _drawn("to whom c answers", log["target"][march], actors, MET, unit="answers"),
        _drawn("where", log["place"][march], places, PLACES, unit="answers"),
        follows("how soon", sample.days("march", actor="c"), DELAY.cdf, law="lognormal", unit="answers"),
        share("d learns of it", sum(answers.values()) > 0, LEARNS),
        cells(
            "which of three d chooses",
            [int(number.sum()) for number in answers.values()],
            list(ANSWERS.values()),
            law="as the weights",
            unit="choices",
        ),
        follows("how soon d does", sample.days(*ANSWERS, actor="d"), LEARNT.cdf, law="triangular", unit="answers"),
        numbers("the dead of a blow", log["deaths"][blows], DEATHS, law="hurdle, geometric", unit="blows"),
        numbers("the injured", log["injured"][blows], INJURED, law="negative binomial", unit="blows"),
    ]


def _drawn(
    what: str, found: NDArray[np.integer], names: list[str], weights: Mapping[str, float], *, unit: str
) -> Check:
    """Whether names, given by number from −1 on, come as often as they should; any other is beyond doubt wrong."""
    counts = np.bincount(found.astype(np.int64) + 1, minlength=len(names))
    shares = [weights.get(name, 0.0) for name in names]
    return cells(what, counts.tolist(), shares, law="as the weights", unit=unit)
