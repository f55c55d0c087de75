"""README as the program would write it: its tables, and what its commands print.

``python -m tests.docs.readme`` brings README up to date, and ``scenarios/schema.json``, which editors read; tests
hold that nothing is left to do.

Two things in README are made, the rest is written by hand:

- what stands between ``<!-- table NAME -->`` and ``<!-- end -->`` comes from the function TABLES[NAME];
- in a ``console`` block, the lines below a ``$ brinkline …`` command that already has lines below it are
  what the command prints. A last line ``…`` leaves the rest out. ``$ echo $?`` prints the exit code.

Every command is executed as it stands, in one folder that holds README's example files, one after the
other, save that runs of the large scenario are kept few and undrawn: see :func:`quickened`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click import Context

from sim.analysis.wording import interval_text
from sim.cli import main as brinkline
from sim.cli.commands import brinkline as group
from sim.ensemble.results import Ensemble
from sim.figures import FIGURES
from sim.scenario.faults import CODES

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
EXAMPLE = ROOT / "results" / "example"
SCHEMA = ROOT / "scenarios" / "schema.json"
LARGE, FEW = "erbil-2024", "20"
MORE = "…"


@dataclass
class Block:
    """A fenced block: its language and its lines."""

    language: str
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def file(self) -> str | None:
        """The name of the example file that a YAML block holds, if its first line says one."""
        match = re.fullmatch(r"# ([\w-]+\.yaml)", self.lines[0]) if self.language == "yaml" and self.lines else None
        return match.group(1) if match else None


def blocks(text: str) -> list[Block]:
    """The fenced blocks, in order."""
    found = re.finditer(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [Block(match.group(1), match.group(2).splitlines()) for match in found]


def commands(text: str) -> list[str]:
    """Every command in the console blocks, without its ``$``."""
    consoles = (block for block in blocks(text) if block.language == "console")
    return [line[2:] for block in consoles for line in block.lines if line.startswith("$ ")]


def quickened(arguments: list[str]) -> list[str]:
    """The arguments with few runs and no figures where they would play the large scenario many times."""
    if arguments[:2] != ["run", LARGE]:
        return arguments
    if "--runs" in arguments:
        place = arguments.index("--runs")
        arguments = [*arguments[:place], *arguments[place + 2 :]]
    return [*arguments, "--runs", FEW, "--no-figures"]


@contextlib.contextmanager
def example_folder(text: str) -> Iterator[Path]:
    """The working directory is a temporary folder with README's example files in it."""
    before = os.environ.get("COLUMNS")
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        for block in blocks(text):
            if block.file:
                Path(block.file).write_text(block.text, encoding="utf-8")
        os.environ["COLUMNS"] = "100"
        try:
            yield Path(name)
        finally:
            os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)


class Terminal:
    """Executes README's commands and remembers each with its exit code."""

    def __init__(self) -> None:
        self.history: list[tuple[str, int]] = []

    def answer(self, command: str) -> list[str]:
        """The lines that a command prints, on either stream."""
        if command == "echo $?":
            return [str(self.history[-1][1])]
        words = shlex.split(command)
        assert words[0] == "brinkline", f"README has the command {command!r}, which the tests cannot execute"
        place = words.index(">") if ">" in words else len(words)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                brinkline(quickened(words[1:place]))
            except SystemExit as end:
                self.history.append((command, int(end.code or 0)))
        if words[place:]:
            Path(words[place + 1]).write_text(printed.getvalue(), encoding="utf-8")
            return []
        return [line.rstrip() for line in printed.getvalue().rstrip().splitlines()]


def answered(lines: list[str], terminal: Terminal) -> list[str]:
    """A console block with what its commands print now."""
    told: list[str] = []
    for command, shown in _exchanges(lines):
        told.append(f"$ {command}")
        printed = terminal.answer(command)
        following = shown[-1:] if shown[-1:] == [MORE] else []
        if shown:
            told += printed[: len(shown) - 1] + following if following else printed
    return told


def _exchanges(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each command of a console block with the lines below it."""
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start][2:], lines[start + 1 : end]


def _table(headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (headers, ("---",) * len(headers), *rows)]


def outcome_rows(summary: dict[str, Any]) -> list[str]:
    """The outcomes of a summary, the most probable first."""
    rows = []
    for outcome in sorted(summary["outcomes"].values(), key=lambda outcome: -outcome["probability"]):
        low, high = outcome["interval"]
        moved = outcome["parameters"]
        rows.append((
            outcome["name"],
            f"{outcome['text']} ({interval_text(outcome['probability'], low=low, high=high)})",
            "{:.0f}–{:.0f} %".format(*(100 * end for end in moved["range"])) if moved["clear"] else "not clearly",
            outcome["words"],
        ))  # fmt: skip
    headers = ("in sixty days", "share of 1,000 runs (Monte Carlo interval)", "parameters move it", "in words")
    return _table(headers, rows)


def _outcomes() -> list[str]:
    return outcome_rows(json.loads((EXAMPLE / "summary.json").read_text(encoding="utf-8")))


def _what_if() -> list[str]:
    """Base and variant of the example file, run by run."""
    base, variant = (Ensemble(Path("results") / name).runs for name in ("border", "border--patient-south"))
    rows = []
    for name in (column for column in base.columns if column.startswith("outcome.")):
        before, after = base[name].notna(), variant[name].notna()
        rows.append((
            f"`{name.removeprefix('outcome.')}`",
            *(f"{share.mean():.0%}".replace("%", " %") for share in (before, after)),
            str(int((before & ~after).sum())),
            str(int((after & ~before).sum())),
        ))  # fmt: skip
    return _table(("outcome", "base", "South is patient", "runs that lose it", "runs that gain it"), rows)


def _faults() -> list[str]:
    return _table(("code", "what it means"), [(f"`{code}`", meaning) for code, meaning in CODES.items()])


def _commands() -> list[str]:
    rows = []
    for name in group.list_commands(Context(group)):
        command = group.get_command(Context(group), name)
        assert command is not None
        assert command.help
        rows.append((f"`brinkline {name}`", " ".join(command.help.split("\n\n")[0].split())))
    return _table(("command", "what it does"), rows)


def _figures() -> list[str]:
    return _table(("figure", "how to read it"), [(f"`{name}`", figure.reading) for name, figure in FIGURES.items()])


def _evidence() -> list[str]:
    from sim import load

    parameters = load(LARGE).description.parameters.values()
    assumed = sum(one.source == "assumed" for one in parameters)
    told = f"Of the {len(parameters)} parameters of `{LARGE}`, {assumed} are marked `assumed`: nobody has counted them."
    return textwrap.wrap(told, 110)


TABLES: dict[str, Callable[[], list[str]]] = {
    "outcomes": _outcomes,
    "what-if": _what_if,
    "faults": _faults,
    "commands": _commands,
    "figures": _figures,
    "evidence": _evidence,
}


def refreshed(text: str, terminal: Terminal) -> str:
    """The text with its tables and its commands' answers made anew; `terminal` executes the commands."""

    def block(match: re.Match[str]) -> str:
        return "\n".join(["```console", *answered(match.group(1).splitlines(), terminal), "```"])

    def table(match: re.Match[str]) -> str:
        return "\n".join([f"<!-- table {match.group(1)} -->", "", *TABLES[match.group(1)](), "", "<!-- end -->"])

    with example_folder(text):
        text = re.sub(r"^```console\n(.*?)^```$", block, text, flags=re.MULTILINE | re.DOTALL)
        return re.sub(r"^<!-- table ([\w-]+) -->$.*?^<!-- end -->$", table, text, flags=re.MULTILINE | re.DOTALL)


def schema_text() -> str:
    """What ``brinkline schema`` prints."""
    return "\n".join(Terminal().answer("brinkline schema")) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    README.write_text(refreshed(README.read_text(encoding="utf-8"), Terminal()), encoding="utf-8")
