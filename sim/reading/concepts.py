"""The second part of a scenario's description: its concepts, from the ladder to feedback and what is missing."""

from __future__ import annotations

from collections.abc import Iterable

from sim.reading.entities import Entities, remarks
from sim.reading.graph import Graph, Link
from sim.reading.page import Block, Items, Outline, Prose, Section, Table
from sim.reading.prose import counted, ended, joined, length_text
from sim.reading.sentences import Sentences
from sim.reading.submodels import taken_by
from sim.scenario.load import Loaded
from sim.scenario.sites import deeds, expressions, sites
from sim.scenario.syntax import Effect, Expression, Index, Name, walk

MOST_LOOPS = 40


class Concepts:
    """The design concepts of one scenario."""

    def __init__(self, loaded: Loaded, sentences: Sentences, entities: Entities, graph: Graph):
        self.loaded, self.scenario, self.sentences = loaded, loaded.description, sentences
        self.names, self.entities, self.graph = sentences.names, entities, graph

    def sections(self) -> list[Section]:
        """The part's sections, in order."""
        return [
            Section("Design concepts", 1),
            self._ladder(),
            self._who_to_whom(),
            self._answers(),
            self._loops(),
            self._influence(),
            self._knowledge(),
            self._memory(),
            self._chance(),
            self._observed(),
            self._missing(),
        ]

    def _ladder(self) -> Section:
        rows = [(str(one.rung).replace("-", "−"), one.name or "", remarks(one)) for one in self.scenario.ladder]
        window = length_text(self.scenario.level.window)
        level = f"The level of the crisis is the highest rung of the last {window}."
        text = f"Deeds are ranked on a ladder; below zero they calm. {level}"
        table = [Table(("rung", "name", "remark"), tuple(rows))] if rows else [Prose("There is no ladder.")]
        return Section("The ladder and the level", 2, (Prose(text), *table))

    def _who_to_whom(self) -> Section:
        """Each actor, what it may do by rule or driver, and to whom."""
        found: dict[str, dict[str, dict[str, None]]] = {}
        for _, deed, item in deeds(self.scenario):
            if item is None or deed.do in (None, "nothing"):
                continue
            for one in self.loaded.names.each(item.who):
                whom = found.setdefault(self.loaded.names.actors[one], {}).setdefault(str(deed.do), {})
                to = self.sentences.target_text(deed, item)
                if to:
                    whom[to] = None
        items = []
        for actor in self.scenario.actors:
            done = [
                self.names.doing(action, None, None) + (f" ({'; '.join(whom)})" if whom else "")
                for action, whom in found.get(actor, {}).items()
            ]
            if done:
                items.append((self.names.actors[actor], ended("; ".join(done))))
        blocks = (Items(tuple(items)),) if items else (Prose("Nobody acts by rule or driver."),)
        return Section("Who may do what to whom", 2, blocks)

    def _memory(self) -> Section:
        s = self.scenario
        halves = {key: one.half_life for key, one in s.variables.items()}
        fading = [f"{key} ({self.entities.short_length(one)})" for key, one in halves.items() if one is not None]
        lasting = [key for key, one in halves.items() if one is None]
        texts = []
        if fading:
            texts.append(f"These variables return to their usual values by half-lives: {joined(fading)}.")
        if lasting:
            texts.append(f"What stays until something sets it: {joined(lasting)}.")
        texts.append(
            f"The level forgets a deed after {length_text(s.level.window)}. Conditions may ask how often or how long "
            "ago something happened, in the whole log."
        )
        return Section("Memory", 2, tuple(Prose(text) for text in texts))

    def _chance(self) -> Section:
        s = self.scenario
        drawn = sum(one.range is not None for one in s.parameters.values())
        ranges = f"{counted(drawn, 'parameter')} {'has a range' if drawn == 1 else 'have ranges'}"
        texts = [
            f"{ranges}: each run draws its own values. With --fixed they keep the values of the table of parameters.",
            "Chance decides within a run whether a rule answers, how, after how long, how many are hurt, who learns of "
            "a deed and whom they blame, and when drivers act.",
            "Every draw belongs to the ancestry of its event. So a change to the scenario moves only what descends "
            "from it, and runs of two variants can be compared one by one.",
        ]
        if not drawn:
            texts[0] = "No parameter has a range: all runs have the same parameters."
        return Section("Chance and uncertainty", 2, tuple(Prose(text) for text in texts))

    def _answers(self) -> Section:
        """Which deed can set off which rule, and with which answer."""
        triples = [(link.cause[1], link.rule, link.effect) for link in self.graph.links]
        triples += [(node[1], rule, (who, "a change of mind")) for node, rule, who in self.graph.minds]
        by_cause: dict[str, dict[str, tuple[dict[str, None], dict[str, None]]]] = {}
        for cause, rule, (who, answer) in triples:
            owners, answers = by_cause.setdefault(cause, {}).setdefault(rule, ({}, {}))
            owners[who] = answers[answer] = None
        items = [
            (cause, tuple(_arrow(rule, owners, answers) for rule, (owners, answers) in rules.items()))
            for cause, rules in by_cause.items()
        ]
        text = (
            "By the patterns alone, whatever conditions and chance then say: a deed, the rules it can set off (and "
            "whose they are), and the deeds with which these answer. `brinkline describe --dot` draws it."
        )
        deeds_alone = sorted(taken_by(self.scenario) - set(by_cause) - {"nothing", "None"})
        blocks: list[Block] = [Prose(text), Outline(tuple(items))]
        if not items:
            blocks = [Prose("No deed sets off any rule.")]
        elif deeds_alone:
            blocks.append(Prose(f"Answered by nobody: {joined(deeds_alone)}."))
        return Section("Who answers what", 2, tuple(blocks))

    def _loops(self) -> Section:
        loops = self.graph.loops
        if not loops:
            return Section("Loops", 2, (Prose("No deed can come back to itself through the answers of others."),))
        shown = [(f"{number}", self._loop(loop)) for number, loop in enumerate(loops[:MOST_LOOPS], 1)]
        text = (
            "Deeds that can come back to themselves through answers, which is where escalation feeds on itself. "
            "Through each such deed one of the shortest loops is listed; longer ones run through the same deeds."
        )
        more = len(loops) - len(shown)
        rest = [Prose(f"And {counted(more, 'more loop')}.")] if more else []
        return Section("Loops", 2, (Prose(text), Items(tuple(shown)), *rest))

    def _loop(self, loop: tuple[Link, ...]) -> str:
        steps = [f"{link.cause[1]} ({link.cause[0]}) → [{link.rule}]" for link in loop]
        return " → ".join([*steps, f"{loop[0].cause[1]} ({loop[0].cause[0]})"])

    def _influence(self) -> Section:
        """What moves each variable and what reads it: the feedback that goes through the state."""
        moved: dict[str, dict[str, None]] = {key: {} for key in self.scenario.variables}
        read: dict[str, dict[str, None]] = {key: {} for key in self.scenario.variables}
        for site in sites(self.scenario):
            where = _home(site.path, self.loaded)
            if isinstance(site.value, Effect):
                moved[site.value.variable][where] = None
            for _, expression in expressions(site):
                for key in _variables_in(expression) & set(read):
                    if not (isinstance(site.value, Effect) and site.value.variable == key):
                        read[key][where] = None
        rows = [(key, ", ".join(moved[key]) or "nothing", ", ".join(read[key]) or "nothing") for key in moved]
        if not rows:
            return Section("What moves which variable, and what reads it", 2, (Prose("There are no variables."),))
        table = Table(("variable", "moved by", "read by"), tuple(rows))
        return Section("What moves which variable, and what reads it", 2, (table,))

    def _knowledge(self) -> Section:
        """Who learns of what, and whom they take for the doer."""
        actions = {key: one for key, one in self.scenario.actions.items() if key in taken_by(self.scenario)}
        hidden = [key for key, one in actions.items() if one.visibility is not None]
        blamed = [key for key, one in actions.items() if one.attribution is not None]
        texts = [
            "Everybody learns of every event at once" + (f", except for {joined(hidden)}." if hidden else "."),
            "Everybody knows who did it" + (f", except for {joined(blamed)}." if blamed else "."),
            "An actor's rules, and what they change, speak of whom it holds responsible; the effects of a deed itself "
            "and the outcomes speak of the true doer.",
        ]
        return Section("What actors know", 2, tuple(Prose(text) for text in texts))

    def _observed(self) -> Section:
        text = (
            "Of each run: every event, with its time, place, doer, target, victims and the event that caused it; the "
            "level and every variable, once a day; and when each outcome first came true. Shares and means are over "
            "runs, each with its interval."
        )
        return Section("What is observed", 2, (Prose(text),))

    def _missing(self) -> Section:
        s = self.scenario
        whos = [rule.who for rule in s.rules.values()] + [driver.who for driver in s.drivers.values()]
        acting = {one for who in whos for one in self.loaded.names.each(who)}
        idle = [self.names.actors[key] for i, key in enumerate(s.actors) if i not in acting]
        texts = [
            "Nobody plans ahead, bargains or learns; actors follow their rules. Nobody runs out of means, unless a "
            "limit or cooldown says so.",
            "Places are names with owners: there are no distances and no terrain.",
        ]
        if idle:
            texts.append(f"Acted upon, but without rules or drivers of their own: {joined(idle)}.")
        texts.append("What no rule, driver or timeline names does not exist here.")
        return Section("What is not modelled", 2, tuple(Prose(text) for text in texts))


def _arrow(rule: str, owners: Iterable[str], answers: Iterable[str]) -> str:
    """``→ forces-go-on-alert (us, coalition) → alert_deploy``."""
    return f"→ {rule} ({', '.join(owners)}) → {joined(answers, 'or')}"


def _variables_in(node: Expression) -> set[str]:
    return {one.id for one in walk(node) if isinstance(one, (Name, Index))}


def _home(path: tuple[str | int, ...], loaded: Loaded) -> str:
    """The item that a place in the scenario belongs to."""
    if path[0] == "timeline":
        item = loaded.description.timeline[int(path[1])]
        return item.id or "the timeline"
    return str(path[1])
