"""The installed packages that a dependency brings along, read from their metadata."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT: dict[str, Any] = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
CORE: list[str] = PROJECT["dependencies"]
DEVELOPMENT: list[str] = PROJECT["optional-dependencies"]["dev"]
EXTRAS: list[str] = [one for name, own in PROJECT["optional-dependencies"].items() if name != "dev" for one in own]


def brought_by(requirements: Iterable[str]) -> dict[str, Distribution]:
    """By name all packages that these requirements install here, their own requirements included.

    Raises
    ------
    PackageNotFoundError
        If one of them is not installed.
    """
    found: dict[str, Distribution] = {}
    waiting = [(Requirement(one), "") for one in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        found.setdefault(name, distribution(name))
        for own in {"", *requirement.extras}:
            if (name, own) not in seen:
                seen.add((name, own))
                waiting += [(Requirement(one), own) for one in found[name].requires or []]
    return dict(sorted(found.items()))
