"""Who is meant, and what the log says: who-fields, patterns, ``count`` and ``since`` in the kernel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.cpython.unsafe.numbers import trailing_zeros

from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.layout import Term
from sim.scenario.times import DAY_MS

NAN, INF = math.nan, math.inf
IS_SELF, IS_ACTOR, IS_TARGET, OTHERS, ANY, NOBODY, SET, RELATED, NOT, OR = (int(term) for term in Term)
ZERO, ONE = np.uint64(0), np.uint64(1)


@inlined
def bit_of(one: int, word: int) -> Any:
    """The bit of an actor (−1: nobody, the first) in a word of 64; none if it has its bit in another word."""
    place = one + 1 - 64 * word
    return ONE << np.uint64(place) if 0 <= place < 64 else ZERO


@inlined
def first_of(bits: Any, word: int) -> Any:
    """The place of the first one in a word of bits."""
    return 64 * word + np.int64(trailing_zeros(bits))


@inlined
def of_term(t: Any, number: int, word: int, self: int, actor: int, target: int) -> Any:
    """Whom a term that stands alone holds."""
    op, a = t.terms[number, 0], t.terms[number, 1]
    if op == SET:
        return t.sets[a, word]
    if op == NOBODY:
        return bit_of(-1, word)
    if op == ANY:
        return t.everyone[word] & ~bit_of(-1, word)
    if op == OTHERS:
        return t.everyone[word] & ~bit_of(-1, word) & ~bit_of(self, word)
    which = op if op <= IS_TARGET else t.terms[number, 2]
    base = self if which == IS_SELF else actor if which == IS_ACTOR else target
    if op <= IS_TARGET:
        return bit_of(base, word)
    return t.relations[a, base, word] if base >= 0 else ZERO


@inlined
def members(t: Any, s: Any, who: int, word: int, self: int, actor: int, target: int) -> Any:
    """Whom a who-field holds, given whom the roles mean: that word of its bits."""
    first, behind, top = t.who[who].first, t.who[who].behind, 0
    if behind - first == 1:
        return of_term(t, first, word, self, actor, target)
    for number in range(first, behind):
        op = t.terms[number, 0]
        if op == NOT:
            s.stack[top - 1] = t.everyone[word] & ~s.stack[top - 1]
        elif op == OR:
            top -= 1
            s.stack[top - 1] |= s.stack[top]
        else:
            s.stack[top] = of_term(t, number, word, self, actor, target)
            top += 1
    return s.stack[0]


@inlined
def holds(t: Any, s: Any, who: int, one: int, self: int, actor: int, target: int) -> bool:
    """Whether a who-field holds an actor."""
    word = (one + 1) >> 6
    return members(t, s, who, word, self, actor, target) & bit_of(one, word) != ZERO


@called
def soil_holds(t: Any, s: Any, who: int, place: int, self: int, actor: int, target: int) -> bool:
    """Whether any of a place's owners fits a who-field; for ``not X`` whether none does."""
    top = 0
    for number in range(t.who[who].first, t.who[who].behind):
        op = t.terms[number, 0]
        if op == NOT:
            s.stack[top - 1] ^= ONE
        elif op == OR:
            top -= 1
            s.stack[top - 1] |= s.stack[top]
        else:
            s.stack[top] = ZERO
            for word in range(len(t.everyone)):
                if t.owners[place + 1, word] & of_term(t, number, word, self, actor, target) != ZERO:
                    s.stack[top] = ONE
            top += 1
    return s.stack[0] != ZERO


@inlined
def is_asked_for(t: Any, s: Any, question: int, index: int) -> bool:
    """Whether an event that fits what is the same for everybody fits the who-fields that are not."""
    one, event, w = t.questions[question], s.log[index], s.world[0]
    if one.actor >= 0 and not holds(t, s, one.actor, event.actor, w.self, w.actor, w.target):
        return False
    if one.target >= 0 and not holds(t, s, one.target, event.target, w.self, w.actor, w.target):
        return False
    return one.soil < 0 or soil_holds(t, s, one.soil, event.place, w.self, w.actor, w.target)


@inlined
def seen_hits(s: Any, question: int) -> int:
    """How many of the events that fit a question lie before `seen`."""
    low, high = 0, s.hit_counts[question]
    while low < high:
        middle = (low + high) // 2
        if s.hits[question, middle] < s.world[0].seen:
            low = middle + 1
        else:
            high = middle
    return low


@called
def count(t: Any, s: Any, question: int, within: float) -> float:
    """How many of the events seen, in the last `within` days, fit a question."""
    if within != within:
        return NAN
    one, w = t.questions[question], s.world[0]
    behind = seen_hits(s, question)
    if one.actor < 0 and one.target < 0 and one.soil < 0:
        low, high = 0, behind
        while low < high:
            middle = (low + high) // 2
            if (w.now - s.log[s.hits[question, middle]].time) / DAY_MS < within:
                high = middle
            else:
                low = middle + 1
        return float(behind - low)
    found = 0
    if s.halt[0] != 0:
        return NAN
    for i in range(behind - 1, -1, -1):
        index = s.hits[question, i]
        if (w.now - s.log[index].time) / DAY_MS >= within:
            break
        if is_asked_for(t, s, question, index):
            found += 1
    return float(found)


@called
def since(t: Any, s: Any, question: int, within: float) -> float:
    """Days since the last event seen that fits a question; infinity if there is none."""
    if within != within:
        return NAN
    w = s.world[0]
    for i in range(seen_hits(s, question) - 1, -1, -1):
        index = s.hits[question, i]
        days = (w.now - s.log[index].time) / DAY_MS
        if days >= within:
            return INF
        if is_asked_for(t, s, question, index):
            return days
        if s.halt[0] != 0:
            return NAN
    return INF
