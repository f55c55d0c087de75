"""Texts of the scenario language → the pieces of :mod:`sim.scenario.syntax`.

A small recursive-descent parser with precedence as in Python. Nothing is ever handed to Python to
execute, lengths and depths are bounded, and every problem carries the offset where it was met.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sim.scenario import slips
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
    Names,
    Not,
    Number,
    Pattern,
    Question,
    Span,
    Unary,
    Who,
    WhoField,
)
from sim.scenario.times import UNIT_MS

DEEPEST = 60
LONGEST = 4000

ID = re.compile(r"[A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*")
STATEMENT_ID = re.compile(r"[A-Za-z0-9_-]*[A-Za-z0-9_][A-Za-z0-9_-]*")

DELAYS = {"fixed": 1, "uniform": 2, "triangular": 3, "exponential": 1, "lognormal": 2}
CASUALTIES = {**DELAYS, "poisson": 1, "geometric": 1, "negbinomial": 2, "hurdle": 2}
RANGES = {
    "uniform": 2, "triangular": 3, "lognormal": 2, "loguniform": 2,
    "normal": 2, "beta": 2, "gamma": 2,
}  # fmt: skip

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?:\s*(?P<unit>min|h|d|w)(?![A-Za-z0-9_(]))?(?![A-Za-z0-9_])
    | (?P<name>[A-Za-z0-9_]*[A-Za-z_][A-Za-z0-9_]*)
    | (?P<op>\*\*|<=|>=|==|!=|[-+*/()\[\],<>=])
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_EFFECT = re.compile(r"\s*([A-Za-z0-9_]+)\s*(\[[^\]]*\])?\s*(=(?!=)|\+=|-=|\*=|/=)")
_QUESTION = re.compile(r"\b(?:count|since)\s*\(")
_SPAN = re.compile(r"\s*(-?\d+)?\s*(\.\.)?\s*(-?\d+)?\s*")


class LanguageError(ValueError):
    """A text that cannot be read: the offset, what was found there, what was expected."""

    def __init__(self, at: int, found: str, expected: str):
        self.at, self.found, self.expected = at, found, expected
        super().__init__(f"{found}; expected {expected}")


class Token(NamedTuple):
    kind: str
    text: str
    at: int
    unit: str | None = None


def tokens_of(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a part of a text, with an end token behind them."""
    end = len(text) if end is None else end
    if end - start > LONGEST:
        raise LanguageError(start, f"found a text of {end - start} characters", f"at most {LONGEST}")
    tokens, at = [], start
    while text[at:end].strip():
        match = _TOKEN.match(text, at, end)
        if match is None:
            at += len(text[at:end]) - len(text[at:end].lstrip())
            raise LanguageError(at, f"found {text[at]!r}", "a number, a name or one of + - * / ** ( ) [ ] , < <= > >= == !=")
        kind = match.lastgroup or ""
        kind = "number" if kind == "unit" else kind
        tokens.append(Token(kind, match.group(kind), match.start(kind), match.group("unit")))
        at = match.end()
    tokens.append(Token("end", "", len(text[:end].rstrip())))
    return tokens


class _Parser:
    """Reads one expression from tokens; `text` is kept for the raw values inside questions."""

    def __init__(self, text: str, start: int = 0, end: int | None = None):
        self.text = text
        self.tokens = tokens_outside_questions(text, start, end)
        self.next = 0
        self.depth = 0

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
        found = "found the end of the text" if token.kind == "end" else f"found {token.text!r}"
        if slips.opens(self.text):
            expected += f" (a bracket is not closed; {slips.QUOTE_IT})"
        return LanguageError(token.at, found, expected)

    def whole(self) -> Expression:
        expression = self.choice()
        if self.token.kind != "end":
            raise self.problem("an operator or the end of the text")
        return expression

    def choice(self) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise LanguageError(self.token.at, f"found an expression nested beyond {DEEPEST} levels", "a simpler one")
        then = self.either()
        token = self.take("if")
        if token:
            condition = self.either()
            self.need("else")
            then = Choice(token.at, then, condition, self.choice())
        self.depth -= 1
        return then

    def either(self) -> Expression:
        left = self.both()
        while token := self.take("or"):
            left = Binary(token.at, "or", left, self.both())
        return left

    def both(self) -> Expression:
        left = self.inversion()
        while token := self.take("and"):
            left = Binary(token.at, "and", left, self.inversion())
        return left

    def inversion(self) -> Expression:
        token = self.take("not")
        if token is None:
            return self.comparison()
        return Unary(token.at, "not", self._deeper(self.inversion))

    def comparison(self) -> Expression:
        left = self.sum()
        result: Expression | None = None
        while token := self.take(*_COMPARISONS):
            right = self.sum()
            pair = Binary(token.at, token.text, left, right)
            result = pair if result is None else Binary(token.at, "and", result, pair)
            left = right
        return left if result is None else result

    def sum(self) -> Expression:
        left = self.product()
        while token := self.take("+", "-"):
            left = Binary(token.at, token.text, left, self.product())
        return left

    def product(self) -> Expression:
        left = self.signed()
        while token := self.take("*", "/"):
            left = Binary(token.at, token.text, left, self.signed())
        return left

    def signed(self) -> Expression:
        token = self.take("-", "+")
        if token is None:
            return self.power()
        return Unary(token.at, token.text, self._deeper(self.signed))

    def power(self) -> Expression:
        base = self.atom()
        token = self.take("**")
        return Binary(token.at, "**", base, self._deeper(self.signed)) if token else base

    def _deeper(self, read):  # type: ignore[no-untyped-def]
        self.depth += 1
        if self.depth > DEEPEST:
            raise LanguageError(self.token.at, f"found an expression nested beyond {DEEPEST} levels", "a simpler one")
        result = read()
        self.depth -= 1
        return result

    def atom(self) -> Expression:
        token = self.token
        if token.kind == "number":
            self.next += 1
            return number_of(token)
        if self.take("("):
            inside = self.choice()
            self.need(")")
            return inside
        if token.kind != "name" or token.text in ("and", "or", "not", "if", "else"):
            raise self.problem("a number, a name or a bracket")
        self.next += 1
        if self.token.text == "(" and self.token.kind == "op":
            return self.call(token)
        if self.take("["):
            who = [self.word("an actor, self, actor or target")]
            while self.take(","):
                who.append(self.word("an actor, self, actor or target"))
            self.need("]")
            return Index(token.at, token.text, tuple(who))
        return Name(token.at, token.text)

    def word(self, expected: str) -> Name:
        token = self.token
        if token.kind != "name":
            raise self.problem(expected)
        self.next += 1
        return Name(token.at, token.text)

    def call(self, name: Token) -> Expression:
        if name.text in QUESTIONS:
            return self.question(name)
        if name.text not in FUNCTIONS:
            known = ", ".join([*FUNCTIONS, *QUESTIONS])
            raise LanguageError(name.at, f"found the function {name.text!r}", f"one of {known}")
        self.need("(")
        arguments = [self.choice()]
        while self.take(","):
            arguments.append(self.choice())
        self.need(")")
        fewest, most = FUNCTIONS[name.text]
        if not fewest <= len(arguments) <= most:
            wanted = f"{fewest}" if fewest == most else f"at least {fewest}"
            raise LanguageError(name.at, f"found {len(arguments)} arguments of {name.text}", wanted)
        return Call(name.at, name.text, tuple(arguments))

    def question(self, name: Token) -> Expression:
        """``count(key=value, …)``: the values are patterns' values, not expressions."""
        open_ = self.need("(")
        close = _closing(self.text, open_.at)
        fields: dict[str, object] = {}
        within = None
        for start, end in split(self.text, open_.at + 1, close):
            key, value_at = _key_of(self.text, start, end)
            if key in fields or (key == "within" and within is not None):
                raise LanguageError(start, f"found {key} a second time", "each key once")
            if key == "within":
                within = _Parser(self.text, value_at, end).whole()
            else:
                fields[key] = pattern_value(key, self.text, value_at, end)
        while self.token.at <= close and self.token.kind != "end":
            self.next += 1
        return Question(name.at, name.text, Pattern(**fields), within)  # type: ignore[arg-type]


def tokens_outside_questions(text: str, start: int, end: int | None) -> list[Token]:
    """Tokens in which the values of questions (``5..``, ``a-b``) need not be tokens of an expression."""
    stop = len(text) if end is None else end
    masked = text[:stop]
    for match in reversed(list(_QUESTION.finditer(masked, start))):
        close = _closing(masked, match.end() - 1)
        masked = masked[: match.end()] + re.sub(r"[^\s\[\](),]", "x", masked[match.end() : close]) + masked[close:]
    return tokens_of(masked, start, stop)


def number_of(token: Token) -> Number:
    value = float(token.text)
    if value == float("inf"):
        raise LanguageError(token.at, f"found {token.text}", "a finite number")
    return Number.days(token.at, value * UNIT_MS[token.unit]) if token.unit else Number(token.at, value)


def _closing(text: str, at: int) -> int:
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0:
            return place
    raise LanguageError(at, "found a bracket that is not closed", f"the closing bracket ({slips.QUOTE_IT})")


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts between the commas that stand outside every bracket."""
    if not text[start:end].strip():
        return []
    parts, depth, begin = [], 0, start
    for place in range(start, end):
        depth += (text[place] in "([") - (text[place] in ")]")
        if text[place] == "," and depth == 0:
            parts.append((begin, place))
            begin = place + 1
    return [*parts, (begin, end)]


def _key_of(text: str, start: int, end: int) -> tuple[str, int]:
    match = re.compile(r"\s*([A-Za-z_]+)\s*=(?!=)").match(text, start, end)
    known = [*PATTERN_KEYS, "within"]
    if match is None:
        raise LanguageError(start, f"found {text[start:end].strip()!r}", f"key=value with one of {', '.join(known)}")
    if match.group(1) not in known:
        raise LanguageError(match.start(1), f"found the key {match.group(1)!r}", f"one of {', '.join(known)}")
    return match.group(1), match.end()


def pattern_value(key: str, text: str, start: int = 0, end: int | None = None) -> object:
    """The value of one key of a pattern, from a text."""
    end = len(text) if end is None else end
    if key in ("rung", "deaths", "injured"):
        return parse_span(text, start, end)
    if key in ("actor", "target", "soil"):
        return parse_who(text, start, end)
    parts = split(text, *_unbracketed(text, start, end))
    ids = tuple(text[a:b].strip() for a, b in parts)
    if not ids or not all(STATEMENT_ID.fullmatch(one) for one in ids):
        raise LanguageError(start, f"found {text[start:end].strip()!r}", "an id, or a list of ids")
    return Names(_begin(text, start, end), ids)


def _begin(text: str, start: int, end: int) -> int:
    return start + len(text[start:end]) - len(text[start:end].lstrip())


def _unbracketed(text: str, start: int, end: int) -> tuple[int, int]:
    """The inside of ``[…]``, or the part itself where it is no list."""
    inside = text[start:end].strip()
    if inside.startswith("[") and inside.endswith("]"):
        begin = _begin(text, start, end)
        return begin + 1, begin + len(inside) - 1
    return start, end


def parse_span(text: str, start: int = 0, end: int | None = None) -> Span:
    """``5``, ``5..``, ``..3`` or ``2..4``."""
    end = len(text) if end is None else end
    match = _SPAN.fullmatch(text, start, end)
    form = "a whole number or a range such as 5, 5.., ..3 or 2..4"
    if match is None or match.group(1) is None and match.group(3) is None:
        raise LanguageError(start, f"found {text[start:end].strip()!r}", form)
    low, dots, high = match.groups()
    if not dots:
        if low is None or high is not None:
            raise LanguageError(start, f"found {text[start:end].strip()!r}", form)
        high = low
    span = Span(_begin(text, start, end), _bounded(low), _bounded(high))
    if span.low is not None and span.high is not None and span.low > span.high:
        raise LanguageError(start, f"found {text[start:end].strip()!r}", "a range that goes up")
    return span


def _bounded(text: str | None) -> int | None:
    return None if text is None else max(-(10**9), min(10**9, int(text[:12])))


def parse_who(text: str, start: int = 0, end: int | None = None) -> WhoField:
    """A who-field: an id, a role, ``others``, ``KIND of X``, ``not …``, or a list of them."""
    end = len(text) if end is None else end
    parts = split(text, *_unbracketed(text, start, end))
    if not parts:
        raise LanguageError(start, f"found {text[start:end].strip()!r}", "who: an id, or words such as self, others, patron of self")
    listed = text[start:end].strip().startswith("[")
    if len(parts) > 1 and not listed:
        raise LanguageError(parts[1][0], "found a comma", "one who, or a list in [ ]")
    return tuple(_one_who(text, a, b) for a, b in parts)


def _one_who(text: str, start: int, end: int) -> Who | Not:
    words = [(m.group(), m.start()) for m in re.compile(r"[^\s]+").finditer(text, start, end)]
    at = words[0][1] if words else start
    if words and words[0][0] == "not" and len(words) > 1:
        return Not(at, parse_who(text, words[1][1], end))
    names = [word for word, _ in words]
    if len(names) == 1 and ID.fullmatch(names[0]) and names[0] not in ("of", "by", "not"):
        return Who(at, names[0])
    if len(names) == 3 and names[1] in ("of", "by") and ID.fullmatch(names[0]) and ID.fullmatch(names[2]):
        return Who(at, names[2], names[0], names[1])
    raise LanguageError(at, f"found {text[start:end].strip()!r}", "an id, self, others, any, nobody, KIND of X, KIND by X or not …")


def parse_expression(text: str) -> Expression:
    """A whole expression."""
    return _Parser(text).whole()


def parse_distribution(text: str, kinds: dict[str, int], *, days: bool = False) -> Distribution:
    """A distribution of one of `kinds`, or an expression, which is ``fixed``.

    `days`: it is a delay; numbers need a unit unless they are 0 or part of a larger expression.
    """
    match = re.match(r"\s*([A-Za-z]+)\s*\(", text)
    name = match.group(1) if match else ""
    if match is None or name in FUNCTIONS or name in QUESTIONS:
        expression = parse_expression(text)
        _need_unit(expression, days)
        return Distribution(expression.at, "fixed", (expression,))
    return _distribution(text, 0, len(text), kinds, days)


def _distribution(text: str, start: int, end: int, kinds: dict[str, int], days: bool) -> Distribution:
    match = re.compile(r"\s*([A-Za-z]+)\s*\(").match(text, start, end)
    if match is None or match.group(1) not in kinds:
        found = match.group(1) if match else text[start:end].strip()
        raise LanguageError(_begin(text, start, end), f"found {found!r}", f"one of the distributions {', '.join(kinds)}")
    kind, at = match.group(1), match.start(1)
    close = _closing(text, match.end() - 1)
    if text[close + 1 : end].strip():
        raise LanguageError(close + 1, f"found {text[close + 1 : end].strip()!r}", "nothing behind the distribution")
    parts = split(text, match.end(), close)
    if len(parts) != kinds[kind]:
        raise LanguageError(at, f"found {len(parts)} arguments of {kind}", f"{kinds[kind]}")
    inner = None
    if kind == "hurdle":
        positive = {name: count for name, count in kinds.items() if name != "hurdle"}
        inner_text = text[parts[1][0] : parts[1][1]]
        if re.match(r"\s*[A-Za-z]+\s*\(", inner_text):
            inner = _distribution(text, *parts[1], positive, days)
        else:
            inner = Distribution(parts[1][0], "fixed", (_Parser(text, *parts[1]).whole(),))
        parts = parts[:1]
    arguments = tuple(_Parser(text, a, b).whole() for a, b in parts)
    for argument in arguments:
        _need_unit(argument, days)
    return Distribution(at, kind, arguments, inner)


def _need_unit(expression: Expression, days: bool) -> None:
    if days and isinstance(expression, Number) and expression.ms is None and expression.value != 0:
        raise LanguageError(expression.at, f"found {expression.value:g} without a unit", "a duration such as 30 min, 8 h, 2 d or 1 w")


def parse_effect(text: str) -> Effect:
    """``variable[who] += expression``."""
    match = _EFFECT.match(text)
    if match is None:
        raise LanguageError(0, f"found {text.strip()!r}", "variable = expression, with one of = += -= *= /=")
    who: tuple[Name, ...] = ()
    if match.group(2):
        parser = _Parser(text, match.start(2) + 1, match.end(2) - 1)
        names = [parser.word("an actor, a group, self, actor or target")]
        while parser.take(","):
            names.append(parser.word("an actor, a group, self, actor or target"))
        if parser.token.kind != "end":
            raise parser.problem("',' or ']'")
        who = tuple(names)
    expression = _Parser(text, match.end()).whole()
    return Effect(match.start(1), match.group(1), who, match.group(3), expression)
