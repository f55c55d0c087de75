"""Random who-fields and patterns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.generated.draws import Draws
from tests.generated.expressions import Here

RUNGS = (-2, -1, 0, 1, 2, 3, 5, 8)


class Patterns(Draws):
    """Writes who-fields and patterns too."""

    def who_term(self, here: Here) -> str:
        """One entry of a who-field."""
        plain = [self.dice.one_of(self.cast.actors), *self.cast.groups, *here.roles, "any", "nobody"]
        plain += ["others"] * ("self" in here.roles)
        related = self.cast.relations and self.dice.perhaps(3)
        one = self.related(here) if related else self.dice.one_of(plain)
        if self.dice.perhaps(4):
            return f"not not {one}" if self.dice.perhaps(4) else f"not {one}"
        return one

    def who_field(self, here: Here) -> Any:
        """Whom a pattern names: one, or a list."""
        if self.dice.perhaps(5):
            return [self.who_term(here) for _ in range(self.dice.whole(1, 3))]
        return self.who_term(here)

    def who_key(self, here: Here) -> str:
        """The same as one text, for keys: a list stands in brackets there, behind ``not`` too."""
        field = self.who_field(here)
        if isinstance(field, str):
            return field
        return f"{'not ' * self.dice.perhaps()}[{', '.join(field)}]"

    def related(self, here: Here) -> str:
        """Those who are something to somebody, or to whom somebody is."""
        dice, cast = self.dice, self.cast
        ends = [dice.one_of(cast.actors), *cast.groups, *here.roles, *here.roles]
        return f"{dice.one_of(list(cast.relations))} {dice.one_of(('of', 'by'))} {dice.one_of(ends)}"

    def pattern(self, here: Here, *, asked: bool = False) -> dict[str, Any]:
        """Which events: a few keys, and not too narrow."""
        dice, cast = self.dice, self.cast
        who = self.who_key if asked else self.who_field
        keys: dict[str, Callable[[], Any]] = {
            "action": lambda: dice.one_of([dice.some_of([*cast.actions, *cast.tags], 1, 3), *cast.actions, *cast.tags]),
            "rung": self.span,
            "actor": lambda: who(here),
            "target": lambda: who(here),
            "soil": lambda: who(here),
            "place": lambda: dice.one_of([*cast.places, dice.some_of(cast.places, 1, 2)]),
            "origin": lambda: dice.some_of(cast.origins, 1, 3),
            "deaths": self.number_of_people,
            "injured": self.number_of_people,
        }
        who_keys = ["actor", "target", "soil"]
        usable = [key for key in keys if (key != "place" or cast.places) and (key != "origin" or cast.origins)]
        if asked:
            chosen = dice.some_of(usable, 0, 3)
        else:
            chosen = dice.some_of(usable, 0, 2) if dice.perhaps(3) else dice.some_of(["action", *who_keys], 0, 1)
        return {key: keys[key]() for key in chosen}

    def span(self) -> Any:
        """Rungs: one, or from, to, or both."""
        low = self.dice.one_of(RUNGS)
        return self.dice.one_of((low, f"{low}..", f"..{low}", f"{low}..{low + 3}"))

    def number_of_people(self) -> Any:
        """A span of deaths or injured."""
        return self.dice.one_of((0, 2, "1..", "..2", "1..3", "0..0"))
