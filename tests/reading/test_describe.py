"""A scenario in words: everything is mentioned, the graph is right, text, Markdown, DOT and JSON are well formed."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from sim.model import build
from sim.reading.describe import Description, describe
from sim.reading.graph import Link, graph_of, loops_of
from sim.reading.page import Items, Outline, Prose, Section, Table, page_markdown, page_text
from sim.scenario.load import Changes, Loaded, load
from sim.scenario.times import instant_ms
from tests.reading.stories import FEUD, QUARREL, loaded


@pytest.fixture(scope="module")
def scenario() -> Loaded:
    return load("erbil-2024")


@pytest.fixture(scope="module")
def erbil(scenario) -> Description:
    return describe(scenario)


def section(description: Description, title: str) -> Section:
    (found,) = (one for one in description.sections if one.title == title)
    return found


def terms(part: Section) -> str:
    """All that an item list of a section is about."""
    return "\n".join(term for block in part.blocks if isinstance(block, Items) for term, _ in block.items)


def link(cause: str, rule: str, effect: str) -> Link:
    """``a:hit`` → ``("a", "hit")``."""
    (actor, action), (responder, answer) = cause.split(":"), effect.split(":")
    return Link((actor, action), rule, (responder, answer))


HOMES = {
    "rules": "Rules", "drivers": "What comes by itself", "outcomes": "Outcomes", "variants": "Variants",
    "sources": "Sources", "actors": "Actors",
}  # fmt: skip


@pytest.mark.parametrize("block", HOMES)
def test_every_item_of_erbil_has_its_sentence(block, scenario, erbil):
    said = terms(section(erbil, HOMES[block]))
    for key in getattr(scenario.description, block):
        assert re.search(rf"(^|\(){re.escape(key)}(\)|$)", said, re.MULTILINE), key


def test_every_parameter_of_erbil_stands_in_the_table_and_has_its_note(scenario, erbil):
    part = section(erbil, "Parameters")
    (table,) = (block for block in part.blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows] == list(scenario.description.parameters)
    for key, parameter in scenario.description.parameters.items():
        assert (key in terms(part)) == (parameter.note is not None)


def test_a_parameter_is_told_with_value_unit_range_and_source(tmp_path):
    text = QUARREL.replace('"uniform(0.2, 0.8)"', '"uniform(0, 1)", bounds: [0.2, 0.8]')
    description = describe(loaded(text, tmp_path))
    (table, notes) = section(description, "Parameters").blocks
    row = ("patience", "0.5", "share", "uniform(0, 1) in [0.2, 0.8]", "0.23 to 0.77", "assumed")
    assert table == Table(("parameter", "value", "unit", "range", "90 % of runs", "source"), (row,))
    assert notes == Items((("patience", "How much is swallowed."),))
    assert description.as_dict()["parameters"]["patience"]["nine_in_ten_runs"] == pytest.approx([0.23, 0.77])


def test_every_given_event_of_erbil_is_told_in_order_of_time(scenario, erbil):
    said = terms(section(erbil, "What is given")).splitlines()
    in_time = sorted(scenario.description.timeline, key=lambda item: instant_ms(item.at, scenario.start))
    assert said == [item.id for item in in_time]


def test_every_deed_that_is_taken_stands_among_the_deeds(scenario, erbil):
    part = section(erbil, "Deeds")
    unused = part.blocks[-1]
    assert isinstance(unused, Prose)
    for key in scenario.description.actions:
        assert (f"({key})" in terms(part)) != (re.search(rf"\b{key}\b", unused.text) is not None), key


def test_the_text_fits_the_terminal(erbil):
    assert max(map(len, erbil.text().splitlines())) <= 100
    assert max(map(len, erbil.text(width=120).splitlines())) <= 120


def test_it_says_that_it_is_no_forecast(erbil, tmp_path):
    for description in (erbil, describe(loaded(FEUD, tmp_path))):
        text = " ".join(description.text().split()).lower()
        assert text.count("a model to think with, never a forecast to act on") == 1
        assert "never a forecast to act on" in description.as_dict()["disclaimer"]


def test_it_names_no_machine(erbil):
    for text in (erbil.text(), erbil.markdown(), erbil.dot(), json.dumps(erbil.as_dict())):
        assert "/work" not in text
        assert "/tmp" not in text
        assert "scenarios/" not in text  # files are named without the folders above them


def test_nothing_in_it_is_left_of_the_machinery(erbil):
    for word in ("None.", "Distribution", "object at", "frozenset", "  None"):
        assert word not in erbil.text().replace("\nNone.\n", "")


def test_markdown_tables_have_as_many_cells_in_each_row(erbil):
    lines = erbil.markdown().splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) > 60
    for before, after in pairwise(lines):
        if before.startswith("|") and after.startswith("|"):
            assert _cells(before) == _cells(after)


def _cells(row: str) -> int:
    return row.replace("\\|", "").count("|")


def test_as_plain_data_it_is_json_with_every_block(scenario, erbil):
    whole = json.loads(json.dumps(erbil.as_dict(), allow_nan=False))
    for block in ("rules", "drivers", "outcomes", "variants", "parameters", "variables", "actions", "actors", "places"):
        assert list(whole[block]) == list(getattr(scenario.description, block))
    for key, rule in scenario.description.rules.items():
        assert whole["rules"][key]["who"] == [scenario.names.actors[one] for one in scenario.names.each(rule.who)]
        assert whole["rules"][key]["sentence"].endswith(".")
    assert len(whole["timeline"]) == len(scenario.description.timeline)


def test_dot_declares_every_node_it_joins(erbil):
    lines = erbil.dot().splitlines()
    assert lines[0] == "digraph responses {"
    assert lines[-1] == "}"
    node = r'^  ("[^"]+") \[shape=(?:box|ellipse|house), label="[^"]*"\];$'
    declared = set(re.findall(node, erbil.dot(), re.MULTILINE))
    joined = [re.fullmatch(r'  ("[^"]+") -> ("[^"]+");', line) for line in lines if " -> " in line]
    assert all(joined)
    assert {name for match in joined if match for name in match.groups()} == declared
    assert all(line.count('"') % 2 == 0 for line in lines)


def test_dot_joins_deeds_to_rules_to_deeds(tmp_path):
    dot = describe(loaded(FEUD, tmp_path)).dot()
    assert '  label="A feud without chance";' in dot
    assert '  "rule answer" [shape=ellipse, label="answer\\nb"];' in dot
    for edge in (("action hit", "rule answer"), ("rule answer", "action hit"), ("action hit", "rule worry")):
        assert f'  "{edge[0]}" -> "{edge[1]}";' in dot
    assert '"rule worry" -> ' not in dot


def test_links_go_from_deed_to_deed_by_actor(tmp_path):
    graph = graph_of(build(loaded(FEUD, tmp_path)))
    assert set(graph.links) == {
        link("a:hit", "answer", "b:hit"),
        link("b:hit", "call", "u:peace"),
        link("a:hit", "grumbling", "d:grumble"),
        link("b:hit", "grumbling", "d:grumble"),
        link("d:grumble", "later", "a:speak"),
    }
    assert set(graph.minds) == {(("a", "hit"), "worry", "u"), (("b", "hit"), "worry", "u")}
    assert graph.loops == ()


@pytest.mark.parametrize(
    ("change", "joined"),
    [
        ("when: {action: hit, target: self}", True),
        ("when: {action: hit, target: d}", False),
        ("when: {action: hit, actor: [b, u]}", False),
        ("when: {action: hit, soil: self}", True),
        ("when: {action: hit, soil: d}", False),
        ("when: {action: hit, deaths: 1..}", True),
        ("when: {action: peace, deaths: 1..}", False),
        ("when: {rung: 5..}", True),
        ("when: {rung: ..0, actor: a}", False),
        ("when: {action: hit, origin: blow}", True),
        ("when: {action: hit, origin: answer, actor: a}", False),
    ],
)
def test_a_link_needs_a_deed_that_fits_the_pattern(change, joined, tmp_path):
    text = FEUD.replace("when: {action: hit, target: self}", change)
    links = graph_of(build(loaded(text, tmp_path))).links
    assert (link("a:hit", "answer", "b:hit") in links) == joined


def test_whom_observers_may_blame_makes_links(tmp_path):
    text = FEUD.replace("deaths: 2,", "deaths: 2, attribution: {actor: 1, u: 1},")
    text = text.replace("when: {action: hit, target: self}", "when: {action: hit, actor: u}")
    assert link("a:hit", "answer", "b:hit") in graph_of(build(loaded(text, tmp_path))).links


def test_loops_are_the_shortest_through_each_deed():
    links = (
        link("a:x", "r1", "b:y"), link("b:y", "r2", "a:x"), link("b:y", "r3", "c:z"), link("c:z", "r4", "a:x"),
        link("c:z", "r5", "c:z"), link("c:z", "r6", "d:w"),
    )  # fmt: skip
    assert [[one.rule for one in loop] for loop in loops_of(links)] == [["r5"], ["r1", "r2"]]


def test_a_feud_that_goes_back_and_forth_is_a_loop(tmp_path):
    text = FEUD.replace("when: {action: grumble}, do: speak", "when: {action: hit, actor: b}, do: hit")
    description = describe(loaded(text, tmp_path))
    (loop,) = description.graph.loops
    assert [one.rule for one in loop] == ["answer", "later"]
    text = " ".join(description.text().split())
    assert "1: hit (a) → [answer] → hit (b) → [later] → hit (a)" in text
    assert description.as_dict()["graph"]["loops"][0][1] == {
        "actor": "b", "action": "hit", "rule": "later", "responder": "a", "answer": "hit",
    }  # fmt: skip


def test_what_a_scenario_does_not_have_is_said(tmp_path):
    description = describe(loaded("brinkline: 1\nscenario: empty\nstart: 2024-01-01\nhorizon: 1 d\n", tmp_path))
    text = " ".join(description.text().split())
    for words in ("Nobody.", "Nothing: there are no drivers.", "No deed sets off any rule.", "There is no ladder.",
                  "No parameter has a range", "No event is given: the timeline is empty."):  # fmt: skip
        assert words in text


def test_the_level_at_the_start_comes_from_the_history(tmp_path):
    assert "The level then stands at 5 (blow)." in " ".join(describe(loaded(FEUD, tmp_path)).text().split())
    uncertain = FEUD.replace("{id: old-blow,", "{id: old-blow, chance: 0.5,")
    assert "The level then stands" not in describe(loaded(uncertain, tmp_path)).text()


def test_a_variant_is_described_as_it_changes_the_scenario(tmp_path):
    text = f"{QUARREL}variants: {{loud: {{name: Loud, set: {{patience: 0.1}}, disable: [rules.worry]}}}}\n"
    scenario = loaded(text, tmp_path, Changes(variants=("loud",)))
    assert "(Switched off.) When somebody else strikes with rockets" in describe(scenario).text()
    assert describe(scenario).as_dict()["parameters"]["patience"]["range"] is None


def test_tables_give_way_but_break_no_word():
    table = Table(("name", "text"), (("a-rather-long-name-of-a-thing", "word " * 30), ("b", "")))
    lines = page_text("Page", [Section("Part", 2, (table,))], width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert any(line.startswith("a-rather-long-name-of-a-thing  word") for line in lines)


def test_markdown_escapes_its_own_signs_outside_of_code():
    table, outline = Table(("h",), (("a|b",),)), Outline((("t", ("l_1", "l2")),))
    blocks = (Prose("a_b `c_d` [e]"), Items((("x_y", "1 * 2"),)), outline, table)
    assert page_markdown("T", [Section("S", 1, blocks)]).splitlines() == [
        "# T", "", "## S", "", "a\\_b `c_d` \\[e]", "", "- **x\\_y**: 1 \\* 2", "", "- **t**", "  - l\\_1", "  - l2",
        "", "| h |", "| --- |", "| a\\|b |",
    ]  # fmt: skip
