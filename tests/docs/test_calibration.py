"""The calibration in results/calibration is of the back-cast and record as they stand, and the variant is its own."""

from __future__ import annotations

import json

import sim
from sim.calibration.record import Statistic, load_record
from tests.docs.calibration import COMMAND, LIBRARY, library_text
from tests.docs.readme import CALIBRATION, ROOT

AGAIN = "python -m tests.docs.calibration fits it anew"
MANIFEST = json.loads((CALIBRATION / "manifest.json").read_text(encoding="utf-8"))
FOUND = json.loads((CALIBRATION / "calibration.json").read_text(encoding="utf-8"))


def test_it_is_of_the_back_cast_as_it_stands() -> None:
    assert MANIFEST["state"] == "finished"
    assert MANIFEST["hash"] == sim.load("erbil-2023").hash, AGAIN


def test_it_is_of_the_record_as_it_stands() -> None:
    record = load_record("erbil-2023", sim.load("erbil-2023"))
    assert MANIFEST["fit"] == {
        one.name: {"range": one.range_text, "bounds": None if one.bounds is None else list(one.bounds)}
        for one in record.fit
    }, AGAIN
    told = {name: (one["record"], one["fitted"]) for name, one in FOUND["statistics"].items()}
    assert told == {one.id: (_observed(one), one.fit) for one in record.statistics}, AGAIN


def _observed(one: Statistic) -> dict[str, float] | None:
    """What calibration.json says was observed: a value, or the two ends of what it may have been."""
    if one.observed is not None:
        return {end: float(f"{one.observed:.9g}") for end in ("low", "high")}
    return None if one.low is None or one.high is None else {"low": one.low, "high": one.high}


def test_the_variant_is_what_it_found() -> None:
    assert LIBRARY.read_text(encoding="utf-8") == library_text(CALIBRATION), AGAIN
    fitted = sim.load("erbil-2024", variants=("calibrated",)).description.parameters
    for name, one in FOUND["parameters"].items():
        if one["written"] is not None:
            assert (fitted[name].value, fitted[name].source) == (one["written"]["value"], "fitted-erbil-2023")


def test_it_names_the_command_that_makes_it() -> None:
    assert COMMAND in (ROOT / "results" / "README.md").read_text(encoding="utf-8")
