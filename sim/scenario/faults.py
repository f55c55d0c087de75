"""Faults: what is wrong with a scenario, where, and what would be right.

Every fault has a stable code, a place in a file and a path inside the scenario. The codes are the
keys of :data:`CODES`; README lists them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

CODES: dict[str, str] = {
    # errors of the file
    "unreadable": "the file cannot be read, is not UTF-8 or is larger than 1 MiB",
    "yaml": "the text is not YAML",
    "yaml-tab": "a tab where YAML wants spaces",
    "yaml-colon": "a colon and a space inside unquoted text",
    "half-expression": "text cut short by a comma or bracket inside { } or [ ], or a key without a value",
    "tag": "a YAML tag",
    "alias": "a YAML anchor or alias",
    "duplicate-key": "a key given twice",
    "too-deep": "nesting beyond the limit",
    "include": "an include that is missing, outside its folder, or a cycle",
    # errors of shape
    "unknown-key": "a key that the format does not have",
    "missing-key": "a required key is missing",
    "wrong-type": "a value of the wrong type",
    "wrong-value": "a value outside what is allowed",
    "bad-id": "an id with characters that ids do not have, or a word of the language",
    "duplicate-id": "one name for two things, or an id that is already there",
    "bad-time": "a duration or an instant that cannot be read",
    "bad-expression": "an expression, distribution, pattern or who-field that cannot be read",
    # errors of meaning
    "unknown-name": "an id that nothing has",
    "not-here": "a name that has no meaning in this place",
    "not-on-ladder": "a rung that the ladder does not have",
    "conflict": "keys that do not go together",
    "bad-path": "a path of set, disable or --set that leads nowhere",
    # warnings
    "never-matches": "a rule, outcome or question that no event of this scenario can match",
    "unused": "an action nobody takes, or a parameter or variable nobody reads",
    "uncited": "a source that nothing cites",
    "never-asked": "a timeline item or outcome outside the time that is simulated",
    "may-leave-range": "a chance that an unbounded range can push out of 0 to 1",
    "hopeless-peak": "a driver's peak more than 1,000 times as high as its rate can ever be",
}

PROBE_CODES: dict[str, str] = {
    "runs-away": "runs that are cut off at max_events, or events that bring about more than one other each",
    "never-fires": "a rule or driver that never fires though it was asked often enough, or cannot",
    "never-true": "an outcome that cannot come true",
    "always-true": "an outcome that is true from the start, or in every run at the same instant",
    "saturated": "runs that all have the same peak, reach the top of the ladder, or end with the same outcome",
}
"""Warnings of what only playing shows (``brinkline validate --probe``)."""

_LONGEST_WORD = 100


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file: line and column count from 1."""

    file: str
    line: int
    column: int

    def moved(self, columns: int) -> Spot:
        """The spot `columns` further on the same line."""
        return Spot(self.file, self.line, self.column + columns)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where, what was found, what was expected, the nearest known name."""

    spot: Spot
    code: str
    path: str
    found: str
    expected: str = ""
    nearest: str = ""
    severity: str = field(default="error")

    @property
    def message(self) -> str:
        """What was found, what was expected and the nearest known name, in one line."""
        parts = [self.found]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.nearest:
            parts.append(f"nearest known name: {self.nearest}")
        return "; ".join(parts)

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        return f"{self.spot}: {self.severity} {self.code}: {path}{self.message}"

    def as_dict(self) -> dict[str, object]:
        """The fault as plain data, for ``--json``."""
        return {
            "file": self.spot.file,
            "line": self.spot.line,
            "column": self.spot.column,
            "severity": self.severity,
            "code": self.code,
            "path": self.path,
            "found": self.found,
            "expected": self.expected,
            "nearest": self.nearest,
        }


def short(text: str) -> str:
    """A text as a message quotes it: in quotes, and not all of it where it is long."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name most like `word`, or an empty text where none is like it."""
    names = list(dict.fromkeys(known))
    if len(word) > _LONGEST_WORD:
        return ""
    folded = {name.casefold(): name for name in reversed(names)}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.55)
    return folded[found[0]] if found else ""


def hint(word: str, known: Iterable[str]) -> str:
    """The end of a message, ``; nearest known name: NAME``, or an empty text where no known name is like `word`."""
    near = nearest(word, known)
    return f"; nearest known name: {near}" if near else ""


def path_text(path: Iterable[str | int]) -> str:
    """A path as people write it: ``rules.answer.choose[1].weight``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """The faults without repetitions, sorted by place."""
    unique = dict.fromkeys(faults)
    return sorted(unique, key=lambda f: (f.spot, f.severity, f.code, f.path, f.found))


def with_excerpt(fault: Fault, texts: Mapping[str, str]) -> str:
    """The fault's line, then the line of the file it speaks of, with a mark below the column."""
    lines = texts.get(fault.spot.file, "").splitlines()
    if not 1 <= fault.spot.line <= len(lines):
        return str(fault)
    line = lines[fault.spot.line - 1]
    start = max(0, fault.spot.column - 80)
    shown = line[start : start + 120].replace("\t", "→")
    return f"{fault}\n    {shown}\n    {' ' * (fault.spot.column - 1 - start)}^"
