"""A stranger's scenario is read and checked in bounded time and memory: about as long as an honest file of its size.

Processor time depends on the machine, so it is held against what an honest file of the same size takes here.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from sim.scenario.faults import LONGEST_MESSAGE, Spelling
from sim.scenario.load import examine, variant_faults
from sim.scenario.texts import LARGEST_BYTES
from tests.scenario.attacks import ATTACKS, honest

TIMES_AN_HONEST_FILE = 4
TIMES_A_SMALL_ONE = 10
"""What is allowed of products, such as variants times values, is the same for small files."""
MOST_MEMORY = 300 << 20
SMALL = LARGEST_BYTES // 8
LARGE = LARGEST_BYTES - 1000
LARGE_ATTACKS = (
    "rules of a group", "options that take effects from their rule", "who-fields of relations", "variants",
    "misspelt names", "values of the wrong type",
)  # fmt: skip
"""Of each way to make work: products of groups, options, relations, variants, spelling, faults."""
_MEASURED = """
import re, sys, time
from sim.scenario.load import examine
begun = time.process_time()
examine(sys.argv[1])
print(time.process_time() - begun, re.search(r"VmHWM:\\s+([0-9]+)", open("/proc/self/status").read())[1])
"""
"""The peak is the program's own: that of ``getrusage`` begins with what whoever started it had."""


@pytest.fixture(scope="module")
def honest_seconds(tmp_path_factory: pytest.TempPathFactory) -> float:
    """The processor time that a small honest file takes on this machine, at this moment."""
    path = tmp_path_factory.mktemp("honest") / "honest.yaml"
    path.write_text(honest(SMALL), encoding="utf-8")
    assert [fault for fault in examine(path)[1] if fault.severity == "error"] == []
    return min(_seconds(path) for _ in range(3))


def _seconds(path: Path) -> float:
    begun = time.process_time()
    loaded, _, _ = examine(path)
    if loaded is not None:
        variant_faults(loaded)
    return time.process_time() - begun


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_takes_about_as_long_as_an_honest_file(name, tmp_path, honest_seconds):
    path = tmp_path / "attack.yaml"
    path.write_text(ATTACKS[name](SMALL), encoding="utf-8")
    assert path.stat().st_size < 1.1 * SMALL
    assert _seconds(path) < TIMES_A_SMALL_ONE * honest_seconds


@pytest.mark.parametrize("name", LARGE_ATTACKS)
def test_an_attack_just_below_a_mebibyte_takes_time_and_memory_in_proportion(name, tmp_path, honest_seconds):
    path = tmp_path / "attack.yaml"
    path.write_text(ATTACKS[name](LARGE), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", _MEASURED, path], capture_output=True, text=True, check=True)
    seconds, memory = map(float, done.stdout.split())
    assert seconds < TIMES_AN_HONEST_FILE * honest_seconds * LARGE / SMALL
    assert 1024 * memory < MOST_MEMORY


@pytest.mark.parametrize("name", ATTACKS)
def test_no_message_is_long(name, tmp_path):
    path = tmp_path / "attack.yaml"
    path.write_text(ATTACKS[name](20_000), encoding="utf-8")
    for fault in examine(path)[1]:
        assert len(str(fault)) < LONGEST_MESSAGE


def test_memory_is_in_proportion_too(tmp_path):
    peaks = []
    for size in (50_000, 200_000):
        path = tmp_path / f"{size}.yaml"
        path.write_text(honest(size), encoding="utf-8")
        tracemalloc.start()
        examine(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 6 * peaks[0]


def test_the_search_for_the_nearest_name_ends(monkeypatch):
    spelling = Spelling(characters=10_000)
    known = [f"{'a' * 20}{number}" for number in range(100)]
    found = [spelling.nearest(f"{'a' * 19}b{number}", known) for number in range(100)]
    assert found[0].startswith("a" * 20)
    assert found[-1] == ""


def test_the_first_misspelt_names_still_have_a_suggestion(tmp_path):
    path = tmp_path / "attack.yaml"
    path.write_text(ATTACKS["misspelt names"](SMALL), encoding="utf-8")
    faults = [fault for fault in examine(path)[1] if fault.code == "unknown-name"]
    assert len(faults) > 1000
    assert faults[0].nearest
    assert not faults[-1].nearest
