"""What is allowed but looks wrong: rules that can never match, things that nobody uses.

What an included file merely offers is not warned of, nor what one of the variants makes use of. Where
there are errors, they may explain why something seems to be unused, so less is said then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product

from sim.arithmetic import BadNumber
from sim.escapes import shortened
from sim.scenario import times
from sim.scenario.bounds import ANYTHING, bounds_of
from sim.scenario.check_names import citations
from sim.scenario.constants import NotConstant, support, value_of
from sim.scenario.faults import Fault, short
from sim.scenario.matching import Matching
from sim.scenario.names import NameTable, names_itself
from sim.scenario.report import Path, Report
from sim.scenario.schema import Parameter, Scenario
from sim.scenario.sites import Site, deeds, expressions, sites
from sim.scenario.source import Node
from sim.scenario.syntax import Distribution, Effect, Expression, Index, Name, Question, walk

_UNRELATED = ("wrong-value", "not-here", "not-on-ladder", "conflict", "duplicate-id", "bad-id", "bad-path")
"""Errors that leave it clear who does what to whom."""

_WORD = re.compile(r"[A-Za-z0-9_]+")
_FAR = 1e9
_NEAR = 1e-9
_MOST_CANDIDATES = 1_000
_MOST_TRIED = 64
_MOST_STEPS_IN_ALL = 500_000


def warn(scenario: Scenario, names: NameTable, report: Report, errors: Sequence[Fault] = ()) -> Iterator[Fault]:
    """The warnings of a scenario, which may have errors; what these may explain is not warned of."""
    every = list(sites(scenario))
    variants = report.root.entries.get("variants")
    mentioned = {fault.nearest for fault in errors}
    for node in (variants, *(report.root.at(path) for path in report.broken)):
        mentioned |= _words(node) if node is not None else set()
    yield from _unused(scenario, mentioned, every, report)
    yield from _uncited(scenario, errors, report)
    if not report.broken and all(fault.code in _UNRELATED for fault in errors):
        yield from _patterns(scenario, Matching(scenario, names, variants), every, report)
    if not report.is_broken(("start",)) and not report.is_broken(("horizon",)):
        yield from _times(scenario, report)
    yield from _chances(scenario, every, report)
    yield from _peaks(scenario, report)


def _words(node: Node) -> set[str]:
    """All words of a tree."""
    return {word for text in _texts(node.plain()) for word in _WORD.findall(text)}


def _texts(data: object) -> set[str]:
    """All texts of plain data, keys included."""
    found: set[str] = set()
    waiting = [data]
    while waiting:
        inside = waiting.pop()
        if isinstance(inside, dict):
            waiting += [*inside, *inside.values()]
        elif isinstance(inside, list):
            waiting += inside
        elif isinstance(inside, str):
            found.add(inside)
    return found


def _unused(scenario: Scenario, mentioned: set[str], every: list[Site], report: Report) -> Iterator[Fault]:
    taken = mentioned | {str(deed.do) for _, deed, _ in deeds(scenario)}
    for name in scenario.actions:
        if name not in taken:
            yield from report.warnings(
                ("actions", name), "unused", f"found the action {short(name)}, which nobody takes"
            )
    read = mentioned.union(*(names_read(site) for site in every))
    for kind, block in (("parameter", scenario.parameters), ("variable", scenario.variables)):
        for name in block:
            if name not in read:
                found = f"found the {kind} {short(name)}, which nobody reads"
                yield from report.warnings((f"{kind}s", name), "unused", found)


def _uncited(scenario: Scenario, errors: Sequence[Fault], report: Report) -> Iterator[Fault]:
    excused = {fault.nearest for fault in errors}
    for path in report.broken:
        excused |= _texts(report.root.at(path).plain())
    for name in uncited(scenario):
        if name not in excused:
            found = f"found the source {short(name)}, which nothing cites"
            yield from report.warnings(("sources", name), "uncited", found)


def uncited(scenario: Scenario) -> list[str]:
    """The sources that no item cites; an item that a variant adds or changes cites too."""
    cited = {source for _, source in citations(scenario)}
    for variant in scenario.variants.values():
        cited |= _texts([variant.add, variant.set])
    return [name for name in scenario.sources if name not in cited]


def names_read(site: Site) -> set[str]:
    """The names that a site reads (an effect on itself alone is no reading)."""
    nodes = [node for _, expression in expressions(site) for node in walk(expression)]
    found = {node.id for node in nodes if isinstance(node, (Name, Index))}
    return found - {site.value.variable} if isinstance(site.value, Effect) else found


def _patterns(scenario: Scenario, matching: Matching, every: list[Site], report: Report) -> Iterator[Fault]:
    never = "that no event of this scenario can match"
    for name, rule in scenario.rules.items():
        if not matching.by_rule(rule):
            yield from report.warnings(("rules", name), "never-matches", f"found a rule {never}")
    for name, outcome in scenario.outcomes.items():
        if outcome.when is not None and outcome.quiet is None and not matching.by_outcome(outcome.when):
            yield from report.warnings(("outcomes", name), "never-matches", f"found an outcome {never}")
    for site in every:
        for path, expression in expressions(site):
            for node in walk(expression):
                if isinstance(node, Question) and not matching.by_question(node.pattern):
                    yield from report.warnings(path, "never-matches", f"found a {node.kind}(…) {never}")


def _times(scenario: Scenario, report: Report) -> Iterator[Fault]:
    start = times.parse_start(scenario.start)
    for index, item in enumerate(scenario.timeline):
        if times.instant_ms(item.at, start) >= scenario.horizon:
            found = f"found {short(item.at)}, which is not before the horizon: it does not happen"
            yield from report.warnings(("timeline", index, "at"), "never-asked", found)
    for name, outcome in scenario.outcomes.items():
        if outcome.at is None or outcome.at == "end":
            continue
        at = times.instant_ms(outcome.at, start)
        if at < 0 or at > scenario.horizon:
            where = "before the start" if at < 0 else "after the horizon"
            found = f"found {short(outcome.at)}, {where}: it is never asked"
            yield from report.warnings(("outcomes", name, "at"), "never-asked", found)


def _chances(scenario: Scenario, every: list[Site], report: Report) -> Iterator[Fault]:
    """Warn of chances that lie within 0 to 1 at the parameters' values, but not all over their ranges.

    Each is tried at many values; when that has taken so many steps in all, the rest is not looked at.
    """
    left = _MOST_STEPS_IN_ALL
    for site in every:
        for path, expression in _chances_at(site):
            uncertain = _names_in(expression, scenario)
            if not uncertain or left <= 0:
                continue
            left -= _MOST_TRIED * len(walk(expression))
            if _may_leave(expression, uncertain, scenario):
                whose = shortened(" and ".join(sorted(uncertain)))
                found = f"found a chance that the range of {whose} can push out of 0 to 1"
                expected = "bounds: [low, high] of the parameter, or clamp(…, 0, 1)"
                yield from report.warnings(path, "may-leave-range", found, expected)


def _peaks(scenario: Scenario, report: Report) -> Iterator[Fault]:
    """Warn of drivers that have more than 1,000 candidates for each event, however high their rate."""
    thinned = [(name, one.rate, one.peak) for name, one in scenario.drivers.items() if one.peak is not None]
    bounds = bounds_of(scenario) if thinned else lambda _: ANYTHING
    for name, rate, peak in thinned:
        if report.is_broken_inside(("drivers", name)):
            continue
        highest, lowest = bounds(rate)[1], bounds(peak)[0]
        if 0.0 < _MOST_CANDIDATES * highest < lowest:
            found = f"found a peak of {lowest:g} or more, while the rate is at most {highest:g}"
            expected = "a peak near the highest rate: what lies between is tried in vain"
            yield from report.warnings(("drivers", name, "peak"), "hopeless-peak", found, expected)


def _chances_at(site: Site) -> Iterator[tuple[Path, Expression]]:
    if site.kind in ("chance", "visibility"):
        yield from expressions(site)
    elif isinstance(site.value, Distribution) and site.value.kind == "hurdle":
        yield site.path, site.value.arguments[0]


def _names_in(expression: Expression, scenario: Scenario) -> set[str]:
    """The parameters with a range that an expression reads."""
    used = {node.id for node in walk(expression) if isinstance(node, Name)}
    return {name for name in used if name in scenario.parameters and scenario.parameters[name].range is not None}


def _may_leave(expression: Expression, uncertain: set[str], scenario: Scenario) -> bool:
    """Whether the ends of the ranges push a chance out that lies within 0 to 1 at the parameters' values.

    Whatever else it reads is tried at both ends of what it can be.
    """
    parameters, nodes = scenario.parameters, walk(expression)
    read = [node.id for node in nodes if isinstance(node, Name) and node.id in parameters]
    given: dict[object, float] = {name: parameters[name].value for name in read}
    ends: dict[object, tuple[float, float]] = {name: _ends(parameters[name]) for name in sorted(uncertain)}
    for node in nodes:
        if isinstance(node, (Index, Question)):
            ends[node] = _state_ends(node, scenario)
        elif isinstance(node, Name) and node.id not in given:
            ends[node.id] = _state_ends(node, scenario)
    for corner in islice(product(*ends.values()), _MOST_TRIED):
        tried = dict(zip(ends, corner, strict=True))
        usual = {**given, **{key: value for key, value in tried.items() if key not in uncertain}}
        if _is_chance(expression, usual) and not _is_chance(expression, {**usual, **tried}):
            return True
    return False


def _is_chance(expression: Expression, values: dict[object, float]) -> bool:
    try:
        return 0 <= value_of(expression, values) <= 1
    except BadNumber:
        return False


def _ends(parameter: Parameter) -> tuple[float, float]:
    """Values near the ends of a range, inside them where the ends themselves are never drawn."""
    try:
        low, high = support(parameter)
    except (BadNumber, NotConstant):  # an error of its own
        return parameter.value, parameter.value
    if parameter.range is not None and parameter.range.kind in ("lognormal", "gamma", "beta"):
        low, high = low + _NEAR, high - _NEAR
    if parameter.bounds is not None:
        low, high = max(low, parameter.bounds[0]), min(high, parameter.bounds[1])
    return max(low, -_FAR), min(high, _FAR)


def _state_ends(node: Expression, scenario: Scenario) -> tuple[float, float]:
    """A low and a high value of something that changes in a run."""
    variable = scenario.variables.get(node.id) if isinstance(node, (Name, Index)) else None
    if variable is not None and variable.range is not None:
        return variable.range
    return 0.0, 1.0


__all__ = ["names_itself", "names_read", "uncited", "warn"]
