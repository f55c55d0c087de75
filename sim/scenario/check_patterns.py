"""Do the names in patterns and who-fields mean something where they stand?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from sim.scenario.faults import short
from sim.scenario.names import NameTable, terms_of
from sim.scenario.parser import parse_who
from sim.scenario.patterns import WHO_KEYS
from sim.scenario.report import Path, Report
from sim.scenario.schema import Scenario
from sim.scenario.sites import NOWHERE, Context
from sim.scenario.syntax import PATTERN_KEYS, ROLES, Name, Names, Pattern, Who, WhoField

_HOMES = {"action": ("actions",), "place": ("places",), "origin": ("rules", "drivers", "timeline")}


@dataclass(frozen=True)
class Here:
    """A place in a scenario where the language is used, and what is known there.

    values : the parameters' values, as far as they could be read.
    """

    scenario: Scenario
    names: NameTable
    report: Report
    values: Mapping[str, float]
    path: Path = ()
    context: Context = NOWHERE

    def at(self, path: Path) -> Here:
        """The same context at another path."""
        return replace(self, path=path)

    def error(
        self, at: int, code: str, found: str, expected: str, known: Iterable[str] = (), *, key: bool = False
    ) -> None:
        """An error at an offset of the text that stands here, or with `key` at the path's key."""
        self.report.error(self.path, code, found, expected, known, at=at, key=key)

    def unknown(
        self, at: int, kind: str, name: str, known: Iterable[str],
        *, homes: tuple[str, ...], expected: str = "", key: bool = False,
    ) -> None:  # fmt: skip
        """The error that nothing has a name."""
        self.report.unknown(self.path, kind, name, known, homes=homes, at=at, key=key, expected=expected)

    def not_here(self, at: int, name: str, allowed: Iterable[str], *, key: bool = False) -> None:
        """The error that a word has no meaning in this context."""
        words = " and ".join(", ".join(allowed).rsplit(", ", 1))
        expected = f"only {words} here" if words else "no word for an actor or an event here"
        self.error(at, "not-here", f"found {short(name)} in {self.context.where}", expected, key=key)


def check_pattern(pattern: Pattern, here: Here) -> None:
    """Report the names of a rule's or outcome's pattern that mean nothing. Each key has a place of its own."""
    for key in PATTERN_KEYS:
        value = getattr(pattern, key)
        if value is None:
            continue
        there = here.at((*here.path, key))
        written = there.report.root.at(there.path).value
        if isinstance(value, Names):
            _names(key, value, there, listed=isinstance(written, list))
        elif key in WHO_KEYS and isinstance(written, list):
            for index, text in enumerate(written):
                check_who(parse_who(text.value), there.at((*there.path, index)))
        elif key in WHO_KEYS:
            check_who(value, there)


def check_question(pattern: Pattern, here: Here) -> None:
    """The same for the pattern of a question, all of which stands in one text."""
    for key in PATTERN_KEYS:
        value = getattr(pattern, key)
        if isinstance(value, Names):
            _names(key, value, here, listed=False)
        elif key in WHO_KEYS and value is not None:
            check_who(value, here)


def _names(key: str, value: Names, here: Here, *, listed: bool) -> None:
    known: dict[str, Collection[str]] = {
        "action": here.names.deeds,
        "place": here.scenario.places,
        "origin": here.names.origins,
    }
    for index, name in enumerate(value.ids):
        if name not in known[key]:
            there = here.at((*here.path, index)) if listed else here
            at = value.offsets[index] if value.offsets else 0
            expected = "a known action or tag" if key == "action" else ""
            there.unknown(at, key, name, known[key], homes=_HOMES[key], expected=expected)


def check_who(field: WhoField, here: Here, *, key: bool = False) -> None:
    """Report the entries of a who-field that mean nothing here."""
    for term in terms_of(field):
        _term(term, here, key=key)


def _term(term: Who, here: Here, *, key: bool) -> None:
    names, roles = here.names, here.context.roles
    kinds = here.scenario.relations
    if term.relation and term.relation not in kinds:
        expected = "a known kind of relation"
        here.unknown(term.at, "relation", term.relation, kinds, homes=("relations",), expected=expected, key=key)
    if term.id in ROLES or (term.id == "others" and not term.relation):
        needed = "self" if term.id == "others" else term.id
        if needed not in roles:
            here.not_here(term.at, term.id, [*roles, "ids", "groups", "any", "nobody"], key=key)
    elif term.id in names.actor_index or term.id in names.groups:
        return
    elif term.relation or term.id not in ("any", "nobody"):
        known = chain(names.actors, names.groups, roles, () if term.relation else ("others", "any", "nobody"))
        expected = "an actor, a group or " + (" or ".join(roles) if term.relation else "a word such as self")
        here.unknown(term.at, "actor", term.id, known, homes=("actors", "groups"), expected=expected, key=key)


def check_index(name: Name, here: Here, *, groups: bool) -> None:
    """Report an index that is no actor; `groups`: a group will do, as in an effect."""
    names = here.names
    if name.id in ROLES:
        if name.id not in here.context.roles:
            here.not_here(name.at, name.id, [*here.context.roles, "ids"])
    elif name.id in names.groups and not groups:
        expected = "an actor (only effects and own values take a group)"
        here.error(name.at, "wrong-type", f"found the group {short(name.id)}", expected)
    elif name.id != "nobody" and name.id not in names.actor_index and name.id not in names.groups:
        known = chain(names.actors, names.groups if groups else (), ROLES)
        expected = "an actor, a group, self, actor or target" if groups else "an actor, self, actor or target"
        here.unknown(name.at, "actor", name.id, known, homes=("actors", "groups"), expected=expected)
