"""Outcomes in the kernel: which came true, and when."""

from __future__ import annotations

from typing import Any

from sim.engines.compiled.agenda import push
from sim.engines.compiled.expressions import holds_true
from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.layout import OUTCOMES, Due

EVENT, STATE, QUIET, ASKED = (OUTCOMES.index(kind) for kind in ("event", "state", "quiet", "asked"))
DUE_ASKED = int(Due.ASKED)


@inlined
def fits_rest(t: Any, pattern: int, event: Any) -> bool:
    """Whether origin, deaths and injured fit."""
    one = t.patterns[pattern]
    if one.seldom == 0:
        return True
    if one.origin != 0 and t.fits_origin[pattern, event.origin] == 0:
        return False
    return (
        one.least_deaths <= event.deaths <= one.most_deaths and one.least_injured <= event.injured <= one.most_injured
    )


@inlined
def fits(t: Any, pattern: int, event: Any) -> bool:
    """Whether an event, told by its true doer, fits a pattern."""
    return (
        t.fits_action[pattern, event.action] != 0
        and t.fits_actor[pattern, event.actor + 1] != 0
        and t.fits_target[pattern, event.target + 1] != 0
        and t.fits_place[pattern, event.place + 1] != 0
        and fits_rest(t, pattern, event)
    )


@inlined
def speak(w: Any, self: int, actor: int, target: int, rung: int, deaths: int, injured: int) -> None:
    """Have names mean an event."""
    w.self, w.actor, w.target = self, actor, target
    w.rung, w.deaths, w.injured = rung, deaths, injured


@inlined
def speak_of_nothing(w: Any) -> None:
    """Have names mean nothing, and questions look at all so far."""
    speak(w, -1, -1, -1, 0, 0, 0)
    w.seen = w.events


@inlined
def came_true(t: Any, s: Any, number: int, time: int) -> None:
    """Write down when; one that ends the run ends it."""
    w = s.world[0]
    s.times[number] = time
    if t.outcomes[number].ends != 0:
        if w.ended < 0:
            w.ended = number
        w.over = 1


@called
def judge(t: Any, s: Any, index: int) -> None:
    """An event has happened (−1: no event, but the state has changed)."""
    w = s.world[0]
    for number in range(len(t.outcomes)):
        one = t.outcomes[number]
        if s.times[number] >= 0 or one.kind == ASKED or (index < 0 and one.kind != STATE):
            continue
        if one.kind == STATE:
            speak_of_nothing(w)
        else:
            event = s.log[index]
            if not fits(t, one.pattern, event):
                continue
            if one.kind == QUIET:
                s.latest_break[number] = w.now
                continue
            speak(w, -1, event.actor, event.target, t.actions[event.action].rung, event.deaths, event.injured)
            w.seen = w.events
        if one.condition < 0 or holds_true(t, s, one.condition):
            came_true(t, s, number, w.now)


@called
def ask(t: Any, s: Any) -> None:
    """What is asked at this instant, and the quiets that may have lasted until now."""
    w = s.world[0]
    speak_of_nothing(w)
    for number in range(len(t.outcomes)):
        one = t.outcomes[number]
        if s.times[number] >= 0:
            continue
        if one.kind == ASKED and one.at == w.now:
            if holds_true(t, s, one.condition):
                came_true(t, s, number, w.now)
        elif one.kind == QUIET and s.deadlines[number] == w.now:
            s.deadlines[number] = s.latest_break[number] + one.at
            if s.deadlines[number] == w.now:
                came_true(t, s, number, w.now)
            elif s.deadlines[number] < t.sizes[0].horizon:
                push(s.agenda, w, s.deadlines[number], DUE_ASKED, 0)


@called
def close(t: Any, s: Any, end: int) -> None:
    """The run is over: what is asked later is answered from the state that stays."""
    w, horizon = s.world[0], t.sizes[0].horizon
    speak_of_nothing(w)
    for number in range(len(t.outcomes)):
        one = t.outcomes[number]
        if one.kind != ASKED or s.times[number] >= 0 or not 0 <= one.at <= horizon:
            continue
        if (one.at > end or one.at == horizon) and holds_true(t, s, one.condition):
            s.times[number] = one.at
