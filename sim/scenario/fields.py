"""The kinds of value that a scenario's keys hold: how each is read, and what an editor is told of it.

Each is a type for the models in :mod:`sim.scenario.schema`: a reader that turns plain data into a piece
of :mod:`sim.scenario.syntax` or raises a :class:`PydanticCustomError` whose ``type`` is a fault's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, cast

from pydantic import AfterValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from sim.escapes import in_a_line, visible
from sim.scenario import characters, parser, patterns, times
from sim.scenario.faults import short
from sim.scenario.syntax import (
    PATTERN_KEYS,
    Distribution,
    Effect,
    Expression,
    Names,
    Number,
    Pattern,
    Span,
    WhoField,
)
from sim.scenario.tokens import LanguageError

Weights = dict[str, Expression]

LARGEST_NUMBER = 1e300
LARGEST_WHOLE = patterns.LARGEST


def shown(value: Any) -> str:
    """A value as a message names it."""
    if value is None:
        return "no value"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        return f"the text {short(value)}"
    return f"the number {value if abs(value) <= 1e15 else f'{value:.6g}'}"


def fault(
    code: str, found: str, expected: str, at: int | None = None, known: Iterable[str] = ()
) -> PydanticCustomError:
    """The error that becomes a fault: `at` is an offset in the text."""
    context = {"found": found, "expected": expected, "at": at, "known": tuple(known), "steps": ()}
    return PydanticCustomError(code, "{found}", context)


def _language(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except LanguageError as error:
        raise fault("bad-expression", error.found, error.expected, error.at, error.known) from None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _finite(value: Any) -> float:
    if not _is_number(value):
        raise fault("wrong-type", f"found {shown(value)}", "a number")
    if not abs(value) <= LARGEST_NUMBER:
        raise fault("wrong-value", f"found {shown(value)}", "a finite number")
    return float(value)


def read_text(value: Any) -> str:
    """Text for readers: what a terminal or a browser would obey instead of show stands as escapes from here on."""
    if isinstance(value, str):
        return visible(value)
    raise fault("wrong-type", f"found {shown(value)}", "text" + _quoted(value))


def read_line(value: Any) -> str:
    """Text of a single line, such as a name."""
    return in_a_line(read_text(value).strip("\n"))


def read_data(value: Any) -> Any:
    """What a variant adds or sets: read with the blocks that it changes, until then only safe to show."""
    if isinstance(value, dict):
        return {in_a_line(key): read_data(item) for key, item in value.items()}
    if isinstance(value, list):
        return [read_data(item) for item in value]
    return visible(value) if isinstance(value, str) else value


def read_id(value: Any) -> str:
    """One id alone."""
    if isinstance(value, str):
        return _name_alone(value)
    raise fault("wrong-type", f"found {shown(value)}", "one id" + _quoted(value))


def _name_alone(text: str) -> str:
    """The text without spaces around it, unless some of it only looks like a space or a letter."""
    if characters.STRANGE.search(text):
        raise fault("strange-character", f"found {shown(text)}", "one id")
    return text.strip()


def _quoted(value: Any) -> str:
    return "" if isinstance(value, (dict, list)) else " (what is meant as text is quoted)"


def read_number(value: Any) -> float:
    return _finite(value)


def read_share(value: Any) -> float:
    number = _finite(value)
    if not 0 <= number <= 1:
        raise fault("wrong-value", f"found {shown(value)}", "a share from 0 to 1")
    return number


def read_whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise fault("wrong-type", f"found {shown(value)}", "a whole number")
    if abs(value) > LARGEST_WHOLE:
        raise fault("wrong-value", f"found {shown(value)}", f"at most {LARGEST_WHOLE:,}")
    return value


def read_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise fault("wrong-type", f"found {shown(value)}", "true or false")
    return value


def read_duration(value: Any) -> int:
    if not isinstance(value, str) and not _is_number(value):
        raise fault("wrong-type", f"found {shown(value)}", times.DURATION_FORM)
    if value == 0:
        return 0
    if not isinstance(value, str):
        raise fault("bad-time", f"found {shown(value)} without a unit", times.DURATION_FORM)
    return int(_time(times.duration_ms, value, times.DURATION_FORM))


def read_start(value: Any) -> str:
    """An ISO date or date-time, as text."""
    text = _time_text(value, times.START_FORM)
    _time(times.parse_start, text, times.START_FORM)
    return text


def read_instant(value: Any) -> str:
    """An instant, as text; 0 is the start."""
    text = "+0" if _is_number(value) and value == 0 else _time_text(value, times.INSTANT_FORM)
    _time(lambda one: times.instant_ms(one, times.parse_start("2000-01-01")), text, times.INSTANT_FORM)
    return text


def read_moment(value: Any) -> str:
    """An instant or ``end``."""
    return "end" if value == "end" else read_instant(value)


def _time_text(value: Any, form: str) -> str:
    if isinstance(value, str):
        return value
    raise fault("wrong-type", f"found {shown(value)}", form)


def _time(read: Callable[[str], Any], text: str, form: str) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise fault("bad-time", str(error), form) from None


def read_expression(value: Any) -> Expression:
    if _is_number(value):
        return Number(0, _finite(value))
    if isinstance(value, str):
        return cast(Expression, _language(parser.parse_expression, value))
    raise fault("wrong-type", f"found {shown(value)}", "an expression or a number")


def read_length(value: Any) -> Expression:
    """A duration, or an expression of parameters in days."""
    distribution = read_delay(value)
    if distribution.kind != "fixed":
        found = f"found the distribution {distribution.kind}"
        raise fault("wrong-value", found, "a duration or an expression of parameters")
    return distribution.arguments[0]


def read_delay(value: Any) -> Distribution:
    if _is_number(value):
        if value == 0:
            return Distribution(0, "fixed", (Number(0, 0.0),))
        raise fault("bad-time", f"found {shown(value)} without a unit", times.DURATION_FORM)
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "a duration or a distribution of delays")
    return _distribution(value, parser.DELAYS, days=True)


def read_casualties(value: Any) -> Distribution:
    if _is_number(value):
        return Distribution(0, "fixed", (Number(0, _finite(value)),))
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "a number or a distribution of casualties")
    return _distribution(value, parser.CASUALTIES)


def read_range(value: Any) -> Distribution:
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "a distribution such as uniform(0.2, 0.4)")
    distribution = _distribution(value, parser.RANGES)
    if distribution.kind == "fixed":
        expected = f"one of the distributions {', '.join(parser.RANGES)}"
        raise fault("bad-expression", f"found {short(value)}", expected, distribution.at)
    return distribution


def _distribution(text: str, kinds: dict[str, int], *, days: bool = False) -> Distribution:
    return cast(Distribution, _language(lambda one: parser.parse_distribution(one, kinds, days=days), text))


def read_pair(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise fault("wrong-type", f"found {shown(value)}", "[low, high]")
    low, high = _each(enumerate(value), lambda _, item: _finite(item))
    if low >= high:
        raise fault("wrong-value", f"found [{low:g}, {high:g}]", "[low, high] with low below high")
    return low, high


def _each(items: Iterable[tuple[str | int | None, Any]], read: Callable[[Any, Any], Any]) -> list[Any]:
    """Each item read; every fault of all of them in one error."""
    results: list[Any] = []
    faults: list[tuple[str, dict[str, Any]]] = []
    for step, item in items:
        try:
            results.append(read(step, item))
        except PydanticCustomError as error:
            context = dict(error.context or {})
            inner = context.get("faults", [(error.type, context)])
            faults.extend((code, _further_out(one, step)) for code, one in inner)
    if faults:
        raise PydanticCustomError("many", "several faults", {"faults": faults})
    return results


def _further_out(context: dict[str, Any], step: str | int | None) -> dict[str, Any]:
    return context if step is None else {**context, "steps": (step, *context["steps"])}


def _listed(value: Any) -> Iterable[tuple[int | None, Any]]:
    return enumerate(value) if isinstance(value, list) else ((None, value),)


def read_who(value: Any) -> WhoField:
    if value == []:
        raise fault("wrong-value", "found an empty list", patterns.WHO_FORM)
    return tuple(term for terms in _each(_listed(value), lambda _, item: _who_text(item)) for term in terms)


def _who_text(value: Any) -> WhoField:
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", patterns.WHO_FORM)
    return cast(WhoField, _language(parser.parse_who, value))


def read_names(value: Any) -> Names:
    if value == []:
        raise fault("wrong-value", "found an empty list", "an id, or a list of ids")
    if isinstance(value, str):
        return cast(Names, _language(patterns.parse_names, value))
    return Names(0, tuple(_each(_listed(value), lambda _, item: read_id(item))))


def read_ids(value: Any) -> tuple[str, ...]:
    """One id, or a list of them that may be empty."""
    return tuple(_each(_listed(value), lambda _, item: read_id(item)))


def read_span(value: Any) -> Span:
    if isinstance(value, int) and not isinstance(value, bool):
        return Span(0, read_whole(value), value)
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", patterns.SPAN_FORM)
    return cast(Span, _language(parser.parse_span, value))


def read_pattern(value: Any) -> Pattern:
    if not isinstance(value, dict):
        expected = "a pattern: a mapping with keys such as action, actor, target, rung"
        raise fault("wrong-type", f"found {shown(value)}", expected)
    return Pattern(**dict(_each(value.items(), _pattern_entry)))


def _pattern_entry(key: str, value: Any) -> tuple[str, Any]:
    if key not in PATTERN_KEYS:
        raise fault(
            "unknown-key", f"found the key {short(key)}", f"one of {', '.join(PATTERN_KEYS)}", None, PATTERN_KEYS
        )
    if key in patterns.SPAN_KEYS:
        return key, read_span(value)
    return key, read_who(value) if key in patterns.WHO_KEYS else read_names(value)


def read_weights(value: Any) -> str | Weights:
    """One name, or names by weight."""
    if isinstance(value, str):
        return _name_alone(value)
    return _by_name(value, "one name, or names by weight such as {jurf: 2, qaim: 1}")


def read_visibility(value: Any) -> Expression | Weights:
    """A chance, or chances by who-field."""
    return _by_name(value, "") if isinstance(value, dict) and value else read_expression(value)


def read_attribution(value: Any) -> Weights:
    return _by_name(value, "names by weight such as {actor: 0.6, nobody: 0.4}")


def _by_name(value: Any, form: str) -> Weights:
    if not isinstance(value, dict) or not value:
        raise fault("wrong-type", f"found {shown(value)}", form)
    return dict(_each(value.items(), lambda key, item: (key, read_expression(item))))


def read_own(value: Any) -> dict[str, Expression | Weights]:
    """Values by actor, or by actor and actor."""
    if not isinstance(value, dict):
        raise fault("wrong-type", f"found {shown(value)}", "values by actor, or by actor and actor")
    return dict(_each(value.items(), lambda key, item: (key, read_visibility(item))))


def read_effects(value: Any) -> tuple[Effect, ...]:
    return tuple(_each(_listed(value), lambda _, item: _effect_text(item)))


def _effect_text(value: Any) -> Effect:
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "an effect such as pressure[self] += 0.1")
    return cast(Effect, _language(parser.parse_effect, value))


def _type(read: Callable[[Any], Any], schema: dict[str, Any]) -> Any:
    return PlainValidator(read), WithJsonSchema(schema)


def _map_of(inside: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": inside}


def _one_or_map(one: dict[str, Any], inside: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {**_map_of(inside), "minProperties": 1}]}


_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}
_EXPRESSION = {"type": ["string", "number"]}
_LENGTH = {"anyOf": [{"type": "string"}, {"const": 0}]}
_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_SPAN = {"type": ["string", "integer"], "pattern": r"^\s*(-?\d+|-?\d+\.\.(-?\d+)?|\.\.-?\d+)\s*$"}
_WHO_WORDS = "an id, a group, self, others, any, nobody, KIND of X, KIND by X, not …, or a list"
_PATTERN_WORDS = {
    "action": "an action or a tag, or a list of them",
    "place": "a place, or a list of them",
    "origin": "the rule, driver or timeline item that made the event, or a list of them",
    "rung": "5, 5.., ..3 or 2..4",
    "deaths": "1.. is at least one",
    "injured": "1.. is at least one",
    "actor": f"whom the responder holds responsible: {_WHO_WORDS}",
    "target": f"to whom it was done: {_WHO_WORDS}",
    "soil": f"any owner of the place: {_WHO_WORDS}",
}
_PATTERN = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        key: {**(_SPAN if key in patterns.SPAN_KEYS else _NAMES), "description": _PATTERN_WORDS[key]}
        for key in PATTERN_KEYS
    },
}

Text = Annotated[str, *_type(read_text, _TEXT)]
Line = Annotated[str, *_type(read_line, _TEXT)]
Data = Annotated[dict[str, Any], AfterValidator(read_data)]
Id = Annotated[str, *_type(read_id, _TEXT)]
Real = Annotated[float, *_type(read_number, _NUMBER)]
Share = Annotated[float, *_type(read_share, {**_NUMBER, "minimum": 0, "maximum": 1})]
Whole = Annotated[int, *_type(read_whole, {"type": "integer"})]
Flag = Annotated[bool, *_type(read_bool, {"type": "boolean"})]
Duration = Annotated[int, *_type(read_duration, _LENGTH)]
Start = Annotated[str, *_type(read_start, _TEXT)]
Instant = Annotated[str, *_type(read_instant, _LENGTH)]
Moment = Annotated[str, *_type(read_moment, _LENGTH)]
Formula = Annotated[Expression, *_type(read_expression, _EXPRESSION)]
Length = Annotated[Expression, *_type(read_length, _LENGTH)]
Delay = Annotated[Distribution, *_type(read_delay, _LENGTH)]
Casualties = Annotated[Distribution, *_type(read_casualties, _EXPRESSION)]
Range = Annotated[Distribution, *_type(read_range, _TEXT)]
Pair = Annotated[
    tuple[float, float], *_type(read_pair, {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2})
]
Ids = Annotated[tuple[str, ...], *_type(read_ids, _NAMES)]
When = Annotated[Pattern, *_type(read_pattern, _PATTERN)]
Weighted = Annotated[str | Weights, *_type(read_weights, _one_or_map(_TEXT, _EXPRESSION))]
Visibility = Annotated[Expression | Weights, *_type(read_visibility, _one_or_map(_EXPRESSION, _EXPRESSION))]
Attribution = Annotated[Weights, *_type(read_attribution, {**_map_of(_EXPRESSION), "minProperties": 1})]
Own = Annotated[dict[str, Any], *_type(read_own, _map_of(_one_or_map(_EXPRESSION, _EXPRESSION)))]
Effects = Annotated[tuple[Effect, ...], *_type(read_effects, _NAMES)]
