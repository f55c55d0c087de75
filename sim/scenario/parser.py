"""Texts of the scenario language → the pieces of :mod:`sim.scenario.syntax`.

A small parser with precedence as in Python. Nothing is ever handed to Python to execute, lengths and
depths are bounded, and every problem carries the offset where it was met.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sim.scenario import slips
from sim.scenario.faults import short
from sim.scenario.patterns import parse_span, parse_who, pattern_value
from sim.scenario.syntax import (
    FUNCTIONS,
    PATTERN_KEYS,
    QUESTIONS,
    Binary,
    Call,
    Choice,
    Distribution,
    Effect,
    Expression,
    Index,
    Name,
    Number,
    Pattern,
    Question,
    Unary,
    children,
)
from sim.scenario.times import UNIT_MS
from sim.scenario.tokens import (
    DEEPEST,
    ID,
    STATEMENT_ID,
    LanguageError,
    Token,
    begin,
    bounded,
    closing,
    split,
    tokens_of,
)

HIGHEST_TREE = 200
_MOST_NODES = 2  # a character of the text
_QUESTION_DEPTH = 10  # a question inside a question counts as so many levels

DELAYS = {"fixed": 1, "uniform": 2, "triangular": 3, "exponential": 1, "lognormal": 2}
CASUALTIES = {**DELAYS, "poisson": 1, "geometric": 1, "negbinomial": 2, "hurdle": 2}
RANGES = {"uniform": 2, "triangular": 3, "lognormal": 2, "loguniform": 2, "normal": 2, "beta": 2, "gamma": 2}

_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_STRENGTH = {"or": 1, "and": 2, "not": 3, **dict.fromkeys(_COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_RESERVED = ("and", "or", "not", "if", "else")
_EFFECT = re.compile(r"\s*([A-Za-z0-9_]+)\s*(?:(\[[^\]]*\])\s*)?(=(?!=)|\+=|-=|\*=|/=)")
_QUESTION = re.compile(r"\b(?:count|since)\s*\(")
_INSIDE = re.compile(r"[^\s\[\](),]")
_KEY = re.compile(r"\s*([A-Za-z_]+)\s*=(?!=)")
_CALL = re.compile(r"\s*([A-Za-z]+)\s*\(")


def parse_expression(text: str) -> Expression:
    """A whole expression."""
    return _Parser(text).whole()


class _Parser:
    """Reads one expression from tokens; `text` is kept for the raw values inside questions."""

    def __init__(self, text: str, start: int = 0, end: int | None = None, depth: int = 0):
        bounded(text)
        self.text = text
        self.tokens = _tokens_outside_questions(text, start, end)
        self.next = 0
        self.depth = depth

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def take(self, *texts: str) -> Token | None:
        """The next token if it is one of `texts`, and go on behind it."""
        token = self.token
        if token.kind in ("op", "name") and token.text in texts:
            self.next += 1
            return token
        return None

    def need(self, text: str) -> Token:
        token = self.take(text)
        if token is None:
            raise self.problem(f"'{text}'")
        return token

    def problem(self, expected: str) -> LanguageError:
        token = self.token
        found = "found the end of the text" if token.kind == "end" else f"found {short(token.text)}"
        if token.text == "=":
            expected = "'==' (a single '=' compares nothing)"
        elif token.kind == "name" and self.next and self.tokens[self.next - 1].kind == "number":
            expected += " (units of time are min, h, d and w)"
        if slips.opens(self.text):
            expected += f" (a bracket is not closed; {slips.QUOTE_IT})"
        return LanguageError(token.at, found, expected)

    def whole(self) -> Expression:
        expression = self.choice()
        if self.token.kind != "end":
            raise self.problem("an operator or the end of the text")
        return _low(expression, len(self.text))

    def deeper(self, read: Callable[[], Expression]) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise LanguageError(self.token.at, f"found an expression nested beyond {DEEPEST} levels", "a simpler one")
        result = read()
        self.depth -= 1
        return result

    def choice(self) -> Expression:
        then = self.operation(1)
        token = self.take("if")
        if token is None:
            return then
        condition = self.operation(1)
        self.need("else")
        return Choice(token.at, then, condition, self.deeper(self.choice))

    def operation(self, weakest: int) -> Expression:
        """Operands joined by operators that bind at least as strongly as `weakest`."""
        left = self.operand(weakest)
        middle: Expression | None = None
        while self.token.kind != "number" and _STRENGTH.get(self.token.text, 0) >= weakest and self.token.text != "not":
            operator = self.tokens[self.next]
            self.next += 1
            right = self.operation(_STRENGTH[operator.text] + 1)
            if operator.text not in _COMPARISONS:
                left = Binary(operator.at, operator.text, left, right)
            elif middle is None:
                left = Binary(operator.at, operator.text, left, right)
                middle = right
            else:  # a < b < c
                left = Binary(operator.at, "and", left, Binary(operator.at, operator.text, middle, right))
                middle = right
        return left

    def operand(self, weakest: int) -> Expression:
        token = self.take("not") if weakest <= _STRENGTH["not"] else None
        if token is not None:
            return Unary(token.at, "not", self.deeper(lambda: self.operation(_STRENGTH["not"])))
        return self.signed()

    def signed(self) -> Expression:
        token = self.take("-", "+")
        if token is not None:
            return Unary(token.at, token.text, self.deeper(self.signed))
        base = self.atom()
        token = self.take("**")
        return base if token is None else Binary(token.at, "**", base, self.deeper(self.signed))

    def atom(self) -> Expression:
        token = self.token
        if token.kind == "number":
            self.next += 1
            return _number(token)
        if self.take("("):
            inside = self.deeper(self.choice)
            self.need(")")
            return inside
        if token.kind != "name" or token.text in _RESERVED:
            raise self.problem("a number, a name or a bracket")
        self.next += 1
        if self.token.text == "(":
            return self.question(token) if token.text in QUESTIONS else self.call(token)
        if self.take("["):
            who = self.words("an actor, self, actor or target")
            self.need("]")
            return Index(token.at, token.text, who)
        return Name(token.at, token.text)

    def words(self, expected: str) -> tuple[Name, ...]:
        """Names between commas."""
        names = [self.word(expected)]
        while self.take(","):
            names.append(self.word(expected))
        return tuple(names)

    def word(self, expected: str) -> Name:
        token = self.token
        if token.kind != "name" or token.text in _RESERVED:
            raise self.problem(expected)
        self.next += 1
        return Name(token.at, token.text)

    def call(self, name: Token) -> Expression:
        if name.text not in FUNCTIONS:
            raise _no_function(name)
        self.need("(")
        arguments = [self.deeper(self.choice)]
        while self.take(","):
            arguments.append(self.deeper(self.choice))
        self.need(")")
        fewest, most = FUNCTIONS[name.text]
        if not fewest <= len(arguments) <= most:
            wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise LanguageError(name.at, f"found {_arguments(len(arguments))} of {name.text}", wanted)
        return Call(name.at, name.text, tuple(arguments))

    def question(self, name: Token) -> Expression:
        """``count(key=value, …)``: the values are patterns' values, not expressions."""
        close = closing(self.text, self.need("(").at)
        fields: dict[str, object] = {}
        within = None
        for start, end in split(self.text, self.tokens[self.next - 1].at + 1, close):
            key, value_at = _key_of(self.text, start, end)
            if key in fields or (key == "within" and within is not None):
                raise LanguageError(begin(self.text, start, end), f"found {key} a second time", "each key once")
            if key == "within":
                within = self.deeper(_Parser(self.text, value_at, end, self.depth + _QUESTION_DEPTH).whole)
            else:
                fields[key] = pattern_value(key, self.text, value_at, end)
        while self.token.at <= close and self.token.kind != "end":
            self.next += 1
        return Question(name.at, name.text, Pattern(**fields), within)  # type: ignore[arg-type]  # values fit their keys


def _low(expression: Expression, length: int) -> Expression:
    """The expression, refused where walking its tree could exhaust the stack or take for ever.

    (A chain of comparisons holds its middle parts twice, so chains inside chains double and double: a tree of many
    more nodes than its text has characters, which are `length`, is made of such chains.)
    """
    level, height, count = [expression], 0, 0
    while level:
        height, count = height + 1, count + len(level)
        if height > HIGHEST_TREE or count > _MOST_NODES * length:
            found = f"found more than {HIGHEST_TREE} operations one upon the other"
            raise LanguageError(level[0].at, found, "a shorter expression")
        level = [child for node in level for child in children(node)]
    return expression


def _tokens_outside_questions(text: str, start: int, end: int | None) -> list[Token]:
    """Tokens in which the values of questions (``5..``, ``a-b``) need not be tokens of an expression."""
    stop = len(text) if end is None else end
    masked, at = text[:stop], start
    while match := _QUESTION.search(masked, at):
        at = closing(masked, match.end() - 1)
        masked = masked[: match.end()] + _INSIDE.sub("x", masked[match.end() : at]) + masked[at:]
    return tokens_of(masked, start, stop)


def _number(token: Token) -> Number:
    value = float(token.text)
    if value > 1e300:
        raise LanguageError(token.at, f"found {short(token.text)}", "a smaller number")
    return Number.days(token.at, value * UNIT_MS[token.unit]) if token.unit else Number(token.at, value)


def _arguments(count: int) -> str:
    return f"{count} argument{'s' * (count != 1)}"


def _no_function(name: Token) -> LanguageError:
    if name.text in CASUALTIES or name.text in RANGES:
        found = f"found the distribution {name.text!r} in an expression"
        expected = "a number there (a distribution stands alone, as a delay, a number of casualties or a range)"
        return LanguageError(name.at, found, expected)
    known = [*FUNCTIONS, *QUESTIONS]
    expected = f"one of {', '.join(known)} (the actors of a variable stand in [ ])"
    return LanguageError(name.at, f"found the function {short(name.text)}", expected, known)


def _key_of(text: str, start: int, end: int) -> tuple[str, int]:
    match = _KEY.match(text, start, end)
    known = [*PATTERN_KEYS, "within"]
    if match is None:
        found = f"found {short(text[start:end].strip())}"
        raise LanguageError(begin(text, start, end), found, f"key=value with one of {', '.join(known)}")
    if match.group(1) not in known:
        found = f"found the key {short(match.group(1))}"
        raise LanguageError(match.start(1), found, f"one of {', '.join(known)}", known)
    return match.group(1), match.end()


def parse_distribution(text: str, kinds: dict[str, int], *, days: bool = False) -> Distribution:
    """A distribution of one of `kinds`, or an expression, which is ``fixed``.

    `days`: it is a delay; numbers need a unit unless they are 0 or part of a larger expression.
    """
    bounded(text)
    match = _CALL.match(text)
    name = match.group(1) if match else ""
    if match is None or name in FUNCTIONS or name in QUESTIONS:
        expression = parse_expression(text)
        _need_unit(expression, days)
        return Distribution(expression.at, "fixed", (expression,))
    return _distribution(text, 0, len(text), kinds, days)


def _distribution(text: str, start: int, end: int, kinds: dict[str, int], days: bool) -> Distribution:
    match = _CALL.match(text, start, end)
    if match is None or match.group(1) not in kinds:
        found = match.group(1) if match else text[start:end].strip()
        expected = f"one of the distributions {', '.join(kinds)}"
        raise LanguageError(begin(text, start, end), f"found {short(found)}", expected, kinds)
    kind, at = match.group(1), match.start(1)
    close = closing(text, match.end() - 1)
    rest = text[close + 1 : end].strip()
    if rest:
        place = begin(text, close + 1, end)
        raise LanguageError(place, f"found {short(rest)}", "nothing behind the distribution")
    parts = split(text, match.end(), close)
    if len(parts) != kinds[kind]:
        raise LanguageError(at, f"found {_arguments(len(parts))} of {kind}", str(kinds[kind]))
    inner = None
    if kind == "hurdle":
        inner = _inside_hurdle(text, *parts.pop(), kinds, days)
    arguments = tuple(_Parser(text, a, b).whole() for a, b in parts)
    for argument in arguments:
        _need_unit(argument, days)
    return Distribution(at, kind, arguments, inner)


def _inside_hurdle(text: str, start: int, end: int, kinds: dict[str, int], days: bool) -> Distribution:
    match = _CALL.match(text, start, end)
    if match is None or match.group(1) in FUNCTIONS or match.group(1) in QUESTIONS:
        return Distribution(begin(text, start, end), "fixed", (_Parser(text, start, end).whole(),))
    return _distribution(text, start, end, {name: count for name, count in kinds.items() if name != "hurdle"}, days)


def _need_unit(expression: Expression, days: bool) -> None:
    if days and isinstance(expression, Number) and expression.ms is None and expression.value != 0:
        expected = "a duration such as 30 min, 8 h, 2 d or 1 w"
        raise LanguageError(expression.at, f"found {expression.value:g} without a unit", expected)


def parse_effect(text: str) -> Effect:
    """``variable[who] += expression``."""
    bounded(text)
    match = _EFFECT.match(text)
    if match is None:
        found = f"found {short(text.strip())}"
        raise LanguageError(begin(text, 0, len(text)), found, "variable = expression, with one of = += -= *= /=")
    who: tuple[Name, ...] = ()
    if match.group(2):
        parser = _Parser(text, match.start(2) + 1, match.end(2) - 1)
        who = parser.words("an actor, a group, self, actor or target")
        if parser.token.kind != "end":
            raise parser.problem("',' or ']'")
    expression = _Parser(text, match.end()).whole()
    return Effect(match.start(1), match.group(1), who, match.group(3), expression)


__all__ = [
    "CASUALTIES", "DELAYS", "ID", "RANGES", "STATEMENT_ID", "LanguageError",
    "parse_distribution", "parse_effect", "parse_expression", "parse_span", "parse_who", "pattern_value",
]  # fmt: skip
