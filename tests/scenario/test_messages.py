"""What people read: the form of a message, its place, the nearest name, all faults at once and in order."""

from __future__ import annotations

import re

import pytest

from sim.errors import ScenarioError
from sim.scenario.faults import CODES, Fault, Spot, in_order, nearest, path_text, with_excerpt
from sim.scenario.load import examine, load
from tests.scenario.conftest import WORLD
from tests.scenario.corpus import cases

FORM = re.compile(
    r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): (error|warning) (?P<code>[a-z-]+): "
    r"(?:(?P<path>.+?): )?(found|cannot be read).*"
)
EVERY = [case for kind in ("invalid", "warnings") for case in cases(kind)]


def test_a_message_says_where_what_and_how_to_mend_it(written):
    path = written(WORLD + "rules: {answer: {who: nroth, when: {}, do: speak}}\n")
    with pytest.raises(ScenarioError) as error:
        load(path)
    assert str(error.value) == (
        f"{path}:13:23: error unknown-name: rules.answer.who[0]: "
        "found the actor or group 'nroth'; expected a known actor or group; nearest known name: north"
    )


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.path.stem)
def test_every_message_has_the_documented_form(case):
    _, faults, texts = examine(case.file, case.changes)
    for fault in faults:
        match = FORM.fullmatch(str(fault))
        assert match, str(fault)
        assert match["code"] in CODES
        assert "\n" not in str(fault)
        assert len(with_excerpt(fault, texts).splitlines()) in (1, 3)


@pytest.mark.parametrize("case", EVERY, ids=lambda case: case.path.stem)
def test_every_message_points_into_its_text(case):
    _, faults, texts = examine(case.file, case.changes)
    for fault in faults:
        if fault.code == "unreadable" or fault.spot.file.startswith("--"):
            continue
        lines = [*texts[fault.spot.file].splitlines(), ""]
        assert fault.spot.column <= len(lines[fault.spot.line - 1]) + 1


def test_an_excerpt_marks_the_column_below_the_line(written):
    path = written(WORLD + "outcomes: {o: {if: level >> 3}}\n")
    _, (fault,), texts = examine(path)
    assert with_excerpt(fault, texts).splitlines()[1:] == ["    outcomes: {o: {if: level >> 3}}", " " * 30 + "^"]


def test_an_excerpt_of_a_long_line_shows_the_part_that_matters():
    text = "x" * 500 + "HERE" + "y" * 500
    shown = with_excerpt(Fault(Spot("f", 1, 501), "yaml", "", "found x"), {"f": text}).splitlines()
    assert len(shown[1]) < 140
    assert shown[1][len(shown[2]) - 1 :].startswith("HERE")


def test_a_fault_in_a_text_that_is_not_at_hand_has_no_excerpt():
    fault = Fault(Spot("f", 3, 1), "yaml", "", "found x")
    assert with_excerpt(fault, {}) == with_excerpt(fault, {"f": "one line"}) == "f:3:1: error yaml: found x"


def test_all_faults_come_at_once_in_order_of_their_places(faults):
    found = faults(
        "variables: {v: {scope: world, initial: 2, range: [0, 1]}}\n"
        "rules: {a: {who: south, when: {rung: x}, if: v, do: shot, chance: 2, chanse: 1}}\n"
        "note: !x y\n"
    )
    assert [fault.code for fault in found] == [
        "wrong-value",
        "bad-expression",
        "unknown-name",
        "wrong-value",
        "unknown-key",
        "tag",
    ]
    assert found == sorted(found, key=lambda fault: fault.spot)


def test_warnings_come_along_with_errors(faults):
    found = faults("parameters: {p: {value: 1}}\nrules: {a: {who: south, when: {rung: 1}, do: speak, chance: 2}}\n")
    assert [(fault.severity, fault.code) for fault in found] == [
        ("warning", "unused"),
        ("warning", "never-matches"),
        ("error", "wrong-value"),
    ]


def test_what_an_error_may_explain_is_not_warned_of(faults):
    found = faults(
        "parameters: {p: {value: 1}}\nrules: {a: {who: south, when: {action: shoot}, do: speak, chanse: p}}\n"
    )
    assert [fault.code for fault in found] == ["unknown-key"]


def test_one_slip_is_reported_once(faults):
    assert [fault.code for fault in faults("actors: {north: {}}\n")] == ["duplicate-key"]


def test_an_error_is_plain_data_too(faults):
    (fault,) = faults("outcomes: {o: {if: lvl > 1}}\n")
    assert fault.as_dict() == {
        "file": fault.spot.file,
        "line": 13,
        "column": 20,
        "severity": "error",
        "code": "unknown-name",
        "path": "outcomes.o.if",
        "found": "found the name 'lvl'",
        "expected": "a parameter, a variable or a word of the language",
        "nearest": "level",
    }


def test_every_code_is_explained():
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) and words for code, words in CODES.items())


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("nroth", ["south", "north"], "north"),
        ("IRAN", ["iran", "iraq"], "iran"),
        ("xyz", ["north"], ""),
        ("", ["north"], ""),
        ("north", [], ""),
        ("n" * 5000, ["north"], ""),
    ],
)
def test_the_nearest_name(word, known, near):
    assert nearest(word, known) == near


def test_paths_as_people_write_them():
    assert path_text(("rules", "answer", "choose", 1, "weight")) == "rules.answer.choose[1].weight"
    assert path_text((0, "at")) == "[0].at"
    assert path_text(()) == ""


def test_faults_are_put_in_order_without_repetition():
    spots = [Spot("b", 1, 1), Spot("a", 2, 1), Spot("a", 1, 9), Spot("a", 1, 9)]
    assert [str(fault.spot) for fault in in_order(Fault(spot, "yaml", "", "found x") for spot in spots)] == [
        "a:1:9",
        "a:2:1",
        "b:1:1",
    ]


def test_files_are_shown_as_the_user_gave_them(written, monkeypatch, tmp_path):
    written("brinkline: 2\n", "folder/part.yaml")
    written("brinkline: 1\ninclude: [folder/part.yaml]\nscenario: a b\nstart: 2024-01-01\nhorizon: 1 d\n", "main.yaml")
    monkeypatch.chdir(tmp_path)
    for given, part in (
        ("main.yaml", "folder/part.yaml"),
        ("./main.yaml", "folder/part.yaml"),
        (str(tmp_path / "main.yaml"), str(tmp_path / "folder/part.yaml")),
    ):
        assert {fault.spot.file for fault in examine(given)[1]} == {given, part}


def test_a_message_is_short_however_long_the_text(faults):
    for more in (
        "title: [1]\nnote: 5\nscenarios: " + "x" * 5000,
        "outcomes: {" + "o" * 3000 + " x: {if: level}}",
        "outcomes: {o: {if: '" + "x" * 3000 + "'}}",
    ):
        assert all(len(fault.message) < 500 for fault in faults(more + "\n"))
