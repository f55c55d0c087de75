"""From an outcome back to the parameters that make it likely."""

from __future__ import annotations

from math import comb
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import sim
from sim.engines.choice import silent
from sim.ensemble.plan import Request
from sim.ensemble.results import Ensemble
from sim.errors import UsageError
from sim.scenario.load import load
from sim.studies.discover import words
from sim.studies.discover.boxes import Limit, Share, Told, beyond, inside, p_values, pruned, rounded
from sim.studies.discover.discover import discover, ensemble_of
from sim.studies.discover.peel import boxes
from sim.studies.discover.search import LIKELIER, LIKELY, NOTHING, TOO_FEW, search
from tests.studies import planted

SQUARE = np.array([[x, y] for x in (0.1, 0.4, 0.7, 0.9) for y in (0.2, 0.8)])
"""Eight runs with two parameters."""
RIGHT_LOW = (Limit(0, 0.6, above=True), Limit(1, 0.5, above=False))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Ensemble:
    """3,000 runs of the scenario with the planted box."""
    folder = tmp_path_factory.mktemp("planted")
    (folder / "planted.yaml").write_text(planted.SCENARIO)
    return sim.run(folder / "planted.yaml", runs=3000, out=folder / "runs", keep="summary", engine="compiled")


def test_a_box_holds_the_runs_within_its_limits() -> None:
    assert inside(RIGHT_LOW, SQUARE).tolist() == [False] * 4 + [True, False, True, False]
    assert inside((), SQUARE).all()
    # the first limit alone keeps out those with a low x and a low y, the second those with a high x and a high y
    assert beyond(RIGHT_LOW, SQUARE).T.tolist() == [
        [True, False, True, False, False, False, False, False],
        [False, False, False, False, False, True, False, True],
    ]


def test_density_coverage_support_and_contrast_are_counts_over_counts() -> None:
    came = np.array([True, False, False, False, True, False, True, True])
    told = Told.of(inside(RIGHT_LOW, SQUARE), came)
    assert told == Told(Share(2, 2), Share(2, 4), Share(2, 8), Share(2, 6))
    assert told.contrast == 0.5 - 0 / 4


def test_a_limit_has_the_p_value_of_fishers_test() -> None:
    came = np.array([False, False, False, False, True, False, True, False])
    found = p_values(RIGHT_LOW, SQUARE, came)
    # two of two inside, none of two beyond: one of the ways to choose two of four
    assert found.tolist() == pytest.approx([1 / comb(4, 2)] * 2)
    table = [[2, 0], [0, 2]]
    assert found[0] == pytest.approx(stats.fisher_exact(table, "greater").pvalue)


def test_limits_that_chance_could_account_for_are_dropped() -> None:
    values, came = planted.runs(2000, 4, seed=1)
    noise = (Limit(2, 0.05, above=True), Limit(3, 0.93, above=False))
    assert pruned((*noise, *RIGHT_LOW), values, came) == RIGHT_LOW
    assert pruned(noise, values, came) == ()


def test_limits_have_few_digits() -> None:
    values = np.array([[0.0, 100.0, 0.00001], [1.0, 300.0, 0.9]])
    box = (Limit(0, 0.61234, above=True), Limit(1, 251.23, above=False), Limit(2, 0.0012345, above=True))
    assert [one.value for one in rounded(box, values)] == [0.61, 250.0, 0.0012]


def test_peeling_goes_from_all_runs_to_few() -> None:
    values, came = planted.runs(1000, 3, seed=2)
    found = boxes(values, came)
    assert found[0] == ()
    sizes = [int(inside(box, values).sum()) for box in found]
    assert min(sizes) >= 0.05 * 1000
    assert sizes[1] == pytest.approx(950, abs=2)
    shares = [came[inside(box, values)].mean() for box in found]
    assert max(shares) > 0.75 > came.mean()


def test_a_planted_box_is_found_and_told_by_runs_that_did_not_choose_it() -> None:
    values, came = planted.runs(6000, 6, seed=3)
    found = search(values, came, threshold=0.5)
    assert (found.verdict, found.runs) == (LIKELY, (2000, 2000, 2000))
    ends = {(one.parameter, one.above): one.value for one in found.box}
    assert ends == {(0, True): pytest.approx(0.6, abs=0.03), (1, False): pytest.approx(0.5, abs=0.03)}
    telling = values[2::3], came[2::3]
    assert found.told == Told.of(inside(found.box, telling[0]), telling[1])
    low, high = found.told.density.interval
    # its 95 % interval, widened by the few runs between the limits and the planted ones
    assert low - 0.05 < 0.8 < high + 0.05
    assert all(side.p_value < 1e-6 for side in found.sides)
    assert all(side.beyond.interval[0] < 0.2 for side in found.sides)
    assert found.difference[0] > 0.5


def test_the_threshold_asks_for_denser_ranges() -> None:
    """The chance is x0: above one half it is three in four, above nine tenths 95 in 100."""
    dice = np.random.default_rng(5)
    values = dice.random((9000, 3))
    came = dice.random(9000) < values[:, 0]
    limits = []
    for threshold in (0.5, 0.85):
        found = search(values, came, threshold=threshold)
        assert found.verdict == LIKELY
        assert [(one.parameter, one.above) for one in found.box] == [(0, True)]
        limits.append(found.box[0].value)
    assert 0.3 < limits[0] < 0.6
    assert 0.7 < limits[1] < 0.95


def test_a_box_that_stays_below_the_threshold_is_said_to_be_likelier_only() -> None:
    values, came = planted.runs(6000, 4, seed=6, inside=0.3, outside=0.05)
    found = search(values, came, threshold=0.5)
    assert found.verdict == LIKELIER
    assert {one.parameter for one in found.box} == {0, 1}


def test_noise_is_no_finding() -> None:
    """Of 40 outcomes that depend on nothing one in forty at most is said to have a box; false alarm below 1e-3."""
    dice = np.random.default_rng(7)
    verdicts = [search(dice.random((450, 3)), dice.random(450) < 0.3, threshold=0.5).verdict for _ in range(40)]
    assert verdicts.count(NOTHING) >= 40 - stats.binom.ppf(1 - 1e-3, 40, 0.025)


def test_too_few_of_either_kind_are_said_to_be_too_few() -> None:
    values = np.random.default_rng(8).random((300, 2))
    came = np.zeros(300, np.bool_)
    came[:20] = True
    for outcome in (came, ~came, np.zeros(300, np.bool_)):
        assert search(values, outcome, threshold=0.5).verdict == TOO_FEW


def test_of_five_parameters_the_two_that_matter_are_found(runs: Ensemble) -> None:
    found = discover(runs, "answered")
    assert found.parameters == ("p", "q", "r", "s", "u")
    assert found.found.verdict == LIKELY
    assert found.limits(found.found.box) == {
        "p": (pytest.approx(0.6, abs=0.04), None),
        "q": (None, pytest.approx(4, abs=0.4)),
    }
    document = found.as_dict()
    assert document["density"]["interval"][0] < 0.9 < document["density"]["interval"][1] + 0.05
    assert document["coverage"]["value"] == pytest.approx(0.16 * 0.9 / (0.16 * 0.9 + 0.84 * 0.1), abs=0.08)
    assert document["support"]["value"] == pytest.approx(0.16, abs=0.04)
    assert document["elsewhere"]["value"] == pytest.approx(0.1, abs=0.04)
    assert document["runs_of_parts"] == {"find": 1000, "choose": 1000, "tell": 1000}
    text = words.sentence(found)
    assert text.startswith("In the model, “An answer” came true in ")
    for phrase in (
        "of the runs with p above 0.",
        " and q below ",
        "of all runs and hold ",
        "Elsewhere it came true in ",
    ):
        assert phrase in text
    assert len(found.as_csv().splitlines()) == 1 + len(found.found.steps)
    assert discover(runs, "answered").as_dict() == document


def test_an_outcome_that_never_comes_true_has_no_ranges(runs: Ensemble) -> None:
    found = discover(runs, "never")
    assert found.found.verdict == TOO_FEW
    assert "came true in fewer than 1 in" in words.sentence(found)
    assert found.as_dict()["box"] == {}


def test_what_is_not_there_is_said(runs: Ensemble, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nearest known name: answered"):
        discover(runs, "answred")
    with pytest.raises(UsageError, match="found 1 as the threshold; expected it between 0 and 1"):
        discover(runs, "answered", threshold=1)
    (tmp_path / "planted.yaml").write_text(planted.SCENARIO)
    fixed = sim.run(sim.load(tmp_path / "planted.yaml", fixed=True), runs=30, out=tmp_path / "out")
    with pytest.raises(UsageError, match="found no parameter that differs"):
        discover(fixed, "answered")


def test_runs_are_played_once_and_added_to(tmp_path: Path) -> None:
    (tmp_path / "planted.yaml").write_text(planted.SCENARIO)
    loaded = load(tmp_path / "planted.yaml")
    out = tmp_path / "out"

    def have(runs: int, **how) -> int:
        played: list[int] = []
        request = Request(runs=runs, workers=1, engine="compiled", **how)
        ensemble = ensemble_of(loaded, out, request, progress=lambda done, _: played.append(done), say=silent)
        assert len(ensemble) == runs
        return len(played)

    assert have(60) > 0
    assert have(60) == 0
    assert have(90) > 0
    with pytest.raises(UsageError, match="holds runs of another scenario or seed; --force replaces it"):
        have(90, seed=2)
    assert have(90, seed=2, force=True) > 0
    with pytest.raises(UsageError, match="is no discovery's folder"):
        ensemble_of(loaded, tmp_path, Request(runs=30), say=silent)
