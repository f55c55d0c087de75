"""The tables of a study as files: each written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.ensemble.files import csv_text
from sim.ensemble.folder import PAGES, Folder
from sim.studies.sensitivity.result import Sensitivity
from sim.studies.sensitivity.spread import Estimate

NAME = "sensitivity.json"


def write_files(made: Sensitivity, folder: Folder) -> None:
    """Write ``sensitivity.json`` and the tables into a folder; what an older study left goes.

    Raises
    ------
    StorageError
        If one cannot be written.
    """
    folder.remove(*PAGES, "*.csv")
    tables = {
        f"{name}.csv": csv_text(headers, ([_cell(one) for one in row] for row in rows))
        for name, (headers, rows) in _tables(made).items()
        if rows
    }
    folder.write_all(tables)
    folder.write_json(NAME, made.as_dict())


def _tables(made: Sensitivity) -> dict[str, tuple[list[str], list[list[Any]]]]:
    found, scatter = made.found, made.found.scatter
    screening = found.screening.parameters if found.screening else ()
    computed = found.indices.parameters if found.indices else ()
    return {
        "screening": (
            ["parameter", *_three("mu"), *_three("mu_star"), *_three("sigma"), "floor", "clear", "changed"],
            [
                [one.id, *_of(one.mean, one.size, one.deviation), one.floor, one.clear, one.changed]
                for one in screening
            ],
        ),
        "indices": (
            ["parameter", *_three("first"), *_three("total"), "clear", "first_uncorrected", "total_uncorrected"],
            [[one.id, *_of(one.first, one.total), one.clear, *one.uncorrected] for one in computed],
        ),
        "chance": (
            ["result", *_three("mean"), *_three("share_of_parameters"), "deviation", "deviation_over_parameters"],
            [
                [one.measure.id, *_of(one.mean, one.share), one.deviation, one.moved]
                for one in found.splits
            ],
        ),
        "ends": (
            ["parameter", "low_value", "high_value", *_three("low"), *_three("high"), *_three("difference"), "clear"],
            [
                [one.id, *one.values, *_of(one.low, one.high, one.difference), one.clear]
                for one in found.ends.parameters
            ],
        ),
        "curves": (
            ["parameter", "value", *_three("mean"), "points"],
            [
                [one.id, part.value, *_of(part.mean), part.points]
                for one, bins in zip(scatter.inputs, scatter.curves, strict=True)
                for part in bins
            ],
        ),
        "points": (
            [*(one.id for one in scatter.inputs), "mean"],
            [[*values, mean] for values, mean in zip(scatter.values.tolist(), scatter.means.tolist(), strict=True)],
        ),
        "hangs_on": (
            ["result", "parameter", *_three("mu"), *_three("mu_star"), "source", "kind"],
            [
                [one.measure.id, part.id, *_of(part.mean, part.size), source.source or "", source.kind]
                for one in found.hanging
                for part in one.strongest
                for source in [made.input(part.id)]
            ],
        ),
        "find_out_first": (
            ["parameter", "name", "source", "kind", *_three("by"), "first_rank", "last_rank"],
            [
                [about.id, about.name, about.source or "", about.kind, *_of(one.by), one.first, one.last]
                for one in made.priorities
                for about in [one.input]
            ],
        ),
    }  # fmt: skip


def _three(name: str) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"]


def _of(*estimates: Estimate | None) -> Iterable[Any]:
    for one in estimates:
        yield from ("", "", "") if one is None else one.as_list()


def _cell(value: Any) -> Any:
    return (
        ("yes" if value else "no")
        if isinstance(value, bool)
        else f"{value:.10g}"
        if isinstance(value, float)
        else value
    )
