"""Tables → the arrays of :mod:`sim.engines.compiled.layout`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from sim.chance import Z90, salt
from sim.engines.compiled import layout
from sim.engines.compiled.layout import KINDS, OUTCOMES, RANK, ROLE, SIGNS, Array, Due, Term
from sim.engines.compiled.memory import Memory
from sim.engines.compiled.programs import most_kept, shortened
from sim.engines.record import sample_times
from sim.model.code import NOBODY, Instruction, Op
from sim.model.tables import (
    NO_PROGRAM,
    DeedTable,
    Draw,
    DriverTable,
    EffectTable,
    Members,
    OptionTable,
    PatternTable,
    RuleTable,
    Tables,
    Weighted,
)
from sim.parameters import SPECIAL, share_ends
from sim.scenario.syntax import Not, Who, WhoField

_FAR = 2**62
_PATTERN = list(layout.RULE.names or ()).index("pattern")
_ROLES = {"self": Term.SELF, "actor": Term.ACTOR, "target": Term.TARGET}
_WORDS = {**_ROLES, "others": Term.OTHERS, "any": Term.ANY, "nobody": Term.NOBODY}


def flatten(tables: Tables) -> Memory:
    """The arrays of a scenario."""
    return _Flattener(tables).flat()


class _Flattener:
    def __init__(self, tables: Tables):
        self.tables = tables
        self.actors, self.places = len(tables.actors), len(tables.places)
        self.kept = len(tables.constants) + len(tables.parameters)
        self.stack = self.kept + most_kept([tables.instructions[one.start : one.stop] for one in tables.programs])
        self.effects: list[tuple[Any, ...]] = []
        self.members: list[int] = []
        self.draws: list[tuple[Any, ...]] = []
        self.arguments: list[int] = []
        self.deeds: list[tuple[Any, ...]] = []
        self.targets: list[tuple[Any, ...]] = []
        self.weighted_places: list[tuple[Any, ...]] = []
        self.options: list[tuple[Any, ...]] = []
        self.patterns: list[PatternTable] = []
        self.who: list[tuple[int, int]] = []
        self.terms: list[tuple[int, int, int]] = []
        self.sets: list[frozenset[int]] = []
        self.relations: list[list[frozenset[int]]] = []
        self.place_salts = [salt("place", name) for name in tables.places]
        self.known_options: dict[int, tuple[int, int]] = {}

    def flat(self) -> Memory:
        t = self.tables
        rules = [self._rule(table) for table in t.rules]
        drivers = [self._driver(table) for table in t.drivers]
        items = [(one.actor, one.origin, one.chance, self._deed(one.deed), one.key_salt) for one in t.timeline]
        outcomes = [
            (OUTCOMES.index(one.kind), self._pattern(one.pattern), one.condition, one.at_ms, one.ends)
            for one in t.outcomes
        ]
        questions = [
            (self._pattern(one.fixed), *(self._who_or_none(who) for who in (one.actor, one.target, one.soil)))
            for one in t.questions
        ]
        actions, sights, blames, audience, asked_of = self._actions(rules)
        code, programs = self._programs()
        samples = sample_times(t.horizon_ms)
        return Memory(
            layout.FLAT,
            sizes=_records(layout.SIZES, [(self.actors, t.horizon_ms, t.window_ms, t.max_events,
                                           t.max_candidates, len(t.constants), self.stack, len(t.rule_ids))]),
            code=_records(layout.INSTRUCTION, code),
            programs=_records(layout.PROGRAM, programs),
            variables=_records(layout.VARIABLE, [
                (one.offset, one.low, one.high, one.half_life, one.baseline, 0.0, 0.0) for one in t.variables
            ]),
            originals=_records(layout.ORIGINAL, self._originals()),
            parameters=_records(layout.PARAMETER, self._parameters()),
            effects=_records(layout.EFFECT, self.effects),
            members=np.array(self.members, np.int32),
            draws=_records(layout.DRAW, self.draws),
            arguments=np.array(self.arguments, np.int32),
            deeds=_records(layout.DEED, self.deeds),
            targets=_records(layout.WEIGHTED, self.targets),
            places=_records(layout.WEIGHTED, self.weighted_places),
            options=_records(layout.OPTION, self.options),
            rules=_records(layout.RULE, rules),
            drivers=_records(layout.DRIVER, drivers),
            items=_records(layout.ITEM, items),
            outcomes=_records(layout.OUTCOME, outcomes),
            patterns=_records(layout.PATTERN, [_pattern_record(one) for one in self.patterns]),
            fits_action=self._masks([one.actions for one in self.patterns], len(t.actions), 0),
            fits_actor=self._masks([one.actor for one in self.patterns], self.actors, 1),
            fits_target=self._masks([one.target for one in self.patterns], self.actors, 1),
            fits_place=self._masks([one.places for one in self.patterns], self.places, 1),
            fits_origin=self._masks([one.origins for one in self.patterns], len(t.origins), 0),
            actions=_records(layout.ACTION, actions),
            sights=_records(layout.SIGHT, sights),
            blames=_records(layout.SIGHT, blames),
            audience=_records(layout.HEARER, audience),
            asked_of=np.array(asked_of, np.int32),
            questions=_records(layout.QUESTION, questions),
            who=_records(layout.WHO, self.who),
            terms=np.array(self.terms or [(0, 0, 0)], np.int32),
            sets=self._bits(self.sets),
            relations=np.stack([self._bits(held) for held in self.relations or [[frozenset()] * self.actors]]),
            everyone=self._bits([frozenset(range(-1, self.actors))])[0],
            owners=self._bits([soil or frozenset((NOBODY,)) for soil in (frozenset[int](), *t.soil)]),
            agenda=self._agenda(),
            samples=_whole(samples),
            to_salts=_salts(salt("to", name) for name in ("nobody", *t.actors)),
            learn_salts=_salts(salt("visibility", name) for name in t.actors),
            blame_salts=_salts(
                salt("attribution", observer, name) for observer in t.actors for name in ("nobody", *t.actors)
            ).reshape(self.actors, self.actors + 1),
        )  # fmt: skip

    # --- expressions ----------------------------------------------------------------------------------------------

    def _programs(self) -> tuple[list[Instruction], list[tuple[Any, ...]]]:
        """The code, and the programs' stretches of it."""
        t = self.tables
        code: list[Instruction] = []
        made: list[tuple[Any, ...]] = []
        for one in t.programs:
            old = t.instructions[one.start : one.stop]
            new = shortened(old, len(t.constants), self.kept)
            number = new[0][1] if len(new) == 1 and new[0][0] == Op.CONSTANT else -1
            careful = any(instruction[0] == Op.SINCE for instruction in old)
            made.append((len(code), len(code) + len(new), number, careful))
            code += new
        return code, made

    def _originals(self) -> Iterable[tuple[Any, ...]]:
        t = self.tables
        for number, variable in enumerate(t.variables):
            for cell in t.cells_of(variable):
                yield number, t.cells[cell], cell in t.own

    def _parameters(self) -> Iterable[tuple[Any, ...]]:
        special = 0
        for one in self.tables.parameters:
            a, b, c = (*one.arguments, 0.0, 0.0, 0.0)[:3]
            low, high = one.bounds or (0.0, 0.0)
            bottom, top, upper = share_ends(one) if one.bounds else (0.0, 1.0, False)
            column = -1
            if one.kind in SPECIAL:
                column, special = special, special + 1
            yield (KINDS.index(one.kind), one.value, a, b, c, salt("parameter", one.name), one.bounds is not None,
                   low, high, bottom, top, upper, column)  # fmt: skip

    # --- who ------------------------------------------------------------------------------------------------------

    def _who_or_none(self, members: Members | None) -> int:
        return -1 if members is None else self._who(members.who)

    def _who(self, field: WhoField) -> int:
        first = len(self.terms)
        self._field(field)
        self.who.append((first, len(self.terms)))
        return len(self.who) - 1

    def _field(self, field: WhoField) -> None:
        for number, term in enumerate(field):
            if isinstance(term, Not):
                self._field(term.field)
                self.terms.append((Term.NOT, 0, 0))
            else:
                self._term(term)
            if number:
                self.terms.append((Term.OR, 0, 0))

    def _term(self, term: Who) -> None:
        names = self.tables.names
        if not term.relation and term.id in _WORDS:
            self.terms.append((_WORDS[term.id], 0, 0))
        elif term.relation and term.id in _ROLES:
            self.relations.append([names.related(term.relation, term.direction, {base}) for base in range(self.actors)])
            self.terms.append((Term.RELATED, len(self.relations) - 1, _ROLES[term.id]))
        else:
            self.sets.append(names.fitting((term,)))
            self.terms.append((Term.SET, len(self.sets) - 1, 0))

    def _bits(self, sets: Sequence[frozenset[int]]) -> Array:
        """A row of words a set; bit 0 of the first word is nobody's."""
        bits = np.zeros((max(len(sets), 1), self.actors // 64 + 1), np.uint64)
        for row, held in enumerate(sets):
            for one in held:
                bits[row, (one + 1) // 64] |= np.uint64(1 << (one + 1) % 64)
        return bits

    # --- patterns -------------------------------------------------------------------------------------------------

    def _pattern(self, pattern: PatternTable | None) -> int:
        if pattern is None:
            return -1
        self.patterns.append(pattern)
        return len(self.patterns) - 1

    def _masks(self, sets: Sequence[frozenset[int] | None], size: int, nobody: int) -> Array:
        """A row a pattern over what it may hold, from −1 on if there is `nobody`; None: all fit."""
        masks = np.zeros((max(len(sets), 1), size + nobody), np.uint8)
        for row, held in enumerate(sets):
            masks[row, [one + nobody for one in held] if held is not None else slice(None)] = 1
        return masks

    # --- deeds ----------------------------------------------------------------------------------------------------

    def _effects(self, effects: Sequence[EffectTable]) -> tuple[int, int]:
        first = len(self.effects)
        for one in effects:
            indexes = (*one.who, (0,), (0,))[:2]  # one that the variable does not have is always 0
            index = [value for who in indexes for value in self._index(who)]
            width = self.actors if len(one.who) == 2 else 1
            self.effects.append((one.variable, SIGNS.index(one.op), one.program, width, *index))
        return first, len(effects)

    def _index(self, who: int | tuple[int, ...]) -> tuple[int, int]:
        if isinstance(who, int):
            return who, ROLE
        self.members.extend(who)
        return len(self.members) - len(who), len(who)

    def _draw(self, draw: Draw | None) -> int:
        if draw is None:
            return -1
        inner = self._draw(draw.inner)
        first = len(self.arguments)
        self.arguments += draw.arguments
        numbers = [self._constant(program) for program in draw.arguments]
        plain = draw.kind != "hurdle" and None not in numbers
        a, b, c = (*(numbers if plain else ()), 0.0, 0.0, 0.0)[:3]
        if plain and draw.kind == "lognormal":
            b = math.log(b / a) / Z90
        self.draws.append((KINDS.index(draw.kind), inner, first, len(self.arguments), plain, a, b, c))
        return len(self.draws) - 1

    def _constant(self, program: int) -> float | None:
        """The number that a program is, if it is just that."""
        one, t = self.tables.programs[program], self.tables
        op, place, *_ = t.instructions[one.start]
        return t.constants[place] if one.stop - one.start == 1 and op == Op.CONSTANT else None

    def _deed(self, deed: DeedTable) -> int:
        to, first_to, tos = NOBODY, len(self.targets), 0
        if isinstance(deed.to, Weighted):
            self.targets += [(self._who(who.who), program, 0) for who, program in deed.to.entries
                             if isinstance(who, Members)]  # fmt: skip
            tos = len(self.targets) - first_to
        else:
            to = deed.to
        place, first_place, places = -1, len(self.weighted_places), 0
        if isinstance(deed.place, Weighted):
            self.weighted_places += [(one, program, self.place_salts[one]) for one, program in deed.place.entries
                                     if isinstance(one, int)]  # fmt: skip
            places = len(self.weighted_places) - first_place
        else:
            place = deed.place
        own = [draw is not None and draw.path[0] == "rules" for draw in (deed.deaths, deed.injured)]
        made = (deed.action, to, first_to, tos, place, first_place, places, self._draw(deed.deaths),
                self._draw(deed.injured), *own, *self._effects(deed.effects))  # fmt: skip
        self.deeds.append(made)
        return len(self.deeds) - 1

    def _options(self, options: tuple[OptionTable, ...]) -> tuple[int, int]:
        """The stretch of some options, which all copies of a rule share."""
        known = self.known_options.get(id(options))
        if known is None:
            made = [(one.salt, one.weight, self._draw(one.after), one.unless, self._deed(one.deed)) for one in options]
            known = self.known_options[id(options)] = (len(self.options), len(made))
            self.options += made
        return known

    def _rule(self, one: RuleTable) -> tuple[Any, ...]:
        guarded = max(one.condition, one.cooldown, one.limit) >= 0
        return (one.rule, one.origin, one.actor, self._pattern(one.pattern), guarded, one.condition, one.chance,
                one.cooldown, one.limit, *self._options(one.options), one.chooses, one.key_salt,
                salt("chance", one.id, self.tables.actors[one.actor]))  # fmt: skip

    def _driver(self, one: DriverTable) -> tuple[Any, ...]:
        thinned = one.peak != NO_PROGRAM
        return (one.origin, one.actor, one.rate, one.peak if thinned else one.rate, thinned, one.condition,
                one.cooldown, one.limit, *self._options(one.options), one.chooses, one.key_salt)  # fmt: skip

    # --- what happens when ----------------------------------------------------------------------------------------

    def _actions(self, rules: list[tuple[Any, ...]]) -> tuple[list[Any], list[Any], list[Any], list[Any], list[int]]:
        """The actions, their entries of visibility and attribution, the rules that may answer, the questions asked."""
        t = self.tables
        in_order = sorted(range(len(t.rules)), key=lambda number: t.rules[number].actor)
        actions: list[Any] = []
        sights: list[Any] = []
        blames: list[Any] = []
        audience: list[Any] = []
        asked_of: list[int] = []
        for number, one in enumerate(t.actions):
            seen = [(self._sight(who), program) for who, program in one.visibility]
            blamed = [(self._who(who.who), program) for who, program in one.attribution]
            heard = [
                (rule, t.rules[rule].actor, rules[rule][_PATTERN], t.rules[rule].own)
                for rule in in_order
                if number in t.rules[rule].pattern.actions
            ]
            asked = [q for q, question in enumerate(t.questions) if number in question.fixed.actions]
            actions.append((one.rung, *self._effects(one.effects), len(sights), len(seen), len(blames), len(blamed),
                            len(audience), len(heard), len(asked_of), len(asked)))  # fmt: skip
            sights, blames, audience, asked_of = sights + seen, blames + blamed, audience + heard, asked_of + asked
        return actions, sights, blames, audience, asked_of

    def _sight(self, who: Members | None) -> int:
        """An entry of visibility; ``others`` are all but the doer, who knows anyway."""
        if who is None or any(isinstance(term, Who) and term.id == "others" and not term.relation for term in who.who):
            return -1
        return self._who(who.who)

    def _agenda(self) -> Array:
        """What is due at known times: the start, instants at which outcomes are asked, timeline items."""
        t = self.tables
        asked = {one.at_ms for one in t.outcomes if one.kind in ("asked", "quiet") and 0 < one.at_ms < t.horizon_ms}
        due = [(0, Due.START, 0), *((time, Due.ASKED, 0) for time in asked)]
        due += [(one.at_ms, Due.ITEM, number) for number, one in enumerate(t.timeline) if one.at_ms < t.horizon_ms]
        return _records(layout.AGENDA, [(time, kind << RANK, kind, index) for time, kind, index in sorted(due)])


def _pattern_record(one: PatternTable) -> tuple[Any, ...]:
    deaths, injured = one.deaths or (-_FAR, _FAR), one.injured or (-_FAR, _FAR)
    seldom = one.origins is not None or one.deaths is not None or one.injured is not None
    return (one.actor is not None, one.places is not None, one.target is not None, seldom, one.origins is not None,
            *deaths, *injured)  # fmt: skip


def _records(kind: Any, rows: Iterable[tuple[Any, ...]]) -> Array:
    return np.array([tuple(row) for row in rows], kind)


def _whole(numbers: Any) -> Array:
    return np.array(numbers, np.int64)


def _salts(salts: Iterable[int]) -> Array:
    return np.array(list(salts), np.uint64)
