"""What expressions, who-fields, patterns and distributions are made of, once parsed.

Every piece remembers the offset in its text where it begins, so that a fault can point at it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.times import DAY_MS

FUNCTIONS: dict[str, tuple[int, int]] = {  # name: fewest and most arguments
    "min": (1, 64),
    "max": (1, 64),
    "clamp": (3, 3),
    "abs": (1, 1),
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "logistic": (1, 1),
}
QUESTIONS = ("count", "since")
EVENT_NUMBERS = ("rung", "deaths", "injured", "waited")
STATE_NUMBERS = ("t", "level")
ROLES = ("self", "actor", "target")
GRAMMAR = ("nobody", "others", "any", "not", "of", "by", "and", "or", "if", "else", "nothing", "within")
WORDS = frozenset((*FUNCTIONS, *QUESTIONS, *EVENT_NUMBERS, *STATE_NUMBERS, *ROLES, *GRAMMAR))


@dataclass(frozen=True, slots=True)
class Number:
    """A number; a duration is a number of days, and keeps its milliseconds."""

    at: int
    value: float
    ms: float | None = None

    @classmethod
    def days(cls, at: int, ms: float) -> Number:
        return cls(at, ms / DAY_MS, ms)


@dataclass(frozen=True, slots=True)
class Name:
    """A bare word: a parameter, a world variable, a number of the event or the state, an actor."""

    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Index:
    """A variable of an actor or of a directed dyad: ``pressure[self]``, ``hostility[self, actor]``."""

    at: int
    id: str
    who: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """``-x``, ``+x`` or ``not x``."""

    at: int
    op: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """``+ - * / **``, a comparison of two, ``and``, ``or``."""

    at: int
    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Choice:
    """``a if condition else b``."""

    at: int
    then: Expression
    condition: Expression
    other: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function of numbers."""

    at: int
    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """``count(…)`` or ``since(…)``: a pattern over the log, and how far back it looks."""

    at: int
    kind: str
    pattern: Pattern
    within: Expression | None


Expression = Number | Name | Index | Unary | Binary | Choice | Call | Question


@dataclass(frozen=True, slots=True)
class Who:
    """One entry of a who-field: an id, a role, ``others any nobody``, or ``KIND of X``, ``KIND by X``."""

    at: int
    id: str
    relation: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    """``not …``: whoever the field does not hold."""

    at: int
    field: WhoField


WhoField = tuple[Who | Not, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of which one must fit, and where each begins (no offsets: each stands in a text of its own)."""

    at: int
    ids: tuple[str, ...]
    offsets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Whole numbers from `low` to `high`, both included; None where open."""

    at: int
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which events fit; None where a key is left out."""

    action: Names | None = None
    place: Names | None = None
    origin: Names | None = None
    rung: Span | None = None
    deaths: Span | None = None
    injured: Span | None = None
    actor: WhoField | None = None
    target: WhoField | None = None
    soil: WhoField | None = None


PATTERN_KEYS = tuple(Pattern.__slots__)


@dataclass(frozen=True, slots=True)
class Distribution:
    """A named distribution and its arguments; ``hurdle`` holds another one."""

    at: int
    kind: str
    arguments: tuple[Expression, ...]
    inner: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """``variable = += -= *= /= expression``."""

    at: int
    variable: str
    who: tuple[Name, ...]
    op: str
    expression: Expression


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside an expression."""
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Choice):
        return (node.then, node.condition, node.other)
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Question):
        return (node.within,) if node.within is not None else ()
    return ()


def walk(node: Expression) -> list[Expression]:
    """The expression and everything in it, outermost first."""
    found: list[Expression] = []
    waiting = [node]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(reversed(children(found[-1])))
    return found
