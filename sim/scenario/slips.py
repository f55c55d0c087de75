"""The commonest slips in YAML, explained in the author's terms."""

from __future__ import annotations

from typing import Any

from sim.scenario.faults import Fault, Spot

QUOTE_IT = (
    "inside { } and [ ] YAML ends unquoted text at a comma or bracket: "
    "put the whole text in quotes, or write the item in block style, a key a line"
)


def opens(value: Any) -> bool:
    """Whether a text has a bracket that it does not close."""
    return isinstance(value, str) and value.count("(") + value.count("[") > value.count(")") + value.count("]")


def closes(value: Any) -> bool:
    """Whether a text closes a bracket that it did not open."""
    return isinstance(value, str) and value.count("(") + value.count("[") < value.count(")") + value.count("]")


def explain(error: Exception, text: str, file: str) -> Fault:
    """The fault for a text that the YAML parser gives up on."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else _place_of(error, text)
    spot = Spot(file, line + 1, column + 1)
    lines = text.splitlines()
    shown = lines[line] if line < len(lines) else ""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    context = str(getattr(error, "context", None) or "")
    if "'\\t'" in problem or "\t" in shown[: len(shown) - len(shown.lstrip())]:
        column = shown.index("\t") if "\t" in shown else column
        return Fault(Spot(file, line + 1, column + 1), "yaml-tab", "", "found a tab", "spaces: YAML takes no tabs before or between values")
    if "mapping values are not allowed" in problem:
        return Fault(
            spot, "yaml-colon", "", "found a colon followed by a space inside unquoted text",
            "text that holds ': ' stands in quotes, or below its key as a | block",
        )
    if "flow" in context:
        return Fault(spot, "half-expression", "", f"found text that ends too early ({problem})", QUOTE_IT)
    if "quoted scalar" in context:
        return Fault(spot, "yaml", "", "found a quote that is not closed", "the closing quote")
    if "special characters" in problem or "special characters" in str(error):
        return Fault(spot, "yaml", "", "found a character that YAML does not allow", "printable text")
    where = "a consistent indent: keys of one block begin in one column" if "block" in context else "YAML"
    return Fault(spot, "yaml", "", f"found text that is not YAML ({problem})", where)


def _place_of(error: Exception, text: str) -> tuple[int, int]:
    """Line and column of a character that the reader refused, from its position."""
    position = getattr(error, "position", 0)
    position = position if isinstance(position, int) else 0
    before = text[:position]
    return before.count("\n"), position - (before.rfind("\n") + 1)
