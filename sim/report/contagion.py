"""The page of a study of contagion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.names import name_of
from sim.report.study import Part, Picture, Study, Table, assumptions_of, write_study
from sim.studies.contagion import words
from sim.studies.contagion.contagion import WHAT_COUNTS

if TYPE_CHECKING:
    from pathlib import Path

    from sim.ensemble.folder import Folder
    from sim.scenario.load import Loaded
    from sim.studies.contagion.contagion import Contagion, Kind

_NUMBERS, _BY_ACTION, _BY_ACTOR = "reproduction", "next-generation-actions", "next-generation-actors"
_READING = (
    "A dot is how many further events an event of this kind brings about directly, the bar its interval. Right of the "
    "dashed line an event is answered by more than one."
)
_MATRIX = (
    "A number is how many events of the column's kind an event of the row's kind brings about directly, on average; "
    "empty: none was seen."
)


def write_contagion(found: Contagion, loaded: Loaded, folder: Folder, command: str) -> list[Path]:
    """Draw the pictures, write ``report.html``, and give the paths."""
    from sim.figures.contagion import draw_matrix, draw_numbers

    about = loaded.description
    figures = {
        _NUMBERS: draw_numbers(found, lambda actor, action: words.kind_text(actor, action, about)),
        _BY_ACTION: draw_matrix(found, found.by_action, lambda kind: name_of(about.actions, kind)),
        _BY_ACTOR: draw_matrix(found, found.by_actor, lambda kind: name_of(about.actors, kind)),
    }
    return write_study(contagion_study(found, loaded, command), folder, figures)


def contagion_study(found: Contagion, loaded: Loaded, command: str) -> Study:
    """What was found, as a page."""
    about = loaded.description

    def table(title: str, kinds: tuple[Kind, ...]) -> Table:
        return Table(title, words.HEADERS, tuple(map(tuple, words.kind_rows(kinds, about))), words.TOGETHER)

    def links(title: str, *, actors: bool) -> Table:
        matrix = found.by_actor if actors else found.by_action
        rows = tuple(map(tuple, words.cell_rows(matrix, about, actors=actors)))
        return Table(title, words.CELL_HEADERS, rows, words.TOGETHER)

    both = Table(
        "By action and by actor",
        words.HEADERS,
        tuple(map(tuple, (*words.kind_rows(found.actions, about), *words.kind_rows(found.actors, about)))),
        words.TOGETHER,
    )
    return Study(
        kind="contagion",
        title=found.title,
        lead=words.lead(found),
        command=command,
        facts=(
            ("scenario", found.scenario), ("runs", f"{found.runs:,}"), ("seed", f"{found.seed}"),
            ("events since the start", f"{found.events:,}"),
        ),
        parts=(
            Part(
                "How contagious", tuple(words.cautions(found)), (),
                (Picture(_NUMBERS, "How many further events one event brings about", _READING, both),),
            ),
            Part(
                "What breeds what", (), (),
                (
                    Picture(_BY_ACTION, "By action", _MATRIX, links("By action", actors=False)),
                    Picture(_BY_ACTOR, "By actor", _MATRIX, links("By actor", actors=True)),
                ),
            ),
            Part("By actor and action", (), (table("By actor and action", found.pairs),)),
        ),
        assumptions=(*WHAT_COUNTS, *assumptions_of(loaded)),
    )  # fmt: skip
