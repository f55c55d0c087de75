"""The scenario file, block by block: what each key means and which kind of value it holds.

The models are frozen: once read, a scenario is a description and does not change. ``brinkline schema``
prints their JSON Schema for editors.
"""

from __future__ import annotations

from typing import Literal, get_origin

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario import fields as f
from sim.scenario.syntax import Distribution, Number
from sim.scenario.times import DAY_MS, length_text

_CANDIDATES = 1_000_000
NOW = Distribution(0, "fixed", (Number(0, 0.0),))


class Block(BaseModel):
    """Keys that the format has, and no others."""

    model_config = ConfigDict(
        defer_build=True, extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=False
    )


class Item(Block):
    """What every item may carry."""

    name: f.Line | None = Field(None, description="what people read instead of the id")
    note: f.Text | None = Field(None, description="a remark for readers")
    source: f.Id | None = Field(None, description="a key of sources, or 'assumed'")


class Source(Item):
    """Where facts and numbers come from."""

    kind: f.Line | None = Field(None, description="what sort of source it is: report, count, study …")
    title: f.Line | None = Field(None, description="what it is called")
    author: f.Line | None = Field(None, description="who wrote it")
    publisher: f.Line | None = Field(None, description="who published it")
    date: f.Line | None = Field(None, description="when it was published; a year alone is quoted")
    url: f.Line | None = Field(None, description="where it can be read")
    doi: f.Line | None = Field(None, description="its digital object identifier")
    accessed: f.Line | None = Field(None, description="when it was read")
    pages: f.Line | None = Field(None, description="the pages that are meant")


class Card(Block):
    """What a scenario is for, and how far it can be trusted."""

    purpose: f.Text | None = Field(None, description="which questions it was made for")
    calibrated: f.Text | None = Field(None, description="which numbers were fitted, and to what")
    validated: f.Text | None = Field(None, description="what it was held against, and how it fared")
    not_for: f.Text | None = Field(None, description="what it must not be used for")


class Level(Item):
    """How the height of the crisis is read from its events."""

    window: f.Duration = Field(7 * DAY_MS, description="the level is the highest rung of this last while")


class Rung(Item):
    """A step on the escalation ladder."""

    rung: f.Whole = Field(description="the step; below zero is de-escalation")


class Actor(Item):
    """Whoever acts."""

    kind: f.Line | None = Field(None, description="state, armed group, organisation, public …")


class Place(Item):
    """Where events happen."""

    soil: f.Ids = Field((), description="the actors whose soil it is; none: nobody's")
    lat: f.Real | None = Field(None, description="degrees north")
    lon: f.Real | None = Field(None, description="degrees east")


class Parameter(Item):
    """A constant of the scenario with its uncertainty."""

    value: f.Real = Field(description="the value that --fixed uses")
    range: f.Range | None = Field(None, description="the distribution that each run draws from")
    bounds: f.Pair | None = Field(None, description="[low, high]: the range is truncated to them")
    unit: f.Line | None = Field(None, description="share, per day, d …")


class Variable(Item):
    """A number that events move and time brings back."""

    scope: Literal["world", "actor", "dyad"] = Field(description="one number, one an actor, or one a directed pair")
    initial: f.Formula = Field(Number(0, 0.0), description="its value at t = 0, had nothing happened before")
    baseline: f.Formula | None = Field(None, description="where it decays to; unless given, the initial value")
    half_life: f.Length | None = Field(None, description="how fast it decays; none: it stays until it is set")
    range: f.Pair | None = Field(None, description="[low, high]: effects are clamped to it")
    own: f.Own | None = Field(None, description="initial value and baseline of single actors or dyads")


class Action(Item):
    """A kind of deed."""

    rung: f.Whole = Field(description="its step on the ladder")
    cameo: f.Line | None = Field(None, description="CAMEO event code, quoted")
    goldstein: f.Real | None = Field(None, description="Goldstein value; unless given, the code's own")
    tags: f.Ids = Field((), description="kinds that patterns can name")
    deaths: f.Casualties | None = Field(None, description="drawn when it happens")
    injured: f.Casualties | None = Field(None, description="drawn when it happens")
    visibility: f.Visibility | None = Field(
        None, description="each other actor's chance of learning of it; 1 unless given"
    )
    attribution: f.Attribution | None = Field(
        None, description="whom observers hold responsible, by weight; unless given, the actor"
    )
    effects: f.Effects = Field((), description="what it does to variables, in order")


class Deed(Item):
    """Who does what to whom, where."""

    do: f.Id | None = Field(None, description="an action, or in rules 'nothing'")
    to: f.Weighted | None = Field(
        None, description="the target: an id, self, actor, target, nobody, a group, KIND of X, or weights"
    )
    place: f.Weighted | None = Field(None, description="a place, or places by weight")
    deaths: f.Casualties | None = Field(None, description="instead of the action's")
    injured: f.Casualties | None = Field(None, description="instead of the action's")
    effects: f.Effects | None = Field(None, description="after those of the action")


class Option(Deed):
    """One of several deeds, by weight. What it leaves out it takes from its rule or driver."""

    id: f.Id | None = Field(None, description="its name for the dice; else its do, to and place")
    weight: f.Formula = Field(Number(0, 1.0), description="its share among the options")
    after: f.Delay | None = Field(None, description="its own delay")
    unless: f.Formula | None = Field(None, description="looked at when the delay is over: stand down")


class Rule(Deed):
    """How an actor responds to events."""

    who: f.Ids = Field(description="an actor, a group, a list: an independent rule for each")
    when: f.When = Field(description="which events it responds to")
    if_: f.Formula | None = Field(None, alias="if", description="the condition that must hold")
    chance: f.Formula = Field(Number(0, 1.0), description="the chance of responding at all")
    choose: tuple[Option, ...] | None = Field(None, description="one of these, by weight")
    after: f.Delay = Field(NOW, description="the delay from the event to the response")
    unless: f.Formula | None = Field(None, description="looked at when the delay is over: stand down")
    cooldown: f.Length | None = Field(None, description="no further commitment for this long")
    limit: f.Formula | None = Field(None, description="at most so many commitments a run")


class Driver(Deed):
    """A source of events that no event triggers."""

    who: f.Ids = Field(description="an actor, a group, a list: an independent driver for each")
    rate: f.Formula = Field(description="events a day")
    peak: f.Formula | None = Field(None, description="the rate's upper bound, a day; an expression of parameters")
    if_: f.Formula | None = Field(None, alias="if", description="the condition that must hold")
    choose: tuple[Option, ...] | None = Field(None, description="one of these, by weight")
    cooldown: f.Length | None = Field(None, description="no further event for this long")
    limit: f.Formula | None = Field(None, description="at most so many events a run")


class TimelineItem(Deed):
    """An event that is given."""

    id: f.Id | None = Field(None, description="its name")
    at: f.Instant = Field(description="an ISO date or date-time, or +8 h, -30 d from the start")
    who: f.Id = Field(description="the actor")
    chance: f.Formula = Field(Number(0, 1.0), description="the chance that it happens")


class Outcome(Item):
    """A named proposition about a run."""

    when: f.When | None = Field(None, description="an event that makes it true")
    if_: f.Formula | None = Field(None, alias="if", description="a condition that makes it true")
    quiet: f.Duration | None = Field(None, description="so long without an event that 'when' describes")
    at: f.Moment | None = Field(None, description="when 'if' is asked: an instant, or 'end'")
    ends: f.Flag = Field(False, description="the run ends when it comes true")
    base_rate: f.Share | None = Field(
        None, description="how often it came true in comparable stretches before the start: a baseline to score against"
    )


class Variant(Item):
    """A named change to the scenario."""

    add: f.Data | None = Field(None, description="blocks that are merged in, like an include")
    set: f.Data | None = Field(None, description="values by path; a bare name is a parameter")
    disable: f.Ids = Field((), description="paths of rules, drivers, timeline items, outcomes, actors")


class Scenario(Block):
    """A whole scenario file."""

    model_config = ConfigDict(title="Brinkline scenario")

    def __repr__(self) -> str:
        return f"<Scenario {self.scenario}: {self.contents}>"

    __str__ = __repr__

    @property
    def contents(self) -> str:
        """What there is of it, in a few words: ``9 actors, 74 rules, 60 d from 2024-01-17``."""
        actors, rules = len(self.actors), len(self.rules)
        things = f"{actors:,} actor{'s' * (actors != 1)}, {rules:,} rule{'s' * (rules != 1)}"
        return f"{things}, {length_text(self.horizon)} from {self.start.strip()[:10]}"

    brinkline: f.Whole = Field(description="the format's version: 1")
    scenario: f.Id = Field(description="the scenario's id")
    title: f.Line | None = Field(None, description="what people read above everything")
    description: f.Text | None = Field(None, description="what the scenario is about, in a few sentences")
    note: f.Text | None = Field(None, description="a remark for readers")
    source: f.Id | None = Field(None, description="a key of sources, or 'assumed'")
    start: f.Start = Field(description="the calendar date and time at t = 0; UTC unless it names a zone")
    horizon: f.Duration = Field(description="how long is simulated; what is due exactly then does not happen")
    include: f.Ids = Field((), description="files that are read first, in order")
    card: Card = Field(Card(), description="what the scenario is for, and how far it can be trusted")
    sources: dict[str, Source] = Field({}, description="where facts and numbers come from, by id")
    level: Level = Field(Level(), description="how the height of the crisis is read from its events")
    ladder: tuple[Rung, ...] = Field((), description="the steps of escalation")
    actors: dict[str, Actor] = Field({}, description="who acts, by id; their order is the order in which they respond")
    groups: dict[str, f.Ids] = Field({}, description="names for several actors")
    relations: dict[str, dict[str, f.Ids]] = Field({}, description="by kind: who is that to whom")
    places: dict[str, Place] = Field({}, description="where events happen, by id")
    parameters: dict[str, Parameter] = Field({}, description="constants and their uncertainty, by id")
    variables: dict[str, Variable] = Field({}, description="what events move and time brings back, by id")
    actions: dict[str, Action] = Field({}, description="kinds of deed, by id")
    rules: dict[str, Rule] = Field({}, description="who responds to what and how, by id")
    drivers: dict[str, Driver] = Field({}, description="what comes by itself, by id")
    timeline: tuple[TimelineItem, ...] = Field((), description="the events that are given, history included")
    outcomes: dict[str, Outcome] = Field({}, description="what we want to know about a run, by id")
    variants: dict[str, Variant] = Field({}, description="named changes: what if? by id")
    max_events: f.Whole = Field(100_000, description="a run whose log reaches this many events stops")

    @property
    def max_candidates(self) -> int:
        """How many candidates the drivers of a run may have together, whatever becomes of them."""
        return max(10 * self.max_events, _CANDIDATES)


MAPS = tuple(name for name, field in Scenario.model_fields.items() if get_origin(field.annotation) is dict)
"""The blocks whose items have ids."""

STATEMENTS = ("rules", "drivers", "outcomes", "variants", "sources")
"""Those whose ids may have a dash."""

SCALARS = ("scenario", "title", "description", "note", "source", "start", "horizon", "max_events")
"""The keys at the top that hold a single value."""
