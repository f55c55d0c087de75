"""Commands on scenarios of strangers: what acts on a terminal is shown as it is, and `-` is standard input."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import SMALL, Command

ACTING = r'"\e[31mRED\e]0;GONE\a\u202e\u200b\e[2J"'
ANSI = (
    SMALL.replace("A small quarrel", ACTING)
    .replace("Aland", ACTING)
    .replace("name: blow", f"name: {ACTING}")
    .replace("Nobody answers", ACTING)
    .replace("{rung: 5, deaths", f"{{rung: 5, name: {ACTING}, note: {ACTING}, source: s, deaths")
) + f"description: {ACTING}\nsources: {{s: {{title: {ACTING}, url: {ACTING}, date: {ACTING}}}}}\n"
COMMANDS = (
    ("validate",),
    ("describe",),
    ("sources",),
    ("trace", "--run", "0"),
    ("run", "--runs", "5", "--engine", "simpy", "--no-figures", "--out", "out"),
)


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch):
    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))

    return put


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_nothing_acts_on_the_terminal(brinkline: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "ansi.yaml").write_text(ANSI, encoding="utf-8")
    said = brinkline(command[0], "ansi.yaml", *command[1:])
    assert said.code == 0, said.err
    assert not set("\x1b\x07\u202e\u200b") & set(said.out + said.err)


def test_nothing_acts_in_the_texts_that_a_run_leaves(brinkline: Command, tmp_path: Path) -> None:
    (tmp_path / "ansi.yaml").write_text(ANSI, encoding="utf-8")
    brinkline("run", "ansi.yaml", "--runs", "5", "--engine", "simpy", "--out", "out", "--quiet")
    texts = [
        path for path in (tmp_path / "out").rglob("*") if path.suffix in (".yaml", ".json", ".html", ".svg", ".csv")
    ]
    assert len(texts) >= 4
    for path in texts:
        assert not set("\x1b\x07\u202e") & set(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_dash_is_standard_input_for_every_command(brinkline: Command, stdin, command: tuple[str, ...]) -> None:
    stdin(SMALL)
    said = brinkline(command[0], "-", *command[1:])
    assert said.code == 0, said.err


def test_studies_read_it_once_and_use_it_often(brinkline: Command, stdin) -> None:
    stdin(SMALL)
    said = brinkline("compare", "-", "--variant", "calm", "--runs", "5", "--engine", "simpy", "--no-figures", "--quiet")
    assert said.code == 0, said.err


def test_an_empty_standard_input_is_one_line(brinkline: Command, stdin) -> None:
    for command in (("validate", "-"), ("run", "-"), ("describe", "-")):
        stdin("")
        said = brinkline(*command)
        assert said.code == 3
        assert said.err == "brinkline: <stdin>: found nothing on standard input; expected a scenario\n"
