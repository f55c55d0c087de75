"""Whom a who-field means."""

from __future__ import annotations

import pytest

from sim.scenario.load import load
from sim.scenario.names import NOBODY, NameTable, names_itself, roles_in, terms_of
from sim.scenario.parser import parse_who

A, B, C, D = range(4)
EVERYBODY = {A, B, C, D}


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> NameTable:
    path = tmp_path_factory.mktemp("names") / "who.yaml"
    path.write_text(
        """brinkline: 1
scenario: who
start: 2024-01-01
horizon: 1 d
actors: {a: {}, b: {}, c: {}, d: {}}
groups: {two: [c, b], none: []}
relations: {patron: {a: [b, c], two: d}, ally: {two: two}}
""",
        encoding="utf-8",
    )
    return load(path).names


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("a", {A}), ("two", {B, C}), ("none", set()), ("any", EVERYBODY), ("nobody", {NOBODY}),
        ("self", {A}), ("actor", {B}), ("target", {NOBODY}), ("others", {B, C, D}),
        ("not a", {B, C, D, NOBODY}), ("not any", {NOBODY}), ("not [a, two]", {D, NOBODY}), ("not not a", {A}),
        ("not others", {A, NOBODY}),
        ("patron of b", {A}), ("patron of d", {B, C}), ("patron by a", {B, C}), ("patron of two", {A}),
        ("patron by two", {D}), ("patron of a", set()),
        ("patron of actor", {A}), ("patron by self", {B, C}), ("patron of target", set()), ("ally of b", {C}),
        ("ally by two", {B, C}),
        ("[a, d]", {A, D}), ("[a, not two]", {A, D, NOBODY}), ("[patron of b, nobody]", {A, NOBODY}),
    ],
)  # fmt: skip
def test_whom_a_who_field_means(names, text, whom):
    assert names.fitting(parse_who(text), self_=A, actor=B, target=NOBODY) == whom


@pytest.mark.parametrize(
    ("text", "owners", "fits"),
    [
        ("a", {A, B}, True), ("c", {A, B}, False), ("not a", {A, B}, False), ("not c", {A, B}, True),
        ("not [a, c]", {B}, True), ("nobody", set(), True),
        ("nobody", {A}, False), ("not nobody", set(), False), ("not nobody", {A}, True), ("a", set(), False),
        ("not a", set(), True), ("[a, not b]", {C}, True),
        ("any", set(), False), ("two", {B, D}, True), ("patron of b", {A}, True),
    ],
)  # fmt: skip
def test_soil_fits_by_any_owner_and_not_by_none(names, text, owners, fits):
    assert names.soil_fits(parse_who(text), frozenset(owners)) == fits


@pytest.mark.parametrize(
    ("text", "itself"),
    [
        ("self", True),
        ("a", True),
        ("[b, a]", True),
        ("[b, self]", True),
        ("any", False),
        ("two", False),
        ("not b", False),
        ("b", False),
        ("patron of b", False),
        ("others", False),
    ],
)
def test_a_rule_is_about_its_owners_deeds_only_where_it_says_so(text, itself):
    assert names_itself(parse_who(text), "a") == itself


def test_a_list_names_each_actor_once_groups_in_the_order_of_the_actors(names):
    assert names.each(["d", "two", "b"]) == [D, B, C]


def test_the_roles_in_a_who_field():
    assert roles_in(parse_who("[a, not [actor, patron of target], others]")) == {"actor", "target", "self"}
    assert [term.id for term in terms_of(parse_who("[a, not [b, not c]]"))] == ["a", "b", "c"]
