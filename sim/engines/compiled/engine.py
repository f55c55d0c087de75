"""The compiled engine: the same runs as the readable one, event for event, as fast as the machine allows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.chance import salt
from sim.engines import room as rooms
from sim.engines.compiled import layout
from sim.engines.compiled.cache import Damaged, NotKept
from sim.engines.compiled.flatten import flatten
from sim.engines.compiled.layout import Array, Status
from sim.engines.compiled.memory import Memory
from sim.engines.compiled.play import compile_kernel, play_runs, uniform_draws
from sim.engines.halting import Halt, beside, halt_here
from sim.engines.played import LOG, Played
from sim.engines.room import MOST_BYTES, check_room, in_gb, limit
from sim.engines.simpy_engine import SimPyEngine
from sim.engines.sources import too_many
from sim.errors import RunError, UsageError
from sim.model.tables import Tables
from sim.parameters import SPECIAL, special_values
from sim.scenario.times import moment_text

_EVENTS, _PENDING = 512, 256
_DEEPEST, _WHOLE = 64, 8
_PREPARING = threading.Lock()


def prepare(say: Callable[[str], None] = lambda text: None) -> None:
    """Have the kernel's machine code ready in this process; `say` is told if it has to be made first."""
    with _PREPARING:
        if play_runs.signatures and uniform_draws.signatures:
            return
        began, told = time.monotonic(), False

        def compiling(why: NotKept | None) -> None:
            nonlocal told
            if not told:
                say(f"compiling the kernel: {_occasion(why)} and takes half a minute or so")
            told = True

        lost = beside(lambda: compile_kernel(compiling))
        if told:
            seconds = f"the kernel was compiled in {time.monotonic() - began:.0f} s"
            say(seconds if lost is None else f"{seconds}, and will be again: {lost}")


def _occasion(why: NotKept | None) -> str:
    """How often this happens, and why."""
    if isinstance(why, Damaged):
        return f"{why}, so this happens anew"
    return "this happens once on this machine" if why is None else f"this happens each time, as {why},"


class CompiledEngine:
    """Plays runs of one scenario. Threads may share it."""

    name = "compiled"

    def __init__(self, tables: Tables):
        prepare()
        self.tables = tables
        self.flat = flatten(tables)
        self.special = [one for one in tables.parameters if one.kind in SPECIAL]
        self.special_salts = np.array([salt("parameter", one.name) for one in self.special], np.uint64)
        self._mine = threading.local()

    def play_runs(self, seed: int, runs: range, *, states: bool = True) -> Played:
        """See :class:`sim.engines.played.Engine`. The readable engine tells an error: it plays that run again."""
        check_room(self.tables, len(runs), states=states)
        root, first = np.uint64(salt("seed", str(seed))), np.int64(runs.start)
        special = self._special(root, first, len(runs))
        room = self._room()
        left = _left(self.flat, len(runs), room.events_a_run * len(runs) + room.events, states=states)
        done, used = 0, 0
        while True:
            done, used = self._in_the_kernel(room, left, root, first, special, done, used)
            if done == len(runs):
                break
            status = room.state["world"][0]["status"]
            if status == Status.TOO_MANY:
                raise self._too_many(room.state, runs[done])
            if status == Status.FAULT or room.is_full_of_responses():
                SimPyEngine(self.tables).play(seed, runs[done])
            if status == Status.FAULT:
                raise RuntimeError(f"the engines differ: only the compiled one fails in run {runs[done]}")
            room, left = self._more_room(room, left, runs, done, used)
        room.events_a_run = max(room.events_a_run, used // max(len(runs), 1) + 1)
        return _played(runs, left, used)

    def _in_the_kernel(self, room: _Room, *arguments: Any) -> tuple[int, int]:
        """See :func:`play_runs`. Raises KeyboardInterrupt if this thread is to play no more."""
        try:
            done: tuple[int, int] = beside(lambda: play_runs(self.flat, room.state, *arguments), room.halt)
        except KeyboardInterrupt:
            del self._mine.room  # the kernel may still write to it
            raise
        room.halt.check()
        return done

    def _too_many(self, state: Memory, run: int) -> RunError:
        """The error of a run whose drivers had too many candidates."""
        world = state["world"][0]
        number = int(world["driver"])
        one = state["driving"][number]
        counts = int(one["candidate"]), float(one["peak"]), int(one["events"])
        trouble = too_many(self.tables, self.tables.drivers[number], *counts)
        moment = moment_text(int(world["now"]), self.tables.start)
        return RunError(trouble.place, run, moment, trouble.problem)

    def _special(self, root: np.uint64, first: np.int64, runs: int) -> Array:
        """The parameters that SciPy draws, shape (runs, parameters of such a kind)."""
        draws = np.empty((runs, len(self.special)))
        uniform_draws(root, first, self.special_salts, draws)
        return special_values(self.special, draws)

    def _room(self) -> _Room:
        """This thread's state."""
        room: _Room | None = getattr(self._mine, "room", None)
        if room is None:
            halt = halt_here()
            state = _state(self.flat, self.tables.constants, _EVENTS, _PENDING, halt)
            room = self._mine.room = _Room(state, halt, _EVENTS, _PENDING)
        return room

    def _more_room(self, room: _Room, left: Memory, runs: range, done: int, used: int) -> tuple[_Room, Memory]:
        """Twice the room for events and responses; what is there stays. The run that had none is played again.

        Raises
        ------
        UsageError
            If that is more than memory is for.
        """
        events = min(2 * room.events, self.tables.max_events)
        pending = min(2 * room.pending, rooms.MOST_RESPONSES)
        before = len(left["log"])
        most = min(2 * before + events, len(runs) * self.tables.max_events, MOST_BYTES // LOG.itemsize)
        need = _bytes(self.flat, events, pending)
        if need > MOST_BYTES:
            asked = f"{events:,} events, {pending:,} responses under way and {len(self.tables.questions):,} questions"
            told = f"run {runs[done]} needs room for {asked} to the log: {in_gb(need)}"
            raise UsageError(f"{told}; expected a lower max_events or shorter delays: {limit()}")
        if most <= before < used + events:
            told = f"runs {runs[0]} to {runs[-1]} leave more than {used:,} events"
            raise UsageError(f"{told}; expected fewer runs at a time or a lower max_events: {limit()}")
        state = _state(self.flat, self.tables.constants, events, pending, room.halt)
        self._mine.room = _Room(state, room.halt, events, pending, room.events_a_run)
        log = np.empty(max(most, before), LOG)
        log[:used] = left["log"][:used]
        return self._mine.room, Memory(layout.LEFT, **(left.arrays | {"log": log}))


@dataclass
class _Room:
    """A thread's state, what halts it and what it has room for.

    events_a_run : the most that its blocks have had on average.
    """

    state: Memory
    halt: Halt
    events: int
    pending: int
    events_a_run: int = 64

    def is_full_of_responses(self) -> bool:
        """Whether the kernel stopped because as many responses are under way as there may be."""
        world = self.state["world"][0]
        return bool(self.pending >= rooms.MOST_RESPONSES and world["pending"] == self.pending and not world["freed"])


def _state(flat: Memory, constants: tuple[float, ...], events: int, pending: int, halt: Halt) -> Memory:
    """Room for runs with so many events, and so many responses under way."""
    rules, outcomes = len(flat["rules"]), len(flat["outcomes"])
    numbers = np.zeros(int(flat["sizes"][0]["stack"]) + len(flat["code"]) + 8)
    numbers[: len(constants)] = constants
    whole, cells, questions = np.int64, len(flat["originals"]), max(len(flat["questions"]), 1)
    return Memory(
        layout.STATE,
        world=np.zeros(1, layout.WORLD),
        log=np.empty(events, LOG),
        numbers=numbers,
        variables=flat["variables"].copy(),
        cells=np.zeros(cells, layout.CELL),
        moved=np.zeros(cells, np.int32),
        has_moved=np.zeros(cells, np.uint8),
        agenda=np.zeros(pending + len(flat["drivers"]) + len(flat["outcomes"]) + 8, layout.AGENDA),
        pending=np.zeros(pending, layout.PENDING),
        free=np.zeros(pending, np.int32),
        counts=np.zeros(rules, whole),
        latest=np.zeros(rules, whole),
        driving=np.zeros(len(flat["drivers"]), layout.DRIVING),
        times=np.zeros(outcomes, whole),
        deadlines=np.zeros(outcomes, whole),
        latest_break=np.zeros(outcomes, whole),
        hits=np.empty((questions, events), np.int32),
        hit_counts=np.zeros(questions, whole),
        level_times=np.empty(events, whole),
        level_rungs=np.empty(events, whole),
        halt=np.frombuffer(halt.flag, np.uint8),
        weights=np.zeros(64 * len(flat["everyone"])),
        held=np.zeros(len(flat["everyone"]), np.uint64),
        weighed=np.zeros(len(flat["everyone"]), np.uint64),
        scratch=np.zeros(3),
        stack=np.zeros(_DEEPEST, np.uint64),
    )


def _bytes(flat: Memory, events: int, pending: int) -> int:
    """What :func:`_state` takes, apart from what every scenario needs."""
    an_event = LOG.itemsize + 2 * _WHOLE + len(flat["questions"]) * np.dtype(np.int32).itemsize
    return events * an_event + pending * (layout.PENDING.itemsize + layout.AGENDA.itemsize + _WHOLE)


def _left(flat: Memory, runs: int, events: int, *, states: bool) -> Memory:
    whole, times = np.int64, len(flat["samples"])
    return Memory(
        layout.LEFT,
        log=np.empty(events, LOG),
        counts=np.zeros(runs, whole),
        outcomes=np.empty((runs, len(flat["outcomes"])), whole),
        stood_down=np.empty((runs, int(flat["sizes"][0]["rule_ids"])), whole),
        peak_level=np.empty(runs, whole),
        final_level=np.empty(runs, whole),
        ended=np.empty(runs, whole),
        truncated=np.empty(runs, np.bool_),
        parameters=np.empty((runs, len(flat["parameters"]))),
        levels=np.empty((runs, times), whole),
        states=np.empty((runs if states else 0, times, len(flat["originals"]))),
    )


def _played(runs: range, left: Memory, used: int) -> Played:
    return Played(
        runs=np.arange(runs.start, runs.stop, dtype=np.int64),
        counts=left["counts"],
        log=left["log"][:used],
        outcomes=left["outcomes"],
        stood_down=left["stood_down"],
        peak_level=left["peak_level"],
        final_level=left["final_level"],
        ended=left["ended"],
        truncated=left["truncated"],
        parameters=left["parameters"],
        levels=left["levels"],
        states=left["states"] if len(left["states"]) else None,
    )
