"""The folders of ``sim`` in the order in which data goes through them: each imports only what comes before it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SIM = Path(__file__).parents[2] / "sim"

LAYERS: dict[str, int] = {
    "errors": 0,
    "escapes": 0,
    "surroundings": 0,
    "interrupts": 0,
    "arithmetic": 0,
    "chance": 1,
    "scenario": 2,
    "model": 3,
    "parameters": 4,
    "engines": 5,
    "bench": 6,
    "ensemble": 6,
    "analysis": 7,
    "verification": 7,
    "scoring": 8,
    "calibration": 8,
    "studies": 8,
    "figures": 9,
    "report": 10,
    "reading": 10,
    "cli": 11,
}
"""Each folder or module of ``sim`` and its height."""

WAYS_IN = {"sim/__init__.py", "sim/ensemble/results.py", "sim/cli/__init__.py"}
"""Modules through which users come in: late imports inside their functions may point upwards."""

HOMES: dict[str, tuple[str, ...]] = {
    "yaml": ("sim/scenario/source.py", "sim/scenario/dump.py"),
    "numba": ("sim/engines/compiled/",),
    "distributed": ("sim/ensemble/cluster.py",),
    "simpy": ("sim/engines/simpy_engine.py", "sim/bench/naive.py"),
    "matplotlib": ("sim/figures/",),
    "jinja2": ("sim/report/",),
    "click": ("sim/cli/",),
    "rich": ("sim/cli/",),
    "scoringrules": ("sim/scoring/rules.py",),
    "SALib": ("sim/studies/sensitivity/",),
}
"""Outside libraries that have one home."""

HEAVY = (
    "matplotlib",
    "pandas",
    "pyarrow",
    "simpy",
    "numba",
    "scipy",
    "yaml",
    "numpy",
    "pydantic",
    "jinja2",
    "distributed",
    "scoringrules",
    "SALib",
)
"""What ``import sim`` and ``--help`` can do without."""

MODULES = sorted(SIM.rglob("*.py"))


def name_of(module: Path) -> str:
    return module.relative_to(SIM.parent).as_posix()


def layer_of(dotted: str) -> str | None:
    """``sim.scenario.load`` → ``scenario``."""
    parts = dotted.split(".")
    return parts[1] if parts[0] == "sim" and len(parts) > 1 else None


def imports(tree: ast.AST, *, late: bool) -> Iterator[str]:
    """The dotted names that a module imports; `late`: also inside functions. Imports for type checkers do not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module == "sim":
                yield from (f"sim.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from (name for orelse in node.orelse for name in imports(orelse, late=late))
        elif late or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imports(node, late=late)


@cache
def imported(module: Path, *, late: bool) -> list[str]:
    return list(imports(ast.parse(module.read_text(encoding="utf-8")), late=late))


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_imports_only_what_comes_before_it(module: Path) -> None:
    place = module.relative_to(SIM).parts[0].removesuffix(".py")
    own = LAYERS["cli"] if place == "__init__" else LAYERS[place]
    upwards = []
    for dotted in imported(module, late=name_of(module) not in WAYS_IN):
        layer = layer_of(dotted)
        if layer in LAYERS and layer != place and LAYERS[layer] >= own:
            upwards.append(dotted)
    assert not upwards, f"{name_of(module)} ({place}) imports {', '.join(upwards)}"


def test_every_folder_has_its_place_in_the_order() -> None:
    folders = {path.relative_to(SIM).parts[0].removesuffix(".py") for path in MODULES} - {"__init__"}
    assert folders == set(LAYERS)


@pytest.mark.parametrize("library", HOMES)
def test_an_outside_library_has_one_home(library: str) -> None:
    users = [
        name_of(module)
        for module in MODULES
        if any(name.split(".")[0] == library for name in imported(module, late=True))
    ]
    assert users
    assert [user for user in users if not user.startswith(HOMES[library])] == []


@pytest.mark.parametrize(
    "program",
    ["import sim", "from sim.cli import main; main(['--help'])", "from sim.cli import main; main(['run', '--help'])"],
    ids=["import sim", "--help", "run --help"],
)
def test_no_heavy_library_is_loaded_without_need(program: str) -> None:
    loaded = f"print('LOADED', *[name for name in {HEAVY!r} if name in sys.modules])"
    told = f"import sys\ntry:\n    {program}\nfinally:\n    {loaded}"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=SIM.parent)
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]
