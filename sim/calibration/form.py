"""The record's file, block by block: what each key means and which kind of value it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from sim.scenario import fields as f
from sim.scenario.faults import short
from sim.scenario.schema import Block, Item, Source
from sim.scenario.syntax import Pattern

_EVENTS = "a pattern, or the name of one of 'events'"
_OBSERVED = "a number, [low, high], {k: 9, n: 130} or {value: 0.7, low: 0.4, high: 0.9}"


@dataclass(frozen=True, slots=True)
class OutcomeName:
    """An outcome of the scenario where events could stand."""

    id: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What was observed: a value, the two ends of what it may have been, or both; `k` of `n` for a share."""

    value: float | None
    low: float | None = None
    high: float | None = None
    k: int | None = None
    n: int | None = None


def read_events(value: Any) -> Pattern | str:
    """A pattern, or the name of one."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, dict):
        raise f.fault("wrong-type", f"found {f.shown(value)}", _EVENTS)
    return f.read_pattern(value)


def read_happening(value: Any) -> Pattern | str | OutcomeName:
    """A pattern, the name of one, or ``{outcome: ID}``."""
    if isinstance(value, dict) and list(value) == ["outcome"]:
        return OutcomeName(f.read_id(value["outcome"]))
    return read_events(value)


def read_observed(value: Any) -> Observed:
    """A number, two ends, a share with what it is made of, or a number with its two ends."""
    if isinstance(value, list):
        return Observed(None, *f.read_pair(value))
    if not isinstance(value, dict):
        return Observed(f.read_number(value))
    if set(value) == {"k", "n"}:
        k, n = f.read_whole(value["k"]), f.read_whole(value["n"])
        if not 0 <= k <= n or n == 0:
            raise f.fault("wrong-value", f"found {k} of {n}", "k from 0 to n, and n of 1 or more")
        return Observed(k / n, k=k, n=n)
    if set(value) == {"value", "low", "high"}:
        number, low, high = (f.read_number(value[key]) for key in ("value", "low", "high"))
        if not low <= number <= high or low == high:
            raise f.fault("wrong-value", f"found {number:g} in [{low:g}, {high:g}]", "low ≤ value ≤ high, low < high")
        return Observed(number, low, high)
    keys = ", ".join(short(key) for key in value) or "no keys"
    raise f.fault("wrong-value", f"found a mapping with {keys}", _OBSERVED)


def read_stretches(value: Any) -> tuple[tuple[str, str], ...]:
    """One or more ``[from, to]``, as texts."""
    if not isinstance(value, list) or not value:
        raise f.fault("wrong-type", f"found {f.shown(value)}", "a list of [from, to]")
    stretches = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            raise f.fault("wrong-type", f"found {f.shown(pair)} in the list", "a list of [from, to]")
        stretches.append((f.read_instant(pair[0]), f.read_instant(pair[1])))
    return tuple(stretches)


Events = Annotated[Pattern | str, PlainValidator(read_events)]
Happening = Annotated[Pattern | str | OutcomeName, PlainValidator(read_happening)]
Seen = Annotated[Observed, PlainValidator(read_observed)]
Stretches = Annotated[tuple[tuple[str, str], ...], PlainValidator(read_stretches)]


class FitItem(Item):
    """A parameter that calibration turns."""

    range: f.Range = Field(description="the wide range that calibration starts from")
    bounds: f.Pair | None = Field(None, description="[low, high]: the range is truncated to them")


class StatisticItem(Item):
    """One number that a run has, and what was observed of it. Exactly one of the kinds is given."""

    count: Events | None = Field(None, description="how many there are")
    rate: Events | None = Field(None, description="how many a day")
    dispersion: Events | None = Field(None, description="Pearson's dispersion of their counts over 'intervals'")
    share: Events | None = Field(None, description="the share of the events 'of' that are these as well")
    answered: Events | None = Field(None, description="the share of these that an event 'by' follows")
    lag: Events | None = Field(None, description="median days from these to the first event 'by' that follows")
    happens: Happening | None = Field(None, description="whether there is one, or {outcome: ID} came true")
    first: Happening | None = Field(None, description="days from 'from' to the first one, or to {outcome: ID}")
    highest: Events | None = Field(None, description="the highest rung among them")
    mean: Events | None = Field(None, description="deaths or injured for one of them")
    quiet: Events | None = Field(None, description="the longest stretch without one, in days")

    of: Events | None = Field(None, description="share: the events among which they are")
    by: Events | None = Field(None, description="answered, lag: the events that follow")
    within: f.Duration | None = Field(None, description="answered, lag: how long it may take")
    link: Literal["time", "latest", "cause"] | None = Field(
        None, description="answered, lag: what follows at all, follows this one most closely, or is caused by it"
    )
    counting: Literal["events", "deaths", "injured"] | None = Field(None, description="count, rate, mean: of what")
    intervals: Stretches | None = Field(None, description="dispersion: list of [from, to]")
    from_: f.Instant | None = Field(None, alias="from", description="where it begins; the start unless given")
    to: f.Instant | None = Field(None, description="where it ends, itself not included; the end unless given")
    without: Stretches | None = Field(None, description="list of [from, to] that are left out of it")

    observed: Seen | None = Field(None, description=f"what was observed: {_OBSERVED}")
    band: f.Pair | None = Field(None, description="[low, high] in which the mean of the runs should lie, or a red flag")
    fit: f.Flag = Field(False, description="whether calibration is to meet it")
    scale: Literal["identity", "sqrt", "log"] | None = Field(None, description="on what scale distances are taken")


class RecordFile(Block):
    """A whole record file."""

    brinkline_record: f.Whole = Field(description="the format's version: 1")
    record: f.Id = Field(description="the record's id")
    scenario: f.Id = Field(description="the id of the scenario that it is held against")
    title: f.Text | None = Field(None, description="what people read above the table")
    note: f.Text | None = Field(None, description="a remark that is printed below the table")
    sources: dict[str, Source] = Field({}, description="where the facts come from, by id, beside the scenario's own")
    events: dict[str, f.When] = Field({}, description="patterns that several statistics name")
    fit: dict[str, FitItem] = Field({}, description="the parameters that calibration turns, by name")
    statistics: dict[str, StatisticItem] = Field(description="what was observed, by id")


NEEDS: dict[str, Any] = {
    "brinkline_record": 1, "record": "unnamed", "scenario": "unnamed", "statistics": {}, "range": "uniform(0, 1)",
}  # fmt: skip
"""The keys that a record's blocks require, each with something harmless."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of statistic: the keys that it needs and may have besides, its scale, what it is measured in.

    share : whether it lies between 0 and 1. window : whether `from` and `to` say where its events are.
    """

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    scale: str = "sqrt"
    unit: str = ""
    share: bool = False
    window: bool = True


KINDS: dict[str, Kind] = {
    "count": Kind((), ("counting", "without"), "sqrt", ""),
    "rate": Kind((), ("counting", "without"), "sqrt", "a day"),
    "dispersion": Kind(("intervals",), (), "sqrt", "", window=False),
    "share": Kind(("of",), ("without",), "identity", "", share=True),
    "answered": Kind(("by",), ("within", "link", "without"), "identity", "", share=True),
    "lag": Kind(("by",), ("within", "link", "without"), "sqrt", "d"),
    "happens": Kind((), (), "identity", "", share=True),
    "first": Kind((), (), "sqrt", "d"),
    "highest": Kind((), ("without",), "identity", ""),
    "mean": Kind(("counting",), ("without",), "sqrt", ""),
    "quiet": Kind((), (), "sqrt", "d"),
}
"""The kinds of statistic, by the key that names each; :mod:`sim.calibration.statistics` says how each is computed."""
EXTRAS = ("of", "by", "within", "link", "counting", "intervals", "from", "to", "without")
"""The keys that not every kind has."""
