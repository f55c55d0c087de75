"""The page and the pictures of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.study import Part, Picture, Study, Table, assumptions_of, write_study
from sim.studies.compare.arms import slug
from sim.studies.compare.measures import Kind
from sim.studies.compare.result import METHODS, Comparison, Contrast, Effect
from sim.studies.compare.words import (
    UNITS,
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
    from pathlib import Path

    from matplotlib.figure import Figure

    from sim.ensemble.folder import Folder

_KINDS: dict[Kind, tuple[str, str]] = {
    "chance": ("differences", "How much likelier each outcome becomes"),
    "number": ("differences-numbers", "How peak level and deaths change"),
    "time": ("differences-times", "How much later each outcome comes"),
}
_READING = (
    "A mark is the difference from the base, which stands at zero, and the line its interval. Filled marks are "
    "told apart from zero; open ones are not. All panels have the same scale, save those of peak level and deaths."
)


def write_comparison(
    comparison: Comparison, folder: Folder, command: str, *, partings: tuple[str, ...] = ()
) -> list[Path]:
    """Draw the pictures, write ``report.html``, and give the paths.

    Parameters
    ----------
    command : str
        What makes it again.
    partings : tuple of str
        What was told of the run that was asked for, a text each alternative.
    """
    return write_study(study_of(comparison, command, partings), folder, _figures(comparison))


def study_of(comparison: Comparison, command: str, partings: tuple[str, ...] = ()) -> Study:
    """What the page says."""
    manifest = comparison.manifest
    names = ", ".join(one.name for one in comparison.contrasts)
    return Study(
        kind="comparison",
        title=str(manifest["title"]),
        lead=" ".join(_lead(comparison, one) for one in comparison.contrasts),
        command=command,
        facts=(
            ("scenario", str(manifest["scenario"])), ("base", comparison.name), ("alternatives", names),
            ("runs of each", f"{len(comparison):,}"), ("seed", str(comparison.seed)),
            ("horizon", f"{manifest['horizon_days']:g} days from {str(manifest['start'])[:10]}"),
            ("differences told at once", f"{comparison.comparisons:,}"),
        ),
        parts=(_overview(comparison), *(_part(comparison, one) for one in comparison.contrasts), *_told(partings)),
        assumptions=(*assumptions_of(comparison.base.scenario), *(f"{key}: {text}." for key, text in METHODS.items())),
    )  # fmt: skip


def _lead(comparison: Comparison, contrast: Contrast) -> str:
    """What an alternative does, in a sentence or two."""
    clear = [one for one in contrast.of("chance") if one.clear]
    if contrast.same:
        return f"{contrast.name} is the same scenario: every difference is exactly zero."
    if not clear:
        return (
            f"In the model {contrast.name} changes no outcome's probability by as much as {len(comparison):,} runs can "
            "tell apart."
        )
    told = "; ".join(f"{one.measure.name}: {difference_text(one)} points" for one in clear[:3])
    rest = f", the largest being: {told}" if len(clear) > 3 else f": {told}"
    return f"In the model {contrast.name} clearly changes the probability of {len(clear)} of the outcomes{rest}."


def _overview(comparison: Comparison) -> Part:
    pictures = [
        Picture(name, title, _READING, _picture_table(comparison, kind)) for kind, (name, title) in _drawn(comparison)
    ]
    return Part("All differences", (method_text(comparison), unclear_text(comparison)), pictures=tuple(pictures))


def _drawn(comparison: Comparison) -> list[tuple[Kind, tuple[str, str]]]:
    """The kinds of which there is anything to draw."""
    there = {effect.measure.kind for one in comparison.contrasts for effect in one.effects}
    return [(kind, told) for kind, told in _KINDS.items() if kind in there]


def _picture_table(comparison: Comparison, kind: Kind) -> Table:
    rows = tuple(
        (
            one.name,
            effect.measure.name,
            difference_text(effect),
            difference_text(effect, alone=True),
            verdict_text(effect),
        )
        for one in comparison.contrasts
        for effect in one.of(kind)
    )
    unit = f", {UNITS[kind]}" if UNITS[kind] else ""
    headers = (
        "alternative",
        "what",
        f"difference{unit} (95 % together)",
        f"difference{unit} (95 % alone)",
        "told apart",
    )
    return Table(_KINDS[kind][1], headers, rows)


def _part(comparison: Comparison, contrast: Contrast) -> Part:
    told = [changed_text(contrast, len(comparison)), gain_text(contrast), *contrast.remarks]
    tables = [_changes(contrast)]
    for kind, (_, title) in _drawn(comparison):
        tables.append(Table(title, _headers(kind), tuple(_row(kind, one) for one in contrast.of(kind))))
    picture = Picture(
        f"ladders-{slug(contrast.name)}",
        f"The ladder of {comparison.name} and of {contrast.name}",
        "Each column is a date and each row a step of the ladder. Left and middle: the darker a cell, the more runs "
        "stand there; the line is the median run. Right: where the alternative has more runs (orange) or fewer (blue, "
        "hatched); white is what independent runs would leave to chance, looked at cell by cell.",
        _levels(comparison, contrast),
    )
    return Part(contrast.name, tuple(one for one in told if one), tuple(tables), (picture,))


def _changes(contrast: Contrast) -> Table:
    rows = tuple((one.path, one.before, one.after) for one in contrast.changes)
    note = "" if rows else "Nothing."
    return Table("What differs between the scenarios", ("path", "before", "after"), rows, note)


def _headers(kind: Kind) -> tuple[str, ...]:
    unit = f", {UNITS[kind]}" if UNITS[kind] else ""
    sign = ("runs that lose it", "runs that gain it") if kind == "chance" else ("runs with less", "runs with more")
    mean = "" if kind == "chance" else "mean, "
    return (
        "what", f"{mean}base", f"{mean}alternative", f"difference{unit} (95 % together)", *sign,
        "paired / unpaired error", "told apart",
    )  # fmt: skip


def _row(kind: Kind, one: Effect) -> tuple[str, ...]:
    return (
        one.measure.name, level_text(one, other=False), level_text(one, other=True), difference_text(one),
        f"{one.paired.fewer:,}", f"{one.paired.more:,}", ratio_text(one), verdict_text(one),
    )  # fmt: skip


def _levels(comparison: Comparison, contrast: Contrast) -> Table:
    """Mean and middle level by week or so, of both."""
    from datetime import timedelta

    from sim.analysis.levels import level_fan

    fans = [level_fan(one) for one in (comparison.base, contrast.other)]
    step = max(len(fans[0]) // 12, 1)
    rows = []
    for one, other in zip(*(fan.iloc[::step].itertuples() for fan in fans), strict=True):
        date = (comparison.base.start + timedelta(days=one.Index)).strftime("%Y-%m-%d")
        rows.append((date, f"{one.mean:.2f}", f"{other.mean:.2f}", f"{one.q50:.0f}", f"{other.q50:.0f}"))
    headers = ("date", "mean level, base", "mean level, alternative", "median run, base", "median run, alternative")
    return Table("Levels", headers, tuple(rows), f"Of {len(comparison):,} runs each.")


def _told(partings: tuple[str, ...]) -> tuple[Part, ...]:
    paragraphs = (" ".join(one.split()) for text in partings for one in text.split("\n\n"))
    return (Part("Where one run parts", tuple(paragraphs)),) if partings else ()


def _figures(comparison: Comparison) -> dict[str, Figure]:
    from sim.figures import differences, ladders

    drawn = {name: differences.draw(comparison, kind) for kind, (name, _) in _drawn(comparison)}
    return drawn | {f"ladders-{slug(one.name)}": ladders.draw(comparison, one) for one in comparison.contrasts}
