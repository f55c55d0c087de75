"""Expressions as postfix code: what every engine reads.

A program is a stretch of instructions. An instruction is four whole numbers: an operation and up to three
operands. Running it pushes to or pops from a stack of 64-bit floats. There are no jumps: ``and``, ``or``
and ``if`` take operands that have all been computed, and an operand that could not be computed only counts
where it is chosen.

An actor in an operand is its number, or one of NOBODY, SELF, ACTOR, TARGET.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from sim.scenario.names import NameTable
from sim.scenario.schema import Scenario
from sim.scenario.syntax import (
    Binary,
    Call,
    Choice,
    Expression,
    Index,
    Name,
    Number,
    Pattern,
    Question,
    Unary,
)

NOBODY, SELF, ACTOR, TARGET = -1, -2, -3, -4
ROLE = {"nobody": NOBODY, "self": SELF, "actor": ACTOR, "target": TARGET}


class Op(IntEnum):
    """The operations; in brackets their operands, then what they pop and push."""

    CONSTANT = 0  # (constant) → 1
    PARAMETER = 1  # (parameter) → 1
    WORLD = 2  # (variable) → 1
    OF_ACTOR = 3  # (variable, actor) → 1
    OF_DYAD = 4  # (variable, actor, actor) → 1
    TIME = 5  # → 1: days since the start
    LEVEL = 6
    RUNG = 7
    DEATHS = 8
    INJURED = 9
    WAITED = 10
    WHO = 11  # (actor) → 1: the actor's number
    COUNT = 12  # (question) pops within, in days
    SINCE = 13  # (question) pops within, in days
    NEGATE = 20  # 1 → 1
    NOT = 21
    ABS = 22
    EXP = 23
    LOG = 24
    SQRT = 25
    LOGISTIC = 26
    ADD = 30  # 2 → 1
    SUBTRACT = 31
    MULTIPLY = 32
    DIVIDE = 33
    POWER = 34
    LESS = 35
    AT_MOST = 36
    MORE = 37
    AT_LEAST = 38
    EQUAL = 39
    UNEQUAL = 40
    AND = 41
    OR = 42
    MIN = 43
    MAX = 44
    CLAMP = 50  # 3 → 1
    IF = 51  # then, condition, otherwise → 1


_BINARY = {
    "+": Op.ADD, "-": Op.SUBTRACT, "*": Op.MULTIPLY, "/": Op.DIVIDE, "**": Op.POWER,
    "<": Op.LESS, "<=": Op.AT_MOST, ">": Op.MORE, ">=": Op.AT_LEAST, "==": Op.EQUAL, "!=": Op.UNEQUAL,
    "and": Op.AND, "or": Op.OR,
}  # fmt: skip
_CALL = {"abs": Op.ABS, "exp": Op.EXP, "log": Op.LOG, "sqrt": Op.SQRT, "logistic": Op.LOGISTIC,
         "min": Op.MIN, "max": Op.MAX, "clamp": Op.CLAMP}  # fmt: skip
_STATE = {
    "t": Op.TIME,
    "level": Op.LEVEL,
    "rung": Op.RUNG,
    "deaths": Op.DEATHS,
    "injured": Op.INJURED,
    "waited": Op.WAITED,
}

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Program:
    """A stretch of the instructions, and where in the scenario it was written."""

    start: int
    stop: int
    path: tuple[str | int, ...]
    expression: Expression


@dataclass
class Assembler:
    """Appends programs to one store of instructions, constants and questions."""

    scenario: Scenario
    names: NameTable
    instructions: list[Instruction] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    questions: list[Pattern] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._parameters = {name: i for i, name in enumerate(self.scenario.parameters)}
        self._variables = {name: i for i, name in enumerate(self.scenario.variables)}

    def add(self, expression: Expression, path: tuple[str | int, ...]) -> int:
        """The number of a new program for an expression."""
        start = len(self.instructions)
        self._emit(expression)
        self.programs.append(Program(start, len(self.instructions), path, expression))
        return len(self.programs) - 1

    def _put(self, op: Op, a: int = 0, b: int = 0, c: int = 0) -> None:
        self.instructions.append((int(op), a, b, c))

    def _constant(self, value: float) -> None:
        self.constants.append(value)
        self._put(Op.CONSTANT, len(self.constants) - 1)

    def _emit(self, node: Expression) -> None:
        if isinstance(node, Number):
            self._constant(node.value)
        elif isinstance(node, Name):
            self._name(node.id)
        elif isinstance(node, Index):
            who = [self.actor(one.id) for one in node.who]
            op = Op.OF_ACTOR if len(who) == 1 else Op.OF_DYAD
            self._put(op, self._variables[node.id], who[0], who[1] if len(who) == 2 else 0)
        elif isinstance(node, Unary):
            self._emit(node.operand)
            if node.op != "+":
                self._put(Op.NOT if node.op == "not" else Op.NEGATE)
        elif isinstance(node, Binary):
            self._emit(node.left)
            self._emit(node.right)
            self._put(_BINARY[node.op])
        elif isinstance(node, Choice):
            for part in (node.then, node.condition, node.other):
                self._emit(part)
            self._put(Op.IF)
        elif isinstance(node, Call):
            self._call(node)
        else:
            self._question(node)

    def _name(self, name: str) -> None:
        if name in self._parameters:
            self._put(Op.PARAMETER, self._parameters[name])
        elif name in self._variables:
            self._put(Op.WORLD, self._variables[name])
        elif name in _STATE:
            self._put(_STATE[name])
        else:
            self._put(Op.WHO, self.actor(name))

    def _call(self, node: Call) -> None:
        op = _CALL[node.function]
        self._emit(node.arguments[0])
        for argument in node.arguments[1:]:
            self._emit(argument)
            if op in (Op.MIN, Op.MAX):
                self._put(op)
        if op not in (Op.MIN, Op.MAX):
            self._put(op)

    def _question(self, node: Question) -> None:
        if node.within is None:
            self._constant(float("inf"))
        else:
            self._emit(node.within)
        self.questions.append(node.pattern)
        self._put(Op.COUNT if node.kind == "count" else Op.SINCE, len(self.questions) - 1)

    def actor(self, name: str) -> int:
        """An actor's number, or the code of a role."""
        return ROLE[name] if name in ROLE else self.names.actor_index[name]
