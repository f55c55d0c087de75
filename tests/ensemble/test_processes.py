"""Processes that play: nothing of the user's runs in them, they end with who started them, and none is needed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.ensemble import child, pool
from sim.ensemble.executors import play_here, play_in_threads
from sim.ensemble.playing import seen_blocks
from sim.ensemble.pool import play_in_processes
from sim.ensemble.threads import Threads
from sim.errors import StorageError
from sim.model import build
from tests.ensemble.folders import environment
from tests.ensemble.test_executors import job, taken
from tests.ensemble.workers import children

LIMIT_S = 60
SCENARIO = """
brinkline: 1
scenario: small
start: 2024-01-01T00:00:00Z
horizon: 10 d
ladder: [{rung: 0, name: calm}, {rung: 5, name: blow}]
actors: {a: {}, b: {}}
actions: {hit: {rung: 5}}
drivers: {source: {who: a, do: hit, to: b, rate: 1}}
outcomes: {often: {if: "count(action=hit) > 9"}}
"""
COMMAND = "import sys\nfrom sim.cli import main\nsys.exit(main())\n"
"""What the installed ``brinkline`` is."""
QUICK = ("--runs", "100", "--no-figures", "--quiet", "--out", "out")


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the command, as an installation has one."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "brinkline").write_text(COMMAND)
    return folder


@pytest.fixture
def here(tmp_path: Path, tools: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Calls the command in a folder with ``small.yaml``."""
    (tmp_path / "small.yaml").write_text(SCENARIO)

    def call(*words: str, program: tuple[str, ...] = (str(tools / "brinkline"),), **env: str) -> Any:
        command = [sys.executable, *program, *words]
        return subprocess.run(command, cwd=tmp_path, env=environment() | env, capture_output=True, text=True)

    return call


def digest(folder: Path) -> str:
    return str(json.loads((folder / "manifest.json").read_text())["digest"])


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the runs of QUICK."""
    folder = tmp_path_factory.mktemp("expected")
    (folder / "small.yaml").write_text(SCENARIO)
    return str(sim.run(folder / "small.yaml", runs=100, out=folder / "out", workers=1).manifest["digest"])


# --- nothing in the working folder is imported --------------------------------------------------------------------

TRAPS = (
    *("sim", "random", "signal", "sitecustomize", "usercustomize", "numpy/__init__", "pickle", "tempfile", "struct"),
    *("multiprocessing/__init__", "simpy/__init__", "pyarrow/__init__", "matplotlib/__init__", "numba/__init__"),
    *("distributed/__init__", "dask/__init__", "click", "rich/__init__", "pandas/__init__", "bottleneck", "numexpr"),
)


def set_traps(folder: Path, names: tuple[str, ...] = TRAPS) -> Path:
    """Modules that write down who imported them; what they wrote comes back."""
    for name in names:
        trap = folder / f"{name}.py"
        trap.parent.mkdir(exist_ok=True)
        trap.write_text(f"open({str(folder / 'EXECUTED')!r}, 'a').write({name!r} + ' ')\n")
    return folder / "EXECUTED"


@pytest.mark.parametrize(
    "words",
    [("--engine", "simpy", "--workers", "2"), ("--engine", "compiled"), ("--cluster", "local", "--workers", "1")],
    ids=["processes", "threads", "local cluster"],
)
def test_nothing_in_the_working_folder_is_imported(here, tmp_path, expected, words):
    executed = set_traps(tmp_path)
    done = here("run", "small.yaml", *QUICK, *words)
    assert not executed.exists(), executed.read_text()
    assert (done.returncode, done.stderr) == (0, "")
    assert digest(tmp_path / "out") == expected


def test_nothing_in_the_working_folder_is_imported_by_figures(here, tmp_path):
    executed = set_traps(tmp_path)
    done = here("run", "small.yaml", "--runs", "20", "--quiet", "--out", "out")
    assert not executed.exists(), executed.read_text()
    assert (done.returncode, done.stderr) == (0, "")
    assert list((tmp_path / "out" / "figures").glob("*.svg"))


def test_an_empty_place_in_pythonpath_lets_nothing_in(here, tmp_path, expected):
    executed = set_traps(tmp_path, ("random", "numpy/__init__", "simpy/__init__", "multiprocessing/__init__"))
    path = f"{os.pathsep}{environment()['PYTHONPATH']}"
    done = here("run", "small.yaml", *QUICK, "--engine", "simpy", "--workers", "2", PYTHONPATH=path)
    assert not executed.exists(), executed.read_text()
    assert (done.returncode, done.stderr, digest(tmp_path / "out")) == (0, "", expected)


def test_as_a_module_of_python_it_imports_nothing_there_but_what_is_called_sim(here, tmp_path, expected):
    executed = set_traps(tmp_path, tuple(name for name in TRAPS if name != "sim"))
    done = here("run", "small.yaml", *QUICK, "--engine", "simpy", "--workers", "2", program=("-m", "sim.cli"))
    assert not executed.exists(), executed.read_text()
    assert (done.returncode, done.stderr, digest(tmp_path / "out")) == (0, "", expected)


SCRIPT = """
import sys
from pathlib import Path
import sim
import sim.ensemble.run, sim.ensemble.pool, sim.ensemble.results, sim.engines.simpy_engine
for name in sys.argv[1:]:
    Path(__file__).with_name(name + ".py").write_text(f"open({str(Path(__file__).with_name('EXECUTED'))!r}, 'a')")
print(sim.run("small.yaml", runs=100, engine="simpy", workers=2).manifest["digest"])
"""


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
def test_workers_of_a_script_import_nothing_from_its_folder(here, tmp_path, expected, elsewhere):
    folder = tmp_path / "scripts" if elsewhere else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / "script.py").write_text(SCRIPT)
    done = here("random", "simpy", "signal", "numpy", "sim", program=(str(folder / "script.py"),))
    assert (done.stdout, done.stderr) == (f"{expected}\n", "")
    assert not (folder / "EXECUTED").exists()


def test_a_script_without_a_guard_runs_once(here, tmp_path, expected):
    """Workers are no copies of the program that has them."""
    (tmp_path / "script.py").write_text(SCRIPT)
    done = here(program=("script.py",))
    assert (done.stdout, done.stderr) == (f"{expected}\n", "")


# --- nor are settings of others taken from it ---------------------------------------------------------------------


LOOKS = b"axes.facecolor: black\nfont.size: 40\nbackend: module://evil\ntimezone: Asia/Tokyo\nfigure.dpi: 7\n"


def test_how_figures_look_does_not_hang_on_a_file_in_the_working_folder(here, tmp_path):
    assert here("run", "small.yaml", *QUICK).returncode == 0
    looks = []
    for settings in (None, LOOKS, b"\xff\xfe no text"):
        if settings is not None:
            (tmp_path / "matplotlibrc").write_bytes(settings)
        done = here("plot", "out", "level-fan", "--quiet")
        assert (done.returncode, done.stderr) == (0, "")
        looks.append((tmp_path / "out" / "figures" / "level-fan.svg").read_bytes())
    assert looks == looks[:1] * 3


@pytest.mark.parametrize("settings", ["disable_jit: 1\nopt: 0\ndebug: 1\n", "- [a: b"])
def test_the_compiled_engine_does_not_hang_on_a_file_in_the_working_folder(here, tmp_path, expected, settings):
    (tmp_path / ".numba_config.yaml").write_text(settings)
    done = here("run", "small.yaml", *QUICK, "--engine", "compiled")
    assert (done.returncode, done.stderr, digest(tmp_path / "out")) == (0, "", expected)
    again = "from sim.surroundings import shut_out_working_folder; shut_out_working_folder()"
    told = f"{again}\nfrom numba.core import config; config.reload_config(); print(config.DISABLE_JIT, config.DEBUG)"
    assert here(program=("-P", "-c", told)).stdout == "0 0\n"


def test_where_numba_compiles_nothing_the_other_engine_plays(here, tmp_path, expected):
    done = here("run", "small.yaml", "--runs", "200", *QUICK[2:], NUMBA_DISABLE_JIT="1")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["engine"] == "simpy"
    done = here("run", "small.yaml", *QUICK, "--engine", "compiled", "--force", NUMBA_DISABLE_JIT="1")
    assert done.returncode == 2
    assert done.stderr.startswith("brinkline: found NUMBA_DISABLE_JIT, ")


# --- where no child can be started, this process plays ------------------------------------------------------------


def same_blocks(small: Any, executor: Callable[..., None]) -> bool:
    """Whether it hands over every block once, to the last bit."""
    expected: dict[range, bytes] = {}
    play_here(job(small), taken(20, 3), expected.__setitem__)
    found: list[tuple[range, bytes]] = []
    executor(job(small), taken(20, 3), lambda runs, data: found.append((runs, data)))
    return len(found) == len(expected) and dict(found) == expected


def two_processes(*arguments: Any) -> None:
    play_in_processes(*arguments, workers=2)


def two_threads(*arguments: Any) -> None:
    play_in_threads(*arguments, workers=2)


@pytest.mark.parametrize("program", ["", "/nowhere/python", "false"], ids=["unknown", "missing", "no Python"])
def test_without_a_python_to_start_this_process_plays(small, monkeypatch, capsys, program):
    monkeypatch.setattr(sys, "executable", program)
    assert same_blocks(small, two_processes)
    told = capsys.readouterr().err
    assert told.startswith("brinkline: no worker process could be started (")
    assert told.endswith("); this process plays instead\n")
    assert told.count("\n") == 1


def test_in_a_program_frozen_into_one_file_this_process_plays(small, monkeypatch, capsys):
    """What is started there would be the program itself."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert same_blocks(small, two_processes)
    assert "there is no Python to start it with" in capsys.readouterr().err


@pytest.mark.parametrize("error", [BlockingIOError(11, "no more processes"), MemoryError(), ValueError("null byte")])
def test_if_the_system_starts_no_process_this_one_plays(small, monkeypatch, capsys, error):
    def refused(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(child.subprocess, "Popen", refused)
    assert same_blocks(small, two_processes)
    assert capsys.readouterr().err.count("\n") == 1


def test_a_worker_that_cannot_begin_is_done_without_and_its_reason_told(small, monkeypatch, capsys):
    monkeypatch.setattr(pool, "_WORK", "tests.ensemble.workers:cannot_begin")
    assert same_blocks(small, two_processes)
    told = "(exit code 1: ImportError: No module named 'numpy'); this process plays instead"
    assert told in capsys.readouterr().err


def test_if_a_dead_worker_cannot_be_replaced_this_process_plays_in_its_place(small, monkeypatch, capsys):
    started = children(monkeypatch)
    expected: dict[range, bytes] = {}
    play_here(job(small), taken(40, 1), expected.__setitem__)
    found: dict[range, bytes] = {}

    def done(runs: range, data: bytes) -> None:
        found[runs] = data
        if len(found) == 1:
            monkeypatch.setattr(sys, "executable", "")
            for one in started:
                one.process.kill()

    play_in_processes(job(small), taken(40, 1), done, workers=2)
    assert found == expected
    assert capsys.readouterr().err.count("\n") == 1


DAEMON = """
import multiprocessing, sys, sim

def digest(seed):
    return sim.run("small.yaml", runs=100, seed=seed, engine="simpy", workers=2).manifest["digest"]

if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        print(*pool.map(digest, [1, 1]))
"""


@pytest.mark.parametrize("method", sorted({multiprocessing.get_start_method(), "spawn"}))
def test_a_daemon_process_plays_itself(here, tmp_path, expected, method):
    (tmp_path / "script.py").write_text(DAEMON)
    done = here(method, program=("script.py",))
    assert (done.stdout, done.stderr) == (f"{expected} {expected}\n", "")


@pytest.mark.parametrize("folder", ["long", "missing"])
def test_the_place_of_temporary_files_does_not_matter(here, tmp_path, expected, folder):
    place = tmp_path / ("long" * 50) / ("folder" * 30) if folder == "long" else tmp_path / "missing"
    if folder == "long":
        place.mkdir(parents=True)
    done = here("run", "small.yaml", *QUICK, "--engine", "simpy", "--workers", "2", TMPDIR=str(place))
    assert (done.returncode, done.stderr, digest(tmp_path / "out")) == (0, "", expected)


FEW_HANDLES = """
import resource, sys
from sim.cli import main
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv.pop(1)),) * 2)
sys.exit(main())
"""


@pytest.mark.parametrize("handles", [12, 16, 20, 40])
def test_few_handles_are_enough(here, tmp_path, expected, handles):
    (tmp_path / "script.py").write_text(FEW_HANDLES)
    words = ("run", "small.yaml", *QUICK, "--engine", "simpy", "--workers", "4")
    done = here(str(handles), *words, program=("script.py",))
    assert (done.returncode, digest(tmp_path / "out")) == (0, expected)
    assert done.stderr.count("\n") <= 1


# --- threads that cannot be started -------------------------------------------------------------------------------


@pytest.fixture(params=[0, 1], ids=["no thread", "one thread"])
def few_threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The system gives no more than so many threads."""
    start, started = threading.Thread.start, []

    def refused(self: threading.Thread) -> None:
        if len(started) == request.param:
            raise RuntimeError("can't start new thread")
        started.append(self)
        start(self)

    monkeypatch.setattr(threading.Thread, "start", refused)
    return int(request.param)


@pytest.mark.parametrize("executor", [two_threads, two_processes])
def test_without_threads_blocks_are_played_all_the_same(small, few_threads, executor):
    assert same_blocks(small, executor)


def test_without_threads_what_looks_at_blocks_sees_them_in_order(small, few_threads):
    tables = build(small)
    blocks = [range(first, first + 5) for first in range(0, 40, 5)]
    options: dict[str, Any] = {"seed": 1, "progress": None, "say": print}
    seen = list(seen_blocks(tables, blocks, lambda played: played.runs.tolist(), engine="compiled", **options))
    assert seen == [list(block) for block in blocks]


def test_an_error_of_a_call_is_that_of_its_future(few_threads):
    with Threads(3) as threads:
        assert threads.submit(divmod, 7, 2).result() == (3, 1)
        with pytest.raises(ZeroDivisionError):
            threads.submit(divmod, 7, 0).result()


@pytest.mark.parametrize("number", [1, 3])
def test_a_map_is_in_order_and_looks_only_a_little_ahead(number):
    begun: list[int] = []

    def square(item: int) -> int:
        begun.append(item)
        return item * item

    with Threads(number) as threads:
        squares = threads.map(square, range(100))
        assert next(squares) == 0
        assert len(begun) <= 2 * number + 2
        assert list(squares) == [item * item for item in range(1, 100)]


# --- the cause of a death is told ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("dies", "3 workers died one after the other on runs 0 to 2: exit code 9"),
        ("crashes", "3 workers died one after the other on runs 0 to 2: killed by SIGSEGV"),
        ("fails", "3 workers .*: exit code 1: ImportError: libgfortran.so.5: cannot open shared object file"),
        ("has_no_memory", "a worker had too little memory for runs 0 to 2"),
        ("goes_wrong", r"a worker failed on runs 0 to 2: TypeError: int expected\\nbut not found"),
    ],
)
def test_the_cause_is_told(small, monkeypatch, capfd, function, told):
    monkeypatch.setattr(pool, "_WORK", f"tests.ensemble.workers:{function}")
    with pytest.raises(StorageError, match=f"^{told}$"):
        play_in_processes(job(small), taken(20, 3), lambda runs, data: None, workers=1)
    assert capfd.readouterr() == ("", "")


def test_memory_is_spoken_of_where_the_system_has_killed_for_it(small, monkeypatch):
    kills = iter(range(100))
    monkeypatch.setattr(child, "_kills_for_memory", lambda: next(kills))
    monkeypatch.setattr(pool, "_WORK", "tests.ensemble.workers:crashes")
    with pytest.raises(StorageError, match=r": killed by SIGSEGV: the system has killed processes for want of memory$"):
        play_in_processes(job(small), taken(20, 3), lambda runs, data: None, workers=1)


def test_a_block_that_ends_its_workers_is_not_played_by_this_process(small, monkeypatch):
    monkeypatch.setattr(pool, "_WORK", "tests.ensemble.workers:dies")
    monkeypatch.setattr(pool.BlockPlayer, "play", lambda *_: pytest.fail("played here"))
    with pytest.raises(StorageError, match="3 workers died"):
        play_in_processes(job(small), taken(20, 3), lambda runs, data: None, workers=2)


# --- no child outlives its parent ---------------------------------------------------------------------------------

PARENT = """
import sys
from sim.ensemble import child, pool
from sim.ensemble.run import Request, play
from sim.scenario.load import load
from pathlib import Path

ready = pool._Crew._ready
def told(self, one):
    print(ready(self, one).process.pid, flush=True)
    return one
pool._Crew._ready = told

play(load("small.yaml"), Path("out"), Request(runs=4_000_000, block_runs=1_000_000, workers=2, engine="simpy"))
"""


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")  # nobody waits for it


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A process whose two workers play blocks that would take hours, and the workers."""
    (tmp_path / "small.yaml").write_text(SCENARIO)
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        workers = [int(process.stdout.readline()) for _ in range(2)]
        try:
            yield process, workers
        finally:
            process.kill()
            for worker in filter(alive, workers):
                os.kill(worker, signal.SIGKILL)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGHUP"])
def test_workers_end_with_who_started_them_in_the_midst_of_a_block(parent, name):
    process, workers = parent
    assert all(map(alive, workers))
    process.send_signal(getattr(signal, name))
    late = time.monotonic() + LIMIT_S
    while any(map(alive, workers)) and time.monotonic() < late:
        os.sched_yield()
    assert not any(map(alive, workers))
    assert process.wait() == -getattr(signal, name)
