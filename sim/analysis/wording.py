"""Numbers as people read them: no more digits than the error allows, and words for probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

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
CONFIDENCE_MEANS = (
    "Confidence is about the numbers put in: high where the uncertain parameters, over their ranges, move the "
    "probability little and most of those that do have a source. That the rules may be wrong is not in it."
)
LEVELS = ("low", "moderate", "high")
UNKNOWN = "not known"
_EDGE = 0.05
_NARROW = (0.40, 0.15)  # narrower than this it is not low, than that it is high


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
    return _words(count / of)


def likelihood(share: float | None, interval: tuple[float | None, float | None]) -> str:
    """A probability in the model with its interval and ICD 203's words: what studies and reports say of one.

    Where the share is 0 or 1 there is only the bound that the interval gives, and no word.

    Parameters
    ----------
    share : float or None
        None or NaN if it is unknown.
    interval : (low, high)
        Its 95 % Monte Carlo interval.

    Examples
    --------
    >>> likelihood(0.62, (0.59, 0.65)).replace(chr(160), " ")
    '62 % (59–65 %), likely'
    >>> likelihood(0.0, (0.0, 0.0038))
    'fewer than 1 in 260'
    """
    low, high = interval
    if share is None or low is None or high is None or math.isnan(share):
        return "unknown"
    if share in (0, 1):
        return _bound(share, low, high) or "unknown"
    return f"{percent_text(share, low=low, high=high)} ({interval_text(share, low=low, high=high)}), {_words(share)}"


def _words(share: float) -> str:
    if share < _WORDS[0][0]:
        return "less than 1 in 100"
    if share >= 0.99:
        return "at least 99 in 100"
    return next(words for least, words in reversed(_WORDS) if share >= least)


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far a probability can be trusted, as far as the model can tell: `level`, and why, in a sentence.

    It is never said in one sentence with the likelihood.
    """

    level: str
    text: str


def confidence(
    share: float, width: float | None, *, assumed: int, of: int, which: str = "uncertain parameters"
) -> Confidence:
    """How well founded a probability is in the model: low, moderate or high.

    From the width of its 90 % range over the uncertain parameters: high below 0.15, moderate below 0.40, else low.
    A step lower where more than half of the parameters are merely assumed; never high below 5 % and from 95 % on, where
    the range is narrow whatever is known. That the rules may be wrong is not in it.

    Parameters
    ----------
    share : float
        The probability.
    width : float or None
        Of the range, 0 to 1; None if it cannot be told.
    assumed, of : int
        How many of how many parameters that matter name no source.
    which : str
        What they are called.

    Examples
    --------
    >>> confidence(0.3, 0.1, assumed=1, of=3).level, confidence(0.3, 0.1, assumed=2, of=3).level
    ('high', 'moderate')
    """
    if width is None or math.isnan(width):
        text = "how far the uncertain parameters move the probability cannot be told from these runs"
        return Confidence(UNKNOWN, f"Confidence is {UNKNOWN}: {text}.")
    rank = sum(width < narrow for narrow in _NARROW)
    rank = min(rank, len(LEVELS) - (1 if _EDGE <= share < 1 - _EDGE else 2))
    level = LEVELS[max(rank - (2 * assumed > of), 0)]
    points = number_text(100 * width, digits=2 if width >= 0.1 else 1)
    moves = (
        f"in nine of ten draws of the uncertain parameters the probability lies within a range of up to {points} points"
    )
    told = f"Of the {which} ({of}) {assumed or 'none'} {'is' if assumed < 2 else 'are'} merely assumed"
    return Confidence(level, f"Confidence in the model is {level}: {moves}. {told}.")


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
    if count in (0, of):
        return _bound(count / of, low, high) or f"{'all' if count else 'none'} of {runs_text(of)}"
    return percent_text(count / of, low=low, high=high)


def _bound(share: float, low: float, high: float) -> str | None:
    """What the interval says where no run or every run shows it; None if that is next to nothing."""
    if share == 0:
        return f"fewer than 1 in {_floor_two_digits(1 / high):,}" if high < 0.5 else None
    return f"more than {math.floor(1000 * low) / 10:g}{_SPACE}%" if low > 0.5 else None


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
