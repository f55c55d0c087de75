"""The numbered random scenarios play the whole language: nothing in it is compared by name only."""

from __future__ import annotations

from sim.model.code import Op
from sim.scenario.parser import CASUALTIES, DELAYS, RANGES
from sim.scenario.syntax import PATTERN_KEYS, ROLES
from tests.equivalence.noting import SITES, noted
from tests.equivalence.test_random import NUMBERED
from tests.generated import example
from tests.worlds import World

PLAIN = ("id", "group", "any", "nobody", "not id", "not group", "list")
RELATED = tuple(f"KIND {way} {end}" for way in ("of", "by") for end in ("id", "group", "self"))
ANSWERED = ("self", "actor", "target", "others", "not self", "not actor", "not target", "not others")
RELATED_TO_ANSWERED = tuple(f"KIND {way} {end}" for way in ("of", "by") for end in ("actor", "target"))
SPANS = ("one", "from", "to", "fromto")
WANTED = {
    "operations": {f"op {op.name}" for op in Op},
    "places of expressions": {f"in {site}" for site in SITES},
    "delays": {f"delay {kind}" for kind in DELAYS},
    "casualties": {f"casualties {kind}" for kind in CASUALTIES if kind != "hurdle"},
    "hurdles": {f"casualties hurdle of {kind}" for kind in CASUALTIES if kind != "hurdle"},
    "ranges": {f"range {kind}{how}" for kind in RANGES for how in ("", " within")},
    "upper tails": {f"range {kind} above" for kind in ("normal", "lognormal", "beta", "gamma", "triangular")},
    "patterns": {f"when {key}" for key in PATTERN_KEYS},
    "questions": {f"{kind} {key}" for kind in ("count", "since") for key in (*PATTERN_KEYS, "within", "for ever")},
    "spans": {f"when rung {span}" for span in SPANS} | {f"count deaths {span}" for span in SPANS},
    "who in patterns": {f"when who {form}" for form in (*PLAIN, "self", "others", "not self", "not others", *RELATED)},
    "soil": {f"when soil {form}" for form in ("id", "group", "self", "others", "any", "nobody", "not id", "list")},
    "who in questions": {f"count who {form}" for form in (*PLAIN, *ANSWERED, *RELATED, *RELATED_TO_ANSWERED)}
    | {f"{kind} {key} {role}" for kind in ("count", "since") for key in ("actor", "target", "soil") for role in ROLES},
    "visibility": {f"visibility {form}" for form in (*PLAIN, *ANSWERED, "KIND of actor", "KIND by actor", "KIND of id")}
    - {"visibility not self"},  # which is no observer
    "attribution": {f"attribution {form}" for form in (*PLAIN, *ANSWERED, *RELATED, *RELATED_TO_ANSWERED)},
    "targets": {f"to {form}" for form in ("id", "group", "self", "actor", "target", "nobody", *RELATED_TO_ANSWERED)}
    | {"to nobody", "to oneself", "to another"},
    "places": {"nowhere", "on nobody's soil", "on somebody's soil"},
    "effects": {f"effect {op}" for op in ("=", "+=", "-=", "*=", "/=")}
    | {f"effect on {who}" for who in ("self", "actor", "target", "an actor", "a group", "an empty group")},
    "knowledge": {"nobody blamed", "somebody else blamed", "own deed answered"},
    "commitments": {"committed", *(f"stopped by {what}" for what in ("limit", "cooldown", "condition", "chance"))}
    | {"stopped by weights", "stopped by nothing", "stopped by history", "stood down", "went ahead"},
    "choices": {"chosen by id", "chosen by name", "an equal option chosen", "a driver's choice", "a driver's event"},
    "times": {"two events at an instant", "events of two origins at an instant", "an answer at once"}
    | {"quiet at the instant of an event", "asked at the instant of an event", "a mind changed"},
    "history": {"history", "an answer to history", "casualties in history", "below nought"},
    "items": {"an item by chance", "no item by chance"},
    "outcomes": {f"outcome {kind}" for kind in ("event", "state", "quiet", "asked")},
    "ends": {*(f"ended by {kind}" for kind in ("event", "state", "quiet", "asked")), "ended by two at an instant"}
    | {"truncated", "truncated in history"},
}


def test_every_part_of_the_language_is_played(tmp_path, monkeypatch):
    worlds = (World.of_data(example(number), tmp_path) for number in range(NUMBERED))
    played = noted(worlds, monkeypatch)
    assert {part: wanted - played for part, wanted in WANTED.items() if wanted - played} == {}
