"""What a deed draws and moves: numbers, options, targets, places, effects."""

from __future__ import annotations

import math
from typing import Any

from sim.engines.compiled.beginning import has_left
from sim.engines.compiled.draws import (
    HURDLE,
    LOGNORMAL,
    draw,
    hurdle_quantile,
    is_allowed,
    normal_quantile,
    quantile,
    share_at_zero,
)
from sim.engines.compiled.expressions import FAULT, INF, NAN, between, read, value, whom
from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.layout import ROLE
from sim.engines.compiled.questions import ONE, ZERO, bit_of, first_of, members
from sim.model.code import ACTOR, SELF

ASSIGN, ADD, SUBTRACT, MULTIPLY = range(4)
ENOUGH = 1e-300  # of a weight for −ln(u)/weight to be finite


@called
def arguments(t: Any, s: Any, number: int) -> None:
    """The arguments of a draw, in the scratch; those that it does not have are 0."""
    first, behind = t.draws[number].first, t.draws[number].behind
    for i in range(3):
        s.scratch[i] = value(t, s, t.arguments[first + i]) if first + i < behind else 0.0


@called
def drawn(t: Any, s: Any, number: int, u: float) -> float:
    """The value of a distribution; NaN if its arguments are not allowed."""
    one, scratch = t.draws[number], s.scratch
    if one.plain != 0:
        if one.kind == LOGNORMAL:
            return one.a * math.exp(one.b * normal_quantile(u))
        return quantile(one.kind, u, one.a, one.b, one.c)
    arguments(t, s, number)
    if not is_allowed(one.kind, scratch[0], scratch[1], scratch[2]):
        return NAN
    if one.kind != HURDLE:
        return quantile(one.kind, u, scratch[0], scratch[1], scratch[2])
    share = scratch[0]
    if u < 1.0 - share:
        return 0.0
    kind = t.draws[one.inner].kind
    arguments(t, s, one.inner)
    a, b, c = scratch[0], scratch[1], scratch[2]
    if not is_allowed(kind, a, b, c) or share_at_zero(kind, a, b, c) >= 1.0:
        return NAN
    return hurdle_quantile(u, share, kind, a, b, c)


@called
def chosen(t: Any, s: Any, first: int, options: int, key: Any) -> int:
    """The option with the least −ln(u)/weight; −1 where no weight is above 0."""
    best, found = INF, -1
    for i in range(first, first + options):
        one = t.options[i]
        weight = 1.0
        if one.weight >= 0:
            weight = between(t, s, one.weight, 0.0, INF)
        if weight > 0.0:
            time = -math.log(draw(key, one.salt)) / weight
            if time < best:
                best, found = time, i
    return found


@inlined
def hold(t: Any, s: Any, who: int, without: int, self: int, actor: int, target: int) -> int:
    """How many a who-field holds but one; `held` in the state says whom."""
    count = 0
    for word in range(len(t.everyone)):
        left = members(t, s, who, word, self, actor, target) & ~bit_of(without, word)
        s.held[word] = left
        while left != ZERO:
            left &= left - ONE
            count += 1
    return count


@inlined
def weigh_nobody(t: Any, s: Any) -> None:
    """Nobody has a weight."""
    for word in range(len(t.everyone)):
        s.weighed[word] = ZERO


@inlined
def weigh_held(t: Any, s: Any, share: float) -> None:
    """Add a weight to each of those held; `weighed` says who has one."""
    for word in range(len(t.everyone)):
        left, known = s.held[word], s.weighed[word]
        s.weighed[word] = known | left
        while left != ZERO:
            place = first_of(left, word)
            if known & left & (~left + ONE) == ZERO:
                s.weights[place] = share
            else:
                s.weights[place] += share
            left &= left - ONE


@called
def least(t: Any, s: Any, salts: Any, key: Any) -> int:
    """Of those weighed (−1: nobody) the one with the least −ln(u)/weight."""
    best, found, some, only = INF, -1, 0, 0
    for word in range(len(t.everyone)):
        left = s.weighed[word]
        while left != ZERO:
            place = first_of(left, word)
            if s.weights[place] > 0.0:
                some, only = some + 1, place
            left &= left - ONE
    if some == 1 and s.weights[only] > ENOUGH:
        return only - 1
    for word in range(len(t.everyone) if some > 0 else 0):
        left = s.weighed[word]
        while left != ZERO:
            place = first_of(left, word)
            if s.weights[place] > 0.0:
                time = -math.log(draw(key, salts[place])) / s.weights[place]
                if time < best:
                    best, found = time, place - 1
            left &= left - ONE
    return found


@inlined
def target_of(t: Any, s: Any, number: int, doer: int, key: Any) -> int:
    """To whom a deed is done; −1 for nobody."""
    to, w = t.deeds[number].to, s.world[0]
    if t.deeds[number].tos > 0:
        return weighted_target(t, s, number, doer, key)
    if to >= -1:
        return to
    if to == SELF:
        return doer
    return w.actor if to == ACTOR else w.target


@called
def weighted_target(t: Any, s: Any, number: int, doer: int, key: Any) -> int:
    """One of those to whom a deed may be done, by weight."""
    deed, w = t.deeds[number], s.world[0]
    weigh_nobody(t, s)
    for i in range(deed.first_to, deed.first_to + deed.tos):
        weight = between(t, s, t.targets[i].program, 0.0, INF)
        count = hold(t, s, t.targets[i].what, doer, w.self, w.actor, w.target)
        if count > 0:
            weigh_held(t, s, weight / count)
    return least(t, s, t.to_salts, key)


@inlined
def place_of(t: Any, s: Any, number: int, key: Any) -> int:
    """Where a deed is done; −1 for no place."""
    return t.deeds[number].place if t.deeds[number].places == 0 else weighted_place(t, s, number, key)


@called
def weighted_place(t: Any, s: Any, number: int, key: Any) -> int:
    """One of the places where a deed may be done, by weight."""
    deed = t.deeds[number]
    best, found = INF, -1
    for i in range(deed.first_place, deed.first_place + deed.places):
        weight = between(t, s, t.places[i].program, 0.0, INF)
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
def apply_effects(t: Any, s: Any, first: int, effects: int) -> None:
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
                    set_cell(s, one.variable, cell, one.sign, value(t, s, one.program))
