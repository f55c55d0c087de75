"""The JSON Schema for editors: true to the models, to the shipped scenarios and to the corpus."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from sim.scenario import source
from sim.scenario.editor import json_schema
from sim.scenario.files import shipped_folder
from tests.scenario.corpus import FOLDER, cases

VALIDATOR = Draft202012Validator(json_schema())
PARTS = sorted((FOLDER / "valid" / "parts").glob("**/*.yaml"))
RECORDS = shipped_folder() / "records"  # files of another form
SHIPPED = sorted(path for path in shipped_folder().glob("**/*.yaml") if path.parent != RECORDS)


def plain(path):
    node, _ = source.parse(path.read_text(encoding="utf-8"), path.name)
    return node.plain()


def problems(path):
    return [f"{error.json_path}: {error.message[:120]}" for error in VALIDATOR.iter_errors(plain(path))]


def test_it_is_a_schema_of_its_dialect():
    Draft202012Validator.check_schema(json_schema())


def test_the_file_beside_the_scenarios_is_up_to_date():
    path = shipped_folder() / "schema.json"
    assert path.read_text(encoding="utf-8") == json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_fulfil_it(path):
    assert problems(path) == []


@pytest.mark.parametrize(
    "path", [case.path for kind in ("valid", "warnings") for case in cases(kind)], ids=lambda path: path.stem
)
def test_valid_files_fulfil_it(path):
    assert problems(path) == []


@pytest.mark.parametrize("path", [path for path in PARTS if path.name != "inject.yaml"], ids=lambda path: path.name)
def test_parts_that_others_include_fulfil_it(path):
    assert problems(path) == []


UNFIT = [
    "brinkline-missing", "brinkline-two", "start-missing", "horizon-missing", "unknown-key-at-the-top",
    "actor-unknown-key", "actor-text", "actors-list", "action-rung-missing", "rung-missing", "rung-fraction",
    "rule-who-missing", "rule-when-missing", "driver-rate-missing", "timeline-at-missing", "parameter-value-missing",
    "variable-scope-unknown", "variable-scope-missing", "cameo-not-quoted", "bounds-of-one", "horizon-without-unit",
    "half-life-without-unit", "after-without-unit", "when-unknown-key", "when-rung-three-dots", "when-rung-no-range",
    "when-deaths-fraction", "choose-unknown-key", "choose-mapping", "outcome-ends-text", "attribution-text",
    "visibility-empty", "rule-to-a-list", "chance-boolean", "id-with-a-space", "id-that-is-a-number",
    "source-unknown-key", "variant-unknown-key", "note-number", "title-boolean", "timeline-mapping",
]  # fmt: skip


@pytest.mark.parametrize("name", UNFIT)
def test_invalid_files_do_not(name):
    assert problems(FOLDER / "invalid" / f"{name}.yaml")


def _properties(node, path=()):
    if isinstance(node, dict):
        for key, value in node.get("properties", {}).items():
            yield (*path, key), value
        for key, value in node.items():
            yield from _properties(value, (*path, key))


def test_every_key_is_explained():
    schema = json_schema()
    found = dict(_properties({key: value for key, value in schema.items() if key != "then"}))
    assert len(found) > 100
    assert [path for path, value in found.items() if not value.get("description")] == []
    assert all(one.get("description") for one in schema["$defs"].values())


def test_no_null_is_offered():
    text = json.dumps(json_schema())
    assert "null" not in text
    assert '"default"' not in text


def test_unknown_keys_stay_forbidden():
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert all(one["additionalProperties"] is False for one in schema["$defs"].values())


def test_its_name_is_an_address_of_nothing():
    assert json_schema()["$id"].startswith("urn:")


def test_a_file_that_includes_others_may_leave_out_what_they_hold():
    partial = {
        "brinkline": 1,
        "scenario": "s",
        "start": "2024-01-01",
        "horizon": "1 d",
        "actions": {"shoot": {"deaths": 3}},
    }
    assert [error.message for error in VALIDATOR.iter_errors(partial)] == ["'rung' is a required property"]
    assert not list(VALIDATOR.iter_errors({**partial, "include": ["library/actions.yaml"]}))
