"""What ``explain`` and ``contagion`` share: what they are asked of, where it goes, and how it is told."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from sim.cli import options

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble
    from sim.scenario.load import Loaded

_OF_PLAYING = ("runs", "seed", "variants", "settings", "injects", "fixed", "horizon")


@dataclass(frozen=True, slots=True)
class Asked:
    """The scenario, under which seed, how many runs; and the folder that they are from, if they are there already."""

    loaded: Loaded
    seed: int
    runs: int
    ensemble: Ensemble | None

    @property
    def made_of(self) -> dict[str, Any]:
        """What a study depends on."""
        return {"scenario_hash": self.loaded.hash, "seed": self.seed, "runs": self.runs}


def asked(ctx: click.Context, source: str, rest: dict[str, Any]) -> Asked:
    """What a command is about.

    Raises
    ------
    UsageError
        If runs, seed or changes are asked of a results folder, which has its own.
    """
    from sim.scenario.load import load

    if not (Path(source) / "manifest.json").is_file():
        return Asked(load(source, options.changes_of(rest)), rest["seed"], rest["runs"], None)
    from sim import open_results

    given = [name for name in _OF_PLAYING if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE]
    if given:
        option = next(one for one in ctx.command.params if one.name == given[0])
        raise click.UsageError(f"found {max(option.opts, key=len)} for a results folder; expected none: it has its own")
    ensemble = open_results(source)
    return Asked(ensemble.scenario, int(ensemble.manifest["seed"]), len(ensemble), ensemble)


def paragraphs(texts: Iterable[str]) -> str:
    """Sentences wrapped at 110 columns; tables and other texts of several lines as they are."""
    lines: list[str] = []
    for text in texts:
        lines += [text] if "\n" in text or not text else textwrap.wrap(text, 110, break_on_hyphens=False)
    return "\n".join(lines)
