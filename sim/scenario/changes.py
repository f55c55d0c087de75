"""What is changed in a scenario before it is checked, as commands and calls in Python ask for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path

from sim.errors import UsageError
from sim.escapes import quoted
from sim.scenario.faults import short


@dataclass(frozen=True)
class Changes:
    """What is changed in a scenario before it is checked, in this order.

    variants : names of variants; settings : (path, value as YAML text); injects : files with timeline
    items; horizon : a duration that replaces the scenario's; fixed : every parameter at its value.
    """

    variants: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    injects: tuple[str, ...] = ()
    horizon: str | None = None
    fixed: bool = False


def changes_of(variants: object, settings: object, injects: object, *, fixed: bool) -> Changes:
    """The changes that a call in Python asks for: a text or a path alone is one of its kind.

    Raises UsageError for anything of another type.
    """
    if not isinstance(settings, Mapping):
        raise UsageError(f"found {type_of(settings)} as settings; expected a mapping of paths to values")
    if not isinstance(fixed, bool):
        raise UsageError(f"found {type_of(fixed)} as fixed; expected True or False")
    return Changes(
        variants=tuple(str(name) for name in _listed("variants", variants, str)),
        settings=tuple((path, _setting(path, value)) for path, value in settings.items()),
        injects=tuple(str(path) for path in _listed("injects", injects, (str, Path))),
        fixed=fixed,
    )


def _listed(name: str, given: object, kind: type | tuple[type, ...]) -> list[object]:
    items = [given] if isinstance(given, kind) else list(given) if isinstance(given, (list, tuple)) else None
    if items is None or not all(isinstance(one, kind) for one in items):
        wrong = given if items is None else next(one for one in items if not isinstance(one, kind))
        what = "texts" if kind is str else "paths"
        raise UsageError(f"found {type_of(wrong)} as {name}; expected one of a list of {what}, or one alone")
    return items


def _setting(path: object, value: object) -> str:
    """A value as ``--set`` takes it; numbers of any library are numbers."""
    if not isinstance(path, str):
        raise UsageError(f"found {type_of(path)} as a path of settings; expected a text")
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, allow_nan=False, default=_number)
    except (TypeError, ValueError, RecursionError):
        expected = "a finite number, a text, true or false, a list or a mapping"
        raise UsageError(f"found {type_of(value)} as the setting {short(path)}; expected {expected}") from None


def _number(value: object) -> int | float:
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    raise TypeError


def type_of(value: object) -> str:
    """A value of a type that was not expected, as a message names it: ``the int 3``."""
    return f"the {type(value).__name__} {quoted(value)}" if value is not None else "None"
