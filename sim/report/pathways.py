"""The page of an explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.study import Part, Picture, Study, Table, assumptions_of, write_study
from sim.studies.pathways import words

if TYPE_CHECKING:
    from pathlib import Path

    from sim.ensemble.folder import Folder
    from sim.scenario.load import Loaded
    from sim.studies.pathways.pathways import Pathways

_NAME = "pathways"
_READING = (
    "On the right stands the outcome. A step is to the left of what answered it, as high as the share of the traced "
    "runs whose chain goes through it; orange steps come by themselves or are given. What holds less than 2 % is put "
    "together and not told apart further back."
)


def write_pathways(found: Pathways, loaded: Loaded, folder: Folder, command: str) -> list[Path]:
    """Draw the streams, if there are any, write ``report.html``, and give the paths."""
    figures = {}
    if _has_streams(found):
        from sim.figures.sankey import draw

        figures[_NAME] = draw(found, lambda step: words.step_text(step, loaded.description))
    return write_study(pathways_study(found, loaded, command), folder, figures)


def _has_streams(found: Pathways) -> bool:
    """Whether any event led to it."""
    return any(chain.steps for chain in found.chains)


def pathways_study(found: Pathways, loaded: Loaded, command: str) -> Study:
    """What was found, as a page."""
    scenario = loaded.description
    chains = Table(
        "The commonest chains",
        words.CHAIN_HEADERS,
        tuple(map(tuple, words.chain_rows(found, scenario))),
        f"{words.TOGETHER} Behind each step, the rule, driver or item of the timeline that made it.",
    )
    rules = Table(
        "Rules, drivers and given events", words.THROUGH_HEADERS,
        tuple(map(tuple, words.through_rows(found.rules, scenario))), words.TOGETHER,
    )  # fmt: skip
    actors = Table(
        "Actors", words.THROUGH_HEADERS, tuple(map(tuple, words.through_rows(found.actors, scenario))), words.TOGETHER
    )
    pictures = (Picture(_NAME, "Streams", _READING, chains),) if _has_streams(found) else ()
    return Study(
        kind="explanation",
        title=f"{found.title}: {found.name}",
        lead=f"{words.lead(found)} {words.traced_text(found)}",
        command=command,
        facts=(
            ("scenario", found.scenario), ("outcome", found.outcome), ("runs", f"{found.runs:,}"),
            ("in which it came true", f"{found.true:,}"), ("traced", f"{found.traced:,}"), ("seed", f"{found.seed}"),
        ),
        parts=(
            Part("How it comes about", (words.CAUSALITY,), (), pictures),
            Part("Chains", (), (chains,)),
            Part("What the chains run through", (), (rules, actors)),
        ),
        assumptions=(words.CAUSALITY, *assumptions_of(loaded)),
    )  # fmt: skip
