"""The kinds of value that a scenario's keys hold: how each is read, and what an editor is told of it.

Each is a type for the models in :mod:`sim.scenario.schema`: a reader that turns plain data into a piece
of :mod:`sim.scenario.syntax` or raises a :class:`PydanticCustomError` whose ``type`` is a fault's code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from sim.scenario import parser, times
from sim.scenario.parser import LanguageError
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

Weights = dict[str, Expression]


def shown(value: Any) -> str:
    """A value as a message names it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    return f"the number {value!r}"


def fault(code: str, found: str, expected: str, at: int | None = None) -> PydanticCustomError:
    """The error that becomes a fault: `at` is an offset in the text."""
    context = {"found": found, "expected": expected, "at": at, "steps": ()}
    return PydanticCustomError(code, "{found}", context)  # type: ignore[arg-type]


def _language(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except LanguageError as error:
        raise fault("bad-expression", error.found, error.expected, error.at) from None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _finite(value: Any, expected: str = "a finite number") -> float:
    if not _is_number(value):
        raise fault("wrong-type", f"found {shown(value)}", "a number")
    if not math.isfinite(value) or abs(value) > 1e300:
        raise fault("wrong-value", f"found {value}", expected)
    return float(value)


def read_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise fault("wrong-type", f"found {shown(value)}", "text (a number or a date that is meant as text is quoted)")


def read_number(value: Any) -> float:
    return _finite(value)


def read_whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise fault("wrong-type", f"found {shown(value)}", "a whole number")
    return value


def read_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise fault("wrong-type", f"found {shown(value)}", "true or false")
    return value


def read_duration(value: Any) -> int:
    if not isinstance(value, str) and not _is_number(value):
        raise fault("wrong-type", f"found {shown(value)}", times.DURATION_FORM)
    try:
        return times.duration_ms(value)
    except ValueError as error:
        raise fault("bad-time", str(error), times.DURATION_FORM) from None


def read_expression(value: Any) -> Expression:
    if _is_number(value):
        return Number(0, _finite(value))
    if isinstance(value, str):
        return _language(parser.parse_expression, value)
    raise fault("wrong-type", f"found {shown(value)}", "an expression or a number")


def read_length(value: Any) -> Expression:
    """A duration, or an expression of parameters in days."""
    distribution = read_delay(value)
    if distribution.kind != "fixed":
        raise fault("wrong-value", f"found the distribution {distribution.kind}", "a duration or an expression of parameters")
    return distribution.arguments[0]


def read_delay(value: Any) -> Distribution:
    if _is_number(value):
        if value == 0:
            return Distribution(0, "fixed", (Number(0, 0.0),))
        raise fault("bad-time", f"found {value} without a unit", times.DURATION_FORM)
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "a duration or a distribution of delays")
    return _language(lambda text: parser.parse_distribution(text, parser.DELAYS, days=True), value)


def read_casualties(value: Any) -> Distribution:
    if _is_number(value):
        return Distribution(0, "fixed", (Number(0, _finite(value)),))
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "a number or a distribution of casualties")
    return _language(lambda text: parser.parse_distribution(text, parser.CASUALTIES), value)


def read_range(value: Any) -> Distribution:
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "a distribution such as uniform(0.2, 0.4)")
    distribution = _language(lambda text: parser.parse_distribution(text, parser.RANGES), value)
    if distribution.kind == "fixed":
        raise fault("bad-expression", f"found {value!r}", f"one of the distributions {', '.join(parser.RANGES)}")
    return distribution


def read_pair(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise fault("wrong-type", f"found {shown(value)}", "[low, high]")
    low, high = (_finite(item) for item in value)
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
            inner = context["faults"] if "faults" in context else [(error.type, context)]
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
        raise fault("wrong-value", "found an empty list", "who: an id, or words such as self, others, patron of self")
    return tuple(term for terms in _each(_listed(value), lambda _, item: _who_text(item)) for term in terms)


def _who_text(value: Any) -> WhoField:
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "who: an id, or words such as self, others, patron of self")
    return _language(parser.parse_who, value)


def read_names(value: Any) -> Names:
    if value == []:
        raise fault("wrong-value", "found an empty list", "an id, or a list of ids")
    return Names(0, tuple(_each(_listed(value), lambda _, item: _id_text(item))))


def _id_text(value: Any) -> str:
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "an id")
    return value.strip()


def read_ids(value: Any) -> tuple[str, ...]:
    return () if value == [] else read_names(value).ids


def read_span(value: Any) -> Span:
    if isinstance(value, int) and not isinstance(value, bool):
        return Span(0, value, value)
    if not isinstance(value, str):
        raise fault("wrong-type", f"found {shown(value)}", "a whole number or a range such as 5, 5.., ..3 or 2..4")
    return _language(parser.parse_span, value)


def read_pattern(value: Any) -> Pattern:
    if not isinstance(value, dict):
        raise fault("wrong-type", f"found {shown(value)}", "a pattern: a mapping with keys such as action, actor, target, rung")
    return Pattern(**dict(_each(value.items(), _pattern_entry)))


def _pattern_entry(key: str, value: Any) -> tuple[str, Any]:
    if key not in PATTERN_KEYS:
        raise fault("unknown-key", f"found the key {key!r}", f"one of {', '.join(PATTERN_KEYS)}")
    if key in ("rung", "deaths", "injured"):
        return key, read_span(value)
    return key, read_who(value) if key in ("actor", "target", "soil") else read_names(value)


def read_weights(value: Any) -> str | Weights:
    """One name, or names by weight."""
    return value.strip() if isinstance(value, str) else read_attribution(value)


def read_visibility(value: Any) -> Expression | Weights:
    """A chance, or chances by who-field."""
    return _by_name(value) if isinstance(value, dict) else read_expression(value)


def read_attribution(value: Any) -> Weights:
    if not isinstance(value, dict) or not value:
        raise fault("wrong-type", f"found {shown(value)}", "names by weight")
    return _by_name(value)


def _by_name(value: dict[str, Any]) -> Weights:
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
    return _language(parser.parse_effect, value)


def _type(read: Callable[[Any], Any], schema: dict[str, Any]) -> Any:
    return PlainValidator(read), WithJsonSchema(schema)


def _one_or_map(inside: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [inside, {"type": "object", "additionalProperties": inside}]}


_EXPRESSION = {"type": ["string", "number"], "description": "an expression or a number"}
_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_SPAN = {"type": ["string", "integer"], "pattern": r"^\s*(-?\d+)?(\.\.)?(-?\d+)?\s*$"}
_PATTERN = {
    "type": "object",
    "additionalProperties": False,
    "description": "which events: every key given must fit",
    "properties": {
        key: _SPAN if key in ("rung", "deaths", "injured") else _NAMES for key in PATTERN_KEYS
    },
}  # fmt: skip

Text = Annotated[str, *_type(read_text, {"type": "string"})]
Real = Annotated[float, *_type(read_number, {"type": "number"})]
Whole = Annotated[int, *_type(read_whole, {"type": "integer"})]
Flag = Annotated[bool, *_type(read_bool, {"type": "boolean"})]
Duration = Annotated[int, *_type(read_duration, {"type": ["string", "integer"], "description": times.DURATION_FORM})]
Formula = Annotated[Expression, *_type(read_expression, _EXPRESSION)]
Length = Annotated[Expression, *_type(read_length, {"type": ["string", "integer"], "description": "a duration, or an expression of parameters in days"})]
Delay = Annotated[Distribution, *_type(read_delay, {"type": ["string", "integer"], "description": "a duration, or fixed uniform triangular exponential lognormal(median, p90)"})]
Casualties = Annotated[Distribution, *_type(read_casualties, {"type": ["string", "number"], "description": "a number or a distribution of whole numbers"})]
Range = Annotated[Distribution, *_type(read_range, {"type": "string", "description": "uniform triangular lognormal loguniform normal beta gamma"})]
Pair = Annotated[tuple[float, float], *_type(read_pair, {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2})]
WhoText = Annotated[WhoField, *_type(read_who, _NAMES)]
Ids = Annotated[tuple[str, ...], *_type(read_ids, _NAMES)]
When = Annotated[Pattern, *_type(read_pattern, _PATTERN)]
Weighted = Annotated[str | Weights, *_type(read_weights, _one_or_map(_EXPRESSION))]
Visibility = Annotated[Expression | Weights, *_type(read_visibility, _one_or_map(_EXPRESSION))]
Attribution = Annotated[Weights, *_type(read_attribution, {"type": "object", "additionalProperties": _EXPRESSION})]
Own = Annotated[dict[str, Any], *_type(read_own, {"type": "object", "additionalProperties": _one_or_map(_EXPRESSION)})]
Effects = Annotated[tuple[Effect, ...], *_type(read_effects, _NAMES)]
