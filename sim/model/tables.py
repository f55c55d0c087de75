"""The tables: a scenario as numbers, with the names only where people or hashes need them.

Times are whole milliseconds from the start; actors, actions, places, origins and programs are numbers;
−1 stands for nobody, no place, no program. ``Salts`` are hashes of names (:mod:`sim.chance`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sim.model.code import Instruction, Program
from sim.scenario.names import NameTable, roles_in
from sim.scenario.syntax import WhoField

NOTHING = -1
NO_PROGRAM = -1


@dataclass(frozen=True, slots=True)
class Members:
    """A who-field: whom it holds, given whom the roles mean."""

    names: NameTable
    who: WhoField
    roles: frozenset[str]
    known: dict[tuple[int, int, int], frozenset[int]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, names: NameTable, who: WhoField) -> Members:
        return cls(names, who, frozenset(roles_in(who)))

    def given(self, self_: int = -1, actor: int = -1, target: int = -1) -> frozenset[int]:
        """The actors (−1: nobody) that it holds; looked up once for each meaning of the roles."""
        roles = (self_, actor, target)
        found = self.known.get(roles)
        if found is None:
            found = self.known[roles] = self.names.fitting(self.who, self_, actor, target)
        return found


@dataclass(frozen=True, slots=True)
class Draw:
    """A distribution: its kind, programs for its arguments, and what a hurdle holds. Delays are in days."""

    kind: str
    arguments: tuple[int, ...]
    inner: Draw | None
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    """Whom or where by weight: (members or place, program of the weight) each."""

    entries: tuple[tuple[Members | int, int], ...]


@dataclass(frozen=True, slots=True)
class EffectTable:
    """``variable[…] op program``; each of `who` is a role's code or the actors it means, in order."""

    variable: int
    who: tuple[int | tuple[int, ...], ...]
    op: str
    program: int


@dataclass(frozen=True, slots=True)
class DeedTable:
    """What is done, to whom, where. `to`: an actor or role code, or by weight; `place` likewise.

    `deaths` and `injured` are None where nobody is hurt.
    """

    action: int
    to: int | Weighted
    place: int | Weighted
    deaths: Draw | None
    injured: Draw | None
    effects: tuple[EffectTable, ...]


@dataclass(frozen=True, slots=True)
class OptionTable:
    """One option: the salt of its name, programs of its weight and unless, its delay (None: at once), its deed."""

    name: str
    salt: int
    weight: int
    after: Draw | None
    unless: int
    deed: DeedTable


@dataclass(frozen=True, slots=True)
class ParameterTable:
    """A parameter's name, value, range (kind, arguments) and bounds."""

    name: str
    value: float
    kind: str
    arguments: tuple[float, ...]
    bounds: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class VariableTable:
    """A variable: where its cells begin, its range, and programs for half-life and baseline."""

    name: str
    scope: str
    offset: int
    low: float
    high: float
    half_life: int
    baseline: int


@dataclass(frozen=True, slots=True)
class ActionTable:
    """An action: rung, effects, who learns of it, who is blamed.

    visibility : (members or None for all, program) in order; empty: everybody learns.
    attribution : (members, program) each; empty: the doer is blamed.
    """

    name: str
    rung: int
    effects: tuple[EffectTable, ...]
    visibility: tuple[tuple[Members | None, int], ...]
    attribution: tuple[tuple[Members, int], ...]


@dataclass(frozen=True, slots=True)
class PatternTable:
    """Which events fit. `places` holds those that fit by id and soil; None: does not matter."""

    actions: frozenset[int]
    places: frozenset[int] | None
    origins: frozenset[int] | None
    deaths: tuple[int, int] | None
    injured: tuple[int, int] | None
    actor: frozenset[int] | None
    target: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class QuestionTable:
    """A question to the log: the part that is the same for everybody, and who-fields that are not."""

    fixed: PatternTable
    actor: Members | None
    target: Members | None
    soil: Members | None


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One actor's copy of a rule.

    rule : its number among the scenario's rules; own : whether its owner's own deeds can match.
    """

    rule: int
    id: str
    origin: int
    actor: int
    pattern: PatternTable
    own: bool
    condition: int
    chance: int
    cooldown: int
    limit: int
    options: tuple[OptionTable, ...]
    chooses: bool
    key_salt: int
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DriverTable:
    """One actor's copy of a driver. `rate` and `peak` are a day."""

    id: str
    origin: int
    actor: int
    rate: int
    peak: int
    condition: int
    cooldown: int
    limit: int
    options: tuple[OptionTable, ...]
    chooses: bool
    key_salt: int
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TimelineTable:
    """A given event, and the salt of its id."""

    id: str
    origin: int
    at_ms: int
    actor: int
    chance: int
    deed: DeedTable
    key_salt: int
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """A proposition: `kind` is 'event', 'state', 'quiet' or 'asked'."""

    id: str
    kind: str
    pattern: PatternTable | None
    condition: int
    at_ms: int
    ends: bool
    path: tuple[str | int, ...]


@dataclass(frozen=True)
class Tables:
    """Everything that a run is made of."""

    scenario: str
    start: datetime
    horizon_ms: int
    window_ms: int
    max_events: int
    max_candidates: int
    names: NameTable
    actors: tuple[str, ...]
    actions: tuple[ActionTable, ...]
    places: tuple[str, ...]
    soil: tuple[frozenset[int], ...]
    origins: tuple[str, ...]
    parameters: tuple[ParameterTable, ...]
    variables: tuple[VariableTable, ...]
    cells: tuple[int, ...] = field(repr=False)
    """For each cell the program of its initial value."""
    own: frozenset[int] = field(repr=False)
    """The cells whose baseline is their own initial value, whatever the variable's baseline."""
    instructions: tuple[Instruction, ...] = field(repr=False)
    constants: tuple[float, ...] = field(repr=False)
    programs: tuple[Program, ...] = field(repr=False)
    questions: tuple[QuestionTable, ...] = field(repr=False)
    rule_ids: tuple[str, ...] = field(repr=False)
    rules: tuple[RuleTable, ...] = field(repr=False)
    drivers: tuple[DriverTable, ...] = field(repr=False)
    timeline: tuple[TimelineTable, ...] = field(repr=False)
    outcomes: tuple[OutcomeTable, ...] = field(repr=False)
    spots: tuple[str, ...] = field(repr=False)
    """For each program ``file:line:column: path``, for errors met in a run."""

    def cells_of(self, variable: VariableTable) -> range:
        """The cells of a variable: one, one an actor, or one a directed dyad."""
        n = len(self.actors)
        return range(variable.offset, variable.offset + {"world": 1, "actor": n, "dyad": n * n}[variable.scope])

    def cell_names(self) -> list[tuple[str, int]]:
        """The columns of the trajectories: ``pressure.us`` with its cell; no actor towards itself."""
        columns: list[tuple[str, int]] = []
        n = len(self.actors)
        for variable in self.variables:
            if variable.scope == "world":
                columns.append((variable.name, variable.offset))
            elif variable.scope == "actor":
                columns += [(f"{variable.name}.{a}", variable.offset + i) for i, a in enumerate(self.actors)]
            else:
                columns += [
                    (f"{variable.name}.{a}.{b}", variable.offset + i * n + j)
                    for i, a in enumerate(self.actors)
                    for j, b in enumerate(self.actors)
                    if i != j
                ]
        return columns
