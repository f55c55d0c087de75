"""What a command says, on whatever it says it: names that act on a terminal, encodings, streams that fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SMALL, Command

ACTING = "\x1b]0;owned\x07\u202egnp.exe\u200b"
SHOWN = "\\x1b]0;owned\\x07\\u202egnp.exe\\u200b"
FULL = Path("/dev/full")


def program(*words: str, shell: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command as a program of its own; `shell` says where its streams go."""
    command = [sys.executable, "-m", "sim.cli", *words]
    asked = ["bash", "-o", "pipefail", "-c", f'"$@" {shell}', "bash", *command] if shell else command
    return subprocess.run(asked, capture_output=True, check=False, env=os.environ | environment)


# --- what acts on a terminal --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        (ACTING,),
        ("list", ACTING),
        ("list", f"--{ACTING}"),
        ("run", "small.yaml", "--runs", ACTING),
        ("run", "small.yaml", "--engine", ACTING),
        ("run", "small.yaml", "--variant", ACTING),
        ("run", "small.yaml", "--set", ACTING),
        ("run", "small.yaml", "--set", f"{ACTING}=1"),
        ("run", "small.yaml", "--inject", ACTING),
        ("run", "small.yaml", "--horizon", ACTING),
        ("validate", ACTING),
        ("report", ACTING),
        ("trace", "small.yaml", "--actor", ACTING),
        ("trace", "small.yaml", "--from", ACTING),
        ("sweep", "small.yaml", "--over", f"{ACTING}=0:1:3"),
        ("compare", "small.yaml", "--with", ACTING),
        ("sensitivity", "small.yaml", "--outcome", ACTING),
        ("explain", "small.yaml", "--outcome", ACTING),
        ("check", "small.yaml", "--record", ACTING),
        ("new", f"{ACTING}.yaml"),
        ("new", f"small.yaml/{ACTING}/x.yaml"),
    ],
    ids=lambda words: " ".join(words).replace(ACTING, "X"),
)
def test_what_was_typed_is_shown_and_does_nothing(brinkline: Command, words: tuple[str, ...]) -> None:
    said = brinkline(*words)
    assert said.code in (0, 2, 3)
    assert not set("\x1b\x07\u202e\u200b") & set(said.out + said.err)
    assert SHOWN in said.out + said.err or "U+202E, a right-to-left override" in said.err


def test_names_of_a_scenario_are_shown_and_do_nothing(brinkline: Command, tmp_path: Path) -> None:
    escaped = json.dumps(ACTING)
    text = SMALL.replace("title: A small quarrel", f"title: {escaped}").replace("Aland", f"{escaped}")
    (tmp_path / "acting.yaml").write_text(text.replace("{name: Nobody answers,", f"{{name: {escaped},"))
    quick = ("--runs", "20", "--no-figures")
    for words in (
        ("list", "acting.yaml"),
        ("describe", "acting.yaml"),
        ("trace", "acting.yaml"),
        ("run", "acting.yaml", *quick, "--out", f"{ACTING}-out"),
        ("report", f"{ACTING}-out"),
        ("compare", "acting.yaml", "--variant", "calm", *quick),
        ("contagion", "acting.yaml", *quick),
    ):
        said = brinkline(*words)
        assert said.code == 0, said.err
        assert SHOWN in said.out
        assert not set("\x1b\x07\u202e\u200b") & set(said.out + said.err)
    document = brinkline("describe", "acting.yaml", "--json").out
    assert not set("\x1b\x07\u202e\u200b") & set(document)
    assert json.loads(document)["title"] == SHOWN


def test_a_message_quotes_at_most_200_characters_of_what_was_typed(brinkline: Command) -> None:
    long = "x" * 5_000
    for words in ((long,), ("list", f"--{long}"), ("run", "small.yaml", "--runs", long), ("list", "a", long)):
        said = brinkline(*words)
        assert said.code == 2
        assert "x" * 201 not in said.err
        assert "…" in said.err


# --- encodings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
def test_text_comes_out_in_any_encoding(brinkline: Command, encoding: str) -> None:
    for words in (("list",), ("run", "--help"), ("trace", "small.yaml"), ("list", "−")):
        done = program(*words, PYTHONIOENCODING=encoding)
        assert done.returncode == (2 if words[-1] == "−" else 0), done.stderr
        assert (done.stdout + done.stderr).decode(encoding)
        assert b"Traceback" not in done.stderr


def test_a_minus_that_an_encoding_lacks_is_no_question_mark(brinkline: Command) -> None:
    done = program("list", "a − b …", PYTHONIOENCODING="ascii")
    assert b"'a - b ...'" in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
def test_json_is_utf_8_whatever_the_encoding(brinkline: Command, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.replace("A small quarrel", "أربيل − 烏"), encoding="utf-8")
    for words in (("trace", "small.yaml", "--json"), ("describe", "small.yaml", "--json")):
        done = program(*words, PYTHONIOENCODING=encoding)
        assert done.returncode == 0
        document: Any = json.loads(done.stdout.decode("utf-8"))
        assert "أربيل − 烏" in str(document)


# --- streams that fail --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("list",), ("schema",), ("--help",), ("run", "--help"), ("--version",)])
def test_a_full_disk_is_a_line_and_exit_3(words: tuple[str, ...]) -> None:
    done = program(*words, shell=f"> {FULL}")
    told = b"brinkline: the standard output could not be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (3, told)


@pytest.mark.parametrize("words", [("list",), ("schema",), ("--help",), ("list", "erbil-2024", "--json")])
def test_without_a_standard_output_a_command_works_in_silence(words: tuple[str, ...]) -> None:
    done = program(*words, shell=">&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("words", [("list",), ("schema",), ("--help",), ("describe", "erbil-2024")])
def test_a_pipe_that_ends_changes_nothing(words: tuple[str, ...]) -> None:
    done = program(*words, shell="| head -c 1")
    assert (done.returncode, len(done.stdout), done.stderr) == (0, 1, b"")


@pytest.mark.parametrize("where", ["2>&-", f"2> {FULL}", "2> >(true)", ">&- 2>&-", "<&- >&- 2>&-", f"> {FULL} 2>&1"])
def test_a_standard_error_that_fails_leaves_the_exit_code_of_the_work(brinkline: Command, where: str) -> None:
    assert program("list", "nothing", shell=where).returncode == 2
    assert program("validate", "small.yaml", "--quiet", shell=where).returncode == 0


def test_a_closed_stream_is_not_taken_for_a_file_of_the_results(brinkline: Command, tmp_path: Path) -> None:
    asked = ("run", "small.yaml", "--runs", "60", "--workers", "2", "--no-figures")
    assert program(*asked, "--out", "closed", shell="<&- >&- 2>&-").returncode == 0
    assert program(*asked, "--out", "open").returncode == 0
    digests = [json.loads((tmp_path / name / "manifest.json").read_text())["digest"] for name in ("closed", "open")]
    assert digests[0] == digests[1]


def test_a_pipe_that_does_not_block_gets_all_of_a_long_text() -> None:
    here, there = os.pipe()
    os.set_blocking(there, False)
    with subprocess.Popen([sys.executable, "-m", "sim.cli", "schema"], stdout=there, stderr=subprocess.PIPE) as process:
        os.close(there)
        with open(here, "rb") as read:
            text = read.read()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert json.loads(text)["title"]
