"""The plainest reading of patterns, level and outcomes, straight from a scenario's plain data and a finished log.

Slow and short on purpose: what the engines do while a run is played is held against this afterwards.
"""

from __future__ import annotations

from typing import Any

from tests.worlds import Event

Names = dict[str, str | None]
DAY_MS = 86_400_000
UNITS = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0, "w": 7.0}


def days(text: Any) -> float:
    """The days of a duration such as ``12 h`` or of an offset such as ``+2 d``."""
    amount, unit = str(text).replace("+", "").split()
    return float(amount) * UNITS[unit]


def whole(day: float) -> int:
    """The milliseconds of a number of days: what is compared is compared in these."""
    return round(day * DAY_MS)


class Oracle:
    """What a scenario, as plain data, says of single events and of a whole log."""

    def __init__(self, scenario: dict[str, Any]):
        self.scenario = scenario
        self.actors = list(scenario["actors"])

    def members(self, name: str) -> set[str]:
        """The actors of an id or a group."""
        return {name} if name in self.actors else set(self.scenario["groups"][name])

    def related(self, kind: str, way: str, ends: set[str]) -> set[str]:
        """Those who are `kind` to one of `ends` (``of``), or to whom one of them is (``by``)."""
        pairs = {
            (who, whom)
            for one, others in self.scenario["relations"][kind].items()
            for who in self.members(one)
            for other in others
            for whom in self.members(other)
            if who != whom
        }
        return (
            {who for who, whom in pairs if whom in ends}
            if way == "of"
            else {whom for who, whom in pairs if who in ends}
        )

    def who(self, term: Any, names: Names) -> set[str | None]:
        """All that a who-field holds; None is nobody."""
        if isinstance(term, list):
            return set().union(*(self.who(one, names) for one in term))
        words = term.split()
        if words[0] == "not":
            return {*self.actors, None} - self.who(" ".join(words[1:]), names)
        if len(words) == 3:
            kind, way, end = words
            ends = ({names[end]} - {None}) if end in names else self.members(end)
            return set(self.related(kind, way, {one for one in ends if one}))
        if term in names:
            return {names[term]}
        special: dict[str, set[str | None]] = {
            "any": set(self.actors),
            "nobody": {None},
            "others": set(self.actors) - {names.get("self")},
        }
        return special[term] if term in special else set(self.members(term))

    def soil_fits(self, term: Any, owners: set[str], names: Names) -> bool:
        """Whether any owner fits; of ``not X``, whether none does."""
        if isinstance(term, list):
            return any(self.soil_fits(one, owners, names) for one in term)
        if term.startswith("not "):
            return not self.soil_fits(term[4:], owners, names)
        return bool(self.who(term, names) & (owners or {None}))

    def fits(self, pattern: dict[str, Any], event: Event, names: Names | None = None) -> bool:
        """Whether an event, told by its true doer, fits a pattern."""
        names = names or {}
        return all(self._key_fits(key, value, event, names) for key, value in pattern.items())

    def _key_fits(self, key: str, value: Any, event: Event, names: Names) -> bool:
        found = getattr(event, key, None)
        if key in ("rung", "deaths", "injured"):
            low, dots, high = str(value).partition("..")
            return int(low or -999) <= found <= int((high or 999) if dots else low)
        if key in ("actor", "target"):
            return found in self.who(value, names)
        if key == "soil":
            owners = self.scenario["places"][event.place].get("soil", []) if event.place else []
            return self.soil_fits(value, set().union(*(self.members(one) for one in owners)), names)
        wanted = value if isinstance(value, list) else [value]
        tags = self.scenario["actions"][event.action].get("tags", []) if key == "action" else []
        return bool({found, *tags} & set(wanted))

    def level(self, log: list[Event], day: float) -> int:
        """The highest rung of the last ``level.window``, never below 0."""
        now, window = whole(day), whole(days(self.scenario["level"]["window"]))
        return max([0, *(event.rung for event in log if now - window < whole(event.t) <= now)])

    def first(self, pattern: dict[str, Any], log: list[Event]) -> float | None:
        """The first day from the start on which an event fits."""
        return next((event.t for event in log if event.t >= 0 and self.fits(pattern, event)), None)

    def quiet(self, outcome: dict[str, Any], log: list[Event], end: float, closed: bool) -> float | None:
        """When it had first been quiet for so long, before the end (or then, where the end is `closed`)."""
        length, begin, last = whole(days(outcome["quiet"])), 0, whole(end)
        for broken in [*(whole(event.t) for event in log if event.t >= 0 and self.fits(outcome["when"], event)), last]:
            due = begin + length
            if due <= broken and (due < last or closed):
                return due / DAY_MS
            begin = broken
        return None
