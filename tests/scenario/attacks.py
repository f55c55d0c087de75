"""Files of any size, each of which blows up one dimension of the language; and an honest one to hold them against."""

from __future__ import annotations

from collections.abc import Callable

HEAD = """brinkline: 1
scenario: s
start: 2024-01-01
horizon: 10 d
ladder: [{rung: 0, name: calm}, {rung: 1, name: x}]
"""
HIT = "actions: {hit: {rung: 1}}\n"
WORLD = f"{HEAD}actors: {{a: {{}}, b: {{}}}}\n{HIT}"
LONG = " + ".join(["1 * 1"] * 95)
CHAINS = "1<(" * 11 + "1" + ")<1" * 11

Line = Callable[[int], str]


def text_of(begun: str, line: Line, size: int, end: str = "") -> str:
    """The text `begun`, as many lines behind it as make it `size` bytes long, and the end."""
    lines, number, room = [begun], 0, size - len(begun) - len(end)
    while (room := room - len(lines[-1] if number else "")) > 0:
        lines.append(line(number))
        number += 1
    return "".join([*lines[: max(number, 1)], end])


def _half(begun: str, first: Line, then: str, line: Line, size: int, end: str = "") -> str:
    """The same with half of the room for the first lines and half for others; `line` may count on the first ones."""
    return text_of(text_of(begun, first, size // 2, then), line, size, end)


def _crowd(size: int, relations: str = "") -> str:
    """A world of many actors, all of them in the group g0: 3,000 of them where there is room."""
    count = min(3000, size // 60)
    actors = "".join(f"  a{i}: {{}}\n" for i in range(count))
    members = ", ".join(f"a{i}" for i in range(count))
    return f"{HEAD}{HIT}actors:\n{actors}groups:\n  g0: [{members}]\n{relations}"


def honest(size: int) -> str:
    """A scenario without a fault, of rules such as authors write them."""
    return text_of(
        f"{WORLD}parameters: {{p: {{value: 0.5, range: 'uniform(0, 1)'}}}}\nvariables: {{v: {{scope: actor}}}}\n"
        "rules:\n",
        lambda i: (
            f"  r{i}: {{who: b, when: {{action: hit, actor: a}}, if: 'v[self] < 0.5', chance: p, do: hit, "
            f"to: actor, after: 'lognormal(8 h, 24 h)', effects: ['v[actor] += 0.1'], limit: 20}}\n"
        ),
        size,
    )


ATTACKS: dict[str, Callable[[int], str]] = {
    "relations of a group with itself": lambda size: text_of(
        _crowd(size, "relations:\n"), lambda i: f"  k{i}: {{g0: [g0]}}\n", size
    ),
    "rules of a group": lambda size: text_of(
        _crowd(size, "rules:\n"), lambda i: f"  r{i}: {{who: g0, when: {{actor: not self}}, do: hit}}\n", size
    ),
    "a rule of a group named again and again": lambda size: text_of(
        _crowd(size, "rules:\n  r: {when: {}, do: hit, who: ["), lambda i: "g0, g0,g0,\n", size, "g0]}\n"
    ),
    "drivers of a group": lambda size: text_of(
        _crowd(size, "drivers:\n"), lambda i: f"  d{i}: {{who: g0, do: hit, rate: 1}}\n", size
    ),
    "places that a group owns": lambda size: text_of(
        _crowd(size, "rules: {r: {who: g0, when: {soil: not self}, do: hit}}\nplaces:\n"),
        lambda i: f"  p{i}: {{soil: g0}}\n",
        size,
    ),
    "a variable for each dyad": lambda size: text_of(
        _crowd(size, "variables:\n"), lambda i: f"  v{i}: {{scope: dyad}}\n", size
    ),
    "own values of a group": lambda size: text_of(
        _crowd(size, "variables: {v: {scope: dyad, own: {g0: {\n"), lambda i: f"a{i}: 1,\n", size, "}}}}\n"
    ),
    "effects on a group": lambda size: text_of(
        _crowd(size, "variables: {v: {scope: actor}}\ndrivers: {d: {who: a0, do: hit, rate: 1, effects: [\n"),
        lambda i: "'v[g0] += 1',\n",
        size,
        "]}}\n",
    ),
    "options that take effects from their rule": lambda size: _half(
        f"{WORLD}variables: {{v: {{scope: world}}}}\nrules: {{r: {{who: a, when: {{}}, do: hit, effects: [\n",
        lambda i: "v += 1,\n",
        "v += 1], choose: [\n",
        lambda i: "{weight: 2},\n",
        size,
        "]}}\n",
    ),
    "options of a rule that a group has": lambda size: text_of(
        _crowd(size, "rules: {r: {who: g0, when: {}, choose: [\n"),
        lambda i: f"{{do: hit, to: a{i % 9}}},\n",
        size,
        "]}}\n",
    ),
    "casualties that every deed takes from its action": lambda size: text_of(
        f"{WORLD.replace('{rung: 1}}', f'{{rung: 1, deaths: {LONG}}}}}')}timeline:\n",
        lambda i: f"  - {{at: +{i} min, who: a, do: hit}}\n",
        size,
    ),
    "questions over many actions": lambda size: _half(
        f"{HEAD}actors: {{a: {{}}}}\nactions:\n",
        lambda i: f"  x{i}: {{rung: 1}}\n",
        "outcomes:\n",
        lambda i: f"  o{i}: {{if: {' + '.join(['count()'] * 20)}}}\n",
        size,
    ),
    "patterns over many deeds": lambda size: text_of(
        f"{WORLD}rules:\n", lambda i: f"  r{i}: {{who: a, when: {{actor: b, origin: r{i}}}, do: hit, to: b}}\n", size
    ),
    "who-fields of relations": lambda size: text_of(
        _crowd(min(size, 24_000), "relations: {k: {g0: [g0]}}\nrules:\n"),
        lambda i: f"  r{i}: {{who: a0, when: {{actor: not k of a{i % 400}}}, do: hit, to: k by a{i % 399}}}\n",
        size,
    ),
    "attributions of many entries": lambda size: text_of(
        _crowd(size, "actions: {hit: {rung: 1}, blow: {rung: 1, attribution: {\n").replace(HIT, ""),
        lambda i: f"not a{i}: 1,\n",
        size,
        "}}}\n",
    ),
    "variants": lambda size: text_of(
        f"{WORLD}parameters: {{p: {{value: 1}}}}\nvariants:\n", lambda i: f"  v{i}: {{set: {{p: {i}}}}}\n", size
    ),
    "variants of a long scenario": lambda size: _half(
        f"{WORLD}parameters:\n",
        lambda i: f"  p{i}: {{value: 1}}\n",
        "variants:\n",
        lambda i: f"  v{i}: {{set: {{p0: 1}}, note: {'x' * 1000}}}\n",
        size,
    ),
    "a variant that sets every parameter": lambda size: _half(
        f"{WORLD}parameters:\n",
        lambda i: f"  p{i}: {{value: 1}}\n",
        "variants: {v: {set: {\n",
        lambda i: f"p{i}: 2,\n",
        size,
        "}}}\n",
    ),
    "a variant that sets an item of a long list": lambda size: _half(
        f"{WORLD}timeline:\n",
        lambda i: f"  - {{id: t{i}, at: +{i} min, who: a, do: hit}}\n",
        "variants: {v: {set: {\n",
        lambda i: f"timeline.t{i}.note: x,\n",
        size,
        "}}}\n",
    ),
    "a variant that disables a crowd": lambda size: text_of(
        _crowd(
            size,
            f"rules:\n{''.join(f'  r{i}: {{who: g0, when: {{}}, do: hit}}{chr(10)}' for i in range(30))}"
            "variants: {v: {disable: [\n",
        ),
        lambda i: f"actors.a{i % 3000},\n",
        size,
        "]}}\n",
    ),
    "a path of many steps": lambda size: (
        f"{WORLD}variants: {{v: {{set: {{? rules{'.r' * (size // 2 - 200)}\n : 1}}}}}}\n"
    ),
    "a path of one long step": lambda size: f"{WORLD}variants: {{v: {{set: {{? {'x' * (size - 300)}\n : 1}}}}}}\n",
    "misspelt names": lambda size: _half(
        f"{HEAD}{HIT}actors:\n",
        lambda i: f"  {'a' * 30}{i}: {{}}\n",
        "groups: {g: [\n",
        lambda i: f"{'a' * 29}b{i},\n",
        size,
        "]}\n",
    ),
    "misspelt names in a variant": lambda size: _half(
        f"{WORLD}parameters:\n",
        lambda i: f"  {'a' * 30}{i}: {{value: 1}}\n",
        "variants: {v: {disable: [\n",
        lambda i: f"rules.{'a' * 29}b{i},\n",
        size,
        "]}}\n",
    ),
    "unknown keys": lambda size: text_of(f"{HEAD}actors: {{\n", lambda i: f"a{i}: {{knd: 1}},\n", size, "}\n"),
    "values of the wrong type": lambda size: text_of(f"{HEAD}groups: {{g: [\n", lambda i: "123456,\n", size, "]}\n"),
    "more values than a file may have": lambda size: text_of(f"{HEAD}groups: {{g: [\n", lambda i: "1,", size, "]}\n"),
    "items of the wrong type": lambda size: text_of(f"{HEAD}timeline: [\n", lambda i: "123456,\n", size, "]\n"),
    "names that mean two things": lambda size: text_of(
        f"{HEAD}actions: {{hitting: {{rung: 1, tags: [\n", lambda i: "hitting,\n", size, "]}}\n"
    ),
    "broken parts beside unknown names": lambda size: text_of(
        f"{WORLD}rules:\n", lambda i: f"  r{i}: {{who: x{i}, when: {{rung: z}}, do: y, limit: []}}\n", size
    ),
    "rungs that no ladder has": lambda size: _half(
        HEAD.replace("{rung: 1, name: x}]\n", ""),
        lambda i: f"{{rung: {i + 1}}},\n",
        "]\nactions:\n",
        lambda i: f"  x{i}: {{rung: {10**6 + i}}}\n",
        size,
    ),
    "chains of comparisons": lambda size: text_of(
        f"{WORLD}outcomes:\n", lambda i: f"  o{i}: {{if: '{CHAINS}'}}\n", size
    ),
    "chances of many parameters": lambda size: _half(
        f"{WORLD}parameters:\n",
        lambda i: f"  p{i}: {{value: 0.1, range: 'uniform(0, 1)'}}\n",
        "rules:\n",
        lambda i: f"  r{i}: {{who: a, when: {{}}, do: hit, chance: p{i}{' * 0.9' * 50}}}\n",
        size,
    ),
    "expressions as long as they may be": lambda size: text_of(
        f"{WORLD}outcomes:\n", lambda i: f"  o{i}: {{if: '{' + '.join([f'({LONG})'] * 5)}'}}\n", size
    ),
    "spaces where an effect begins": lambda size: text_of(
        f"{WORLD}variables: {{v: {{scope: world}}}}\ndrivers: {{d: {{who: a, do: hit, rate: 1, effects: [\n",
        lambda i: f"'v{' ' * 3900}x',\n",
        size,
        "]}}\n",
    ),
    "an id that is long": lambda size: f"{HEAD}actors:\n  ? {'a' * (size - 200)}-\n  : {{}}\n",
    "an instant that is long": lambda size: (
        f'{WORLD}timeline: [{{who: a, do: hit, at: "+{" " * (size - 300)}x\\ny"}}]\n'
    ),
    "includes that are not there": lambda size: text_of(f"{HEAD}include: [\n", lambda i: f"x{i}.yaml,\n", size, "]\n"),
}
"""By name, what makes the text of so many bytes."""
