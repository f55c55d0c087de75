"""What a score says and what it cannot say, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.analysis.wording import number_text, runs_text
from sim.scoring.baselines import LEAST_RATE, Before
from sim.scoring.means import MeanScore
from sim.scoring.observed import Observed
from sim.scoring.outcomes import OutcomeScore

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

RULES = {
    "probability": "the share of all runs in which it came true, without truncated runs that do not tell",
    "brier": "(probability − happened)², 0 to 1; smaller is better",
    "log": "−ln of the probability given to what came, in nats, the probability being (k + ½) / (N + 1) for k of N "
    "runs, so that it is never infinite; smaller is better",
    "interval of a score": "the score at the ends of the probability's 95 % Wilson interval, which more runs shorten",
    "half": "a probability of 0.5 for everything",
    "base_rate": "the base rate that the scenario, or the file of base rates, gives; for the log score and for times "
    f"it is kept between {LEAST_RATE:g} and {1 - LEAST_RATE:g}",
    "persistence": "what happened in the stretch before the start that is as long as the horizon, as the scenario's "
    "history tells it: 0.75 if the outcome came true there, 0.25 if not (Jeffreys' estimate from one stretch); only "
    "for outcomes that have a 'when' alone, and if not, only where the history reaches back that far",
    "skill": "1 − score / the baseline's score: 1 is perfect, 0 as good as the baseline, below 0 worse",
    "difference": "model − baseline, with a 95 % t-interval over the things scored, as if they were independent",
    "time": "days from the start to the first time; never, and later than the horizon, count as the horizon; the "
    "baselines' times come at a steady rate that gives their probability within the horizon",
    "count": "deeds from the start to the horizon's end; persistence is the negative binomial with shape k + ½ and "
    "p = ½ for k such deeds in as long a stretch of the history",
    "crps": "∫ (share of runs up to x − 1 if x is at least what was observed)² dx, in days or deeds; smaller is better",
    "pit": "the share of runs with less than what was observed, and with at most that",
    "coverage": "central intervals of the runs, ends included; the expected share is that of the runs within them",
}
"""How each number is computed."""


def judgement(outcomes: Sequence[OutcomeScore], means: Sequence[MeanScore]) -> Iterator[str]:
    """What the outcomes' scores are worth."""
    if not outcomes:
        return
    of, true = len(outcomes), sum(one.happened for one in outcomes)
    yield (
        f"One crisis has few outcomes: {of} {'is' if of == 1 else 'are'} scored here, of which {true} came true. They "
        "are not independent, as one deed may bring several about or shut them out. Such a score can show that a "
        "forecast was badly wrong. It cannot show that a model is right, nor tell apart two that are nearly as good."
    )
    brier = next(mean for mean in means if mean.rule == "brier")
    half = brier.against["half"]
    noise = None if half.low is None or half.high is None else (half.high - half.low) / 2
    if noise is None or noise >= 1:
        yield "With so few outcomes no difference between mean Brier scores is more than noise."
    else:
        yield (
            f"With {of} outcomes a difference between mean Brier scores smaller than about "
            f"{number_text(noise, digits=1)} is noise (half the 95 % interval of the difference to one half; as it "
            "takes the outcomes for independent, the truth is wider)."
        )
    another = brier.another_run
    if another is not None:
        yield (
            "Were reality one more run of this model, the mean Brier score would lie between "
            f"{number_text(another.low, digits=2)} and {number_text(another.high, digits=2)} in nine cases of ten. It "
            f"is {number_text(brier.mean, digits=2)}, and {100 * another.better:.0f} % of the runs score better."
            + (_verdict(another.better))
        )


def _verdict(better: float) -> str:
    if better > 0.95:
        return " Forecasts as sure as these are seldom so wrong by chance."
    return ""


def reservations(ensemble: Ensemble, observed: Observed, before: Before, *, complete: bool) -> Iterator[str]:
    """What the reader must know of counts, history and runs."""
    if observed.events and not ensemble.kept_runs:
        yield "No run has its events in the folder, so that no deed is counted: run again with --keep all."
    elif observed.events:
        if ensemble.kept_runs < len(ensemble):
            yield f"Deeds are counted in the first {runs_text(ensemble.kept_runs)}, whose events are in the folder."
        if complete:
            yield "The record is taken to hold every deed of the actors that do something in it (--complete)."
        else:
            yield (
                "Only kinds of deeds that the record holds are counted, each as if the record held every one of that "
                "kind. A kind is in it because it happened, so that its count tends to lie high among the runs."
            )
    days = f"{ensemble.horizon_days:g}"
    if before.covered:
        yield (
            f"Persistence rests on the scenario's history of the {days} days before the start, which may leave out "
            "deeds that did not matter to it."
        )
    else:
        yield (
            f"The scenario's history reaches back {before.days:.3g} of the {days} days that persistence needs: it says "
            "nothing of counts, nor of outcomes that did not come true in it."
        )
    cut = ensemble.manifest["truncated"]
    if cut:
        yield f"{runs_text(cut)} were cut off at max_events and are left out where they do not tell."
