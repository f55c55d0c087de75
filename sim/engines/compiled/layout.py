"""The tables as the kernel reads them: one array of records for each kind of thing. What the fields mean.

Things are numbers; −1 stands for nobody, no place, no program, no draw. A stretch of another array is its first
entry and how many there are (``first_…``, ``…s``). A mask is a row of 0 and 1; those over actors and places begin
with nobody and nowhere.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engines.compiled.memory import Plan
from sim.engines.played import LOG


def _record(**fields: type) -> np.dtype[Any]:
    return np.dtype(list(fields.items()), align=True)


_B, _I, _L, _N, _U, _F = np.uint8, np.int32, np.int64, np.uint32, np.uint64, np.float64

SIZES = _record(actors=_I, horizon=_L, window=_L, max_events=_L, max_candidates=_L, constants=_I, stack=_I, rule_ids=_I)
"""`constants`: how many there are; behind them in the numbers stand parameters, what programs keep, and the stack."""
INSTRUCTION = _record(op=_I, a=_N, b=_I, c=_I)
PROGRAM = _record(first=_N, behind=_N, number=_I, careful=_I)
"""`number`: where in the numbers the value stands, if the program is just that; `careful`: beside a ``since``."""
VARIABLE = _record(offset=_I, low=_F, high=_F, half_life=_I, start=_I, decay=_F, baseline=_F)
"""`start`: the baseline's program. `decay` (a ms) and `baseline` are the run's."""
CELL = _record(value=_F, base=_F, touched=_L)
"""A variable's cell: value when it was last set, what it decays to, when it was set (ms)."""
ORIGINAL = _record(variable=_I, program=_I, own=_I)
"""Of a cell: its variable, the program of its initial value, whether that is its baseline too."""
PARAMETER = _record(kind=_I, value=_F, a=_F, b=_F, c=_F, salt=_U, bounded=_I, low=_F, high=_F,
                    bottom=_F, top=_F, upper=_I, special=_I)  # fmt: skip
"""A range and, if it is bounded, the shares at its bounds; `special`: the column where SciPy's value stands."""
EFFECT = _record(variable=_I, sign=_I, program=_I, width=_I, first_one=_I, ones=_I, first_other=_I, others=_I)
"""Of each index a stretch of the members or, where the number is ROLE, the code of a role. `width`: cells for each
first index."""
DRAW = _record(kind=_I, inner=_I, first=_I, behind=_I, plain=_I, a=_F, b=_F, c=_F)
"""A distribution: the draw that a hurdle holds, the programs of its arguments (a stretch of these), and, where they
are all numbers (`plain`), these; a plain lognormal has the standard deviation of its logarithm for its second one."""
DEED = _record(action=_I, to=_I, first_to=_I, tos=_I, place=_I, first_place=_I, places=_I, deaths=_I, injured=_I,
               own_deaths=_I, own_injured=_I, first_effect=_I, effects=_I)  # fmt: skip
"""`to`: an actor or the code of a role, unless there are weights. `own_deaths`: they speak of what is answered."""
WEIGHTED = _record(what=_I, program=_I, salt=_U)
"""A who-field or a place, with its weight."""
OPTION = _record(salt=_U, weight=_I, after=_I, unless=_I, deed=_I)
RULE = _record(rule=_I, origin=_I, actor=_I, pattern=_I, guarded=_I, condition=_I, chance=_I, cooldown=_I, limit=_I,
               first_option=_I, options=_I, chooses=_I, key_salt=_U, chance_salt=_U)  # fmt: skip
DRIVER = _record(origin=_I, actor=_I, rate=_I, peak=_I, thinned=_I, condition=_I, cooldown=_I, limit=_I,
                 first_option=_I, options=_I, chooses=_I, key_salt=_U)  # fmt: skip
ITEM = _record(actor=_I, origin=_I, chance=_I, deed=_I, key_salt=_U)
OUTCOME = _record(kind=_I, pattern=_I, condition=_I, at=_L, ends=_I)
HEARER = _record(rule=_I, actor=_I, pattern=_I, own=_I)
"""A rule that may answer an action, with what is asked first of it."""
PATTERN = _record(actor=_I, place=_I, target=_I, seldom=_I, origin=_I, least_deaths=_L, most_deaths=_L,
                  least_injured=_L, most_injured=_L)  # fmt: skip
"""Whether each key matters; `seldom`: whether origin, deaths or injured do. The masks stand beside it."""
ACTION = _record(rung=_I, first_effect=_I, effects=_I, first_sight=_I, sights=_I, first_blame=_I, blames=_I,
                 first_rule=_I, rules=_I, first_question=_I, questions=_I)  # fmt: skip
SIGHT = _record(who=_I, program=_I)
"""An entry of visibility (`who` −1: everybody) or attribution."""
QUESTION = _record(pattern=_I, actor=_I, target=_I, soil=_I)
WHO = _record(first=_I, behind=_I)
AGENDA = _record(time=_L, rank=_L, kind=_I, index=_I)
"""What is due, first by time, then by rank."""
PENDING = _record(rule=_I, option=_I, cause=_I, blamed=_I, target=_I, place=_I, key=_U)
DRIVING = _record(candidate=_L, key=_U, days=_F, events=_L, latest=_L, peak=_F, source=_U)
WORLD = _record(
    key=_U, now=_L, self=_I, actor=_I, target=_I, rung=_L, deaths=_L, injured=_L, waited=_F, seen=_L, level=_L,
    events=_L, status=_I, over=_I, truncated=_I, ended=_I, peak=_L, given=_L, due=_L, pending=_L, freed=_L, sequence=_L,
    moved=_L, level_first=_L, level_behind=_L, sample=_L, row=_L, candidates=_L, driver=_I,
)  # fmt: skip
"""The scalars of a run, and what names mean now (:mod:`sim.engines.world`).

given : entries of the scenario's agenda that are done; `due`: entries of the run's own; `pending`: places for
responses that were ever used, `freed` of them free again; `row`: the run's row of what the block leaves;
`candidates`: of all drivers, so far; `driver`: the one whose candidate was one too many.
"""

ROLE = -1


class Status(IntEnum):
    """How a run went."""

    PLAYED = 0
    FAULT = 1
    NO_ROOM = 2
    TOO_MANY = 3
    HALTED = 4


class Due(IntEnum):
    """What may be due."""

    START = 0
    ASKED = 1
    ITEM = 2
    DRIVER_STARTS = 3
    CANDIDATE = 4
    RESPONSE = 5


RANK = 48
"""Above so many bits of a rank stands the kind, below them the order of scheduling. At equal times the lesser rank
comes first; all kinds from CANDIDATE on are equal."""


class Term(IntEnum):
    """The terms of a who-field, in postfix order."""

    SELF = 0
    ACTOR = 1
    TARGET = 2
    OTHERS = 3
    ANY = 4
    NOBODY = 5
    SET = 6
    RELATED = 7
    NOT = 8
    OR = 9


KINDS = ("", "fixed", "uniform", "triangular", "exponential", "lognormal", "poisson", "geometric", "negbinomial",
         "hurdle", "loguniform", "normal", "beta", "gamma")  # fmt: skip
"""The distributions; their place here is their number."""
SIGNS = ("=", "+=", "-=", "*=", "/=")
OUTCOMES = ("event", "state", "quiet", "asked")

Array = NDArray[Any]


FLAT = Plan("Flat", {
    "sizes": (SIZES, 1), "code": (INSTRUCTION, 1), "programs": (PROGRAM, 1), "variables": (VARIABLE, 1),
    "originals": (ORIGINAL, 1), "parameters": (PARAMETER, 1), "effects": (EFFECT, 1), "members": (_I, 1),
    "draws": (DRAW, 1), "arguments": (_I, 1), "deeds": (DEED, 1), "targets": (WEIGHTED, 1), "places": (WEIGHTED, 1),
    "options": (OPTION, 1), "rules": (RULE, 1), "drivers": (DRIVER, 1), "items": (ITEM, 1), "outcomes": (OUTCOME, 1),
    "patterns": (PATTERN, 1), "fits_action": (_B, 2), "fits_actor": (_B, 2), "fits_target": (_B, 2),
    "fits_place": (_B, 2), "fits_origin": (_B, 2), "actions": (ACTION, 1), "sights": (SIGHT, 1), "blames": (SIGHT, 1),
    "audience": (HEARER, 1), "asked_of": (_I, 1), "questions": (QUESTION, 1), "who": (WHO, 1), "terms": (_I, 2),
    "sets": (_U, 2), "relations": (_U, 3), "everyone": (_U, 1), "owners": (_U, 2), "agenda": (AGENDA, 1),
    "samples": (_L, 1), "to_salts": (_U, 1), "learn_salts": (_U, 1), "blame_salts": (_U, 2),
})  # fmt: skip
"""A scenario. Nothing in it changes while runs are played."""
STATE = Plan("State", {
    "world": (WORLD, 1), "log": (LOG, 1), "numbers": (_F, 1), "variables": (VARIABLE, 1), "cells": (CELL, 1),
    "moved": (_I, 1), "has_moved": (_B, 1), "agenda": (AGENDA, 1), "pending": (PENDING, 1), "free": (_I, 1),
    "counts": (_L, 1), "latest": (_L, 1), "driving": (DRIVING, 1), "times": (_L, 1), "deadlines": (_L, 1),
    "latest_break": (_L, 1), "hits": (_I, 2), "hit_counts": (_L, 1), "level_times": (_L, 1),
    "level_rungs": (_L, 1), "halt": (_B, 1), "weights": (_F, 1), "held": (_U, 1), "weighed": (_U, 1),
    "scratch": (_F, 1), "stack": (_U, 1),
})  # fmt: skip
"""What one thread needs to play. Every run overwrites it, save `halt`: not 0 where it is to play no more."""
LEFT = Plan("Left", {
    "log": (LOG, 1), "counts": (_L, 1), "outcomes": (_L, 2), "stood_down": (_L, 2), "peak_level": (_L, 1),
    "final_level": (_L, 1), "ended": (_L, 1), "truncated": (np.bool_, 1), "parameters": (_F, 2), "levels": (_L, 2),
    "states": (_F, 3),
})  # fmt: skip
"""What the runs of a block leave: see :class:`sim.engines.played.Played`. No states: they are not asked for."""
