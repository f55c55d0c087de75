"""The measured blocks of the pages say where they were measured, and are of the commands as they are now."""

from __future__ import annotations

import re

import pytest

from sim.bench.targets import targets
from tests.benchmarks.plan import costs_text, plan_text
from tests.benchmarks.test_plan import COST
from tests.benchmarks.test_taking_turns import measured
from tests.docs.bench import CONTRIBUTING, MEASURED, filled, shown
from tests.docs.readme import README


def text_of(name: str) -> str:
    return shown(MEASURED[name][0].read_text(encoding="utf-8"), name)


@pytest.mark.parametrize("name", MEASURED)
def test_the_machine_is_named_first(name: str) -> None:
    assert re.match(r"\S.*, cores: \d+.*, \w+ \w+", text_of(name).splitlines()[0])


def test_every_target_is_told_with_what_was_measured() -> None:
    for row in targets(measured(native=3600), {}):
        (line,) = [line for line in text_of("bench").splitlines() if line.strip().startswith(row["what"])]
        assert re.search(r"(met|missed)$", line)


def test_the_plan_is_told_in_the_words_of_its_command() -> None:
    def without_numbers(text: str) -> list[str]:
        return [
            " ".join(re.sub(r"[\d.,]+ ?(ms|kB|MB|µs|hours|days|GB|TB)?", "#", line).split())
            for line in text.splitlines()
        ]

    now = without_numbers(f"{costs_text(COST)}\n\n{plan_text(COST)}")
    assert without_numbers(text_of("plan"))[3:] == now


def test_a_block_is_filled_and_the_rest_of_the_page_stays() -> None:
    page = "Before.\n\n<!-- bench -->\n\n```text\nold\n```\n\n<!-- end -->\n\nAfter.\n"
    assert filled(page, "bench", "new\nlines") == page.replace("old", "new\nlines")
    with pytest.raises(ValueError, match="unpack"):
        filled("no block", "bench", "new")


def test_the_commands_that_fill_them_are_named() -> None:
    assert "brinkline bench" in README.read_text(encoding="utf-8")
    assert "python -m tests.benchmarks.plan" in CONTRIBUTING.read_text(encoding="utf-8")
    assert "python -m tests.docs.bench" in CONTRIBUTING.read_text(encoding="utf-8")
