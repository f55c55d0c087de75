"""Rules and drivers that never fire though they were asked often, and outcomes that therefore cannot come true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.model import Tables
from sim.scenario.bounds import bounds_of
from sim.scenario.faults import Fault
from sim.scenario.schema import Driver, Rule, Scenario
from sim.scenario.syntax import Expression, Number
from sim.studies.probe.attendance import Asked, Attendance, Offered
from sim.studies.probe.dead import possible_deeds, sources

if TYPE_CHECKING:
    from sim.scenario.load import Loaded

OFTEN = 100
"""A rule that was asked so often and never fired does so in fewer than 1 in 30 cases (95 %), if at all."""

_WHY = {
    "condition": "its 'if' did not hold",
    "no chance": "its chance was 0",
    "weights": "all its weights were 0",
    "limit": "its limit left none",
}


def switched_off(scenario: Scenario) -> set[str]:
    """The rules and drivers that a plain 0 switches off (``if: 0``), as a variant's ``disable`` does too."""
    items: dict[str, Rule | Driver] = {**scenario.rules, **scenario.drivers}
    return {
        name
        for name, item in items.items()
        for one in (getattr(item, key, None) for key in ("if_", "chance", "rate", "limit"))
        if isinstance(one, Number) and one.value == 0
    }


class Silent:
    """What of a scenario stays silent over some runs."""

    def __init__(self, loaded: Loaded, tables: Tables, attendance: Attendance, runs: int):
        self.loaded, self.tables, self.attendance, self.runs = loaded, tables, attendance, runs
        self.scenario = loaded.description
        self.bounds = bounds_of(self.scenario)
        self.off = switched_off(self.scenario)

    def faults(self) -> list[Fault]:
        """The warnings, in no order."""
        found: dict[tuple[str, str], str] = {}
        for name, asked in self.attendance.rules.items():
            why = None if name in self.off else self._rule(name, asked)
            if why:
                found["rules", name] = why
        for name, offered in self.attendance.drivers.items():
            why = None if name in self.off else self._driver(name, offered)
            if why:
                found["drivers", name] = why
        self._spread(found)
        outcomes = list(self._outcomes({name for _, name in found}))
        return [*(self._fault(path, "never-fires", why) for path, why in found.items()), *outcomes]

    def _fault(self, path: tuple[str, str], code: str, why: str) -> Fault:
        kind = path[0][:-1]
        verb = "fires" if code == "never-fires" else "comes true"
        text = f"found {'an' if kind == 'outcome' else 'a'} {kind} that never {verb} in {self.runs:,} runs: {why}"
        return Fault(self.loaded.root.at(path).key_spot, code, ".".join(path), text, "", "", "warning")

    def _impossible(self, condition: Expression | None) -> bool:
        return condition is not None and self.bounds(condition) == (0.0, 0.0)

    def _rule(self, name: str, asked: Asked) -> str | None:
        """Why a rule never fires, if that is certain enough."""
        if asked.done:
            return None
        if self._impossible(self.scenario.rules[name].if_):
            return "its 'if' cannot hold"
        if asked.committed:
            if asked.stood_down >= OFTEN:
                return f"all {asked.stood_down:,} of its responses stood down"
            late = asked.committed >= OFTEN and not asked.stood_down
            return f"none of its {asked.committed:,} responses was due before the horizon" if late else None
        if not asked.times:
            if asked.unheard < OFTEN:
                return None
            return f"{asked.unheard:,} events fit it, but its owner never learned of one, or blamed others"
        if asked.stopped.keys() - _WHY.keys() or asked.times < OFTEN:
            return None
        told = " and ".join(f"at {count:,} {_WHY[why]}" for why, count in asked.stopped.most_common())
        return f"of {asked.times:,} events that fit it, {told}"

    def _driver(self, name: str, offered: Offered) -> str | None:
        """Why a driver never fires, if that is certain enough."""
        if offered.events or not offered.runs:
            return None
        if self._impossible(self.scenario.drivers[name].if_):
            return "its 'if' cannot hold"
        if offered.idle == offered.runs:
            return "its rate is 0 in every run"
        if offered.candidates >= OFTEN and offered.at_rest == offered.candidates:
            return f"its rate was 0 at all {offered.candidates:,} times at which it might have fired"
        if offered.held_back >= OFTEN:
            return f"its 'if' or limit held back all {offered.held_back:,} events that its rate let through"
        return None

    def _spread(self, found: dict[tuple[str, str], str]) -> None:
        """Add the rules that only what is silent could set off."""
        deeds = possible_deeds(self.tables)
        waiting = [one for one in self.tables.rules if not self.attendance.rules[one.id].times]
        grew = True
        while grew:
            grew = False
            silent = {name for _, name in found}
            open_: dict[str, set[str]] = {}
            for one in waiting:
                makers = sources(self.tables, deeds, one.pattern, blamed=True) - {one.id}
                open_.setdefault(one.id, set()).update(makers)
            for name, makers in open_.items():
                path = ("rules", name)
                if path not in found and self._are_silent(makers, silent) and name not in self.off:
                    found[path] = f"only {_listed(makers)} could set it off"
                    grew = True

    def _outcomes(self, silent: set[str]) -> Iterator[Fault]:
        deeds = possible_deeds(self.tables)
        for table in self.tables.outcomes:
            path = ("outcomes", table.id)
            if self._impossible(self.scenario.outcomes[table.id].if_):
                yield self._fault(path, "never-true", "its 'if' cannot hold")
            elif table.kind == "quiet" and table.at_ms >= self.tables.horizon_ms:
                yield self._fault(path, "never-true", "the run is over before so long a quiet has lasted")
            elif table.kind == "event" and table.pattern is not None:
                makers = sources(self.tables, deeds, table.pattern, blamed=False)
                if self._are_silent(makers, silent):
                    yield self._fault(path, "never-true", f"only {_listed(makers)} could make it true")

    def _are_silent(self, makers: set[str], silent: set[str]) -> bool:
        """Whether none of them fires, and that is not only because they are switched off."""
        return bool(makers & silent) and makers <= silent | self.off


def _listed(names: set[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - 3} more" if len(ordered) > 3 else ""
    verb = "never fires" if len(ordered) == 1 else "never fire"
    return f"{', '.join(ordered[:3])}{more}, which {verb},"
