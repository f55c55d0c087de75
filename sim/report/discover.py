"""The page of a discovery."""

from __future__ import annotations

from sim.report.study import Part, Picture, Study, Table, assumptions_of
from sim.studies.discover import words
from sim.studies.discover.discover import Discovery

BOX, TRADE_OFF = "box", "trade-off"
"""The names of the figures."""

_WAYS = ("step", "limits", "density", "coverage", "of all runs")


def discover_study(found: Discovery, command: str) -> Study:
    """What was discovered, as a page."""
    manifest, search = found.manifest, found.found
    facts = (
        ("scenario", str(manifest["scenario"])),
        ("outcome", found.outcome),
        ("likely from", f"{100 * found.threshold:g} %"),
        ("runs", f"{len(found):,}"),
        ("seed", f"{manifest['seed']}"),
        ("parameters that vary", f"{len(found.parameters):,}"),
    )
    limits = Table("The ranges", words.LIMIT_HEADERS, tuple(map(tuple, words.limit_rows(found))))
    parts = [Part("How it was found", tuple(words.remarks(found)))]
    if search.box:
        parts.insert(0, Part("The ranges", tuple(words.parameter_notes(found)), pictures=(_box(limits),)))
    if search.steps:
        parts.append(Part("The trade-off", pictures=(_trade_off(found),)))
    return Study(
        kind="discovery",
        title=str(manifest["title"] or manifest["scenario"]),
        lead=words.sentence(found),
        command=command,
        facts=facts,
        parts=tuple(parts),
        assumptions=(
            "What is likely depends on the ranges that the scenario gives its parameters, and on how they are spread.",
            *assumptions_of(found.ensemble.scenario),
        ),
    )


def _box(limits: Table) -> Picture:
    reading = (
        "Each bar is one parameter's draws from the least to the greatest; the dark part lies within the ranges. "
        "Below: of the runs that one limit alone keeps out, those in which the outcome came true; and how easily "
        "chance would make the difference (Fisher's exact test, one-sided)."
    )
    return Picture(BOX, "The ranges", reading, limits)


def _trade_off(found: Discovery) -> Picture:
    boxes = {one.box: one.told for one in found.found.steps}
    rows = tuple(
        (
            f"{number}", f"{len(box)}", words.share_text(told.density), words.share_text(told.coverage),
            words.share_text(told.support),
        )
        for number, (box, told) in enumerate(boxes.items())
    )  # fmt: skip
    reading = (
        "Small ranges make the outcome more frequent inside (density) and leave more of it outside (coverage). Each "
        "dot is a box on the way; the dashed line is how good they look to the runs that found them."
    )
    title = "Coverage against density"
    return Picture(TRADE_OFF, title, reading, Table(title, _WAYS, rows))
