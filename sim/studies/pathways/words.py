"""Chains and their shares as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.names import name_of
from sim.analysis.wording import interval_text, likelihood_words, percent_text, probability_text, runs_text
from sim.ensemble.intervals import wilson
from sim.studies.pathways.chains import CLOCK, Step

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.studies.pathways.pathways import Chain, Pathways, Share, Through

ARROW = " \N{RIGHTWARDS ARROW} "

CAUSALITY = (
    "A chain is what caused what by the rules of the model: each step is a rule's answer to the step before it. "
    "Variables carry influence too, such as a pressure that makes a driver faster; that is no link here. Nor does a "
    "chain say that the outcome would not have come about without it."
)
TOGETHER = "The intervals of a table hold together at 95 % (Wilson, with Bonferroni's correction)."


def step_text(step: Step, scenario: Scenario) -> str:
    """``United States: Strikes one target openly``."""
    deed = "changes its mind" if step.action is None else name_of(scenario.actions, step.action)
    return f"{name_of(scenario.actors, step.actor)}: {deed}"


def chain_text(chain: Chain, scenario: Scenario) -> str:
    """The chain from its root on, each step with the rule, driver or item that made it."""
    if not chain.steps:
        if chain.without == CLOCK:
            return "no event: it came true by the clock"
        return "no event: it was true at the start"
    return ARROW.join(f"{step_text(one, scenario)} ({one.origin})" for one in chain.steps)


def through_text(one: Through, scenario: Scenario) -> str:
    """A rule's id, or an actor's name."""
    return name_of(scenario.actors, one.id) if one.kind == "actor" else one.id


def share_text(share: Share) -> str:
    """``51 % (45–57 %)``."""
    ends = {"low": share.low, "high": share.high}
    value = "100 %" if share.share == 1 else percent_text(share.share, **ends)
    return f"{value} ({interval_text(share.share, **ends)})"


def lead(found: Pathways) -> str:
    """How often it came true, and in words; runs that were cut off before they could tell are left out."""
    known = found.runs - found.unknown
    cut = f" {runs_text(found.unknown)} cut off at max_events cannot tell and are left out." if found.unknown else ""
    if not known:
        return f"In the model nothing is known of “{found.name}”:{cut.removesuffix(' and are left out.')}."
    low, high = (float(one) for one in wilson(found.true, known))
    if found.true == 0:
        chance = f" ({probability_text(0, known)})" if known > 1 else ""
        return f"In the model “{found.name}” came true in none of {runs_text(known)}{chance}.{cut}"
    interval = interval_text(found.true / known, low=low, high=high)
    chance = f"{probability_text(found.true, known)}, 95 % interval {interval}"
    likely = likelihood_words(found.true, known)
    return f"In the model “{found.name}” came true in {found.true:,} of {runs_text(known)} ({chance}; {likely}).{cut}"


def traced_text(found: Pathways) -> str:
    """How many runs were looked at, and how many chains there are."""
    which = "all of them" if found.traced == found.true else f"the first {found.traced:,} of them"
    chains = "one chain" if found.kinds_of_chain == 1 else f"{found.kinds_of_chain:,} different chains"
    return f"Traced: {which}; {chains}."


def chain_rows(found: Pathways, scenario: Scenario) -> list[list[str]]:
    """Rows of ``CHAIN_HEADERS``."""
    rows = [
        [chain_text(one, scenario), f"{one.share.count:,}", share_text(one.share), str(one.run)] for one in found.chains
    ]
    if found.others is not None:
        rest = f"{found.kinds_of_chain - len(found.chains):,} others"
        rows.append([rest, f"{found.others.count:,}", share_text(found.others), ""])
    return rows


CHAIN_HEADERS = ("chain, from its root on", "runs", "share of the traced runs", "first in run")


def through_rows(found: tuple[Through, ...], scenario: Scenario) -> list[list[str]]:
    """Rows of what, kind, runs, share."""
    return [[through_text(one, scenario), one.kind, f"{one.share.count:,}", share_text(one.share)] for one in found]


THROUGH_HEADERS = ("it runs through", "a", "runs", "share of the traced runs")
