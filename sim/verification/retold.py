"""A scenario told otherwise has the same runs, or the same distribution (metamorphic relations: Chen, Cheung and Yiu
1998; Segura and others, IEEE Transactions on Software Engineering 42, 2016).

Exact, run by run and bit by bit, because chance comes from the names of roots, rules, drivers, options and actors
alone: everything so many days later; one more actor who does nothing; other names for variables, tags, kinds of
relation, parameters without a range and outcomes (unless an option without an id names one of them: its own name is
made of what it does to whom).

Other names of actors, actions and rules give other luck but the same distribution: the renamed scenario is held
against the Markov chain of the original. So is one that is twice as slow, after twice the days, since its times are
doubled up to milliseconds only.
"""

from __future__ import annotations

from sim.verification.checks import Check, never
from sim.verification.player import Player, data_of
from sim.verification.retelling import Data, differing, later, renamed, slower, with_stranger
from sim.verification.scripts import SCRIPTS, against, script

SOME, DAYS_LATER = 0.1, 1000
INNER_NAMES = {
    "anger": "zeal", "alarm": "fear", "violent": "armed", "verbal": "spoken", "patron": "master",
    "restraint": "patience", "many-dead": "a-massacre", "answered": "an-answer", "calm": "rest",
}  # fmt: skip
OUTER_NAMES = {
    "a": "north", "b": "south", "c": "east", "d": "west", "hit": "shell", "truce": "armistice", "answer": "reply",
    "again": "once-more", "appeal": "plea", "blow": "first-shell",
}  # fmt: skip


def checks(play: Player) -> list[Check]:
    """``retold.yaml`` in other words; ``exchange.yaml`` with other names; ``ultimatum.yaml`` twice as slow."""
    data = data_of("retold")
    plain = play.told(data, SOME)

    def same(what: str, other: Data) -> Check:
        return never(f"changed by {what}", differing(plain, play.told(other, SOME)))

    names, days = "exchange", SCRIPTS["ultimatum"]
    otherwise = renamed(data_of(names), OUTER_NAMES)
    slow = slower(data_of("ultimatum"), 2)
    return [
        same("a later start", later(data, DAYS_LATER)),
        same("one more, idle actor", with_stranger(data)),
        same("names of variables", renamed(data, INNER_NAMES)),
        *against(script(names), play.told(otherwise), SCRIPTS[names][1:2], "all renamed"),
        *against(script("ultimatum"), play.told(slow), days[1:2], "slower", slower=2),
    ]
