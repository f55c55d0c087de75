"""The files of a study of contagion: ``contagion.json``, ``kinds.csv`` and ``links.csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.ensemble.files import csv_text
from sim.ensemble.folder import PAGES, Folder
from sim.studies.contagion.contagion import known

if TYPE_CHECKING:
    from sim.studies.contagion.contagion import Contagion
    from sim.studies.contagion.reproduction import Estimate

DOCUMENT, KINDS, LINKS = "contagion.json", "kinds.csv", "links.csv"
_NUMBERS = ["mean", "low", "high", "events", "runs", "seen"]


def write_files(found: Contagion, folder: Folder) -> None:
    """Write them, each whole or not at all. Raises StorageError."""
    folder.remove(*PAGES)
    kinds = [[one.actor, one.action, *_numbers(one.effects)] for one in (*found.actors, *found.actions, *found.pairs)]
    folder.write(KINDS, csv_text(["actor", "action", *_NUMBERS], kinds))
    cells = [
        [by, one.cause, one.effect, *_numbers(one.mean)]
        for by, matrix in (("action", found.by_action), ("actor", found.by_actor))
        for one in matrix.cells
    ]
    folder.write(LINKS, csv_text(["by", "cause", "effect", *_NUMBERS], cells))
    folder.write_json(DOCUMENT, {"format": 1, **found.as_dict()})


def _numbers(one: Estimate) -> list[float | int | None]:
    return [known(one.value), known(one.low), known(one.high), one.events, one.runs, one.seen]
