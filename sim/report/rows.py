"""The rows of the report's tables, as text."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sim.analysis.names import name_of
from sim.analysis.wording import interval_text, number_text, percent_text, runs_text
from sim.scenario.syntax import Distribution, Expression, Number, Unary
from sim.scenario.times import length_text

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble
    from sim.scenario.schema import Item, Scenario

Row = dict[str, Any]
DATE = "%d %b %Y"
_NONE = "\N{EN DASH}"
_ASSUMED = "assumed"


def is_assumed(item: Item) -> bool:
    """Whether an item names no source: it says that it is assumed, or says nothing."""
    return item.source in (None, _ASSUMED)


def facts(ensemble: Ensemble) -> list[tuple[str, str]]:
    """What the ensemble is, in label and text."""
    manifest = ensemble.manifest
    end = ensemble.start + timedelta(days=ensemble.horizon_days)
    return [
        ("Scenario", str(manifest["scenario"])),
        ("From", ensemble.start.strftime(f"{DATE}, %H:%M %Z")),
        ("To", end.strftime(f"{DATE}, %H:%M %Z")),
        ("Runs", f"{len(ensemble):,}"),
        ("Seed", str(manifest["seed"])),
    ]


def outcome_rows(ensemble: Ensemble, summary: Row) -> list[Row]:
    """A row an outcome, the most probable first."""
    result = []
    for outcome, entry in summary["outcomes"].items():
        share, (low, high) = entry["probability"], entry["interval"]
        median = entry["median_days"]
        date = None if median is None else (ensemble.start + timedelta(days=median)).strftime(DATE)
        item = ensemble.description.outcomes.get(outcome)
        result.append(
            {
                "id": outcome,
                "name": entry["name"],
                "note": item.note if item is not None else None,
                "probability": entry["text"],
                "interval": _NONE if share is None else interval_text(share, low=low, high=high),
                "words": entry["words"],
                "confidence": entry["confidence"]["level"],
                "why": entry["confidence"]["text"],
                "parameters": _range_text(entry),
                "median": date or _NONE,
                "runs": f"{entry['count']:,} of {entry['of']:,}",
                "order": -1.0 if share is None else share,
            }
        )
    return sorted(result, key=lambda row: -row["order"])


def _range_text(entry: Row) -> str:
    moved = entry["parameters"]
    if moved["range"] is None:
        return _NONE
    if not moved["clear"]:
        return "no more than chance"
    low, high = moved["range"]
    return interval_text(entry["probability"], low=low, high=high)


def move_rows(description: Scenario, summary: Row) -> list[Row]:
    """A row an outcome and parameter that moves it beyond chance."""
    return [
        {
            "outcome": entry["name"],
            "parameter": move["name"],
            "note": description.parameters[parameter].note if parameter in description.parameters else None,
            "low": _share_text(move["low"]),
            "high": _share_text(move["high"]),
            "points": f"{100 * move['difference']:+.0f}".replace("-", "\N{MINUS SIGN}"),
        }
        for entry in summary["outcomes"].values()
        for parameter, move in entry["parameters"]["strongest"].items()
        if move["clear"]
    ]


def _share_text(end: Row) -> str:
    low, high = end["interval"]
    share = end["probability"]
    return f"{percent_text(share, low=low, high=high)} ({interval_text(share, low=low, high=high)})"


def level_rows(summary: Row) -> list[Row]:
    """A row a rung above zero, the highest first: how probable it is that the level ever gets there."""
    return [
        {"rung": rung, "name": entry["name"], "probability": entry["text"], "interval": _interval_of(entry)}
        for rung, entry in reversed(summary["level"]["reached"].items())
        if int(rung) > 0
    ]


def _interval_of(entry: Row) -> str:
    low, high = entry["interval"]
    share = entry["probability"]
    return _NONE if share is None else interval_text(share, low=low, high=high)


def number_rows(summary: Row) -> list[Row]:
    """Deaths, injured, events and levels per run: mean with interval, median and the range of nine in ten runs."""
    told = {
        "deaths": summary["deaths"],
        "injured": summary["injured"],
        "events": summary["events"]["per_run"],
        "highest level": summary["level"]["peak"],
        "level at the end": summary["level"]["final"],
    }
    result = []
    for name, entry in told.items():
        low, high = entry["interval"]
        quantiles = {key: number_text(quantile["value"]) for key, quantile in entry["quantiles"].items()}
        spread = f"{quantiles['q05']} to {quantiles['q95']}" if quantiles else _NONE
        mean = number_text(entry["mean"], digits=2)
        if low is not None:
            mean += f" ({number_text(low, digits=2)} to {number_text(high, digits=2)})"
        result.append({"name": name, "mean": mean, "median": quantiles.get("q50", _NONE), "spread": spread})
    return result


def frequency_rows(entries: Row, *, most: int = 20) -> list[Row]:
    """A row an action, the most frequent first."""
    return [
        {
            "name": entry["name"],
            "mean": number_text(entry["mean"], digits=2),
            "share": percent_text(entry["share"], low=entry["share_interval"][0], high=entry["share_interval"][1]),
        }
        for entry in list(entries.values())[:most]
    ]


def parameter_rows(description: Scenario) -> list[Row]:
    """A row a parameter of the scenario."""
    return [
        {
            "id": key,
            "name": name_of(description.parameters, key),
            "value": f"{parameter.value:g}",
            "range": range_text(parameter.range, parameter.bounds),
            "unit": parameter.unit or "",
            "source": parameter.source or "not given",
            "note": parameter.note or "",
        }
        for key, parameter in description.parameters.items()
    ]


def range_text(distribution: Distribution | None, bounds: tuple[float, float] | None) -> str:
    """A parameter's range as authors write it: ``uniform(0.6, 0.95)``."""
    if distribution is None:
        return "fixed"
    text = f"{distribution.kind}({', '.join(_number(argument) for argument in distribution.arguments)})"
    return text if bounds is None else f"{text} within {bounds[0]:g} to {bounds[1]:g}"


def _number(argument: Expression) -> str:
    if isinstance(argument, Unary):
        return f"{argument.op}{_number(argument.operand)}"
    return f"{argument.value:g}" if isinstance(argument, Number) else "…"


def source_rows(description: Scenario) -> list[Row]:
    """A row a source; only web addresses become links."""
    result = []
    for key, source in description.sources.items():
        url = source.url or (f"https://doi.org/{source.doi}" if source.doi else "")
        parts = [source.author, source.title or source.name, source.publisher, source.date, source.pages]
        result.append(
            {
                "id": key,
                "text": ", ".join(part for part in parts if part) or key,
                "url": url if url.lower().startswith(("https://", "http://")) else None,
                "note": source.note or "",
            }
        )
    return result


def limits(ensemble: Ensemble, summary: Row) -> list[str]:
    """What the model cannot tell, a sentence or two each."""
    description = ensemble.description
    assumed = sum(map(is_assumed, description.parameters.values()))
    never = sum(entry["count"] == 0 for entry in summary["outcomes"].values())
    lines = [
        "The probabilities are shares of runs of this model. They say what follows from its rules, not what will "
        "happen. That the rules themselves may be wrong, or miss an actor or a way to act, is in none of the numbers.",
        "The Monte Carlo interval is only about chance: more runs make it shorter. The range over the parameters "
        "is about what is not known: more runs do not. It comes from a linear fit, so that thresholds and "
        "interactions make the true range wider, and it knows only the ranges that the scenario states.",
        f"{assumed} of {len(description.parameters)} parameters rest on an assumption and not on a named source."
        if description.parameters
        else "The scenario names no uncertain parameters: nothing here shows how much hangs on its numbers.",
        "What has no precedent in the record that the scenario was built on is outside it. The rarer the outcome, "
        "the more it hangs on assumptions about events that nobody has seen.",
        "The mean number of deaths hangs on few very deadly runs; the median and the range of nine in ten say more.",
        f"The level is the highest rung of the last {length_text(description.level.window)}, read once a day. "
        "Rungs are an order, not a measure: twice the rung is not twice the danger.",
    ]
    if never:
        lines.append(
            f"{never} of {len(summary['outcomes'])} outcomes came true in no run. The bound that stands for them is "
            "about this model with so many runs; it does not mean that they cannot happen."
        )
    if summary["truncated"]:
        lines.append(
            f"{runs_text(summary['truncated'])} reached the limit of {description.max_events:,} events and were cut "
            "short. What they had not shown by then is unknown and left out of the shares, and since the busiest runs "
            "are cut first, everything about high levels is likely too low."
        )
    return lines
