"""Machine code that was made from other sources, is damaged or may be somebody else's is never used; and making it is
announced. A small function stands in for the kernel: the way to the files is the same, and it is compiled at once.
"""

from __future__ import annotations

import ast
import errno
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from numba import types

from sim.engines.compiled import cache, engine, jit

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
    before = cache.sources_hash.__wrapped__()
    changed = tmp_path / source.relative_to(SIM)
    changed.write_bytes(changed.read_bytes().replace(b"0", b"1", 1) + b"\n")
    assert cache.sources_hash.__wrapped__() != before


def test_the_same_sources_mean_the_same_folder():
    assert cache.sources_hash.__wrapped__() == cache.sources_hash()


def test_another_compiler_means_another_folder(monkeypatch):
    before = cache.sources_hash()
    monkeypatch.setattr(cache, "version", lambda package: "0")
    assert cache.sources_hash.__wrapped__() != before


NOT_KEPT = "this happens each time"


def double(x):
    return 2 * x


class Kernel:
    """The small function in a process that has not seen it yet."""

    def __init__(self):
        self.function = jit.entry(double)
        self.signatures: list[object] = []
        self.said: list[str] = []

    def compile(self, compiling):
        """As :func:`sim.engines.compiled.play.compile_kernel`."""
        self.function._cache.compiling = compiling
        self.function.compile((types.int64,))
        return self.function._cache.lost

    def prepare(self) -> list[str]:
        """Make it ready, and see that it plays; what was said meanwhile."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engine, "compile_kernel", self.compile)
            patch.setattr(engine, "play_runs", self)
            engine.prepare(self.said.append)
        assert self.function(21) == 42
        return self.said


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Where machine code is kept."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def kept(home):
    """The file of a function that was compiled before."""
    assert Kernel().prepare()
    (file,) = cache.cache_folder().iterdir()
    return file


def test_a_first_compilation_says_that_it_happens_once_and_how_long_it_took(home):
    first, second = Kernel().prepare()
    assert first == "compiling the kernel: this happens once on this machine and takes half a minute or so"
    assert second.startswith("the kernel was compiled in ")
    assert second.endswith(" s")


def test_a_kernel_that_is_there_is_loaded_in_silence(kept):
    assert Kernel().prepare() == []


def test_only_the_user_can_read_or_write_what_is_kept(kept):
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


DAMAGE = {
    "empty": lambda data: b"",
    "cut in its seal": lambda data: data[:20],
    "cut behind its seal": lambda data: data[:32],
    "cut in its middle": lambda data: data[: len(data) // 2],
    "without its last byte": lambda data: data[:-1],
    "with a byte more": lambda data: data + b"x",
    "with another byte": lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:],
    "random": lambda data: random.Random(1).randbytes(len(data)),
    "a pickle of something else": lambda data: pickle.dumps(["no", "kernel"]),
    "a pickle that runs a command": lambda data: pickle.dumps(Evil()),
}


class Evil:
    """What calls a function when it is read."""

    def __reduce__(self):
        return (pytest.fail, ("what was kept was run",))


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_made_anew_with_one_line_and_is_sound_then(kept, damage):
    kept.write_bytes(DAMAGE[damage](kept.read_bytes()))
    said = Kernel().prepare()[0]
    assert said.startswith(f"compiling the kernel: {kept} is damaged, so this happens anew")
    assert Kernel().prepare() == []
    assert [kept] == list(kept.parent.iterdir())


def test_no_file_that_was_cut_anywhere_or_has_another_bit_is_used(kept):
    data, dice = kept.read_bytes(), random.Random(7)
    for _ in range(300):
        place = dice.randrange(len(data))
        spoilt = data[:place]
        if dice.random() < 0.5:
            spoilt += bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]
        kept.write_bytes(spoilt)
        with pytest.raises(cache.Damaged):
            cache.kept(kept.name)


@pytest.mark.parametrize("inside", [["no", "kernel"], None, (1, 2, 3)])
def test_sealed_files_that_hold_no_kernel_are_made_anew(kept, inside):
    cache.keep(kept.name, pickle.dumps(inside))
    assert "cannot be used" in Kernel().prepare()[0]
    assert Kernel().prepare() == []


def test_a_sealed_file_that_ends_too_soon_is_no_interruption(kept):
    cache.keep(kept.name, b"")  # reading it raises EOFError, which click takes for Ctrl-C
    assert "cannot be used: EOFError" in Kernel().prepare()[0]


def test_a_pipe_or_a_link_in_its_place_is_made_anew(kept):
    kept.unlink()
    os.mkfifo(kept)
    assert "is damaged" in Kernel().prepare()[0]
    elsewhere = kept.parent.parent / "elsewhere"
    kept.rename(elsewhere)
    kept.symlink_to(elsewhere)
    assert "cannot be read" in Kernel().prepare()[0]
    assert not kept.is_symlink()
    assert Kernel().prepare() == []


def test_what_others_can_write_to_is_not_used(kept):
    kept.chmod(0o622)
    assert f"{kept} can be written by other users" in Kernel().prepare()[0]
    kept.chmod(0o600)
    kept.parent.chmod(0o770)
    told = Kernel().prepare()
    assert f"{NOT_KEPT}, as {kept.parent} can be written by other users" in told[0]
    assert not cache.is_warm()


def test_what_belongs_to_another_user_is_not_used(kept, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: kept.stat().st_uid + 1)
    monkeypatch.setattr(cache, "_ROOT", -1)
    assert f"{kept.parent} belongs to another user" in Kernel().prepare()[0]


def test_a_file_or_a_link_where_the_folder_would_be_is_no_folder(home, tmp_path):
    folder = cache.cache_folder()
    folder.rmdir()
    folder.write_text("a file in the way")
    assert NOT_KEPT in Kernel().prepare()[0]
    folder.unlink()
    folder.symlink_to(tmp_path)
    assert f"{folder} is no folder" in Kernel().prepare()[0]
    assert not cache.is_warm()


def test_without_a_home_nothing_is_kept(monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    first, second = Kernel().prepare()
    assert f"{NOT_KEPT}, as there is no home folder to keep it in, and takes" in first
    assert second.endswith("and will be again: there is no home folder to keep it in")
    assert not cache.is_warm()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_what_cannot_be_kept_plays_all_the_same_and_leaves_nothing_behind(home, monkeypatch, number):
    def full(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    assert f"cannot be written: {os.strerror(number)}" in Kernel().prepare()[-1]
    assert list(cache.cache_folder().iterdir()) == []


def test_what_is_kept_on_a_read_only_file_system_is_used(kept, monkeypatch):
    def refused(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(cache.tempfile, "mkstemp", refused)
    assert Kernel().prepare() == []


def test_ctrl_c_while_it_is_read_is_ctrl_c(kept, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(jit, "kept", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Kernel().prepare()


WRITER = """
import os, sys
from sim.engines.compiled import cache
data = bytes([int(sys.argv[1])]) * 300_000
cache.sources_hash = lambda: "race"
print("ready", flush=True)
while True:
    cache.keep("play.play_runs-race.nbc", data)
"""


def test_several_that_keep_it_at_once_and_are_killed_leave_one_of_theirs(home, monkeypatch):
    monkeypatch.setattr(cache, "sources_hash", lambda: "race")
    for _ in range(5):
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(number)], stdout=subprocess.PIPE) for number in (1, 2)
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        for _ in range(50):
            data = cache.kept("play.play_runs-race.nbc")
            assert data is None or data in {bytes([number]) * 300_000 for number in (1, 2)}
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
    assert cache.kept("play.play_runs-race.nbc") is not None or cache.keep("play.play_runs-race.nbc", b"") is None
