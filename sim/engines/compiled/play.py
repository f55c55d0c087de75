"""The kernel: runs of a scenario from beginning to end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types

from sim.chance import salt
from sim.engines.compiled.agenda import before, drop_first, push
from sim.engines.compiled.beginning import NEVER, draw_parameters, set_variables, start_clock
from sim.engines.compiled.cache import NotKept
from sim.engines.compiled.deeds import apply_effects, chosen, place_of, target_of
from sim.engines.compiled.draws import draw, mix, numbered
from sim.engines.compiled.events import NO_ROOM, NOTHING, is_held_back, occur, speak_of
from sim.engines.compiled.expressions import INF, between, holds_true, read
from sim.engines.compiled.jit import called, entry, inlined
from sim.engines.compiled.layout import FLAT, LEFT, STATE, Due, Status
from sim.engines.compiled.memory import MemoryType
from sim.engines.compiled.outcomes import ask, close, judge, speak
from sim.scenario.times import DAY_MS

GAP, THIN, HAPPENS = np.uint64(salt("gap")), np.uint64(salt("thin")), np.uint64(salt("chance"))
START, ASKED, ITEM, DRIVER_STARTS, CANDIDATE, RESPONSE = (int(due) for due in Due)
TOO_MANY, HALTED = int(Status.TOO_MANY), int(Status.HALTED)
UNKNOWN = -1


@called
def pass_time(t: Any, s: Any, left: Any, time: int) -> None:
    """The clock moves on; what is sampled on the way is written down."""
    w = s.world[0]
    while w.sample < len(t.samples) and t.samples[w.sample] < time and s.halt[0] == 0:
        set_time(t, s, t.samples[w.sample])
        sample(t, s, left, w.sample)
        w.sample += 1
    set_time(t, s, time)


@inlined
def set_time(t: Any, s: Any, time: int) -> None:
    """The clock stands at a time; the level forgets what is older than its window."""
    w = s.world[0]
    w.now = time
    while w.level_first < w.level_behind and s.level_times[w.level_first] <= time - t.sizes[0].window:
        w.level_first += 1
    w.level = s.level_rungs[w.level_first] if w.level_first < w.level_behind else 0


@called
def sample(t: Any, s: Any, left: Any, number: int) -> None:
    """Write down the level and, if asked for, the variables."""
    w = s.world[0]
    left.levels[w.row, number] = w.level
    if len(left.states) == 0:
        return
    states = left.states[w.row, number]
    for cell in range(len(s.cells)):
        states[cell] = s.cells[cell].base
    for k in range(w.moved):
        cell = s.moved[k]
        states[cell] = read(s.cells, cell, s.variables[t.originals[cell].variable].decay, w.now)


@called
def prepare(t: Any, s: Any, left: Any, row: int, key: Any) -> None:
    """Nothing has happened yet."""
    w = s.world[0]
    w.key, w.row, w.now = key, row, min(t.agenda[0].time, 0)
    speak(w, -1, -1, -1, 0, 0, 0)
    w.waited, w.ended = 0.0, -1
    w.seen = w.level = w.events = w.status = w.over = w.truncated = w.peak = w.given = w.due = 0
    w.pending = w.freed = w.sequence = w.level_first = w.level_behind = w.candidates = 0
    w.sample = len(t.samples)  # none before the start
    s.counts[:] = 0
    s.latest[:] = NEVER
    s.times[:] = -1
    s.latest_break[:] = 0
    s.hit_counts[:] = 0
    for number in range(len(t.outcomes)):
        s.deadlines[number] = t.outcomes[number].at
    left.stood_down[row] = 0


@called
def start(t: Any, s: Any) -> None:
    """t = 0: the clock of decay, outcomes and drivers starts."""
    w = s.world[0]
    start_clock(t, s)
    w.peak, w.sample = w.level, 0
    judge(t, s, -1)
    ask(t, s)
    for number in range(len(t.drivers)):
        push(s.agenda, w, 0, DRIVER_STARTS, number)


@inlined
def alone(w: Any, doer: int) -> None:
    """Names: only self means something."""
    speak(w, doer, doer, -1, 0, 0, 0)
    w.seen = w.events


@called
def next_candidate(t: Any, s: Any, number: int) -> None:
    """Schedule a driver's next candidate."""
    one, horizon = s.driving[number], t.sizes[0].horizon
    one.key = numbered(one.source, one.candidate)
    one.candidate += 1
    one.days -= 1.0 / one.peak * math.log1p(-draw(one.key, GAP))
    ms = one.days * DAY_MS
    due = int(np.rint(ms)) if ms < horizon else horizon
    if due < horizon:
        push(s.agenda, s.world[0], due, CANDIDATE, number)


@called
def start_driver(t: Any, s: Any, number: int) -> None:
    """A driver's first candidate."""
    driver, one, w = t.drivers[number], s.driving[number], s.world[0]
    alone(w, driver.actor)
    one.candidate, one.days, one.events, one.latest = 0, 0.0, 0, NEVER
    one.peak = between(t, s, driver.peak, 0.0, INF)
    one.source = mix(w.key ^ driver.key_salt)
    if one.peak > 0.0:
        next_candidate(t, s, number)


@called
def option_of_candidate(t: Any, s: Any, number: int) -> int:
    """What a driver's candidate does, or −1 if it comes to nothing."""
    driver, one, w = t.drivers[number], s.driving[number], s.world[0]
    w.candidates += 1
    if w.candidates > t.sizes[0].max_candidates:
        w.status, w.driver = TOO_MANY, number
        return -1
    alone(w, driver.actor)
    if driver.thinned != 0:
        rate = between(t, s, driver.rate, 0.0, one.peak)
        if draw(one.key, THIN) * one.peak >= rate:
            return -1
    if is_held_back(t, s, driver.limit, driver.cooldown, driver.condition, one.events, one.latest):
        return -1
    if driver.chooses != 0:
        return chosen(t, s, driver.first_option, driver.options, one.key)
    return driver.first_option


@called
def happens(t: Any, s: Any, number: int) -> bool:
    """Whether a timeline item that is due happens."""
    item, w = t.items[number], s.world[0]
    alone(w, item.actor)
    if item.chance < 0:
        return True
    p = between(t, s, item.chance, 0.0, 1.0)
    return draw(mix(w.key ^ item.key_salt), HAPPENS) < p


@called
def stands(t: Any, s: Any, left: Any, slot: int) -> bool:
    """Whether a response whose delay is over is not stood down."""
    one, w = s.pending[slot], s.world[0]
    unless, deed = t.options[one.option].unless, t.options[one.option].deed
    if unless < 0 and t.deeds[deed].action != NOTHING:
        return True
    speak_of(t, s, t.rules[one.rule].actor, one.blamed, one.cause)
    w.seen = w.events
    if unless >= 0 and holds_true(t, s, unless):
        left.stood_down[w.row, t.rules[one.rule].rule] += 1
        return False
    return True


@called
def take_turn(t: Any, s: Any, left: Any, kind: int, index: int) -> None:
    """What is due happens: one event at most."""
    w = s.world[0]
    doer, deed, target, place, cause, origin, key, blames = -1, -1, -1, -1, -1, -1, w.key, -1
    if kind == ITEM:
        item = t.items[index]
        if happens(t, s, index):
            doer, deed, origin, key = item.actor, item.deed, item.origin, mix(w.key ^ item.key_salt)
    elif kind == CANDIDATE:
        option = option_of_candidate(t, s, index)
        if option >= 0:
            doer, deed, origin = t.drivers[index].actor, t.options[option].deed, t.drivers[index].origin
            key = s.driving[index].key
            s.driving[index].events += 1
            s.driving[index].latest = w.now
    else:
        one = s.pending[index]
        if stands(t, s, left, index):
            doer, deed, origin = t.rules[one.rule].actor, t.options[one.option].deed, t.rules[one.rule].origin
            target, place, cause, key, blames = one.target, one.place, one.cause, one.key, one.blamed
        s.free[w.freed] = index
        w.freed += 1
    if deed >= 0 and kind != RESPONSE:
        place = place_of(t, s, deed, key)
        target = target_of(t, s, deed, doer, key)
    if deed >= 0 and w.status == 0:
        if t.deeds[deed].action == NOTHING:
            apply_effects(t, s, t.deeds[deed].first_effect, t.deeds[deed].effects)
            judge(t, s, -1)
        else:
            occur(t, s, doer, deed, target, place, cause, origin, key, blames)
    if kind == CANDIDATE and w.over == 0 and w.status == 0:
        next_candidate(t, s, index)


@called
def play_run(t: Any, s: Any, left: Any) -> None:
    """Play from the first given event to the horizon, or to the run's end before it, or until it is told to halt."""
    w, horizon = s.world[0], t.sizes[0].horizon
    while w.over == 0 and w.status == 0 and s.halt[0] == 0:
        given = w.given < len(t.agenda)
        if w.due > 0:
            first = s.agenda[0]
            given = given and before(t.agenda, w.given, first.time, first.rank)
        elif not given:
            break
        due = t.agenda[w.given] if given else s.agenda[0]
        time, kind, index = due.time, due.kind, due.index
        if given:
            w.given += 1
        else:
            drop_first(s.agenda, w)
        pass_time(t, s, left, time)
        if kind == START:
            start(t, s)
        elif kind == ASKED:
            ask(t, s)
        elif kind == DRIVER_STARTS:
            start_driver(t, s, index)
        else:
            take_turn(t, s, left, kind, index)
    if w.over == 0 and w.status == 0:
        pass_time(t, s, left, horizon)


@called
def write_down(t: Any, s: Any, left: Any, used: int) -> None:
    """What the run leaves, its log behind the `used` events; one that ended early keeps its last state."""
    w = s.world[0]
    if used + w.events > len(left.log):
        w.status = NO_ROOM
        return
    for index in range(w.events):
        left.log[used + index] = s.log[index]
    row, rest = w.row, w.sample if w.now >= 0 else 0
    if w.truncated == 0:
        close(t, s, w.now)
        for number in range(rest, len(t.samples)):
            sample(t, s, left, number)
    else:
        left.levels[row, rest:] = UNKNOWN
        if len(left.states) > 0:
            left.states[row, rest:] = np.nan
    left.counts[row] = w.events
    for number in range(len(t.outcomes)):
        left.outcomes[row, number] = s.times[number]
    left.peak_level[row] = w.peak
    left.final_level[row] = w.level if w.truncated == 0 else UNKNOWN
    left.ended[row] = w.ended
    left.truncated[row] = w.truncated != 0
    for number in range(len(t.parameters)):
        left.parameters[row, number] = s.numbers[t.sizes[0].constants + number]


@entry
def play_runs(t: Any, s: Any, left: Any, root: Any, first: int, special: Any, done: int, used: int) -> tuple[int, int]:
    """Play the runs of a block from its row `done` on, their logs behind the `used` events that are there.

    Returns
    -------
    tuple of int
        The rows that are done and the events used. If a row is missing the state's status says why: a fault
        in that run, too many candidates, no room for it, or that it was told to halt.
    """
    w = s.world[0]
    while done < len(left.counts):
        prepare(t, s, left, done, numbered(root, first + done))
        draw_parameters(t, s, special, done)
        set_variables(t, s)
        play_run(t, s, left)
        if s.halt[0] != 0:
            w.status = HALTED
        if w.status == 0:
            write_down(t, s, left, used)
        if w.status != 0:
            break
        used += w.events
        done += 1
    return done, used


@entry
def uniform_draws(root: Any, first: int, salts: Any, draws: Any) -> None:
    """The draws of some runs for some purposes, shape (runs, purposes)."""
    for row in range(draws.shape[0]):
        key = numbered(root, first + row)
        for column in range(draws.shape[1]):
            draws[row, column] = draw(key, salts[column])


def compile_kernel(compiling: Callable[[NotKept | None], None]) -> NotKept | None:
    """Have the machine code ready; why it could not be kept comes back, or None.

    compiling : is told if it must be made: why what is kept cannot be used, or None if nothing is.
    """
    matrix, whole = types.Array(types.float64, 2, "C"), types.int64
    memories = (MemoryType(plan) for plan in (FLAT, STATE, LEFT))
    signatures = {
        play_runs: (*memories, types.uint64, whole, matrix, whole, whole),
        uniform_draws: (types.uint64, whole, types.Array(types.uint64, 1, "C"), matrix),
    }
    for function, signature in signatures.items():
        function._cache.compiling = compiling
        function.compile(signature)
    return play_runs._cache.lost or uniform_draws._cache.lost
