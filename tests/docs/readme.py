"""README and the pages of docs/ as the program would write them: their tables, and what their commands print.

``python -m tests.docs.readme`` brings them up to date, and ``scenarios/schema.json``, which editors read; tests
hold that nothing is left to do.

Two things in a page are made, the rest is written by hand:

- what stands between ``<!-- table NAME -->`` and ``<!-- end -->`` comes from the function TABLES[NAME];
- in a ``console`` block, the lines below a ``$ brinkline …`` command that already has lines below it are
  what the command prints. A last line ``…`` leaves the rest out. ``$ echo $?`` prints the exit code.

Every command is executed as it stands, page after page, in one folder that holds the pages' example files, one after
the other, save that runs of the large scenarios are kept few and undrawn: see :func:`quickened`.
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
from sim.figures import FIGURES
from sim.scenario.faults import CODES

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
EXAMPLE = ROOT / "results" / "example"
CALIBRATION = ROOT / "results" / "calibration"
SCHEMA = ROOT / "scenarios" / "schema.json"
LARGE = ("erbil-", "soleimani-")
QUICKLY = {
    **dict.fromkeys(("run", "compare", "sweep"), ("--runs", "20")),
    "calibrate": ("--runs", "4000", "--accept", "0.1"),
    "sensitivity": ("--method", "morris", "--trajectories", "4", "--replicates", "16"),
}
"""What is asked of a large scenario instead, by command."""
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
        """The name of the example file that a YAML or CSV block holds, if its first line says one."""
        match = re.fullmatch(r"# ([\w-]+\.(yaml|csv))", self.lines[0]) if self.lines else None
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
    """The arguments with few runs and no figures where they would play a large scenario many times."""
    few = QUICKLY.get(arguments[0])
    if few is None or not arguments[1].startswith(LARGE):
        return arguments
    for option in few[::2]:
        if option in arguments:
            place = arguments.index(option)
            arguments = [*arguments[:place], *arguments[place + 2 :]]
    return [*arguments, *few, "--no-figures"]


@contextlib.contextmanager
def example_folder(text: str) -> Iterator[Path]:
    """The working directory is a temporary folder with the example files of these pages in it."""
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
        """The lines that a command prints; what it says beside its answer, often of the machine, only if it fails."""
        if command == "echo $?":
            return [str(self.history[-1][1])]
        words = shlex.split(command)
        assert words[0] == "brinkline", f"README has the command {command!r}, which the tests cannot execute"
        place = words.index(">") if ">" in words else len(words)
        printed, beside = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(beside):
            try:
                brinkline(quickened(words[1:place]))
            except SystemExit as end:
                self.history.append((command, int(end.code or 0)))
        if self.history[-1][1]:
            printed.write(beside.getvalue())
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
            outcome["confidence"]["level"],
        ))  # fmt: skip
    share = "share of 1,000 runs (Monte Carlo interval)"
    return _table(("in sixty days", share, "parameters move it", "in the model", "confidence"), rows)


def _outcomes() -> list[str]:
    return outcome_rows(json.loads((EXAMPLE / "summary.json").read_text(encoding="utf-8")))


def _paired() -> list[str]:
    """The reference what-if: what the same luck is worth."""
    import sim
    from sim.studies.compare.words import difference_text, level_text, ratio_text

    found = sim.compare("erbil-2024", {"hair-trigger": {"variants": ("hair-trigger",)}}, runs=1000)
    rows = [
        (
            one.measure.name, level_text(one, other=False), level_text(one, other=True), difference_text(one),
            f"{100 * one.paired.error:.1f}", f"{100 * one.paired.unpaired_error:.1f}", ratio_text(one),
        )
        for one in found.contrast("hair-trigger").of("chance") if one.clear
    ]  # fmt: skip
    difference = "difference, points (95 % together)"
    return _table(("outcome", "base", "hair-trigger", difference, "standard error", "unpaired", "ratio"), rows)


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

    parameters = load("erbil-2024").description.parameters.values()
    assumed = sum(one.source == "assumed" for one in parameters)
    told = (
        f"Of the {len(parameters)} parameters of `erbil-2024`, {assumed} are marked `assumed`: nobody has counted them."
    )
    return textwrap.wrap(told, 110)


def _sources() -> list[str]:
    """The share of each kind of source, and what the kinds are."""
    from sim import load
    from sim.reading.provenance import provenance_of

    meanings = {
        "article": "the article, by paragraph",
        "count": "our own counts over the record before 17 January 2024: k of n cases",
        "report": "a page that reported an event or a figure",
        "study": "research",
        "data": "a published data set or code book",
        "memory": "common knowledge of the time that was not looked up again",
        "assumed": "our judgement",
        "none": "nothing is said",
    }
    found = provenance_of(load("erbil-2024"))
    rows = [
        (f"`{kind}`", meanings[kind], f"{count:,}", f"{100 * count / len(found.numbers):.0f} %")
        for kind, count in found.kinds().items()
    ]
    return _table(("kind", "what it is", "numbers", "share"), rows)


def _calibration() -> list[str]:
    """What calibration made of each parameter."""
    found = json.loads((CALIBRATION / "calibration.json").read_text(encoding="utf-8"))
    rows = []
    for name, one in found["parameters"].items():
        before, after = (
            f"{one[when]['median']:.2g} ({one[when]['low']:.2g}–{one[when]['high']:.2g})"
            for when in ("prior", "posterior")
        )
        rows.append((f"`{name}`", one["unit"] or "", before, after, f"{one['contraction']:.0%}".replace("%", " %")))
    headers = ("parameter", "unit", "before: median (90 %)", "after", "its variance is smaller by")
    return _table(headers, rows)


def _check(scenario: str) -> list[str]:
    """What ``brinkline check`` prints of a shipped scenario, its tables in Markdown."""
    from sim import load
    from sim.calibration.check import check
    from sim.calibration.record import load_record
    from sim.cli.check import BANDS, SEEN, band_cells, seen_cells, sentences

    loaded = load(scenario)
    found = check(loaded, load_record(scenario, loaded), runs=1000, seed=1)
    seen = seen_cells([row for row in found.rows if row.statistic.band is None])
    bands = band_cells([row for row in found.rows if row.statistic.band is not None])
    lines = [*_table(SEEN, [tuple(row) for row in seen]), ""]
    lines += [*_table(BANDS, [tuple(row) for row in bands]), ""] if bands else []
    told = [one for one in sentences(found) if not one.startswith("Undefined")]
    return [*lines, *textwrap.wrap(" ".join(told), 118)]


def _scenarios() -> list[str]:
    """The shipped scenarios."""
    from sim import load
    from sim.scenario.files import shipped_ids
    from sim.scenario.times import DAY_MS

    rows = []
    for name in shipped_ids():
        loaded = load(name)
        described = loaded.description
        begins = f"{loaded.start:%d %B %Y}".lstrip("0")
        rules = str(len(described.rules))
        rows.append((f"`{name}`", described.title or "", begins, f"{described.horizon // DAY_MS} d", rules))
    return _table(("scenario", "title", "begins", "plays", "rules"), rows)


def _score(scenario: str) -> list[str]:
    """The mean scores of a scenario of which it is known what happened."""
    import sim
    from sim.scoring import score

    found = score(sim.run(scenario, runs=1000, seed=1), scenario).document
    baselines = {"half": "one half", "base_rate": "base rates", "persistence": "persistence"}
    rows = []
    for mean in found["means"][:2]:
        for key, baseline in baselines.items():
            one = mean["against"].get(key)
            if one is None or one["low"] is None:  # too few outcomes have that baseline
                continue
            low, high = (f"{one[end]:+.2f}".replace("-", "−") for end in ("low", "high"))
            difference = f"{one['difference']:+.2f}".replace("-", "−")
            rows.append((
                {"brier": "Brier", "log": "log, nats"}[mean["rule"]], str(one["of"]), f"{one['model']:.2f}", baseline,
                f"{one['baseline']:.2f}", f"{difference} ({low} to {high})",
            ))  # fmt: skip
    headers = ("mean score", "outcomes", "model", "baseline", "its score", "difference (95 %)")
    return _table(headers, rows)


TABLES: dict[str, Callable[[], list[str]]] = {
    "outcomes": _outcomes,
    "paired": _paired,
    "faults": _faults,
    "commands": _commands,
    "figures": _figures,
    "evidence": _evidence,
    "sources": _sources,
    "calibration": _calibration,
    "check-2023": lambda: _check("erbil-2023"),
    "check-2024": lambda: _check("erbil-2024"),
    "check-strike": lambda: _check("erbil-2024-strike"),
    "scenarios": _scenarios,
    "score-2022": lambda: _score("erbil-2022"),
    "score-2020": lambda: _score("soleimani-2020"),
}


def refreshed(terminal: Terminal) -> dict[Path, str]:
    """The pages with their tables and their commands' answers made anew; `terminal` executes the commands."""
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}

    def block(match: re.Match[str]) -> str:
        return "\n".join(["```console", *answered(match.group(1).splitlines(), terminal), "```"])

    def table(match: re.Match[str]) -> str:
        return "\n".join([f"<!-- table {match.group(1)} -->", "", *TABLES[match.group(1)](), "", "<!-- end -->"])

    with example_folder("\n".join(texts.values())):
        for page, text in texts.items():
            text = re.sub(r"^```console\n(.*?)^```$", block, text, flags=re.MULTILINE | re.DOTALL)
            texts[page] = re.sub(
                r"^<!-- table ([\w-]+) -->$.*?^<!-- end -->$", table, text, flags=re.MULTILINE | re.DOTALL
            )
    return texts


def schema_text() -> str:
    """What ``brinkline schema`` prints."""
    return "\n".join(Terminal().answer("brinkline schema")) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    for page, text in refreshed(Terminal()).items():
        page.write_text(text, encoding="utf-8")
