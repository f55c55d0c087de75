"""How files join: maps by id and key by key, the ladder by rung, the timeline by id, and who wins."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.merge import merged
from sim.scenario.source import Node, from_data


def joined(under: Any, over: Any) -> Any:
    return merged(from_data(under, "under"), from_data(over, "over")).plain()


def test_items_of_both_files_are_kept_in_order():
    assert list(joined({"actors": {"a": {}, "b": {}}}, {"actors": {"c": {}, "a": {}}})["actors"]) == ["a", "b", "c"]


def test_an_item_joins_key_by_key_and_the_including_file_wins():
    under = {"actions": {"x": {"rung": 1, "tags": ["a"], "note": "under"}}}
    over = {"actions": {"x": {"tags": ["b"], "note": "over", "name": "X"}}}
    assert joined(under, over)["actions"]["x"] == {"rung": 1, "tags": ["b"], "note": "over", "name": "X"}


def test_below_an_items_keys_values_are_replaced_whole():
    under = {"variables": {"v": {"own": {"a": {"b": 1, "c": 2}}}}, "rules": {"r": {"when": {"action": "x", "rung": 5}}}}
    over = {"variables": {"v": {"own": {"a": {"b": 3}}}}, "rules": {"r": {"when": {"action": "y"}}}}
    assert joined(under, over) == over


def test_groups_are_replaced_and_relations_join_by_kind_and_actor():
    under = {"groups": {"g": ["a", "b"]}, "relations": {"ally": {"a": ["b"], "b": ["a"]}}}
    over = {"groups": {"g": ["c"]}, "relations": {"ally": {"a": ["c"]}}}
    assert joined(under, over) == {"groups": {"g": ["c"]}, "relations": {"ally": {"a": ["c"], "b": ["a"]}}}


def test_the_ladder_joins_by_rung():
    under, over = [{"rung": 1, "name": "a", "note": "n"}, {"rung": 2}], [{"rung": 3}, {"rung": 1, "name": "b"}]
    assert joined({"ladder": under}, {"ladder": over})["ladder"] == [
        {"rung": 1, "name": "b", "note": "n"},
        {"rung": 2},
        {"rung": 3},
    ]


def test_the_timeline_joins_by_id_and_keeps_items_without_one():
    under, over = [{"id": "x", "do": "a"}, {"do": "b"}], [{"do": "b"}, {"id": "x", "at": "+1 d"}]
    assert joined({"timeline": under}, {"timeline": over})["timeline"] == [
        {"id": "x", "do": "a", "at": "+1 d"},
        {"do": "b"},
        {"do": "b"},
    ]


def test_two_items_of_one_file_with_one_id_stay_two():
    assert len(joined({"timeline": [{"id": "x"}]}, {"timeline": [{"id": "x"}, {"id": "x"}]})["timeline"]) == 2


@pytest.mark.parametrize("odd", ["text", 5, None])
def test_blocks_of_different_kinds_do_not_join(odd):
    under = {"actors": {"a": {}}, "ladder": [{"rung": 1}]}
    assert joined(under, {"actors": odd, "ladder": odd}) == {"actors": odd, "ladder": odd}
    assert joined(under, {"actors": [1], "ladder": {"rung": 1}}) == {"actors": [1], "ladder": {"rung": 1}}


def test_odd_ids_join_nothing():
    under = [{"id": ["a"]}, {"id": {"b": 1}}, "text", {"id": None}]
    assert len(joined({"timeline": under}, {"timeline": under})["timeline"]) == 8


def test_neither_side_is_changed():
    under, over = from_data({"actors": {"a": {"name": "A"}}}, "u"), from_data({"actors": {"a": {"name": "B"}}}, "o")
    before = under.plain(), over.plain()
    merged(under, over)
    assert (under.plain(), over.plain()) == before


_values = st.recursive(
    st.integers() | st.text(max_size=3) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)
_files = st.dictionaries(st.sampled_from(["actors", "rules", "note", "groups", "timeline"]), _values, max_size=4)


@given(_files, _files)
def test_every_key_of_either_file_is_there_and_single_values_are_the_upper_ones(under, over):
    found = joined(under, over)
    assert set(found) == set(under) | set(over)
    assert all(found[key] == value for key, value in over.items() if not isinstance(value, (dict, list)))


@given(_files)
def test_a_file_over_nothing_is_itself(data):
    assert joined({}, data) == data
    assert joined(data, {}) == data


def test_a_merged_node_stands_where_the_including_file_has_it():
    under, over = (
        from_data({"actors": {"a": {"name": "A", "kind": "K"}}}, "under"),
        from_data({"actors": {"a": {"name": "B"}}}, "over"),
    )
    node = merged(under, over)
    assert isinstance(node, Node)
    assert node.at(("actors", "a", "name")).spot.file == "over"
    assert node.at(("actors", "a", "kind")).spot.file == "under"
