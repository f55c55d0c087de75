"""Names in sentences: articles, verbs, and what stands between a deed and whom it concerns."""

from __future__ import annotations

import pytest

from sim.reading.names import Names, infinitive, with_article
from tests.reading.stories import loaded


@pytest.mark.parametrize(
    ("phrase", "bare"),
    [
        ("condemns", "condemn"),
        ("rejects the blame and justifies itself", "reject the blame and justify itself"),
        ("fires a ballistic missile or combines its fire", "fire a ballistic missile or combine its fire"),
        ("breaks diplomatic relations", "break diplomatic relations"),
        ("crosses the border", "cross the border"),
        ("goes to war", "go to war"),
        ("seizes ships and its crews", "seize ships and its crews"),
        ("recalls its envoy and its staff", "recall its envoy and its staff"),
    ],
)
def test_a_verb_phrase_behind_to(phrase, bare):
    assert infinitive(phrase) == bare


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("United States", "the United States"),
        ("Kurdistan Regional Government", "the Kurdistan Regional Government"),
        ("Islamic Resistance in Iraq", "the Islamic Resistance in Iraq"),
        ("Public of the Kurdistan Region", "the Public of the Kurdistan Region"),
        ("The Hague", "The Hague"),
        ("the United Nations", "the United Nations"),
        ("ISIS and its branches", "ISIS and its branches"),
        ("Iran", "Iran"),
        ("public", "public"),
        ("us", "us"),
    ],
)
def test_a_name_inside_a_sentence(name, inside):
    assert with_article(name) == inside


TEXT = """
brinkline: 1
scenario: names
start: 2024-01-01
horizon: 1 d
ladder: [{rung: -1}, {rung: 1}]
actors: {a: {name: Aland}, b: {name: Bs and its branches}}
places: {p: {name: Port}}
actions:
  condemn: {name: Condemns, rung: 1}
  recall: {name: Recalls its ambassador, rung: 1}
  strike: {name: "Strikes much, or more", rung: 1}
  mediate: {name: Mediates, rung: -1}
  press: {name: Press release, rung: 1}
  fire: {rung: 1}
"""


@pytest.mark.parametrize(
    ("action", "deed", "meant"),
    [
        ("condemn", "Aland condemns Bs and its branches at Port", "condemn Bs and its branches at Port"),
        ("recall", "Aland recalls its ambassador from Bs and its branches at Port",
         "recall its ambassador from Bs and its branches at Port"),
        ("strike", "Aland strikes much, or more, against Bs and its branches at Port",
         "strike much, or more, against Bs and its branches at Port"),
        ("mediate", "Aland mediates towards Bs and its branches at Port",
         "mediate towards Bs and its branches at Port"),
        ("press", "Aland: press release against Bs and its branches at Port",
         "do ‘press release against Bs and its branches at Port’"),
        ("fire", "Aland: fire against Bs and its branches at Port", "do ‘fire against Bs and its branches at Port’"),
    ],
)  # fmt: skip
def test_a_deed_as_a_sentence(action, deed, meant, tmp_path):
    names = Names.of(loaded(TEXT, tmp_path))
    assert names.deed("a", action, "b", "p") == deed
    assert names.to_do(action, names.who("b"), "Port") == meant


def test_a_deed_against_oneself_and_against_nobody(tmp_path):
    names = Names.of(loaded(TEXT, tmp_path))
    assert names.deed("a", "condemn", "a") == "Aland condemns itself"
    assert names.deed("a", "fire", None) == "Aland: fire"
