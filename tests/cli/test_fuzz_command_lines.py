"""Hundreds of command lines that nobody would write, and some that somebody would, over all commands and options.

They are generated from the commands themselves, so that a new option is among them. Whatever a line asks for, the
command ends with an exit code of the contract, says why in plain words, and touches nothing outside its folder.
"""

from __future__ import annotations

import io
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
import pytest

from sim.cli import main
from sim.cli.commands import brinkline
from tests.cli.conftest import SMALL
from tests.cli.test_check import RECORD

LINES = 32
"""Of each command: 704 of all."""
SECONDS = 20
"""Of processor time that a single line may take."""
CODES = {0, 1, 2, 3}
UNSEEN = {*map(chr, range(32)), "\x7f", "\x9b", "\u202e", "\u200b"} - {"\n", "\t"}
COMMANDS = brinkline.list_commands(click.Context(brinkline))

NUMBERS = (
    "0", "-1", "1", "7", "-0", "1e3", "1.5", "nan", "inf", "-inf", "", " ", "９", "0x10", "1_0", "9" * 30, "9" * 5000,
)  # fmt: skip
TEXTS = (
    "", " ", "-", "--", "=", "=1", "p=", "a=b=c", ",", "*", "?", "nothing", "NO", "null", "[", "{", "{a: 1}", "&a",
    "!!x", "a\nb", "\x1b[31mred", "\u202eevil", "a\x00b", "\udcff", "\ufeff", "é", "烏", "x" * 300, "../..", "'", '"',
    "%s", "{p}", "$HOME", "9" * 5000, "((((", "1/0", "not", "-1 d", "1e308 d", "nan d", "+8 h", "0001-01-01", "@", "#",
    "9999-12-31T23:59", "p=nan", "p=1e999", "p=[", "rules=1", "rules.back=", "rules.back.chance=(", "p=\x1b",
    "p=\udcff", "horizon=1 d", "start=9999-12-31", "p=0:1:0", "p=0:1:999999999", "p=nan:1:3", "p=1:0", "P=0:1:3",
)  # fmt: skip
PATHS = (
    "small.yaml", "other.yaml", "broken.yaml", "empty.yaml", "binary.yaml", "deep.yaml", "record.yaml", "items.yaml",
    "happened.csv", "folder", "folder/note.txt", "locked", "locked/new", "results", "results/manifest.json", "loop",
    "dangling", "nothing", "nothing/new", "small.yaml/new", "", ".", "..", "../kept", "../kept/note.txt", "-", "--",
    "~", "/dev/null", "/dev/null/new", "/proc/nothing", "a\x1bb", "\u202e", "\udcff", "a\x00b", "x" * 300, "x/" * 3000,
    "new", "new/", "./small.yaml", "erbil-2024/", "small.yaml ", " small.yaml", "C:\\new", "results/../small.yaml",
)  # fmt: skip
PLAUSIBLE = {
    "scenario": ("small.yaml", "other.yaml", "results"), "scenarios": ("small.yaml", "other.yaml", "results"),
    "source": ("small.yaml", "results"), "results": ("small.yaml", "results"), "folder": ("results",),
    "files": ("small.yaml", "other.yaml"), "file": ("fresh.yaml",), "runs": ("12", "25"), "probe_runs": ("20",),
    "variants": ("calm",), "settings": ("p=0.2", "rules.back.chance=0.5"), "injects": ("items.yaml",),
    "together": ("calm, p=0.3",), "horizon": ("2 d", "36 h"), "out": ("out", "out2", "results"), "run": ("0", "3"),
    "observed": ("happened.csv",), "record": ("record.yaml",), "outcome": ("death",), "outcomes": ("death",),
    "parameters": ("p",), "over": ("p=0:1:3",), "precision": ("0.5", "death=0.4"), "max_runs": ("40",),
    "names": ("level-fan",), "method": ("morris",), "measure": ("deaths",), "accept": ("0.5",), "threshold": ("0.5",),
    "engine": ("simpy", "auto"), "keep": ("all", "summary"), "workers": ("1",), "trajectories": ("4",),
    "levels": ("4",), "points": ("64",), "few": ("1",), "replicates": ("16",), "kind": ("assumed",), "top": ("3",),
    "begin": ("+8 h", "2024-01-02"), "end": ("5",), "actors": ("a",), "event": ("1",), "before": ("2024-01-01",),
    "min_rung": ("5",), "block_runs": ("7",), "base_rates": ("happened.csv",), "seed": ("3", "-4", "9" * 99),
}  # fmt: skip
CHEAP = {
    "run": {"--runs": "12", "--workers": "1"}, "resume": {"--workers": "1"}, "compare": {"--runs": "12"},
    "contagion": {"--runs": "12"}, "explain": {"--runs": "12"}, "discover": {"--runs": "60", "--workers": "1"},
    "sweep": {"--runs": "5", "--workers": "1"}, "check": {"--runs": "12"},
    "calibrate": {"--runs": "60", "--workers": "1"}, "verify": {"--runs": "1"}, "bench": {"--nothing": "0"},
    "sensitivity": {"--method": "morris", "--trajectories": "4", "--replicates": "16"},
}  # fmt: skip
"""What keeps a line that is right from playing for long; what comes after it overrides it."""
WANTED = {"no_figures", "outcome", "over", "observed", "record"}
"""Options without which a command seldom gets far, or draws for long."""
NEVER = {"quick"}
DRAWS = {"report"}
"""What draws for seconds if nothing is wrong."""


@dataclass
class Sandbox:
    """A folder to work in, beside one that nobody may touch."""

    work: Path

    def outside(self) -> dict[str, bytes]:
        """All that is there beside the folder to work in, with what is in it."""
        around = self.work.parent
        files = (path for path in around.rglob("*") if self.work not in (path, *path.parents))
        return {str(path.relative_to(around)): path.read_bytes() if path.is_file() else b"" for path in files}


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Sandbox]:
    work, kept = tmp_path / "work", tmp_path / "kept"
    for folder in (work / "folder", work / "locked", kept):
        folder.mkdir(parents=True)
        (folder / "note.txt").write_text("mine\n")
    small = SMALL.replace("horizon: 10 d", "horizon: 3 d")
    for name, text in {
        "small.yaml": small,
        "other.yaml": small.replace("scenario: small", "scenario: other"),
        "broken.yaml": small.replace("who: b", "who: nobody"),
        "empty.yaml": "",
        "deep.yaml": "[" * 3000,
        "record.yaml": RECORD,
        "items.yaml": "- {at: +1 d, who: a, do: hit, to: b}\n",
        "happened.csv": "outcome,happened,day\ndeath,yes,1.5\n",
    }.items():
        (work / name).write_text(text)
    (work / "binary.yaml").write_bytes(bytes(range(256)))
    (work / "loop").symlink_to("loop")
    (work / "dangling").symlink_to("gone")
    monkeypatch.chdir(work)
    monkeypatch.setenv("COLUMNS", "110")
    with pytest.raises(SystemExit):
        main(["run", "small.yaml", "--runs", "12", "--workers", "1", "--no-figures", "--quiet", "--out", "results"])
    (work / "locked").chmod(0o555)
    capsys.readouterr()
    yield Sandbox(work)
    (work / "locked").chmod(0o755)


class TooLong(BaseException):
    """A command that takes more processor time than any of these may."""


@pytest.fixture
def bounded() -> Iterator[None]:
    def stop(*_: int | FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def lines_of(name: str) -> Iterator[list[str]]:
    """The command lines of a command: a third of them right, a third with one thing wrong, a third wild."""
    dice = random.Random(f"{name} 10")
    command = brinkline.get_command(click.Context(brinkline), name)
    assert command is not None
    for number in range(LINES):
        wrong = (0.0, 1.0, 0.5)[number % 3] if name not in DRAWS else 0.9
        given = [one for one in command.params if asked_for(one, dice)]
        dice.shuffle(given)
        odd = dice.choice(given) if given and number % 3 == 1 else None
        parts = [words_of(one, dice, wrong=wrong if odd in (None, one) else 0.0) for one in given]
        if number % 3 == 2 and dice.random() < 0.2:
            parts.append([dice.choice(("--nothing", "-x", "--", "--run=", "-", "--\x1b", f"--{'x' * 300}", *TEXTS))])
        cheap = [word for option, value in CHEAP.get(name, {}).items() for word in (option, value)]
        yield [name, *cheap, *(word for part in parts for word in part)]


def asked_for(parameter: click.Parameter, dice: random.Random) -> bool:
    """Whether a line has this parameter."""
    if parameter.name in NEVER:
        return False
    if isinstance(parameter, click.Argument):
        return dice.random() < 0.96
    return dice.random() < (0.9 if parameter.name in WANTED else 0.15)


def words_of(parameter: click.Parameter, dice: random.Random, *, wrong: float) -> list[str]:
    """A parameter with a value, or a few."""
    many = parameter.nargs == -1 or parameter.multiple or dice.random() < wrong / 4
    values = [value_of(parameter, dice, wrong=wrong) for _ in range(dice.choice((1, 1, 2)) if many else 1)]
    if isinstance(parameter, click.Argument):
        return values
    name = dice.choice(parameter.opts)
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return [name] * len(values)
    return [word for value in values for word in ([f"{name}={value}"] if dice.random() < 0.3 else [name, value])]


def value_of(parameter: click.Parameter, dice: random.Random, *, wrong: float) -> str:
    """A value for a parameter: how likely it is one that makes no sense, `wrong` says."""
    name = parameter.name or ""
    if dice.random() >= wrong and name in PLAUSIBLE:
        return dice.choice(PLAUSIBLE[name])
    if isinstance(parameter.type, click.types.IntParamType | click.types.FloatParamType):
        return dice.choice(NUMBERS)
    if isinstance(parameter, click.Argument) or isinstance(parameter.type, click.Path) or parameter.metavar == "FILE":
        return dice.choice(PATHS if dice.random() < 0.8 else TEXTS)
    return dice.choice((*TEXTS, *NUMBERS) if dice.random() < 0.9 else PATHS)


def code_of(words: list[str]) -> object:
    """The exit code of a command line."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        main(words)
    except SystemExit as stopped:
        return stopped.code
    except TooLong:
        pytest.fail(f"{words} takes more than {SECONDS} s")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    raise AssertionError(f"{words} does not end the program")


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_line_ends_as_the_contract_says(
    sandbox: Sandbox, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sandbox.outside()
    for words in lines_of(name):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SMALL.encode())))
        code = code_of(words)
        said = capsys.readouterr()
        line = f"{[word[:40] for word in words]}: {code}: {said.err[-600:]}"
        assert code in CODES, line
        assert "Traceback" not in said.out + said.err, line
        assert "a fault of Brinkline itself" not in said.err, line
        assert not UNSEEN & set(said.out + said.err), line
        assert code in (0, 1) or said.err or name == "validate", line
        assert len(said.err) < 20_000, line
    after = sandbox.outside()
    assert before.items() <= after.items()
    assert all(path.startswith("kept/") for path in after.keys() - before.keys())  # asked for as --out ../kept


def test_the_lines_reach_every_option_of_every_command() -> None:
    assert LINES * len(COMMANDS) >= 700
    for name in COMMANDS:
        words = {word.partition("=")[0] for line in lines_of(name) for word in line}
        command = brinkline.get_command(click.Context(brinkline), name)
        assert command is not None
        options = {
            opt for one in command.params if isinstance(one, click.Option) and one.name not in NEVER for opt in one.opts
        }
        assert options <= words
