"""A calibration as a whole, on a feud whose posterior is known, and on records that the feud cannot reach."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from importlib import import_module
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text
from scipy import stats

from sim.calibration.calibrate import Calibration, Request, calibrate
from sim.engines.choice import silent
from sim.errors import UsageError
from sim.figures.files import render
from sim.scenario.load import Changes, load
from tests.calibration import feud

REQUEST = Request(runs=12_000, accept=0.04, workers=1, engine="compiled")
SIGMAS = stats.norm.isf(1e-6 / 2)


def fitted(folder: Path, request: Request = REQUEST, *, record: str = feud.RECORD, out: str = "out") -> Calibration:
    """The calibration of the feud."""
    path, seen = feud.write(folder, record=record)
    return calibrate(path, folder / out, request, record=seen, say=silent)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    return fitted(tmp_path_factory.mktemp("feud"))


@pytest.mark.parametrize(("number", "exact"), [(0, feud.TEMPO), (1, feud.TEMPER)], ids=["tempo", "temper"])
def test_the_posterior_is_the_one_that_mathematics_gives(found: Calibration, number: int, exact) -> None:
    """Mean and standard deviation; each false alarm at most once in a million seeds."""
    posterior = found.result.posterior
    draws, weights, worth = posterior.draws[:, number], posterior.accepted.weights, posterior.accepted.effective
    mean = np.average(draws, weights=weights)
    deviation = np.sqrt(np.cov(draws, aweights=weights))
    assert mean == pytest.approx(exact.mean(), abs=SIGMAS * exact.std() * np.sqrt(2 / worth))
    assert deviation == pytest.approx(exact.std(), rel=SIGMAS / np.sqrt(worth))
    assert found.result.fitted[number].contraction > 0.9
    assert not found.result.fitted[number].pressed


def test_its_own_check_finds_it_right(found: Calibration) -> None:
    for one in found.result.fitted:
        assert one.check.p_value > 1e-6
        assert stats.binomtest(round(300 * one.check.covered), 300, 0.8).pvalue > 1e-6


def test_a_statistic_that_was_not_fitted_is_foretold(found: Calibration) -> None:
    strikes = {one.statistic.id: one for one in found.result.judged}["strikes"]
    assert not strikes.statistic.fit
    assert strikes.predicted.inside
    assert strikes.predicted.after.high - strikes.predicted.after.low < 15
    assert strikes.predicted.before.high > 50


def test_the_folder_says_what_was_found(found: Calibration) -> None:
    folder = found.folder
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["state"], manifest["runs"], manifest["seed"]) == ("finished", 12_000, 1)
    assert manifest["fit"]["tempo"] == {"range": "loguniform(0.2, 8)", "bounds": None}
    told = json.loads((folder / "calibration.json").read_text())
    assert told == json.loads(json.dumps(found.document))
    assert told["reached"] is True
    assert told["accepted"]["effective"] < told["accepted"]["runs"] <= 480
    assert told["joint"]["probability"] > 0.001
    tempo = told["parameters"]["tempo"]
    assert tempo["posterior"]["low"] < 1.5 < tempo["posterior"]["high"]
    assert tempo["median_at_half_the_share"] == pytest.approx(1.5, abs=0.15)
    with (folder / "posterior.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["run", "weight", "distance", "tempo", "temper"]
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(1)
    assert [int(row["run"]) for row in rows] == found.result.rows[found.result.posterior.accepted.rows].tolist()


def test_the_variant_can_be_included_and_says_the_posterior(found: Calibration, tmp_path: Path) -> None:
    variant = found.folder / "variant.yaml"
    (tmp_path / "fitted.yaml").write_bytes(variant.read_bytes())
    path, _ = feud.write(tmp_path, scenario=feud.SCENARIO + "include: [fitted.yaml]\n")
    loaded = load(path, Changes(variants=("calibrated",)))
    for name, exact in (("tempo", feud.TEMPO), ("temper", feud.TEMPER)):
        assert loaded.description.parameters[name].value == pytest.approx(exact.median(), rel=0.05)
    for one, exact in zip(found.result.fitted, (feud.TEMPO, feud.TEMPER), strict=True):
        assert one.written.misfit < 0.05
        low, high = one.written.range.quantile([0.05, 0.95])
        assert [low, high] == pytest.approx(exact.ppf([0.05, 0.95]), rel=0.1)
    assert [one.written.range.kind for one in found.result.fitted] == ["lognormal", "beta"]
    note = variant.read_text()
    assert "12,000 runs, seed 1" in " ".join(note.split())


def test_the_same_command_gives_the_same_bytes(found: Calibration, tmp_path: Path) -> None:
    again = fitted(tmp_path, replace(REQUEST, workers=2)).folder
    for name in ("table.parquet", "posterior.csv", "calibration.json", "variant.yaml", "manifest.json"):
        assert (again / name).read_bytes() == (found.folder / name).read_bytes(), name


def test_a_table_is_read_again_with_another_share_and_another_figure(tmp_path: Path) -> None:
    small = replace(REQUEST, runs=2000)
    first = fitted(tmp_path, small)
    before = (first.folder / "table.parquet").stat().st_mtime_ns
    other = fitted(tmp_path, replace(small, accept=0.1), record=feud.RECORD.replace("observed: 45", "observed: 60"))
    assert (first.folder / "table.parquet").stat().st_mtime_ns == before
    assert len(other.result.posterior.accepted.rows) > 2 * len(first.result.posterior.accepted.rows)
    assert other.result.fitted[0].posterior.median > 1.8
    longer = fitted(tmp_path, replace(small, runs=3000))
    assert len(longer.result.table) == 3000
    with pytest.raises(UsageError, match=r"found 2,000 runs; expected at least the 3,000"):
        fitted(tmp_path, small)


def test_a_disputed_figure_is_a_band(tmp_path: Path) -> None:
    """Anything from 20 to 80 hits is as good: tempo spreads over as much, and no value in it is preferred."""
    request = replace(REQUEST, runs=4000, accept=0.1)
    band = fitted(tmp_path, request, record=feud.RECORD.replace("observed: 45", "observed: [20, 80]"))
    tempo = band.result.fitted[0].posterior
    assert tempo.low < 0.85
    assert tempo.high > 2.2


def test_some_of_the_parameters_can_be_fitted_while_the_others_keep_their_ranges(tmp_path: Path) -> None:
    only = fitted(tmp_path, replace(REQUEST, runs=2000, parameters=("temper",)))
    assert [one.name for one in only.result.fitted] == ["temper"]
    assert "tempo" not in (only.folder / "variant.yaml").read_text()
    assert only.result.table.parameters.shape == (2000, 1)


def test_what_piles_up_at_the_end_of_its_range_is_said(tmp_path: Path) -> None:
    record = feud.RECORD.replace("loguniform(0.2, 8)", "uniform(0.2, 1.3)").replace("observed: 45", "observed: 52")
    found = fitted(tmp_path, replace(REQUEST, runs=6000), record=record)
    assert found.result.fitted[0].pressed == "upper"
    assert any("tempo piles up at the upper end" in text for text in found.document["remarks"])
    variant = " ".join((found.folder / "variant.yaml").read_text().split())
    assert "Left as they were: tempo." in variant
    assert "parameters.tempo" not in variant
    assert "parameters.temper.range" in variant


def test_a_share_may_lie_at_0(tmp_path: Path) -> None:
    """Of 45 hits none was answered: Beta(1, 46), which is no end that the record would go beyond."""
    record = feud.RECORD.replace("k: 30", "k: 0").replace("observed: 30", "observed: 0")
    temper = fitted(tmp_path, replace(REQUEST, runs=6000), record=record).result.fitted[1]
    assert not temper.pressed
    assert temper.posterior.median == pytest.approx(stats.beta(1, 46).median(), rel=0.5)
    assert temper.written.range.kind == "beta"


def test_what_the_record_says_nothing_of_keeps_its_range(tmp_path: Path) -> None:
    record = feud.RECORD.replace("temper: {range", "idle: {range")
    found = fitted(tmp_path, replace(REQUEST, runs=6000), record=record)
    assert found.result.fitted[1].contraction < 0.1
    assert any("idle: the record says little of it" in text for text in found.document["remarks"])
    assert "parameters.idle" not in (found.folder / "variant.yaml").read_text()


CONTRARY = feud.RECORD.replace("observed: 30, source", "observed: 10, fit: true, source")
"""Of 45 hits 30 were answered, and there were 10 strikes."""


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (feud.RECORD.replace("observed: 45", "observed: 900"), "hits: the record has 900, the model "),
        (feud.RECORD.replace("{action: hit}\n", "{action: hit, deaths: 1..}\n"), "answered: 0 % of runs have a value"),
        (CONTRARY, "each statistic is in reach, but not all together"),
        (CONTRARY, "strikes: the record has 10, the runs nearest to it "),
    ],
)
def test_a_record_out_of_reach_is_said_and_nothing_is_fitted(tmp_path: Path, record: str, words: str) -> None:
    request = replace(REQUEST, runs=6000)
    fitted(tmp_path, request)
    assert (tmp_path / "out" / "variant.yaml").exists()
    found = fitted(tmp_path, replace(request, force=True), record=record)
    assert words in found.problem
    assert "cannot reach the record feud" in found.problem
    assert not any((found.folder / name).exists() for name in ("variant.yaml", "posterior.csv"))
    assert (found.folder / "table.parquet").exists()
    told = json.loads((found.folder / "calibration.json").read_text())
    assert (told["reached"], told["accepted"], told["parameters"]) == (False, None, {})
    assert json.loads((found.folder / "manifest.json").read_text())["state"] == "out of reach"


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    cases = [
        (replace(REQUEST, parameters=("tempr",)), feud.RECORD, "nearest known name: temper"),
        (replace(REQUEST, parameters=("x", "tempr")), feud.RECORD, r"'x'; .*\n.*'tempr'; .*nearest known name: temper"),
        (replace(REQUEST, accept=0.0), feud.RECORD, "found 0 as the share to accept"),
        (replace(REQUEST, runs=300), feud.RECORD, "found 300 runs of which 12 would be accepted; expected 15 or more"),
        (REQUEST, feud.RECORD.replace(", fit: true", "").replace("    fit: true\n", ""), "no statistic to fit"),
        (REQUEST, feud.RECORD.replace(feud.FIT + "\n", ""), "names no parameters"),
        (REQUEST, feud.RECORD.replace("loguniform(0.2, 8)", "uniform(2, 2)"), "expected more than a single value"),
    ]
    for request, record, words in cases:
        with pytest.raises(UsageError, match=words):
            fitted(tmp_path, request, record=record)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="is no calibration's folder"):
        fitted(tmp_path, replace(REQUEST, force=True))
    fitted(tmp_path, replace(REQUEST, runs=1000), out="new")
    with pytest.raises(UsageError, match="--force replaces it"):
        fitted(tmp_path, replace(REQUEST, runs=1000, seed=2), out="new")
    again = fitted(tmp_path, replace(REQUEST, runs=1000, seed=2, force=True), out="new")
    assert again.manifest["seed"] == 2


@pytest.mark.parametrize("name", ["posterior", "predictive"])
def test_what_the_pictures_say_is_whole_and_does_not_overlap(found: Calibration, name: str) -> None:
    figure = import_module(f"sim.figures.{name}").draw(found)
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [text.get_window_extent() for text in texts]
    page = figure.bbox.padded(1)
    for text, box in zip(texts, boxes, strict=True):
        assert page.x0 <= box.x0 < box.x1 <= page.x1, text
        assert page.y0 <= box.y0 < box.y1 <= page.y1, text
    for (one, first), (other, second) in combinations(zip(texts, boxes, strict=True), 2):
        assert not first.padded(-1).overlaps(second.padded(-1)), (one, other)


def test_pictures_are_the_same_each_time(found: Calibration) -> None:
    one, other = (render(import_module("sim.figures.posterior").draw(found)) for _ in range(2))
    assert one == other
