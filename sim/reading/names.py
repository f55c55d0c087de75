"""What people read instead of ids, and deeds as sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sim.reading.prose import joined, small
from sim.scenario.load import Loaded

# Nouns that take an article where they are part of a name: the United States, but Iran.
_WITH_ARTICLE = frozenset({
    "alliance", "army", "authority", "brigade", "brigades", "coalition", "commission", "council", "emirates",
    "federation", "force", "forces", "front", "government", "guard", "guards", "junta", "league", "ministry",
    "mission", "movement", "nations", "netherlands", "opposition", "organisation", "organization", "parliament",
    "party", "philippines", "public", "rebels", "republic", "resistance", "secretariat", "states", "union",
})  # fmt: skip
_IRREGULAR = {"has": "have", "is": "be", "does": "do", "goes": "go", "lies": "lie", "dies": "die", "ties": "tie"}
# What stands between a deed and whom it concerns, by the deed's last word: recalls its ambassador from Iran.
_PREPOSITIONS = {
    "agreement": "with", "ambassador": "from", "back": "to", "ceasefire": "with", "commander": "of", "envoy": "of",
    "lapse": "with", "meeting": "with", "mission": "of", "relations": "with", "sanctions": "on", "statement": "to",
    "talks": "with", "treaty": "with", "truce": "with", "war": "with",
}  # fmt: skip
_COORDINATED = re.compile(r"(?:(?<=\band )|(?<=\bor ))(?!its |his |this )(\w+s)(?= \w)")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a scenario's things; its ids where there is no name.

    can_hurt : the actions with deaths or injured.
    """

    actors: dict[str, str]
    actions: dict[str, str]
    places: dict[str, str]
    rungs: dict[int, str]
    outcomes: dict[str, str]
    rung_of: dict[str, int]
    can_hurt: frozenset[str]
    phrases: dict[str, str] = field(repr=False)
    """Each action as a verb phrase in the third person, or an empty text where its name is none."""

    @classmethod
    def of(cls, loaded: Loaded) -> Names:
        """The names of a scenario."""
        s = loaded.description
        blocks = (s.actors, s.actions, s.places, s.outcomes)
        actors, actions, places, outcomes = ({key: item.name or key for key, item in block.items()} for block in blocks)
        return cls(
            actors, actions, places, {step.rung: step.name or "" for step in s.ladder}, outcomes,
            rung_of={key: item.rung for key, item in s.actions.items()},
            can_hurt=frozenset(key for key, item in s.actions.items() if item.deaths or item.injured),
            phrases={key: _verb_phrase(item.name) for key, item in s.actions.items()},
        )  # fmt: skip

    def who(self, actor: str | None) -> str:
        """An actor inside a sentence: ``the United States``; ``nobody`` for None."""
        return "nobody" if actor is None else with_article(self.actors[actor])

    def rung_text(self, rung: int) -> str:
        """``8 (open limited strike)``."""
        name, number = self.rungs.get(rung, ""), str(rung).replace("-", "−")
        return f"{number} ({name})" if name else number

    def deed(self, actor: str, action: str, target: str | None, place: str | None = None) -> str:
        """``Iran strikes with ballistic missiles against Israel at Erbil``; without a verb ``Iran: strike``."""
        to = None if target is None else "itself" if target == actor else self.who(target)
        where = None if place is None else self.places[place]
        return f"{self.who(actor)}{'' if self.phrases[action] else ':'} {self.doing(action, to, where)}"

    def doing(self, action: str, to: str | None, where: str | None) -> str:
        """What stands behind the doer: ``strikes one target openly against Israel at Erbil``."""
        phrase = self.phrases[action] or _as_noun(self.actions[action], action)
        return phrase + self._whom_and_where(action, to, where)

    def to_do(self, action: str, to: str | None, where: str | None) -> str:
        """The same behind ``to``: ``strike one target openly against Israel at Erbil``."""
        phrase = self.phrases[action]
        if not phrase:
            return f"do ‘{self.doing(action, to, where)}’"
        return infinitive(phrase) + self._whom_and_where(action, to, where)

    def _whom_and_where(self, action: str, to: str | None, where: str | None) -> str:
        return self.towards(action, to) + (f" at {where}" if where else "")

    def towards(self, action: str, to: str | None) -> str:
        """`` against Israel``; `` towards Israel`` for what calms; of one verb just `` Israel``."""
        if to is None:
            return ""
        phrase, rung = self.phrases[action], self.rung_of[action]
        if rung > 0 and phrase and " " not in phrase:
            return f" {to}"
        usual = "against" if rung > 0 else "towards"
        word = _PREPOSITIONS.get(phrase.rpartition(" ")[2], usual) if phrase else usual
        return f"{',' if ',' in phrase else ''} {word} {to}"


def with_article(name: str) -> str:
    """The name as it stands inside a sentence: ``the United States``, ``Iran``."""
    head = re.split(r" (?:of|in|against|for|on) ", name)[0].split()
    takes = bool(head) and head[-1].lower() in _WITH_ARTICLE and (len(head) > 1 or head[-1] != name)
    return f"the {name}" if takes and head[0].lower() != "the" else name


def infinitive(phrase: str) -> str:
    """A verb phrase of the third person behind ``to``.

    >>> infinitive("rejects the blame and justifies itself")
    'reject the blame and justify itself'
    """
    first, space, rest = phrase.partition(" ")
    return _bare(first) + space + _COORDINATED.sub(lambda match: _bare(match.group()), rest)


def _bare(verb: str) -> str:
    if verb in _IRREGULAR or not verb.endswith("s"):
        return _IRREGULAR.get(verb, verb)
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes", "oes")) else verb[:-1]


def _verb_phrase(name: str | None) -> str:
    """``strikes one target openly`` where the name is a verb phrase in the third person, else nothing."""
    first = (name or "").split()[:1]
    is_verb = bool(first) and first[0][:1].isupper() and first[0].endswith("s") and not first[0].endswith("ss")
    return small(name.strip()) if name and is_verb else ""


def _as_noun(name: str, key: str) -> str:
    return name if name == key else small(name)


def casualties_text(deaths: int, injured: int, *, none: str = "nobody is hurt") -> str:
    """``4 dead and 6 injured``; `none` where there are none."""
    parts = [f"{number:,} {word}" for number, word in ((deaths, "dead"), (injured, "injured")) if number]
    return joined(parts) or none
