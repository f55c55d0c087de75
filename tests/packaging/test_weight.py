"""The core install stays light."""

from __future__ import annotations

from importlib.metadata import packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.installed import CORE, brought_by
from tests.packaging.test_layers import MODULES, imported

MEBIBYTES = 850


def test_the_core_install_is_below_850_mb() -> None:
    sizes = {
        name: sum(path.stat().st_size for file in one.files or [] if (path := file.locate()).is_file()) / 2**20
        for name, one in brought_by(CORE).items()
    }
    assert sizes["numpy"] > 1
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    assert sum(sizes.values()) < MEBIBYTES, f"the heaviest: {heaviest}"


def test_what_is_heavy_and_used_by_little_is_not_installed() -> None:
    """Each came with ema-workbench for one algorithm."""
    assert not {"ema-workbench", "scikit-learn", "seaborn", "statsmodels", "platypus-opt"} & set(brought_by(CORE))


def test_each_core_dependency_is_imported_by_the_program() -> None:
    used = {name.split(".")[0] for module in MODULES for name in imported(module, late=True)}
    modules = packages_distributions()
    known = {canonicalize_name(package) for name in used for package in modules.get(name, [])}
    assert {canonicalize_name(Requirement(one).name) for one in CORE} <= known
