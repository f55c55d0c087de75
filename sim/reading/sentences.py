"""Rules, drivers, given events, outcomes and variants: each as one readable English sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sim.reading.english import English
from sim.reading.names import Names, casualties_text
from sim.reading.prose import ended, joined, length_text, moment_text, opened, sentence
from sim.scenario import times
from sim.scenario.load import Loaded
from sim.scenario.parser import parse_who
from sim.scenario.schema import Deed, Driver, Option, Outcome, Rule, TimelineItem, Variant
from sim.scenario.sites import completed
from sim.scenario.syntax import Expression, Number, Who, WhoField


class Sentences:
    """Says the statements of one scenario."""

    def __init__(self, loaded: Loaded):
        self.loaded, self.names = loaded, Names.of(loaded)
        self.scenario = loaded.description

    def rule(self, rule: Rule) -> str:
        """``When …, Iraq condemns Iran, after …, with a chance of …; at most …; it stands down if …``."""
        owners = self._owners(rule.who)
        english = self._english_of(rule)
        lead = "" if len(owners) == 1 else f"{joined(owners)}, each for itself: "
        in_when = english.with_roles(self=owners[0]) if len(owners) == 1 else english
        who = in_when.roles["self"]
        event = in_when.event(rule.when, doer="somebody else", self_acts=f"{who} itself")
        when = "when" if lead else "When"
        parts = [f"{opened(lead)}{when} {_anybody_else(event)}", f"{who} {self._main(rule, english)}"]
        if rule.if_ is not None:
            parts.append(f"provided that {english.condition(rule.if_)}")
        parts += [part for part in (english.delay(rule.after), english.chance(rule.chance)) if part]
        clauses = [_comma(parts), *self._options(rule, english), *self._brakes(rule, english)]
        clauses += self._effects(rule, english)
        if rule.unless is not None:
            clauses.append(self._unless(rule, english))
        return ended(_off(rule.limit) + "; ".join(clauses))

    def _unless(self, rule: Rule, english: English) -> str:
        """``it stands down if it has done so in the meantime``."""
        assert rule.unless is not None
        condition = english.condition(rule.unless)
        if rule.choose is None and rule.do != "nothing":
            own = f"it {self._deed(rule, english)}"
            for quoted in re.findall(r"“(it [^”]*)” has happened in the meantime", condition):
                if own.startswith(quoted):
                    condition = condition.replace(f"“{quoted}” has happened", "it has done so already")
        then = "" if "in the meantime" in condition else "by then "
        return f"it stands down if {then}{condition}"

    def driver(self, driver: Driver) -> str:
        """``By itself Israel strikes … against Iran, once in 12 days on average``."""
        owners = self._owners(driver.who)
        english = self._english({"self": "it", "actor": "it", "target": "its target", "owner": "the doer"})
        who = owners[0] if len(owners) == 1 else f"each of {joined(owners)}"
        parts = [f"By itself, {who} {self._main(driver, english)}", self._rate(driver, english)]
        if driver.if_ is not None:
            parts.append(f"provided that {english.condition(driver.if_)}")
        clauses = [_comma(parts), *self._options(driver, english), *self._brakes(driver, english)]
        return ended(_off(driver.limit) + "; ".join([*clauses, *self._effects(driver, english)]))

    def item(self, item: TimelineItem) -> str:
        """A given event: ``15 January 2024, 23:30: Iran strikes … against Israel at Erbil; 4 dead and 6 injured``."""
        english = self._english({"self": "itself", "actor": "itself", "target": "nobody"})
        at = times.moment_of(times.instant_ms(item.at, self.loaded.start), self.loaded.start)
        verb = "" if self.names.phrases.get(item.do or "") else ":"
        clauses = [f"{moment_text(at)}: {self.names.who(item.who)}{verb} {self._deed(item, english, bare=True)}"]
        hurt = self._given_casualties(item, english)
        certain = isinstance(item.chance, Number) and item.chance.value == 1
        if not certain:
            off = isinstance(item.chance, Number) and item.chance.value == 0
            clauses[0] += ", switched off" if off else f", {english.chance(item.chance)}"
        if hurt:
            clauses.append(hurt)
        who = self.names.who(item.who)
        doer = self._english({"self": who, "actor": who, "target": "the target"})
        return sentence("; ".join([*clauses, *self._effects(item, doer)]))

    def _given_casualties(self, item: TimelineItem, english: English) -> str:
        numbers = {key: getattr(item, key) for key in ("deaths", "injured")}
        values = {key: None if d is None else english.at_values(d.arguments[0]) for key, d in numbers.items()}
        given = [d for d in numbers.values() if d is not None]
        if given and all(d.kind == "fixed" and english.at_values(d.arguments[0]) is not None for d in given):
            return casualties_text(round(values["deaths"] or 0), round(values["injured"] or 0))
        said = [f"{key}: {english.casualties(d)}" for key, d in numbers.items() if d is not None]
        return ", ".join(said)

    def outcome(self, outcome: Outcome) -> str:
        """``Comes true when Iraq breaks relations against Iran``."""
        english = self._english({"self": "nobody", "actor": "the doer", "target": "the target"})
        event = "" if outcome.when is None else english.event(outcome.when).rstrip(",")
        condition = "" if outcome.if_ is None else english.condition(outcome.if_)
        if outcome.quiet is not None:
            text = f"comes true once {length_text(outcome.quiet)} have passed without this: {event}"
        elif outcome.at is not None:
            text = f"is asked {self._instant(outcome.at)}: true if {condition}"
        elif event:
            text = f"comes true when {event}" + (f", provided that {condition}" if condition else "")
        else:
            text = f"comes true as soon as {condition}"
        return sentence(text + ("; the run ends with it" if outcome.ends else ""))

    def _instant(self, at: str) -> str:
        if at == "end":
            return "at the end"
        return f"on {moment_text(times.moment_of(times.instant_ms(at, self.loaded.start), self.loaded.start))}"

    def variant(self, variant: Variant) -> str:
        """``Sets p = 0.3; adds the timeline item again; disables the rules and drivers of us``."""
        parts = []
        if variant.add:
            parts.append(f"adds {joined([self._added(block, items) for block, items in variant.add.items()])}")
        if variant.set:
            parts.append(f"sets {joined([f'{path} = {value}' for path, value in variant.set.items()])}")
        if variant.disable:
            parts.append(f"switches off {joined(variant.disable)}")
        return sentence("; ".join(parts) or "changes nothing")

    def _added(self, block: str, items: Any) -> str:
        """``the timeline item again (+3 d: Iran, missile_strike, Israel)``."""
        if isinstance(items, dict):
            return f"{block} {joined([str(one) for one in items])}"
        if not isinstance(items, list):
            return f"{block} {items}"
        said = []
        for item in items:
            if not isinstance(item, dict):
                said.append(str(item))
                continue
            doing = [str(item[key]) for key in ("who", "do", "to", "place") if isinstance(item.get(key), str)]
            what = self._raw_deed(item) or ", ".join(doing)
            at = str(item.get("at", ""))
            said.append(f"{item['id']} (at {at}: {what})" if "id" in item else f"{at}: {what}")
        return f"to the {block} {joined(said)}"

    def _raw_deed(self, item: Mapping[str, Any]) -> str:
        """A deed of a variant's timeline in words, where all its names are known."""
        who, do, to, place = (item.get(key) for key in ("who", "do", "to", "place"))
        known = who in self.names.actors and do in self.names.actions
        known = known and (to is None or to in self.names.actors) and (place is None or place in self.names.places)
        return self.names.deed(str(who), str(do), to, place) if known else ""

    def target_text(self, deed: Deed, item: Rule | Driver) -> str | None:
        """To whom a deed of a rule or driver is done, in words; None for nobody."""
        if isinstance(item, Rule):
            return self._to(deed, self._english_of(item))
        return self._to(deed, self._english({"self": "it", "actor": "it", "target": "its target"}))

    # ---- parts of a sentence ------------------------------------------------------------------------

    def _english(self, roles: Mapping[str, str]) -> English:
        return English(self.loaded, self.names, roles)

    def _english_of(self, rule: Rule) -> English:
        """Inside a rule: `self` is it; `actor` and `target` are named where the pattern leaves no doubt."""
        actor = self._only(rule.when.actor) or "the one it blames"
        target = self._only(rule.when.target) or "the target"
        owners = self._owners(rule.who)
        owner = owners[0] if len(owners) == 1 else "the responder"
        return self._english({"self": "it", "actor": actor, "target": target, "owner": owner})

    def _only(self, field: WhoField | None) -> str:
        """The one actor that a who-field names, if it names one."""
        if field is None or len(field) != 1 or not isinstance(field[0], Who) or field[0].relation:
            return ""
        name = field[0].id
        return "itself" if name == "self" else self.names.who(name) if name in self.names.actors else ""

    def _owners(self, who: Sequence[str]) -> list[str]:
        return [self.names.who(self.loaded.names.actors[one]) for one in self.loaded.names.each(who)]

    def _main(self, item: Rule | Driver, english: English) -> str:
        if item.choose is not None:
            return "does one of the following" + self._shared(item, english)
        if item.do == "nothing":
            return "changes its mind" if item.effects else "does nothing"
        return self._deed(item, english)

    def _shared(self, item: Rule | Driver, english: English) -> str:
        """Target and place of all options, where no option has its own."""
        to = self._to(item, english) if _is_shared(item, "to") else None
        where = self._where(item, english) if _is_shared(item, "place") else None
        return (f" to {to}" if to else "") + (f" at {where}" if where else "")

    def _deed(self, deed: Deed, english: English, *, bare: bool = False) -> str:
        """``strikes one target openly against Israel at Erbil``; without a verb ``does ‘strike against Israel’``."""
        if deed.do is None or deed.do == "nothing":
            return "nothing"
        to = self._to(deed, english)
        where = self._where(deed, english)
        text = self.names.doing(deed.do, to, where)
        if not bare and not self.names.phrases[deed.do]:
            text = f"does ‘{text}’"
        if bare:
            return text
        given = {key: getattr(deed, key) for key in ("deaths", "injured")}
        hurt = [f"{key}: {english.casualties(d)}" for key, d in given.items() if d is not None]
        return f"{text} ({', '.join(hurt)})" if hurt else text

    def _to(self, deed: Deed, english: English) -> str | None:
        if deed.to is None or deed.to == "nobody":
            return None
        as_object = english.with_roles(self="itself")
        if isinstance(deed.to, str):
            return as_object.someone(parse_who(deed.to))
        return as_object.weighted(deed.to, {who: as_object.someone(parse_who(who)) for who in deed.to})

    def _where(self, deed: Deed, english: English) -> str | None:
        if deed.place is None:
            return None
        if isinstance(deed.place, str):
            return self.names.places[deed.place]
        return english.weighted(deed.place, {one: self.names.places[one] for one in deed.place})

    def _options(self, item: Rule | Driver, english: English) -> list[str]:
        """The options, lettered, with their shares."""
        if item.choose is None:
            return []
        shares = english.shares([option.weight for option in item.choose])
        said = []
        for index, (option, share) in enumerate(zip(item.choose, shares, strict=True)):
            said.append(f"{_letter(index)} {share}: {self._option(option, item, english)}")
        return ["; ".join(said)]

    def _option(self, option: Option, item: Rule | Driver, english: English) -> str:
        whole = completed(option, item)
        said_before = {key: None for key in ("to", "place") if _is_shared(item, key)}
        text = self._deed(whole.model_copy(update=said_before), english)
        if whole.do == "nothing" and whole.effects:
            text = "a change of mind"
        if option.after is not None:
            text += f" {english.delay(option.after)}"
        if option.unless is not None:
            condition = english.condition(option.unless)
            text += f", standing down if {'' if 'in the meantime' in condition else 'by then '}{condition}"
        if option.effects:
            text += f", which {joined([english.effect(one) for one in option.effects])}"
        return text

    def _effects(self, item: Deed, english: English) -> list[str]:
        """What a rule's, driver's or item's own effects do."""
        if not item.effects:
            return []
        options = getattr(item, "choose", None)
        subject = "this" if options is None else "each of these deeds also"
        if options is not None and any(one.effects is not None for one in options):
            subject = "each deed without effects of its own also"
        return [f"{subject} {joined([english.effect(one) for one in item.effects])}"]

    def _brakes(self, item: Rule | Driver, english: English) -> list[str]:
        said = []
        if item.limit is not None and not _is(item.limit, 0.0):
            number = english.quantity(item.limit)
            said.append("at most once a run" if number == "1" else f"at most {number} times a run")
        if item.cooldown is not None:
            said.append(f"not within {english.length(item.cooldown)} of the last time")
        return said

    def _rate(self, driver: Driver, english: English) -> str:
        rate = english.at_values(driver.rate)
        text = f"at a rate of {english.quantity(driver.rate)} a day"
        if rate is not None and rate > 0:
            return f"{text}, that is once in {length_text(round(times.DAY_MS / rate))} on average"
        if driver.peak is not None:
            text += f", never more than {english.quantity(driver.peak)} a day"
        return text


def _is_shared(item: Rule | Driver, key: str) -> bool:
    """Whether the options take this from their rule or driver."""
    return getattr(item, key) is not None and all(getattr(one, key) is None for one in item.choose or ())


def _is(node: Expression | None, value: float) -> bool:
    return isinstance(node, Number) and node.value == value


def _off(limit: Expression | None) -> str:
    return "(Switched off.) " if _is(limit, 0.0) else ""


def _letter(index: int) -> str:
    return f"({'abcdefghijklmnopqrstuvwxyz'[index]})" if index < 26 else f"({index + 1})"


def _comma(parts: Sequence[str]) -> str:
    """The parts with one comma between each two."""
    return ", ".join(part.rstrip(",") for part in parts)


def _anybody_else(event: str) -> str:
    """A rule is about the deeds of others."""
    return event.replace("anybody ", "anybody else ", 1) if event.startswith("anybody ") else event
