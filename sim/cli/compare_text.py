"""What ``compare`` says on the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.wording import DISCLAIMER
from sim.cli.render import table_text
from sim.reading.prose import counted
from sim.studies.compare.words import (
    changed_text,
    difference_text,
    gain_text,
    level_text,
    method_text,
    ratio_text,
    unclear_text,
    verdict_text,
)

if TYPE_CHECKING:
    from sim.reading.parting import Parting
    from sim.studies.compare.result import Comparison, Contrast, Effect

_MOST_CHANGES = 12
_LONGEST_NAME = 16
_WIDTH = 100
_NO_BREAK = "\N{NO-BREAK SPACE}"


def comparison_text(comparison: Comparison, folder: Path, partings: list[Parting], *, figures: bool) -> str:
    """The base, then each alternative: what differs in the scenario, and what comes of it."""
    manifest = comparison.manifest
    count = len(comparison)
    lines = [
        str(manifest["title"]),
        f"{DISCLAIMER[:1].upper()}{DISCLAIMER[1:]}.",
        "",
        f"{count:,} run{'' if count == 1 else 's'} each of {manifest['horizon_days']:g} days, seed {comparison.seed}",
        *_wrapped(method_text(comparison)),
    ]
    for contrast in comparison.contrasts:
        lines += ["", *_contrast(comparison, contrast)]
    for parting in partings:
        lines += ["", parting.text().rstrip("\n")]
    where = f"{folder / 'report.html'} tells it with figures; compare.json and differences.csv are beside it"
    return "\n".join([*lines, "", where if figures else f"{folder}: compare.json, differences.csv"])


def _contrast(comparison: Comparison, contrast: Contrast) -> list[str]:
    head = f"{comparison.name} against {contrast.name}"
    lines = [head, "=" * len(head)]
    lines += [f"  {one.path}: {one.before} → {one.after}" for one in contrast.changes[:_MOST_CHANGES]]
    if len(contrast.changes) > _MOST_CHANGES:
        lines.append(f"  and {len(contrast.changes) - _MOST_CHANGES} more differences between the scenarios")
    for text in (changed_text(contrast, len(comparison)), gain_text(contrast), *contrast.remarks):
        lines += _wrapped(text) if text else []
    if contrast.same:
        return lines
    chances = contrast.of("chance")
    others = [*contrast.of("number"), *(one for one in contrast.of("time") if one.clear)]
    if chances:
        lines += ["", _table(comparison, contrast, chances, "outcome, %", "points")]
    lines += ["", _table(comparison, contrast, others, "mean", "difference")]
    if not all(one.clear for one in contrast.effects):
        lines += ["", *_wrapped(unclear_text(comparison))]
    unclear = [one for one in contrast.of("time") if not one.clear]
    if unclear:
        times = counted(len(unclear), "outcome")
        lines += _wrapped(
            f"Not shown: the times of {times}, where the difference is not clear; differences.csv has them."
        )
    return lines


def _table(comparison: Comparison, contrast: Contrast, effects: Sequence[Effect], what: str, difference: str) -> str:
    arms = (_short(comparison.name, "base"), _short(contrast.name, "alternative"))
    headers = [what, *arms, f"{difference} (95 %)", "ratio", "clear?"]
    rows = [
        [
            _name(one), _bare(level_text(one, other=False)), _bare(level_text(one, other=True)), difference_text(one),
            ratio_text(one), verdict_text(one),
        ]
        for one in effects
    ]  # fmt: skip
    held = [[cell.replace(" ", _NO_BREAK) for cell in row] for row in rows]  # cells are broken last
    return table_text(headers, held, right=(4,)).replace(_NO_BREAK, " ")


def _bare(text: str) -> str:
    """A share without its sign, which stands in the header; a bound keeps it."""
    return text[:-2] if text.endswith(") %") or text.endswith(")\N{NO-BREAK SPACE}%") else text


def _name(one: Effect) -> str:
    if one.measure.outcome is None:
        return one.measure.name
    return f"days to {one.measure.outcome}" if one.measure.kind == "time" else one.measure.outcome


def _short(name: str, else_: str) -> str:
    return name if len(name) <= _LONGEST_NAME else else_


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH)
