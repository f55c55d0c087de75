"""The command that makes a result again is the one that was typed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from sim.cli import options
from sim.cli.again import TYPED, command_text


@click.command("compare")
@options.scenario
@click.argument("others", nargs=-1)
@click.option("--runs", type=int, default=1000)
@options.changes
@options.precision
@click.option("--out", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True)
@options.engine
@options.as_json
@options.quiet
def compare(**rest: Any) -> None:
    pass


def again(*words: str) -> str:
    """What the command says for these words."""
    group = click.Group("brinkline", commands={"compare": compare})
    with click.Context(group, info_name="brinkline") as parent:
        parent.meta[TYPED] = list(words)
        with compare.make_context("compare", list(words), parent=parent) as context:
            return command_text(context)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("erbil-2024",), "erbil-2024"),
        (
            ("erbil-2024", "--variant", "hair-trigger", "--runs", "2000"),
            "erbil-2024 --variant hair-trigger --runs 2000",
        ),
        (("--runs=2000", "x.yaml"), "x.yaml --runs 2000"),
        (("x", "--runs", "1000", "--engine", "auto"), "x"),
        (("x", "--set", "p=0.3", "--set", "rules.r.after=2 d"), "x --set p=0.3 --set 'rules.r.after=2 d'"),
        (("x", "y z", "--fixed"), "x 'y z' --fixed"),
        (("x", "--precision", "war=0.005"), "x --precision war=0.005"),
        (("x", "--out", "new folder/$HOME"), "x --out 'new folder/$HOME'"),
        (("x", "--force", "--json", "--quiet"), "x"),
        (("--", "-x"), "-- -x"),
        (("--runs", "5", "--", "-x"), "--runs 5 -- -x"),
    ],
)
def test_the_command_has_the_words_that_were_typed_and_no_defaults(typed: tuple[str, ...], told: str) -> None:
    assert again(*typed) == f"brinkline compare {told}"


@pytest.mark.parametrize("typed", [("x", "--set", "p=it's", "--variant", "a"), ("x y", "--runs=7", "--fixed")])
def test_the_command_of_the_command_is_the_command(typed: tuple[str, ...]) -> None:
    told = again(*typed)
    assert again(*shlex.split(told)[2:]) == told
