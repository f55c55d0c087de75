"""One event in the kernel. The numbers are those of the steps in :mod:`sim.engines.simpy_engine`."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.chance import salt
from sim.engines.compiled.agenda import push
from sim.engines.compiled.deeds import apply_effects, chosen, drawn, place_of, target_of
from sim.engines.compiled.draws import draw, mix
from sim.engines.compiled.expressions import FAULT, between, holds_true
from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.knowledge import blamed, learns
from sim.engines.compiled.layout import Due, Status
from sim.engines.compiled.outcomes import fits, fits_rest, judge, speak
from sim.scenario.times import DAY_MS

DEATHS, INJURED, DELAY = np.uint64(salt("deaths")), np.uint64(salt("injured")), np.uint64(salt("delay"))
LARGEST = 1e12
NOTHING = -1
NO_ROOM, RESPONSE = int(Status.NO_ROOM), int(Due.RESPONSE)
NEVER = np.int64(-(2**62))


@inlined
def speak_of(t: Any, s: Any, responder: int, blames: int, cause: int) -> None:
    """Have names mean the event that a response answers, as the responder sees it."""
    event, w = s.log[cause], s.world[0]
    speak(w, responder, blames, event.target, t.actions[event.action].rung, event.deaths, event.injured)
    w.waited = (w.now - event.time) / DAY_MS


@inlined
def people(t: Any, s: Any, number: int, u: float) -> int:
    """A number of casualties."""
    value = drawn(t, s, number, u)
    if not abs(value) < LARGEST:
        s.world[0].status = FAULT
        return 0
    return max(0, int(np.rint(value)))


@called
def casualties(t: Any, s: Any, index: int, deed: Any, blames: int) -> None:
    """Deaths, then injured, which may speak of the deaths."""
    w, event = s.world[0], s.log[index]
    rung = t.actions[event.action].rung
    for injured in range(2):
        number = deed.injured if injured else deed.deaths
        if number < 0:
            continue
        if event.cause >= 0 and (deed.own_injured if injured else deed.own_deaths):
            speak_of(t, s, event.actor, blames, event.cause)
        else:
            speak(w, event.actor, event.actor, event.target, rung, event.deaths, 0)
        count = people(t, s, number, draw(event.key, INJURED if injured else DEATHS))
        if injured:
            event.injured = count
        else:
            event.deaths = count


@inlined
def raise_level(s: Any, w: Any, rung: int) -> None:
    """The level follows an event. The queue holds those that are the highest since they happened."""
    if rung <= 0:
        return
    while w.level_behind > w.level_first and s.level_rungs[w.level_behind - 1] <= rung:
        w.level_behind -= 1
    s.level_times[w.level_behind], s.level_rungs[w.level_behind] = w.now, rung
    w.level_behind += 1
    w.level = s.level_rungs[w.level_first]


@called
def note_hits(t: Any, s: Any, index: int) -> None:
    """Which questions the event answers, as far as that is the same for everybody."""
    event = s.log[index]
    action = t.actions[event.action]
    for k in range(action.first_question, action.first_question + action.questions):
        question = t.asked_of[k]
        if fits(t, t.questions[question].pattern, event):
            s.hits[question, s.hit_counts[question]] = index
            s.hit_counts[question] += 1


@called
def occur(t: Any, s: Any, doer: int, number: int, target: int, place: int, cause: int, origin: int,
          key: Any, blames: int) -> None:  # fmt: skip
    """An event happens: steps 1 to 4. `blames`: whom the responder holds responsible for its cause."""
    w, deed = s.world[0], t.deeds[number]
    action, index = t.actions[deed.action], w.events
    if index >= len(s.log):
        w.status = NO_ROOM
        return
    # 1. casualties, place in the log, level
    event = s.log[index]
    event.time, event.actor, event.action, event.target, event.place = w.now, doer, deed.action, target, place
    event.deaths, event.injured, event.cause, event.origin, event.key = 0, 0, cause, origin, key
    w.seen = index
    if deed.deaths >= 0 or deed.injured >= 0:
        casualties(t, s, index, deed, blames)
    w.events = index + 1
    if action.rung > w.peak and w.now >= 0:
        w.peak = action.rung
    raise_level(s, w, action.rung)
    if action.questions > 0:
        note_hits(t, s, index)
    # 2. effects
    w.seen = index
    speak(w, doer, doer, target, action.rung, event.deaths, event.injured)
    apply_effects(t, s, action.first_effect, action.effects)
    if deed.effects > 0:
        if cause >= 0:
            speak_of(t, s, doer, blames, cause)
        apply_effects(t, s, deed.first_effect, deed.effects)
    # 3. outcomes
    if w.now >= 0:
        judge(t, s, index)
    if w.events >= t.sizes[0].max_events:
        w.truncated = w.over = 1
    if w.over != 0 or w.status != 0:
        return
    # 4. who learns of it, whom they blame, how they respond
    w.seen = index
    speak(w, doer, doer, target, action.rung, event.deaths, event.injured)
    answer(t, s, index)


@called
def answer(t: Any, s: Any, index: int) -> None:
    """Step 4: the rules that may answer stand in the order of their owners."""
    w, event = s.world[0], s.log[index]
    action = t.actions[event.action]
    observer, knows = -1, False
    for k in range(action.first_rule, action.first_rule + action.rules):
        one = t.audience[k]
        if t.fits_target[one.pattern, event.target + 1] == 0 or t.fits_place[one.pattern, event.place + 1] == 0:
            continue
        if one.actor != observer:
            observer = one.actor
            w.self, w.actor = observer, event.actor
            knows = True
            if observer != event.actor:
                knows = action.sights == 0 or learns(t, s, observer, index)
                if knows and action.blames > 0:
                    w.actor = blamed(t, s, observer, index)
        if knows and (one.own != 0 if observer == event.actor else t.fits_actor[one.pattern, w.actor + 1] != 0):
            consider(t, s, one.rule, index)
        if w.status != 0:
            return


@called
def is_held_back(t: Any, s: Any, limit: int, cooldown: int, condition: int, count: int, latest: int) -> bool:
    """Whether limit, cooldown or condition hold a rule or driver back."""
    if limit >= 0 and count >= between(t, s, limit, -np.inf, np.inf):
        return True
    rests = cooldown >= 0 and latest != NEVER
    if rests and (s.world[0].now - latest) / DAY_MS < between(t, s, cooldown, -np.inf, np.inf):
        return True
    return condition >= 0 and not holds_true(t, s, condition)


@called
def consider(t: Any, s: Any, number: int, index: int) -> None:
    """A rule whose pattern fits an event so far: its other conditions, chance and commitment."""
    rule, event = t.rules[number], s.log[index]
    if not fits_rest(t, rule.pattern, event):
        return
    if rule.guarded != 0 and is_held_back(
        t, s, rule.limit, rule.cooldown, rule.condition, s.counts[number], s.latest[number]
    ):
        return
    if rule.chance >= 0:
        p = between(t, s, rule.chance, 0.0, 1.0)
        if draw(event.key, rule.chance_salt) >= p:
            return
    if s.world[0].status == 0:
        commit(t, s, number, index, mix(event.key ^ rule.key_salt))


@called
def due_time(t: Any, s: Any, number: int, key: Any) -> int:
    """When a response is due whose delay has this draw."""
    w, horizon = s.world[0], t.sizes[0].horizon
    days = drawn(t, s, number, draw(key, DELAY))
    if not 0.0 <= days < np.inf:
        w.status = FAULT
        return horizon
    delay = days * DAY_MS
    return w.now + int(np.rint(delay)) if delay < horizon - w.now + 1.0 else horizon


@called
def commit(t: Any, s: Any, number: int, index: int, key: Any) -> None:
    """Choose an option, its target and place, and schedule it after its delay."""
    rule, w = t.rules[number], s.world[0]
    option = rule.first_option
    if rule.chooses != 0:
        option = chosen(t, s, rule.first_option, rule.options, key)
        if option < 0:
            return
    deed = t.options[option].deed
    if t.deeds[deed].action == NOTHING and t.deeds[deed].effects == 0:
        return
    after = t.options[option].after
    due = w.now if after < 0 else due_time(t, s, after, key)
    if due < 0:
        return
    target = target_of(t, s, deed, rule.actor, key)
    place = place_of(t, s, deed, key)
    s.counts[number] += 1
    s.latest[number] = w.now
    if due < t.sizes[0].horizon:
        schedule(s, w, due, number, option, index, target, place, key)


@inlined
def schedule(s: Any, w: Any, due: int, rule: int, option: int, cause: int, target: int, place: int, key: Any) -> None:
    """Keep a response until it is due."""
    if w.freed > 0:
        w.freed -= 1
        slot = s.free[w.freed]
    elif w.pending < len(s.pending):
        slot = w.pending
        w.pending += 1
    else:
        w.status = NO_ROOM
        return
    one = s.pending[slot]
    one.rule, one.option, one.cause, one.blamed = rule, option, cause, w.actor
    one.target, one.place, one.key = target, place, key
    push(s.agenda, w, due, RESPONSE, slot)
