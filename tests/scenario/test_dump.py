"""What is written reads back as the same data, and the resolved scenario as the same scenario."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import source
from sim.scenario.characters import STRANGE
from sim.scenario.dump import to_yaml
from sim.scenario.load import load
from tests.scenario.corpus import cases

_texts = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    st.sampled_from([
        "", "~", "null", "no", "on", "12:30", "010", "1e3", "0x1F", ".5", ".inf", "true", "-", "- a", "a: b", "a #b",
        "#", "!", "&a", "*a", "%", "@", "`", "'", '"', "{", "[", "5..", "2024-01-17", " a ", "a\nb", "\n", "\t",
        "\x85", "lognormal(8 h, 24 h)", "=", "<<", "\x00", "\ufeff", "word " * 40,
    ]),
)  # fmt: skip
_keys = _texts.filter(lambda text: not STRANGE.search(text))  # a strange character in a key is a fault
_scalars = st.one_of(_texts, st.integers(-(10**20), 10**20), st.floats(allow_nan=False), st.booleans())
_data = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(_keys, inner, min_size=1, max_size=4),
    max_leaves=12,
)


@given(_data)
def test_what_is_written_reads_back_as_the_same(data):
    node, faults = source.parse(to_yaml(data), "file")
    assert not faults
    assert _exact(node.plain()) == _exact(data)


def _exact(value):
    if isinstance(value, dict):
        return {key: _exact(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_exact(one) for one in value]
    return type(value), value


@pytest.mark.parametrize("text", ["no", "on", "12:30", "2024-01-17", "5..", "0.5.1", "1_000"])
def test_text_that_needs_no_quotes_gets_none(text):
    assert to_yaml([text]) == f"- {text}\n"


@pytest.mark.parametrize("text", ["010", "1e3", "true", "null", "", "0x1F", ".inf"])
def test_text_that_yaml_would_read_as_something_else_is_quoted(text):
    assert to_yaml([text]) == f"- '{text}'\n"


@pytest.mark.parametrize("case", [case for case in cases("valid") if not case.is_part], ids=lambda case: case.path.stem)
def test_the_resolved_scenario_loads_to_the_same(case, tmp_path):
    first = load(case.file, case.changes)
    path = tmp_path / "again.yaml"
    path.write_text(first.resolved, encoding="utf-8")
    again = load(path)
    assert again.resolved == first.resolved
    assert again.hash == first.hash
    assert again.description == first.description.model_copy(update={"variants": {}, "include": ()})


def test_the_shipped_scenario_resolves_to_itself(tmp_path):
    first = load("erbil-2024")
    path = tmp_path / "again.yaml"
    path.write_text(first.resolved, encoding="utf-8")
    assert load(path).hash == first.hash


def test_the_hash_knows_the_content_and_not_the_file(loaded, written):
    text = loaded().resolved
    one, other = load(written(text, "one.yaml")), load(written("# a comment\n" + text, "folder/other.yaml"))
    assert one.hash == other.hash
    assert load(written(text.replace("shoot", "fire_at"))).hash != one.hash
