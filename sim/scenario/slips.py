"""The commonest slips in YAML, explained in the author's terms."""

from __future__ import annotations

from typing import Any

from sim.scenario.faults import Fault, Spot

QUOTE_IT = (
    "inside { } and [ ] YAML ends unquoted text at a comma or bracket: "
    "put the whole text in quotes, or write the item in block style, a key a line"
)
_QUOTE_SIGN = "text that begins with one of ! & * % @ ` | > { [ ] } # , ? - : stands in quotes"

# What the YAML parsers say (a part of the context and of the problem) → code, found, expected.
_SAID = (
    ("", "maximum nesting depth", "too-deep", "found nesting that is far too deep", "at most 32 levels"),
    ("", "mapping values are not allowed", "yaml-colon", "found a colon followed by a space inside unquoted text",
     "quotes around text that holds ': ' (or a | block below its key), keys of one block in one column, "
     "and a space behind every key's colon"),
    ("flow", "", "half-expression", "found text that ends too early", QUOTE_IT),
    ("", "document start", "yaml", "found text behind the end of the document", "one document, and brackets in pairs"),
    ("quoted scalar", "escape", "yaml", "found a backslash with a meaning that YAML does not know",
     "a doubled backslash, or single quotes"),
    ("quoted scalar", "", "yaml", "found a quote that is not closed", "the closing quote"),
    ("tag", "", "tag", "found a tag", "a value without a tag (text that begins with ! is quoted)"),
    ("", "tag handle", "tag", "found a tag", "a value without a tag (text that begins with ! is quoted)"),
    ("anchor", "", "alias", "found an anchor", "a value without an anchor (text that begins with & is quoted)"),
    ("alias", "", "alias", "found an alias", "the value itself (text that begins with * is quoted)"),
    ("block scalar", "", "yaml", "found text behind the sign of a block", _QUOTE_SIGN),
    ("next token", "", "yaml", "found a character that begins no text", _QUOTE_SIGN),
    ("simple key", "", "yaml", "found a line that is neither a key with a colon and a space nor a list item",
     "key: value, with a space behind the colon"),
    ("", "sequence entries are not allowed", "yaml", "found a dash in the middle of a line",
     "each list item on a line of its own"),
    ("block", "", "yaml", "found a line that does not fit the lines above it",
     "keys of one block in one column, and quotes around the whole of a text"),
)  # fmt: skip


def opens(value: Any) -> bool:
    """Whether a text has a bracket that it does not close."""
    return _open_brackets(value) > 0


def closes(value: Any) -> bool:
    """Whether a text closes a bracket that it did not open."""
    return _open_brackets(value) < 0


def _open_brackets(value: Any) -> int:
    if not isinstance(value, str):
        return 0
    return value.count("(") + value.count("[") - value.count(")") - value.count("]")


def explain(error: Exception, text: str, file: str) -> Fault:
    """The fault for a text that the YAML parser gives up on."""
    problem = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if "quoted scalar" in context:
        mark = getattr(error, "context_mark", None) or mark  # where the quote opened
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    opened = getattr(error, "context_mark", None)
    if "flow" in context and mark and opened and text[mark.index : mark.index + 1] not in ("[", "]", "{", "}"):
        spot = Spot(file, opened.line + 1, opened.column + 1)
        return Fault(
            spot, "half-expression", "", "found a bracket that is not closed", f"its closing bracket ({QUOTE_IT})"
        )
    shown = lines[line] if line < len(lines) else ""
    indent = shown[: len(shown) - len(shown.lstrip())]
    if "\t" in indent or shown[column : column + 1] == "\t":
        column = shown.index("\t") if "\t" in indent else column
        expected = "spaces: YAML takes no tabs before or between values"
        return Fault(Spot(file, line + 1, column + 1), "yaml-tab", "", "found a tab", expected)
    spot = Spot(file, line + 1, column + 1)
    for part_of_context, part_of_problem, code, found, expected in _SAID:
        if part_of_context in context and part_of_problem in problem:
            return Fault(spot, code, "", found, expected)
    return Fault(spot, "yaml", "", f"found text that is not YAML ({problem})", "YAML")
