"""Numbers as people read them: no more digits than the error allows, and words for probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.analysis.shares import wilson

DISCLAIMER = "a model to think with, never a forecast to act on"

_SPACE = "\N{NO-BREAK SPACE}"
# ICD 203 (2015), first row of its table, made half-open: the words from this share up to the next.
_WORDS = (
    (0.01, "almost no chance"),
    (0.05, "very unlikely"),
    (0.20, "unlikely"),
    (0.45, "roughly even chance"),
    (0.55, "likely"),
    (0.80, "very likely"),
    (0.95, "almost certain"),
)


def likelihood_words(count: int, of: int) -> str:
    """Words of estimative probability for a share of runs.

    ICD 203's words from 1 % to 99 %; what lies outside, and what no run or every run shows, is said
    in numbers.

    >>> likelihood_words(62, 100)
    'likely'
    """
    if of == 0:
        return "unknown"
    if count == 0:
        return f"in none of {runs_text(of)}" if of > 1 else "not in the only run"
    if count == of:
        return f"in every one of {runs_text(of)}" if of > 1 else "in the only run"
    share = count / of
    if share < _WORDS[0][0]:
        return "less than 1 in 100"
    if share >= 0.99:
        return "at least 99 in 100"
    return next(words for least, words in reversed(_WORDS) if share >= least)


def runs_text(runs: int) -> str:
    """``1,000 runs``."""
    return f"{runs:,}{_SPACE}run" + ("" if runs == 1 else "s")


def precision_text(asked: Mapping[str, float], *, reached: bool | None, max_runs: int) -> str:
    """Whether the 95 % intervals are as narrow as was asked.

    Parameters
    ----------
    asked : mapping of outcome to width
        ``*`` stands for all outcomes that are not named.
    reached : bool or None
        None where it was stopped before that was known.

    Examples
    --------
    >>> precision_text({"*": 0.01}, reached=True, max_runs=100_000).replace(chr(160), " ")
    'the 95 % intervals are as narrow as asked, in percentage points: 1 for every outcome'
    """
    others = "every other outcome" if len(asked) > 1 else "every outcome"
    widths = ", ".join(
        f"{number_text(100 * width)} for {others if outcome == '*' else outcome}" for outcome, width in asked.items()
    )
    what = f"the 95{_SPACE}% intervals"
    narrow = f"as narrow as asked, in percentage points: {widths}"
    if reached:
        return f"{what} are {narrow}"
    if reached is None:
        return f"stopped before {what} were {narrow}"
    return f"the limit of {runs_text(max_runs)} came before {what} were {narrow}"


def probability_text(count: int, of: int) -> str:
    """A probability estimated by a share of runs, rounded to what its interval allows.

    Of something that no run or every run shows it gives a bound, the inner end of the Wilson interval.

    >>> probability_text(0, 1000)
    'fewer than 1 in 260'
    """
    if of == 0:
        return "unknown"
    low, high = (float(end) for end in wilson(count, of))
    if count == 0:
        return f"fewer than 1 in {_floor_two_digits(1 / high):,}" if high < 0.5 else f"none of {runs_text(of)}"
    if count == of:
        return f"more than {math.floor(1000 * low) / 10:g}{_SPACE}%" if low > 0.5 else f"all of {runs_text(of)}"
    return percent_text(count / of, low=low, high=high)


def interval_text(share: float, *, low: float, high: float) -> str:
    """The interval of a share in percent, with the digits of :func:`percent_text`: ``59–65 %``."""
    decimals = _decimals(share, low, high)
    return f"{100 * low:.{decimals}f}\N{EN DASH}{100 * high:.{decimals}f}{_SPACE}%"


def percent_text(share: float, *, low: float, high: float) -> str:
    """A share in percent with the digits that its interval allows, but one at least of what is near 0 or 100."""
    return f"{100 * share:.{_decimals(share, low, high)}f}{_SPACE}%"


def number_text(value: float | None, *, digits: int = 3) -> str:
    """A quantity with so many significant digits and no exponent; unknown when it is None or NaN."""
    if value is None or math.isnan(value):
        return "unknown"
    if value == 0:
        return "0"
    decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:,.{min(decimals, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rate_text(value: float) -> str:
    """A mean per run in a table's cell: two digits or so, of equal length for equal size."""
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}" if value >= 0.01 else "<0.01"


def _decimals(share: float, low: float, high: float) -> int:
    half_width = 50 * (high - low)
    allowed = 0 if half_width >= 1 else 1 if half_width >= 0.1 else 2
    rest = 100 * min(share, 1 - share)
    needed = math.ceil(-math.log10(rest)) if rest > 0 else 0
    return min(max(allowed, needed), 6)


def _floor_two_digits(value: float) -> int:
    unit: int = 10 ** max(math.floor(math.log10(value)) - 1, 0)
    return int(value // unit) * unit
