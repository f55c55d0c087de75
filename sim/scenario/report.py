"""Faults by path: finds the place of a path in the files and remembers the fault."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario import schema
from sim.scenario.faults import Fault, nearest, path_text
from sim.scenario.source import Node

Path = tuple[str | int, ...]


class Report:
    """The faults of one tree of nodes."""

    def __init__(self, root: Node):
        self.root = root
        self.faults: list[Fault] = []

    @property
    def has_errors(self) -> bool:
        return any(fault.severity == "error" for fault in self.faults)

    def error(self, path: Path, code: str, found: str, expected: str = "", near: str = "", *, at: int | None = None, key: bool = False) -> None:
        """An error at a path: at an offset of its text, or with `key` at its key."""
        self._add(path, code, found, expected, near, "error", at, key)

    def warning(self, path: Path, code: str, found: str, expected: str = "") -> None:
        """A warning at a path's key."""
        self._add(path, code, found, expected, "", "warning", None, True)

    def _add(self, path: Path, code: str, found: str, expected: str, near: str, severity: str, at: int | None, key: bool) -> None:
        node = self.root.at(path)
        spot = node.key_spot if key else node.spot
        if at and node.inset is not None and not key:
            spot = spot.moved(at + node.inset)
        self.faults.append(Fault(spot, code, path_text(path), found, expected, near, severity))

    def shape(self, error: ValidationError, known_broken: set[str]) -> None:
        """The faults of a shape that does not fit the models."""
        for one in error.errors(include_url=False):
            path: Path = one["loc"]
            context: dict[str, Any] = one.get("ctx") or {}
            kind = one["type"]
            if kind == "many":
                for code, inner in context["faults"]:
                    self._language(path, code, inner)
            elif kind == "missing":
                if path_text(path) not in known_broken:
                    self.error(path, "missing-key", f"found no {str(path[-1])!r}", "this key, which is required", key=True)
            elif kind == "extra_forbidden":
                keys = _keys_at(path[:-1])
                self.error(path, "unknown-key", f"found the key {str(path[-1])!r}", f"one of {', '.join(keys)}", nearest(str(path[-1]), keys), key=True)
            elif kind == "literal_error":
                allowed = [part.strip("' ") for part in str(context["expected"]).replace(" or ", ", ").split(",")]
                self.error(path, "wrong-value", f"found {one['input']!r}", f"one of {', '.join(allowed)}", nearest(str(one["input"]), allowed))
            elif "found" in context:
                self._language(path, kind, context)
            else:
                self.error(path, "wrong-type", f"found {_what(one['input'])}", _EXPECTED.get(kind, one["msg"]))

    def _language(self, path: Path, code: str, context: dict[str, Any]) -> None:
        path = (*path, *context["steps"])
        near = ""
        if code == "unknown-key":
            near = nearest(str(path[-1]), schema.f.PATTERN_KEYS)
        self.error(path, code, context["found"], context["expected"], near, at=context["at"], key=code == "unknown-key")


_EXPECTED = {
    "dict_type": "a mapping: keys with values",
    "model_type": "a mapping: keys with values",
    "list_type": "a list",
    "tuple_type": "a list",
}


def _what(value: Any) -> str:
    if isinstance(value, str) and ":" in value:
        return f"{schema.f.shown(value)} (a colon needs a space behind it)"
    return schema.f.shown(value)


def _keys_at(path: Path) -> list[str]:
    """The keys that the block at a path has."""
    model: Any = schema.Scenario
    for step in path:
        if isinstance(model, type) and issubclass(model, BaseModel):
            field = next((f for name, f in model.model_fields.items() if (f.alias or name) == step), None)
            model = field.annotation if field else None
        else:
            model = _inside(model)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        model = _inside(model)
    fields = model.model_fields.items() if isinstance(model, type) and issubclass(model, BaseModel) else ()
    return [field.alias or name for name, field in fields]


def _inside(annotation: Any) -> Any:
    """The model inside ``dict[str, Model]``, ``tuple[Model, ...]`` or ``Model | None``."""
    for part in getattr(annotation, "__args__", ()):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
        inner = _inside(part)
        if inner is not None:
            return inner
    return None
