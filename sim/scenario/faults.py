"""Faults: what is wrong with a scenario, where, and what would be right.

Every fault has a stable code, a place in a file and a path inside the scenario. The codes are the
keys of :data:`CODES`; README lists them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

from sim.escapes import in_a_line, shortened

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
    "strange-character": "a no-break space, a full-width sign, a curly quote or the like where a plain one is meant",
    "too-large": "more values than a scenario may have, or a product of lists that comes to more than is allowed",
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
_LIKE = 0.55
_MOST_CLOSE = 20
_MOST_COMPARED = 1_500_000
_SHORT = 60
LONGEST_MESSAGE = 1500
"""No fault's line is longer, whatever it quotes."""
_LEFT_OF_COLUMN, _EXCERPT = 80, 120


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
        return f"{shortened(in_a_line(self.file))}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where, what was found, what was expected, the nearest known name.

    All of it may quote a stranger's file: what a terminal would obey instead of show stands as escapes.
    """

    spot: Spot
    code: str
    path: str
    found: str
    expected: str = ""
    nearest: str = ""
    severity: str = field(default="error")

    def __post_init__(self) -> None:
        for name in ("found", "expected"):
            object.__setattr__(self, name, in_a_line(getattr(self, name)))
        for name in ("path", "nearest"):
            object.__setattr__(self, name, shortened(in_a_line(getattr(self, name))))

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
    """A text as a message quotes it: in quotes and in a line, and not all of it where it is long."""
    return f"'{shortened(in_a_line(shortened(text, _SHORT)), _SHORT)}'"


class Spelling:
    """Finds the known names that are most like misspelt ones, until it has compared so many characters.

    A file may have a name misspelt in a hundred thousand places, each to be compared with as many names. One
    `Spelling` for all of a file's faults bounds the work; when it is used up, faults come without a suggestion.
    """

    def __init__(self, characters: int = _MOST_COMPARED):
        self._left = characters

    def nearest(self, word: str, known: Iterable[str]) -> str:
        """The known name most like `word`, or an empty text where none is like it or the work is used up."""
        word = word.casefold() if len(word) <= _LONGEST_WORD else ""
        if not word or self._left <= 0:
            return ""
        self._left -= _LONGEST_WORD
        matcher = SequenceMatcher(b=word)
        close: dict[str, tuple[float, str]] = {}
        for name in known:
            self._left -= 1
            if self._left <= 0:
                break
            if 2 * min(len(word), len(name)) < _LIKE * (len(word) + len(name)):
                continue  # even if all letters were the same
            folded = name.casefold()
            matcher.set_seq1(folded)
            self._left -= len(word) + len(name)
            likeness = matcher.quick_ratio()  # an upper bound of the ratio
            if likeness >= _LIKE:
                close.setdefault(folded, (likeness, name))
        best = (_LIKE, "")
        for folded, (bound, _) in sorted(close.items(), key=lambda one: -one[1][0])[:_MOST_CLOSE]:
            if bound < best[0]:
                break
            matcher.set_seq1(folded)
            self._left -= len(word) * len(folded)
            best = max(best, (matcher.ratio(), folded))
        return close[best[1]][1] if best[1] else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name most like `word`, or an empty text where none is like it."""
    return Spelling().nearest(word, known)


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
    lines = _lines(texts.get(fault.spot.file, ""))
    if not 1 <= fault.spot.line <= len(lines):
        return str(fault)
    line = lines[fault.spot.line - 1].replace("\t", "→")
    column = fault.spot.column - 1
    start = max(0, column - _LEFT_OF_COLUMN)
    before, behind = in_a_line(line[start:column]), in_a_line(line[column : start + _EXCERPT])
    return f"{fault}\n    {before}{behind}\n    {' ' * len(before)}^"


@lru_cache(maxsize=8)
def _lines(text: str) -> list[str]:
    """The lines of a text, of which many faults may speak."""
    return text.splitlines()
