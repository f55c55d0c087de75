"""What a deed draws and moves: numbers, options, targets, places, effects."""

from __future__ import annotations

import math
from typing import Any

from sim.engines.compiled.beginning import has_left
from sim.engines.compiled.draws import HURDLE, draw, hurdle_quantile, is_allowed, quantile, share_at_zero
from sim.engines.compiled.expressions import FAULT, INF, NAN, between, read, value, whom
from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.layout import DRAW_BEHIND, DRAW_FIRST, DRAW_INNER, DRAW_KIND, ROLE
from sim.engines.compiled.questions import ONE, ZERO, bit_of, members
from sim.model.code import ACTOR, SELF

ASSIGN, ADD, SUBTRACT, MULTIPLY = range(4)


@called
def arguments(t: Any, s: Any, log: Any, number: int) -> None:
    """The arguments of a draw, in the scratch; those that it does not have are 0."""
    first, behind = t.draws[number, DRAW_FIRST], t.draws[number, DRAW_BEHIND]
    for i in range(3):
        s.scratch[i] = value(t, s, log, t.arguments[first + i]) if first + i < behind else 0.0


@called
def drawn(t: Any, s: Any, log: Any, number: int, u: float) -> float:
    """The value of a distribution; NaN if its arguments are not allowed."""
    kind, share, scratch = t.draws[number, DRAW_KIND], 0.0, s.scratch
    arguments(t, s, log, number)
    if not is_allowed(kind, scratch[0], scratch[1], scratch[2]):
        return NAN
    if kind != HURDLE:
        return quantile(kind, u, scratch[0], scratch[1], scratch[2])
    share = scratch[0]
    if u < 1.0 - share:
        return 0.0
    inner = t.draws[number, DRAW_INNER]
    kind = t.draws[inner, DRAW_KIND]
    arguments(t, s, log, inner)
    a, b, c = scratch[0], scratch[1], scratch[2]
    if not is_allowed(kind, a, b, c) or share_at_zero(kind, a, b, c) >= 1.0:
        return NAN
    return hurdle_quantile(u, share, kind, a, b, c)


@called
def chosen(t: Any, s: Any, log: Any, first: int, options: int, key: Any) -> int:
    """The option with the least −ln(u)/weight; −1 where no weight is above 0."""
    best, found = INF, -1
    for i in range(first, first + options):
        one = t.options[i]
        weight = 1.0
        if one.weight >= 0:
            weight = between(t, s, log, one.weight, 0.0, INF)
        if weight > 0.0:
            time = -math.log(draw(key, one.salt)) / weight
            if time < best:
                best, found = time, i
    return found


@inlined
def least(s: Any, salts: Any, behind: int, key: Any) -> int:
    """Of nobody (−1) and the actors, by their weights in the state, the one with the least −ln(u)/weight."""
    best, found = INF, -1
    for i in range(behind):
        if s.weights[i] > 0.0:
            time = -math.log(draw(key, salts[i])) / s.weights[i]
            if time < best:
                best, found = time, i - 1
    return found


@called
def hold(t: Any, s: Any, who: int, without: int, self: int, actor: int, target: int) -> int:
    """How many a who-field holds but one; they stand in the state, in order, −1 for nobody."""
    count = 0
    for word in range(len(t.everyone)):
        bits, one = members(t, s, who, word, self, actor, target) & ~bit_of(without, word), 64 * word - 1
        while bits != ZERO:
            if bits & ONE != ZERO:
                s.held[count] = one
                count += 1
            bits >>= ONE
            one += 1
    return count


@called
def target_of(t: Any, s: Any, log: Any, number: int, doer: int, key: Any) -> int:
    """To whom a deed is done; −1 for nobody."""
    deed, w, actors = t.deeds[number], s.world[0], t.sizes[0].actors
    if deed.tos == 0:
        if deed.to >= -1:
            return deed.to
        if deed.to == SELF:
            return doer
        return w.actor if deed.to == ACTOR else w.target
    s.weights[: actors + 1] = 0.0
    for i in range(deed.first_to, deed.first_to + deed.tos):
        weight = between(t, s, log, t.targets[i].program, 0.0, INF)
        count = hold(t, s, t.targets[i].what, doer, w.self, w.actor, w.target)
        for k in range(count):
            s.weights[s.held[k] + 1] += weight / count
    return least(s, t.to_salts, actors + 1, key)


@called
def place_of(t: Any, s: Any, log: Any, number: int, key: Any) -> int:
    """Where a deed is done; −1 for no place."""
    deed = t.deeds[number]
    if deed.places == 0:
        return deed.place
    best, found = INF, -1
    for i in range(deed.first_place, deed.first_place + deed.places):
        weight = between(t, s, log, t.places[i].program, 0.0, INF)
        if weight > 0.0:
            time = -math.log(draw(key, t.places[i].salt)) / weight
            if time < best:
                best, found = time, t.places[i].what
    return found


@inlined
def combined(sign: int, old: float, x: float) -> float:
    if sign == ADD:
        return old + x
    if sign == SUBTRACT:
        return old - x
    if sign == MULTIPLY:
        return old * x
    return old / x if x != 0.0 else NAN


@inlined
def set_cell(s: Any, variable: int, cell: int, sign: int, x: float) -> None:
    """One effect on one cell."""
    w, one = s.world[0], s.variables[variable]
    if sign != ASSIGN:
        x = combined(sign, read(s.cells, cell, one.decay, w.now), x)
    if not abs(x) < INF:
        w.status = FAULT
        return
    has_left(s, cell)
    s.cells[cell].value = one.low if x < one.low else one.high if x > one.high else x
    s.cells[cell].touched = w.now


@called
def apply_effects(t: Any, s: Any, log: Any, first: int, effects: int) -> None:
    """Effects in order, on each cell that their indexes mean."""
    w = s.world[0]
    for k in range(first, first + effects):
        one = t.effects[k]
        for i in range(1 if one.ones == ROLE else one.ones):
            a = whom(w, one.first_one) if one.ones == ROLE else t.members[one.first_one + i]
            for j in range(1 if one.others == ROLE else one.others):
                b = whom(w, one.first_other) if one.others == ROLE else t.members[one.first_other + j]
                if a >= 0 and b >= 0:
                    cell = s.variables[one.variable].offset + a * one.width + b
                    set_cell(s, one.variable, cell, one.sign, value(t, s, log, one.program))
