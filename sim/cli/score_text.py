"""A score on the terminal: tables, then sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.wording import DISCLAIMER, interval_text, runs_text
from sim.cli.render import table_text
from sim.scenario.times import DAY_MS, moment_of, moment_text
from sim.scoring.baselines import NAMES

if TYPE_CHECKING:
    from sim.scoring.means import MeanScore
    from sim.scoring.result import Score
    from sim.scoring.spreads import SpreadScore

_KINDS = {"outcome": "outcomes", "time": "times", "count": "counts", "count by target": "counts by target"}
_OUTCOMES = (
    "Outcomes. Smaller scores are better. The last columns are skill, 1 − Brier / the baseline's Brier, against\n"
    "one half (½), the base rate (base) and persistence (before: what happened in as long a stretch before)"
)
_MEANS = "Means, and their difference to each baseline: below 0 the model is better"
_SPREAD = "and the narrowest of the runs' central 50, 80 and 90 % that holds what was observed (inside)"
_TIMES = f"Times to first: dates, {_SPREAD};\nthe CRPS is in days"
_COUNTS = f"Counts of deeds, {_SPREAD};\nthe CRPS is in deeds, and beside it stands that of persistence"
SHORT = {"half": "½", "base_rate": "base", "persistence": "before"}
"""The baselines at the head of a narrow column."""

_UNITS = {"brier": "Brier", "log": "log, nats", "crps": "CRPS"}


def score_text(score: Score, folder: Path) -> str:
    """All of it, as ``brinkline score`` prints it."""
    ensemble = score.ensemble
    start, end = (moment_text(round(day * DAY_MS), ensemble.start)[:10] for day in (0, ensemble.horizon_days))
    lines = [
        str(ensemble.manifest["title"] or ensemble.manifest["scenario"]),
        f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.",
        "",
        f"{runs_text(len(ensemble))} of {start} to {end}, seed {ensemble.manifest['seed']}, against a record of "
        f"{_number(len(score.observed.outcomes), 'outcome')} and {_number(len(score.observed.events), 'event')}",
    ]
    blocks = [
        (_OUTCOMES, _outcomes(score)),
        (_MEANS, _means(score.means)),
        (_TIMES, _spreads(score, score.times)),
        (_COUNTS, _spreads(score, score.counts)),
        ("Inside the central intervals of the runs", _coverage(score)),
    ]
    for title, table in blocks:
        lines += ["", title, "", table] if table else []
    lines += ["", *score.judgement, *score.reservations]
    lines += [f"Not scored, as the record does not tell: {', '.join(score.not_scored)}."] if score.not_scored else []
    lines += [f"warning: {warning}" for warning in score.warnings]
    return "\n".join([*lines, "", f"{folder}: score.json, score.csv" + _pictures(folder)])


def _pictures(folder: Path) -> str:
    return " and figures/reliability (.png, .svg)" if (folder / "figures" / "reliability.png").exists() else ""


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' * (count != 1)}"


def _outcomes(score: Score) -> str:
    rows = []
    for one in sorted(score.outcomes, key=lambda one: -one.probability):
        skills = [one.baselines[name].brier_skill if name in one.baselines else None for name in NAMES]
        rows.append([
            one.outcome, "yes" if one.happened else "no", _percent(one.probability, one.low, one.high),
            _with_interval(one.brier, *one.brier_interval), _fixed(one.log, 2), *map(_skill, skills),
        ])  # fmt: skip
    headers = ["outcome", "true", "forecast (95 %)", "Brier (95 %)", "log", *SHORT.values()]
    return table_text(headers, rows, right=(4, 5, 6, 7)) if rows else ""


def _means(means: Sequence[MeanScore]) -> str:
    rows = []
    for mean in means:
        what = f"{_KINDS[mean.what]}, {_UNITS[mean.rule]}"
        if not mean.against:
            rows.append([what, "", str(mean.of), _short(mean.mean), "", "", ""])
        for name, one in mean.against.items():
            known = one.low is not None and one.high is not None
            interval = f" ({_signed(one.low)} to {_signed(one.high)})" if known else ""
            rows.append([
                what, NAMES[name], str(one.of), _short(one.model), _short(one.baseline),
                _skill(one.skill), f"{_signed(one.difference)}{interval}",
            ])  # fmt: skip
    headers = ["what", "baseline", "n", "model", "baseline's", "skill", "difference (95 %)"]
    return table_text(headers, rows, right=(2, 3, 4, 5)) if rows else ""


def _spreads(score: Score, spreads: Sequence[SpreadScore]) -> str:
    rows = []
    happened = {outcome.outcome for outcome in score.outcomes if outcome.happened}
    for one in spreads:
        ends = next(interval for interval in one.intervals if interval.level == 0.9)
        inside = next((f"{100 * interval.level:.0f} %" for interval in one.intervals if interval.covered), "none")
        observed = _value(score, one, one.observed, happened=one.key[0] in happened)
        median, low, high = (_value(score, one, x) for x in (one.median, ends.low, ends.high))
        rows.append([" ".join(one.key), observed, median, f"{low}–{high}", inside, _pit(one), _short(one.crps)])
        if one.kind != "time":
            past = one.baselines.get("persistence")
            rows[-1].append("" if past is None else _short(past.crps))
    headers = ["what", "observed", "median", "90 % of runs", "inside", "PIT", "CRPS", SHORT["persistence"]]
    return table_text(headers[: len(rows[0])], rows, right=(6, 7)) if rows else ""


def _coverage(score: Score) -> str:
    rows = [
        [
            _KINDS[one.kind], f"{100 * one.level:.0f} %", f"{one.covered} of {one.of}",
            interval_text(one.covered / one.of, low=one.low, high=one.high), f"{100 * one.expected:.0f} %",
        ]
        for one in score.coverage
    ]  # fmt: skip
    headers = ["what", "interval", "inside", "share, 95 % interval", "expected of one more run"]
    return table_text(headers, rows) if rows else ""


def _value(score: Score, one: SpreadScore, value: float, *, happened: bool = False) -> str:
    """A count, or a date: of a short stretch with the hour, of a long one with the year; the horizon is never.

    happened : whether it is known to have happened, if only at the horizon.
    """
    if one.kind != "time":
        return f"{value:,.0f}"
    horizon = score.ensemble.horizon_days
    if value >= horizon and not happened:
        return "never"
    form = "%d %b %H:%M" if horizon <= 3 else "%d %b" if horizon <= 300 else "%Y-%m-%d"
    return moment_of(round(value * DAY_MS), score.ensemble.start).strftime(form)


def _pit(one: SpreadScore) -> str:
    low, high = (f"{end:.2f}" for end in one.pit)
    return low if low == high else f"≥{low}" if one.pit[1] == 1 else f"{low}–{high}"


def _percent(share: float, low: float, high: float) -> str:
    decimals = 1 if high < 0.03 else 0
    return "{:.{d}f}% ({:.{d}f}–{:.{d}f}%)".format(*(100 * one for one in (share, low, high)), d=decimals)


def _with_interval(value: float, low: float, high: float) -> str:
    texts = [_fixed(number, 2) for number in (value, low, high)]
    return texts[0] if len(set(texts)) == 1 else "{} ({}–{})".format(*texts)


def _fixed(value: float, decimals: int) -> str:
    least = 10.0**-decimals
    return f"<{least:.{decimals}f}" if 0 < value < least / 2 else f"{value:.{decimals}f}"


def _skill(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".replace("-", "−")


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.2f}".replace("-", "−")


def _short(value: float) -> str:
    return _fixed(value, 2) if value < 10 else _fixed(value, 1) if value < 100 else f"{value:,.0f}"
