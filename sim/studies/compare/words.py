"""Differences as people read them: signed, with their interval, and no more digits than it allows."""

from __future__ import annotations

import math

from scipy.special import ndtri

from sim.analysis.shares import CONFIDENCE, wilson
from sim.analysis.wording import interval_text, number_text, percent_text, probability_text
from sim.ensemble.plan import MOST_RUNS
from sim.studies.compare.result import Comparison, Contrast, Effect

UNITS = {"chance": "points", "number": "", "time": "days"}
FACTOR = {"chance": 100.0, "number": 1.0, "time": 1.0}
_MINUS = "\N{MINUS SIGN}"


def difference_text(effect: Effect, *, alone: bool = False) -> str:
    """``−43.2 (−48.9 to −37.5)``: percentage points, days, or what the number counts."""
    one, factor = effect.paired, FACTOR[effect.measure.kind]
    low, high = (end * factor for end in (one.alone if alone else one.interval))
    if math.isnan(low):
        return "unknown" if math.isnan(one.difference) else f"{signed(one.difference * factor, 1)} (unknown)"
    decimals = _decimals((high - low) / 2)
    nearest = min(abs(low), abs(high))
    if low * high > 0 and nearest < 0.5 * 10**-decimals:  # the end that is clear of zero does not read as zero
        decimals = min(_decimals(nearest), 6)
    middle, least, most = (signed(value, decimals) for value in (one.difference * factor, low, high))
    return "0" if low == high == 0 and not one.more + one.fewer else f"{middle} ({least} to {most})"


def signed(value: float, decimals: int) -> str:
    """``+0.3``, ``−12``, ``0.0``."""
    text = f"{value:+,.{decimals}f}"
    return text[1:] if float(text.replace(",", "")) == 0 else text.replace("-", _MINUS)


def _decimals(half: float) -> int:
    """Decimals that half an interval's width allows."""
    return min(max(-math.floor(math.log10(half)), 0), 6) if half > 0 else 1


def level_text(effect: Effect, *, other: bool) -> str:
    """The measure in the base or in the alternative, with its own 95 % interval: a share in percent, or a mean."""
    one = effect.paired
    value, error = (one.other, one.other_error) if other else (one.base, one.base_error)
    if math.isnan(value):
        return "unknown"
    if effect.measure.kind != "chance":
        half = float(ndtri(0.5 + CONFIDENCE / 2)) * error
        if not half:
            return number_text(value)
        decimals = _decimals(half)
        return f"{value:,.{decimals}f} ({value - half:,.{decimals}f}\N{EN DASH}{value + half:,.{decimals}f})"
    count = round(value * one.pairs)
    if count in (0, one.pairs):
        return probability_text(count, one.pairs)
    low, high = (float(end) for end in wilson(count, one.pairs))
    share, interval = percent_text(value, low=low, high=high), interval_text(value, low=low, high=high)
    return f"{share[:-2]} ({interval[:-2]}){share[-2:]}"


def verdict_text(effect: Effect) -> str:
    """``clear``, or ``no`` and about how many runs it would take."""
    one = effect.paired
    if one.clear:
        return "clear"
    if not one.more + one.fewer:
        return "no run differs" if one.pairs else "unknown"
    return "no" if one.needed is None else f"no: {_runs(one.needed)}"


def _runs(needed: int) -> str:
    return f"about {needed:,}" if needed <= MOST_RUNS else f"over {MOST_RUNS:,}"


def ratio_text(effect: Effect) -> str:
    """The paired standard error over the unpaired one: ``0.40``."""
    ratio = effect.paired.ratio
    return "" if ratio is None else f"{ratio:.2f}"


def changed_text(contrast: Contrast, runs: int) -> str:
    """How many runs changed at all."""
    if contrast.same:
        return f"The same scenario: none of {runs:,} runs changes, and every difference is exactly zero."
    if not contrast.changed:
        low_bound = probability_text(0, runs)
        return f"Not one of {runs:,} runs changes: such runs are {low_bound}."
    low, high = contrast.interval
    share = contrast.changed / runs
    told = f"{percent_text(share, low=low, high=high)}; 95 % interval {interval_text(share, low=low, high=high)}"
    first = ", ".join(map(str, contrast.first_changed))
    return f"{contrast.changed:,} of {runs:,} runs change at all ({told}); the first are {first}."


def gain_text(contrast: Contrast) -> str:
    """What pairing is worth, over all measures that have any spread; nothing where no run differs."""
    ratios = sorted(one.paired.ratio for one in contrast.effects if one.paired.ratio)
    if not ratios:
        return ""
    middle = ratios[len(ratios) // 2]
    span = f"{ratios[0]:.2f} to {ratios[-1]:.2f}" if len(ratios) > 1 else f"{middle:.2f}"
    fold = number_text(1 / middle**2, digits=2)
    gain = f"without the same luck it would take about {fold} times as many runs" if fold != "1" else "no gain"
    return f"Paired standard errors are {span} of unpaired ones (ratio), {middle:.2f} in the middle: {gain}."


def method_text(comparison: Comparison) -> str:
    """How the intervals are to be read."""
    count = comparison.comparisons
    together = f"all {count} intervals hold together with 95 % confidence (Bonferroni)" if count > 1 else "at 95 %"
    return (
        f"Run N of an alternative has the luck of run N of the base. Differences are alternative − base; {together}. "
        "Clear: the interval leaves zero out."
    )


def unclear_text(comparison: Comparison) -> str:
    """What it means that a difference is not clear."""
    return (
        f"“no” means: the two cannot be told apart with {len(comparison):,} runs; about so many would be needed as is "
        "said, were the difference what it seems. The clear ones come first, by size; the others are in the file's "
        "order, not ranked."
    )
