"""What README and the pages of docs/ say is what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from click import Context

from sim.cli.commands import brinkline
from sim.engines.choice import chosen
from sim.engines.compiled import cache
from sim.ensemble import plan
from sim.scenario.faults import CODES
from sim.scenario.files import MOST_INCLUDES
from sim.scenario.load import load
from sim.scenario.parser import CASUALTIES, RANGES
from sim.scenario.schema import Scenario
from sim.scenario.source import DEEPEST
from sim.scenario.texts import LARGEST_BYTES
from tests.docs.readme import (
    PAGES,
    README,
    ROOT,
    SCHEMA,
    Terminal,
    blocks,
    commands,
    example_folder,
    refreshed,
    schema_text,
)

TEXT = README.read_text(encoding="utf-8")
ALL = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def test_its_commands_work_and_its_tables_and_outputs_are_what_they_print() -> None:
    terminal = Terminal()
    made = refreshed(terminal)
    asked = commands(ALL)
    failed = [command for command, code in terminal.history if code != 0]
    expected = [command for command, after in pairwise(asked) if after == "echo $?"]
    assert failed == expected
    for page in PAGES:
        assert made[page] == page.read_text(encoding="utf-8"), "python -m tests.docs.readme brings it up to date"


def test_the_schema_beside_the_scenarios_is_what_the_command_prints() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "python -m tests.docs.readme brings it up to date"


def test_every_command_has_an_example() -> None:
    executed = {command.split()[1] for command in commands(ALL) if command.startswith("brinkline ")}
    assert executed | {"bench"} == set(brinkline.list_commands(Context(brinkline)))
    assert "bench" not in executed, "it takes its time, and has tests of its own"
    assert "brinkline bench\n" in [block.text for block in blocks(TEXT) if block.language == "sh"]


def test_every_option_that_is_shared_has_a_line_in_the_table() -> None:
    table = TEXT[TEXT.index("| option | what it does | commands |") : TEXT.index("An inject is a list")]
    lines = {option: line for line in table.splitlines() for option in re.findall(r"`(--[\w-]+)", line)}
    for name in ("run", "resume"):
        options = {option for parameter in _command(name).params for option in parameter.opts if option[:2] == "--"}
        told = {option for option, line in lines.items() if f"`{name}`" in line or "| most |" in line}
        assert options - told == set()


def test_the_python_example_works(tmp_path: Path) -> None:
    (program,) = [block.text for block in blocks(TEXT) if block.language == "python"]
    program = re.sub(r"runs=(\d+)0\b", r"runs=\1", program)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"\d+ runs lose it, \d+ gain it\n30 runs, digest [0-9a-f]{64}\n", done.stdout)
    assert (tmp_path / "deaths.png").stat().st_size > 1000


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_the_python_of_a_page_works(page: Path) -> None:
    """Over the example files, and the runs of border.yaml that README has made by then."""
    programs = [block.text for block in blocks(page.read_text(encoding="utf-8")) if block.language == "python"]
    with example_folder(ALL) as folder:
        Terminal().answer("brinkline run border.yaml --runs 50 --no-figures")
        for program in programs:
            done = subprocess.run(
                [sys.executable, "-W", "error", "-c", program.replace("runs=200", "runs=20")],
                capture_output=True,
                text=True,
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
            assert done.returncode == 0, done.stderr


def test_the_example_files_are_what_it_says_they_are() -> None:
    with example_folder(ALL) as folder:
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["border-record.yaml", "border.yaml", "happened.csv", "second-blow.yaml", "wrong.yaml"]
        assert load("border.yaml").warnings == []


def test_the_table_of_blocks_names_every_key_of_the_top_level() -> None:
    table = TEXT[TEXT.index("### The blocks of a file") : TEXT.index("### Times, chance, patterns, expressions")]
    known = {name for name in Scenario.model_fields if name not in ("note", "source")}
    assert {key for key in known if f"`{key}`" not in table} == set()


@pytest.mark.parametrize("name", sorted({*CASUALTIES, *RANGES}))
def test_every_distribution_is_named(name: str) -> None:
    assert f"`{name}" in TEXT


def test_its_limits_are_the_programs() -> None:
    assert LARGEST_BYTES == 2**20
    assert "at most 1 MiB" in TEXT
    assert f"a nesting of {DEEPEST}" in TEXT
    assert f"at most {MOST_INCLUDES} files" in TEXT
    assert f"{Scenario.model_fields['max_events'].default:,} unless given" in TEXT
    assert f"at most {plan.MOST_RUNS:,} runs" in TEXT
    assert f"N runs at most ({plan.CAP:,})" in TEXT
    assert f"| every run of up to {plan.ALL_UP_TO:,}, else of the first {plan.SAMPLE:,} |" in TEXT
    lengths = {len(runs) for runs in plan.blocks(100_000, block_runs=None)}
    assert f"blocks of {min(lengths)} to {max(lengths)}." in TEXT


@pytest.mark.parametrize(("warm", "least"), [(True, 150), (False, 4000)])
def test_the_engine_that_it_says_finishes_sooner_is_chosen(
    warm: bool, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "is_warm", lambda: warm)
    assert (chosen("auto", least - 1), chosen("auto", least)) == ("simpy", "compiled")
    assert f"elow {least:,}" in TEXT


def test_what_it_says_of_the_what_if_is_what_the_comparison_prints() -> None:
    table = TEXT[TEXT.index("--variant patient-south --runs 500") : TEXT.index("A patient South strikes less.")]
    shares = {
        name: (int(base), int(variant), clear == "clear")
        for name, base, variant, clear in re.findall(r"^ (\S+) +(\d+) \(.*?\) +(\d+) \(.* (\S+)$", table, re.MULTILINE)
    }
    told = ("open-strike", "truce", "low-at-end")
    assert all(shares[name][0] > shares[name][1] and shares[name][2] for name in told)


def test_the_faults_that_it_calls_warnings_are_the_warnings() -> None:
    listed = re.findall(r"^\| `([\w-]+)` \|", TEXT[TEXT.index("<!-- table faults -->") :], flags=re.MULTILINE)
    folder = ROOT / "tests" / "corpus" / "warnings"
    heads = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.yaml"))
    assert set(re.findall(r"^# expect: ([\w-]+)", heads, flags=re.MULTILINE)) == set(listed[: len(CODES)][-6:])


def test_the_commands_that_set_everything_up_stand_in_it_and_ci_runs_the_second() -> None:
    setting_up = [line for line in TEXT.splitlines() if line.startswith("python3 -m venv .venv && ")]
    assert len(setting_up) == 2
    main_job, tests = setting_up
    assert main_job.endswith(".venv/bin/brinkline run erbil-2024")
    assert all(f".venv/bin/{tool}" in tests for tool in ("ruff check .", "mypy", "pytest"))
    done = subprocess.run(["bash", ".ci/run", "--show"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == tests.replace(".venv", ".ci-venv")


def _command(name: str):  # type: ignore[no-untyped-def]
    return brinkline.get_command(Context(brinkline), name)
