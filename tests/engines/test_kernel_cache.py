"""Machine code that was made from other sources is never used, and making it is announced."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from sim.engines.compiled import cache, engine

SIM = Path(__file__).parents[2] / "sim"
OUTSIDE = {"engine", "flatten", "cache", "__init__"}
"""Modules of the folder that Python runs: what they import is not compiled."""


def imported_by_the_kernel() -> set[Path]:
    """The files of ``sim`` that the compiled modules take something from."""
    found: set[Path] = set()
    for module in (SIM / "engines" / "compiled").glob("*.py"):
        if module.stem in OUTSIDE:
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim"):
                base = SIM.parent / (node.module or "").replace(".", "/")
                names = [base / alias.name for alias in node.names]
                found |= {path.with_suffix(".py") for path in (base, *names) if path.with_suffix(".py").is_file()}
    return found


def test_every_source_of_the_kernel_is_in_the_hash():
    assert imported_by_the_kernel() <= set(cache.sources())


@pytest.mark.parametrize("source", cache.sources(), ids=lambda path: path.relative_to(SIM).as_posix())
def test_a_changed_source_means_another_folder(source, tmp_path, monkeypatch):
    for path in cache.sources():
        copy = tmp_path / path.relative_to(SIM)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    monkeypatch.setattr(cache, "_SIM", tmp_path)
    monkeypatch.setattr(cache, "_HERE", tmp_path / "engines" / "compiled")
    before = cache.sources_hash()
    changed = tmp_path / source.relative_to(SIM)
    changed.write_bytes(changed.read_bytes().replace(b"0", b"1", 1) + b"\n")
    assert cache.sources_hash() != before


def test_the_same_sources_mean_the_same_folder():
    assert cache.sources_hash() == cache.sources_hash()


def test_another_compiler_means_another_folder(monkeypatch):
    before = cache.sources_hash()
    monkeypatch.setattr(cache, "version", lambda package: "0")
    assert cache.sources_hash() != before


@pytest.fixture
def compiled(monkeypatch):
    """How often the kernel was compiled, without doing it."""
    calls: list[str] = []
    monkeypatch.setattr(engine, "compile_kernel", lambda: calls.append("compiled"))
    monkeypatch.setattr(engine, "play_runs", type("NotYet", (), {"signatures": ()}))
    return calls


def test_a_first_compilation_says_that_it_happens_once_and_how_long_it_took(compiled, monkeypatch):
    monkeypatch.setattr(engine, "is_warm", lambda: False)
    said: list[str] = []
    engine.prepare(said.append)
    assert compiled == ["compiled"]
    assert "happens once on this machine" in said[0]
    assert said[1].startswith("the kernel was compiled in ")


def test_a_kernel_that_is_there_is_loaded_in_silence(compiled, monkeypatch):
    monkeypatch.setattr(engine, "is_warm", lambda: True)
    engine.prepare(pytest.fail)
    assert compiled == ["compiled"]


def test_where_nothing_can_be_kept_it_says_so(compiled, monkeypatch):
    monkeypatch.setattr(engine, "is_warm", lambda: False)
    monkeypatch.setattr(engine, "cache_folder", lambda: None)
    said: list[str] = []
    engine.prepare(said.append)
    assert "no folder can be written" in said[0]


def test_a_folder_that_cannot_be_written_is_no_folder(tmp_path, monkeypatch):
    (tmp_path / "brinkline").write_text("a file in the way")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert cache.cache_folder.__wrapped__() is None
