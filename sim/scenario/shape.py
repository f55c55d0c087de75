"""Do the values of a tree have the shape that the models ask for?

A scenario is checked as a whole even where parts of it are broken: those are reported, then left out or
replaced by something harmless, so that the rest can be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sim.scenario import characters
from sim.scenario.faults import short
from sim.scenario.fields import shown
from sim.scenario.report import Path, Report

Model = TypeVar("Model", bound=BaseModel)

_MOST_ROUNDS = 10
_MOST_MISFITS = 20_000
SCENARIO_NEEDS: dict[str, Any] = {
    "brinkline": 1, "scenario": "unnamed", "start": "2000-01-01", "horizon": "1 d",
    "rung": 0, "value": 0, "scope": "world", "who": "nobody", "when": {}, "rate": 0, "at": "+0 h",
}  # fmt: skip
"""The keys that a scenario's blocks require, each with something harmless."""
_MAPPING = "a mapping: keys with values"
_EXPECTED = {"dict_type": _MAPPING, "model_type": _MAPPING, "list_type": "a list", "tuple_type": "a list"}


def described(report: Report, model: type[Model], needs: Mapping[str, Any]) -> Model | None:
    """The model of a report's tree; what does not fit it is reported and left out.

    needs : for each required key something harmless, which stands in where the key is missing.
    """
    plain = report.root.plain()
    for _ in range(_MOST_ROUNDS):
        try:
            return model.model_validate(plain)
        except ValidationError as error:
            misfits = [one for each in error.errors(include_url=False) for one in _single(dict(each))]
        for path, kind, context in misfits[:_MOST_MISFITS]:
            _report(report, model, path, kind, context)
        if len(misfits) > _MOST_MISFITS:
            found = f"found {len(misfits):,} values that do not fit"
            report.error((), "too-large", found, f"fewer than {_MOST_MISFITS:,}: no more are told")
            return None
        for path, kind, _ in misfits:
            report.breaks(path)
            _mend(plain, path, kind, needs, model)
    return None


def _single(error: dict[str, Any]) -> list[tuple[Path, str, dict[str, Any]]]:
    """The path, kind and context of each misfit that an error of pydantic's stands for."""
    path: Path = error["loc"]
    context = {"input": error["input"], "message": error["msg"], **(error.get("ctx") or {})}
    if error["type"] == "many":
        return [((*path, *one["steps"]), code, one) for code, one in context["faults"]]
    return [(path, error["type"], context)]


def _report(report: Report, model: type[BaseModel], path: Path, kind: str, context: dict[str, Any]) -> None:
    name = str(path[-1]) if path else ""
    written = report.root.at(path).value
    strange = characters.STRANGE.search(written) if isinstance(written, str) else None
    if strange:
        found, expected = f"found {characters.named(strange[0])}", characters.expected(strange[0])
        report.error(path, "strange-character", found, expected, at=strange.start())
    elif kind == "missing":
        report.error(path, "missing-key", f"found no {name!r}", "this key, which is required", key=True)
    elif kind == "extra_forbidden":
        keys = keys_at(model, path[:-1])
        report.error(path, "unknown-key", f"found the key {short(name)}", f"one of {', '.join(keys)}", keys, key=True)
    elif kind == "literal_error":
        allowed = [part.strip("' ") for part in str(context["expected"]).replace(" or ", ", ").split(",")]
        report.error(path, "wrong-value", f"found {shown(context['input'])}", f"one of {', '.join(allowed)}", allowed)
    elif "found" in context:
        is_key = kind == "unknown-key"
        report.error(path, kind, context["found"], context["expected"], context["known"], at=context["at"], key=is_key)
    else:
        found, expected = f"found {shown(context['input'])}", _EXPECTED.get(kind, context["message"])
        if isinstance(context["input"], str) and ":" in context["input"]:
            found += " (a key's colon needs a space behind it)"
        report.error(path, "wrong-type", found, expected)


def _mend(plain: Any, path: Path, kind: str, needs: Mapping[str, Any], model: type[BaseModel]) -> None:
    """Leave out the value at a path, or put something harmless where one must be."""
    holders = [plain]
    for step in path[:-1]:
        inside = holders[-1]
        if not isinstance(inside, list) and not (isinstance(inside, dict) and step in inside):
            break
        holders.append(holders[-1][step])
    path = path[: len(holders)]
    if kind in ("missing", "dict_type", "model_type"):
        required = [key for key, field in fields_at(model, path).items() if field.is_required()]
        harmless = {key: needs[key] for key in required}
        holders[-1][path[-1]] = needs[str(path[-1])] if kind == "missing" else harmless
    else:
        place = next(index for index in reversed(range(len(holders))) if isinstance(holders[index], dict))
        holders[place].pop(path[place], None)


def keys_at(whole: type[BaseModel], path: Path) -> list[str]:
    """The keys that the block at a path of a model has."""
    return list(fields_at(whole, path))


def fields_at(whole: type[BaseModel], path: Path) -> dict[str, FieldInfo]:
    """The fields of the block at a path of a model, by key; none where there is no block."""
    model: Any = whole
    for step in path:
        if _is_model(model):
            field = next((one for name, one in model.model_fields.items() if (one.alias or name) == step), None)
            model = field.annotation if field else None
        else:
            model = _inside(model)
    if not _is_model(model):
        model = _inside(model)
    return {field.alias or name: field for name, field in model.model_fields.items()} if _is_model(model) else {}


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _inside(annotation: Any) -> Any:
    """The model inside ``dict[str, Model]``, ``tuple[Model, ...]`` or ``Model | None``."""
    for part in getattr(annotation, "__args__", ()):
        if _is_model(part):
            return part
        inner = _inside(part)
        if inner is not None:
            return inner
    return None
