"""``brinkline verify``: what it prints and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sim.verification import suite
from sim.verification.checks import Check, never, share
from sim.verification.player import Player
from sim.verification.suite import Case
from tests.cli.conftest import Command


def answered(exact: float) -> Callable[[Player], list[Check]]:
    """A case of its own: a is first in the race with probability 4/7."""

    def checks(play: Player) -> list[Check]:
        race = play("race")
        nobody = race.number("speak") == 0
        return [share("a is first", race.number("speak", actor="a") > 0, exact), never("nobody is", nobody)]

    return checks


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one case, which is right."""
    monkeypatch.setattr(suite, "CASES", (Case("race", "Who is first", answered(4 / 7)),))


def test_every_check_is_told_with_its_exact_value_its_interval_and_a_verdict(brinkline: Command) -> None:
    told = brinkline("verify", "--runs", "1000", "--engine", "compiled", "--seed", "3")
    assert (told.code, told.err) == (0, "")
    document = json.loads(brinkline("verify", "--runs", "1000", "--engine", "compiled", "--seed", "3", "--json").out)
    assert document["agrees"] is True
    assert {check["case"] for check in document["checks"]} == {case.id for case in suite.CASES}
    assert document["level"] == pytest.approx(0.001 / len(document["checks"]))
    for check in document["checks"]:
        assert check["what"][:20] in told.out
        assert check["agrees"] == (check["p_value"] >= document["level"])
        if isinstance(check["exact"], float):
            low, high = check["interval"]
            assert low <= check["exact"] <= high
    for case in suite.CASES:
        assert case.title in told.out
    count = len(document["checks"])
    assert f"{count} checks, 1,000 runs of each scenario, engine compiled, seed 3: all agree." in told.out
    assert "differs by chance is at most 0.001:" in told.out


@pytest.mark.usefixtures("short")
def test_a_number_has_no_more_digits_than_its_interval_allows(brinkline: Command) -> None:
    (row,) = (
        line.split()
        for line in brinkline("verify", "--runs", "1000", "--engine", "simpy").out.splitlines()
        if "a is" in line
    )
    assert row[:4] == ["a", "is", "first", "0.571"]
    assert [len(number) for number in row[3:6]] == [5, 5, 5]
    assert row[-1] == "agrees"


def test_what_differs_is_said_and_ends_with_1(brinkline: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "CASES", (Case("race", "Who is first", answered(0.8)),))
    told = brinkline("verify", "--runs", "1000", "--engine", "simpy")
    assert told.code == 1
    assert [line.split()[-1] for line in told.out.splitlines() if "a is first" in line] == ["DIFFERS"]
    assert "1 differs." in told.out
    assert "another --seed" in told.out
    assert brinkline("verify", "--runs", "1000", "--engine", "simpy", "--quiet") == told.__class__(1, "", "")
    assert json.loads(brinkline("verify", "--runs", "1000", "--engine", "simpy", "--json").out)["agrees"] is False


@pytest.mark.usefixtures("short")
def test_both_engines_find_the_same(brinkline: Command) -> None:
    found = [
        json.loads(brinkline("verify", "--runs", "1000", "--engine", engine, "--json").out)
        for engine in ("simpy", "compiled")
    ]
    assert [one.pop("engine") for one in found] == ["simpy", "compiled"]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--runs", "999"), "found 999; expected at least 1,000"),
        (("--runs", "-1"), "found -1; expected at least 1,000"),
        (("--runs", "2000", "--quick"), "found --quick and --runs"),
        (("--engine", "fast"), "fast"),
    ],
)
def test_what_cannot_be_asked_is_refused(brinkline: Command, words: tuple[str, ...], message: str) -> None:
    told = brinkline("verify", *words)
    assert told.code == 2
    assert message in told.err
    assert told.out == ""
