"""Why something happened or did not, in short lines: the condition, the chance, the choice, what it changed."""

from __future__ import annotations

from collections.abc import Iterable

from sim.analysis.wording import number_text
from sim.reading.chronicle import Change, Choice, Event, Response
from sim.reading.names import Names
from sim.reading.prose import counted, length_text, opened
from sim.reading.values import Look

Line = tuple[str, str]
"""A keyword of the scenario language and what is to be said of it."""


def of_event(event: Event, *, effects: bool) -> list[Line]:
    """The reasons for an event, and with `effects` what it did to the variables."""
    lines: list[Line] = []
    if event.response is not None:
        lines = of_response(event.response)
    elif event.kind == "driver":
        rate = f", at {number_text(event.rate, digits=2)} a day" if event.rate is not None else ""
        choice = f"; {choice_text(event.choice)}" if event.choice is not None else ""
        lines = [("driver", f"{event.origin}{rate}{choice}")]
    elif event.at_ms >= 0 and " " not in event.origin:
        lines = [("timeline", event.origin)]
    if event.chance is not None and event.drawn is not None:
        lines.append(("chance", chance_text(event.chance, event.drawn)))
    return lines + (of_changes(event.changes) if effects else [])


def of_response(response: Response) -> list[Line]:
    """The reasons for a response: its rule, what let it through, and what its `unless` said."""
    lines: list[Line] = [("rule", response.rule)]
    if response.condition is not None:
        lines.append(("if", look_text(response.condition)))
    if response.chance is not None and response.drawn is not None:
        lines.append(("chance", chance_text(response.chance, response.drawn)))
    if response.choice is not None:
        lines.append(("choose", choice_text(response.choice)))
    if response.unless is not None:
        verdict = "which held by then" if response.fate == "stood down" else "which did not hold by then"
        lines.append(("unless", f"{look_text(response.unless)}, {verdict}"))
    return lines


def of_changes(changes: Iterable[Change]) -> list[Line]:
    """What effects did: ``pressure[iraq] 0.62 → 0.74``."""
    text = ", ".join(f"{one.variable} {pair_text(one.before, one.after)}" for one in changes)
    return [("effects", text)] if text else []


def not_answered(response: Response, names: Names) -> str:
    """Why a rule that matched did not answer."""
    who = f"{response.rule} ({names.actors[response.responder]})"
    if response.blamed != response.doer and response.fate != "history":
        who += f", blaming {names.who(response.blamed)}"
    return f"{who}: {_obstacle(response)}"


def _obstacle(response: Response) -> str:
    brake, since = response.brake, response.since_last_ms
    if response.fate == "limit":
        return f"limit {number_text(brake.value) if brake else ''}, reached before"
    if response.fate == "cooldown":
        last = f"{length_text(since)} before" if since else "at the same moment"
        return f"cooldown {brake.written if brake else ''}, the last time was {last}"
    if response.fate == "condition" and response.condition is not None:
        return f"if {look_text(response.condition)}, which did not hold"
    if response.fate == "chance" and response.chance is not None and response.drawn is not None:
        return f"chance {chance_text(response.chance, response.drawn)}"
    if response.fate == "weights":
        return "every option had the weight 0"
    if response.fate == "nothing":
        return f"it chose to do nothing ({choice_text(response.choice)})" if response.choice else "it does nothing"
    return "its answer would have fallen before the start, where only the given history counts"


def look_text(look: Look) -> str:
    """An expression as written, with the values in it: ``rung >= 7 (rung = 6)``."""
    return f"{look.written} ({look.text_of_values()})" if look.values else look.written


def chance_text(look: Look, drawn: float) -> str:
    """A chance and the draw that is held against it: ``0.40, drawn 0.12``."""
    chance, draw = held_against(look.value, drawn)
    if look.is_plain:
        return f"{chance}, drawn {draw}"
    if len(look.values) == 1 and look.values[0].name == look.written:
        return f"{look.written} = {chance}, drawn {draw}"
    return f"{look.written} = {chance}, drawn {draw} ({look.text_of_values()})"


def held_against(chance: float, drawn: float) -> tuple[str, str]:
    """Two numbers with as many decimals as it takes to tell which is the lower."""
    for decimals in range(2, 17):
        texts = f"{chance:.{decimals}f}", f"{drawn:.{decimals}f}"
        if texts[0] != texts[1] and (float(texts[0]) > 0 or chance == 0) and float(texts[1]) > 0:
            return texts
    return f"{chance!r}", f"{drawn!r}"


def choice_text(choice: Choice) -> str:
    """``1 of 3 options, with 22 % of the weight``."""
    share = number_text(100 * choice.share, digits=2)
    return f"1 of {counted(choice.of, 'option')}, with {share}\N{NO-BREAK SPACE}% of the weight"


def pair_text(before: float, after: float) -> str:
    """``0.62 → 0.74``, with digits enough to see the change."""
    for digits in range(3, 17):
        texts = number_text(before, digits=digits), number_text(after, digits=digits)
        if texts[0] != texts[1]:
            return " → ".join(texts)
    return f"{before!r} → {after!r}"


def blame_text(response: Response, names: Names) -> str:
    """Whom the responder blames, where that is not the true doer; else nothing."""
    if response.blamed == response.doer:
        return ""
    if response.blamed is None:
        return opened(f"{names.who(response.responder)} holds nobody responsible.")
    return opened(f"{names.who(response.responder)} holds {names.who(response.blamed)} responsible.")
