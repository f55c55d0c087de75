"""YAML text → nodes: scalars by YAML 1.2, places, and what the reader refuses."""

from __future__ import annotations

import math

import pytest
import yaml

from sim.scenario import source
from sim.scenario.texts import read_text


def plain(text: str):
    node, faults = source.parse(text, "file")
    assert not faults
    return node.plain()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("NO", "NO"), ("y", "y"), ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("2024-01-17", "2024-01-17"), ("010", 10), ("-007", -7), ("+5", 5), ("0x1F", 31), ("0o17", 15),
        ("0b1", "0b1"), ("1_000", "1_000"),
        ("1e3", 1000.0), ("1E-3", 0.001), ("1.", 1.0), (".5", 0.5), ("-.5e1", -5.0), ("1e", "1e"), (".", "."),
        ("5..", "5.."), ("..3", "..3"), ("1.2.3", "1.2.3"),
        ("true", True), ("TRUE", True), ("tRUE", "tRUE"), ("False", False), (".inf", math.inf), ("-.INF", -math.inf),
        ("inf", "inf"), ("nan", "nan"), ("null_", "null_"),
        ("'1'", "1"), ('"true"', "true"), ("''", ""), ("1 d", "1 d"), ("=", "="), ("<<", "<<"), ("- 1", [1]),
    ],
)  # fmt: skip
def test_scalars_by_yaml_1_2(text, value):
    found = plain(f"[{text}]")[0] if text != "- 1" else plain(text)
    assert (found, type(found)) == (value, type(value))


def test_not_a_number_is_one():
    assert math.isnan(plain("a: .nan")["a"])


def test_keys_are_text_whatever_they_look_like():
    assert plain("{1: a, true: b, 010: c, on: d}") == {"1": "a", "true": "b", "010": "c", "on": "d"}


@pytest.mark.parametrize("loader", [yaml.SafeLoader, source._LOADER])
def test_nodes_know_where_they_stand(loader, monkeypatch):
    monkeypatch.setattr(source, "_LOADER", loader)
    root, _ = source.parse("# first\na:\n  é: [x, 'yy']\n", "file")
    node = root.at(("a", "é", 1))
    assert (str(node.spot), node.inset, node.value) == ("file:3:10", 1, "yy")
    assert str(root.at(("a", "é")).key_spot) == "file:3:3"


@pytest.mark.parametrize(
    ("text", "inset"),
    [
        ("abc", 0),
        ("'abc'", 1),
        ('"abc"', 1),
        ('"a\\tb"', None),
        ("'a''b'", None),
        ("a\n  b", None),
        ("|\n  abc", None),
        (">-\n  abc", None),
    ],
)
def test_offsets_are_columns_only_where_text_stands_as_it_is(text, inset):
    root, _ = source.parse(f"a: {text}\n", "file")
    assert root.at(("a",)).inset == inset


def test_the_deepest_node_on_a_way_is_found():
    root, _ = source.parse("a: {b: [1]}", "file")
    assert root.at(("a", "b", 5, "c")).plain() == [1]
    assert root.at(("a", "x")).plain() == {"b": [1]}
    assert root.at(("a", "b", "x")).plain() == [1]


def test_what_could_not_be_read_is_known():
    root, faults = source.parse("a: {b: f(1, 2), c: [~, 1]}\nd: *x\n", "file")
    assert list(root.broken()) == [("a", "b"), ("a", "c", 0), ("d",)]
    assert len(faults) == 3


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert plain(read_text(path, "file")) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c",
        "a: [1",
        "a: 'x",
        "\ta: 1",
        "a: &",
        "a: @",
        "a: 1\n b: 2",
        "%x",
        "!",
        "a: |5x",
        "? ",
        "{a: b: c}",
        "- - - ]",
    ],
)
def test_both_readers_give_up_on_the_same_texts(text, monkeypatch):
    _, fast = source.parse(text, "file")
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    _, slow = source.parse(text, "file")
    assert fast
    assert [(fault.code, fault.spot) for fault in fast] == [(fault.code, fault.spot) for fault in slow]


def test_thirty_two_levels_are_allowed():
    assert source.parse("[" * 32 + "1" + "]" * 32, "file")[1] == []
    assert source.parse("[" * 33 + "1" + "]" * 33, "file")[1][0].code == "too-deep"


def test_a_mebibyte_is_allowed(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (1 << 20))
    assert isinstance(read_text(path, "file"), str)
    path.write_bytes(b"#" * ((1 << 20) + 1))
    assert read_text(path, "file").found == "found a file over 1 MiB"
