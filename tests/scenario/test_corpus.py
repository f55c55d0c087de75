"""The specification in examples: every file of the corpus does what its first lines say."""

from __future__ import annotations

import pytest
import yaml

from sim.scenario import source
from sim.scenario.faults import CODES, Fault
from sim.scenario.load import examine
from tests.scenario.corpus import Case, cases

VALID, INVALID, WARNINGS = cases("valid"), cases("invalid"), cases("warnings")


def name(case: Case) -> str:
    return case.path.stem


def told(faults: list[Fault]) -> list[tuple[str, str, int, int, str]]:
    return [(fault.code, *_place(fault), fault.path) for fault in faults]


def _place(fault: Fault) -> tuple[str, int, int]:
    return fault.spot.file, fault.spot.line, fault.spot.column


@pytest.mark.parametrize("case", VALID, ids=name)
def test_a_valid_file_loads_without_a_word(case):
    loaded, faults, _ = examine(case.file, case.changes)
    assert [str(fault) for fault in faults] == []
    assert (loaded is None) == case.is_part


@pytest.mark.parametrize("case", [case for case in VALID if case.holds], ids=name)
def test_a_valid_file_holds_what_it_says(case):
    loaded, _, _ = examine(case.file, case.changes)
    for path, text in case.holds:
        steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
        wanted, _ = source.parse(text, "holds")
        found = loaded.root.at(steps).plain()
        assert (found, type(found)) == (wanted.plain(), type(wanted.plain())), path


@pytest.mark.parametrize("case", INVALID, ids=name)
def test_an_invalid_file_has_the_errors_it_expects_and_no_others(case):
    loaded, faults, _ = examine(case.file, case.changes)
    errors = [fault for fault in faults if fault.severity == "error"]
    assert loaded is None
    assert told(errors) == case.expected, "\n".join(map(str, errors))


@pytest.mark.parametrize("case", WARNINGS, ids=name)
def test_a_file_to_be_warned_of_loads_with_its_warnings(case):
    loaded, faults, _ = examine(case.file, case.changes)
    assert told(faults) == case.expected, "\n".join(map(str, faults))
    assert loaded is not None
    assert loaded.warnings == faults
    assert {fault.severity for fault in faults} == {"warning"}


@pytest.mark.parametrize("case", INVALID, ids=name)
def test_both_yaml_readers_find_the_same(case, monkeypatch):
    _, fast, _ = examine(case.file, case.changes)
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    _, slow, _ = examine(case.file, case.changes)
    assert told(slow) == told(fast)


def test_every_code_is_shown_by_a_file():
    shown = {code for case in (*INVALID, *WARNINGS) for code, *_ in case.expected}
    assert shown == set(CODES)


def test_every_file_that_breaks_something_says_what():
    assert all(case.expected for case in (*INVALID, *WARNINGS))
    assert not any(case.expected for case in VALID)


def test_the_corpus_is_as_large_as_promised():
    assert len(VALID) >= 40
    assert len(INVALID) >= 70
