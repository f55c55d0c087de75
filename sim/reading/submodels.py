"""What deeds do and what comes by itself: submodels in a scenario's description, beside its rules."""

from __future__ import annotations

from sim.analysis.wording import number_text
from sim.reading.english import English
from sim.reading.entities import named, remarks, said_of
from sim.reading.page import Items, Prose, Section
from sim.reading.prose import joined, sentence
from sim.reading.sentences import Sentences
from sim.scenario.load import Loaded
from sim.scenario.parser import parse_who
from sim.scenario.schema import Action, Scenario
from sim.scenario.sites import deeds


def taken_by(scenario: Scenario) -> set[str]:
    """The actions that a rule, driver or timeline item takes."""
    return {str(deed.do) for _, deed, _ in deeds(scenario)}


class Submodels:
    """The deeds and the drivers of one scenario."""

    def __init__(self, loaded: Loaded, sentences: Sentences):
        self.scenario, self.sentences = loaded.description, sentences
        doer = {"self": "the observer", "actor": "the doer", "target": "the target"}
        self.english = English(loaded, sentences.names, doer)

    def sections(self) -> list[Section]:
        """Deeds, then what comes by itself."""
        return [self._deeds(), self._drivers()]

    def _deeds(self) -> Section:
        taken = taken_by(self.scenario)
        items = [
            (named(key, action), self._deed(action)) for key, action in self.scenario.actions.items() if key in taken
        ]
        unused = [key for key in self.scenario.actions if key not in taken]
        blocks = [Items(tuple(items))] if items else [Prose("None.")]
        if unused:
            return Section("Deeds", 2, (*blocks, Prose(f"On offer, but taken by nobody here: {joined(unused)}.")))
        return Section("Deeds", 2, tuple(blocks))

    def _deed(self, action: Action) -> str:
        """Rung, codes, tags, people hurt, who knows, whom they blame, what it changes."""
        marks = [f"rung {action.rung}".replace("-", "−")]
        if action.cameo:
            marks.append(f"CAMEO {action.cameo}")
        if action.goldstein is not None:
            marks.append(f"Goldstein {number_text(action.goldstein)}".replace("-", "−"))
        if action.tags:
            marks.append(f"tagged {joined(action.tags)}")
        parts = [sentence(", ".join(marks))]
        for key in ("deaths", "injured"):
            drawn = getattr(action, key)
            if drawn is not None:
                parts.append(sentence(f"{key}: {self.english.casualties(drawn)}"))
        parts += [self._visible(action), self._blamed(action)]
        if action.effects:
            doer = self.english.with_roles(self="the doer")
            parts.append(sentence(f"it {joined([doer.effect(one) for one in action.effects])}"))
        return said_of(*parts, remarks(action))

    def _visible(self, action: Action) -> str:
        seen = action.visibility
        if seen is None:
            return ""
        if not isinstance(seen, dict):
            return sentence(f"each other actor learns of it {self.english.chance(seen) or 'for certain'}")
        words = [f"{self._who(who)} ({self.english.quantity(chance, 'percent')})" for who, chance in seen.items()]
        return f"Who learns of it: {joined(words)}; nobody else."

    def _blamed(self, action: Action) -> str:
        if action.attribution is None:
            return ""
        blamed = action.attribution
        words = dict.fromkeys(blamed, "") | {who: self._who(who) for who in blamed}
        return sentence(f"who is held responsible, by weight: {self.english.weighted(blamed, words)}")

    def _who(self, text: str) -> str:
        return "all others" if text == "others" else self.english.someone(parse_who(text))

    def _drivers(self) -> Section:
        items = [
            (named(key, driver), said_of(self.sentences.driver(driver), remarks(driver)))
            for key, driver in self.scenario.drivers.items()
        ]
        text = (
            "Events that no other event sets off come from point processes whose rates may depend on the state: "
            "candidates come at the upper bound of the rate, and each is let through with the share that the rate then "
            "has of that bound, if condition, limit and cooldown allow."
        )
        blocks = (Prose(text), Items(tuple(items))) if items else (Prose("Nothing: there are no drivers."),)
        return Section("What comes by itself", 2, blocks)
