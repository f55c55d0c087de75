"""The files of a study of contagion: ``contagion.json``, ``kinds.csv`` and ``links.csv``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble.files import csv_text, make_folder, write_json, write_text
from sim.studies.contagion.contagion import known
from sim.studies.pages import remove_pages

if TYPE_CHECKING:
    from sim.studies.contagion.contagion import Contagion
    from sim.studies.contagion.reproduction import Estimate

DOCUMENT, KINDS, LINKS = "contagion.json", "kinds.csv", "links.csv"
_NUMBERS = ["mean", "low", "high", "events", "runs", "seen"]


def write_files(found: Contagion, folder: Path, made_of: dict[str, Any]) -> None:
    """Write them, each whole or not at all. Raises StorageError."""
    make_folder(folder)
    remove_pages(folder, DOCUMENT)
    kinds = [[one.actor, one.action, *_numbers(one.effects)] for one in (*found.actors, *found.actions, *found.pairs)]
    write_text(folder / KINDS, csv_text(["actor", "action", *_NUMBERS], kinds))
    cells = [
        [by, one.cause, one.effect, *_numbers(one.mean)]
        for by, matrix in (("action", found.by_action), ("actor", found.by_actor))
        for one in matrix.cells
    ]
    write_text(folder / LINKS, csv_text(["by", "cause", "effect", *_NUMBERS], cells))
    write_json(folder / DOCUMENT, {"format": 1, "made_of": made_of, **found.as_dict()})


def _numbers(one: Estimate) -> list[float | int | None]:
    return [known(one.value), known(one.low), known(one.high), one.events, one.runs, one.seen]
