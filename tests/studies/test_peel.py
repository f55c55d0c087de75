"""Peeling and pasting, by hand and against a slow twin that follows the words."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from sim.studies.discover.boxes import Box, Limit, inside
from sim.studies.discover.peel import LEAST, boxes
from sim.studies.discover.search import NOTHING, search
from tests.studies import planted

SEEDS = (*range(8), 32, 50)
"""Of small samples; in the last two a paste takes a limit away."""


def at_least(value: float, parameter: int = 0) -> Limit:
    return Limit(parameter, value, above=True)


def at_most(value: float, parameter: int = 0) -> Limit:
    return Limit(parameter, value, above=False)


def column(*values: float) -> np.ndarray:
    return np.array(values, float)[:, np.newaxis]


def test_a_peel_takes_the_twentieth_nearest_to_the_face_where_the_rest_gains_most() -> None:
    """Of twenty runs one goes: without run 0 it came true in 10 of 19, without run 19 in 9 of 19; and so on."""
    values = column(*range(20))
    came = np.arange(20) >= 10
    assert boxes(values, came) == [(), *[(at_least(run + 0.5),) for run in range(10)]]
    assert boxes(values, ~came) == [(), *[(at_most(18.5 - run),) for run in range(10)]]


def test_pasting_brings_back_what_a_peel_took_too_much_of() -> None:
    """Of 40 runs two go at a time. The tenth peel takes run 18 (no) and run 19 (yes): 19 of 22 become 18 of 20.

    Another one would leave 17 of 19. A paste to 20 runs adds one, run 19: 19 of 21. One to 21 adds two: 19 of 23.
    """
    came = (np.arange(40) > 18) & ~np.isin(np.arange(40), (25, 30))
    assert boxes(column(*range(40)), came) == [
        (),
        *[(at_least(run + 0.5),) for run in range(1, 20, 2)],
        (at_least(18.5),),
    ]


def test_runs_that_share_a_value_go_together() -> None:
    values = column(*[0] * 8, *[1] * 12)
    came = values[:, 0] == 1
    assert boxes(values, came) == [(), (at_least(0.5),)]


def test_the_gain_counts_for_each_run_that_goes() -> None:
    """The eight zeros hold 2 of 12: without them 10 of 12, (5/6 - 3/5) / 8 = 0.029 a run.

    The run with the least of the other parameter is a miss: without it 12 of 19, 0.032 a run, though 12 of 19 is less.
    """
    zeros = np.arange(20) < 8
    values = np.column_stack([~zeros, np.arange(20)]).astype(float)
    came = np.isin(np.arange(20), (3, 4)) | (np.arange(20) >= 10)
    assert came[zeros].sum() == 2
    assert boxes(values, came)[1] == (at_least(0.5, parameter=1),)


def test_of_equal_faces_the_earlier_parameter_and_its_upper_face_come_first() -> None:
    twins = np.column_stack([np.arange(20)] * 2).astype(float)
    assert boxes(twins, np.arange(20) >= 10)[-1] == (at_least(9.5),)
    in_the_middle = np.isin(np.arange(20), range(1, 19))
    assert boxes(twins, in_the_middle) == [(), (at_most(18.5),), (at_least(0.5), at_most(18.5))]


def test_a_parameter_that_does_not_vary_has_no_limit() -> None:
    values = np.column_stack([np.full(20, 3.0), np.arange(20)])
    assert boxes(values, np.arange(20) >= 19)[-1] == (at_least(18.5, parameter=1),)
    assert boxes(values[:, :1], np.arange(20) >= 10) == [()]


@pytest.mark.parametrize("came", [True, False])
def test_an_outcome_that_is_always_the_same_has_one_box(came: bool) -> None:
    assert boxes(column(*range(20)), np.full(20, came)) == [()]


def test_one_run_is_one_box() -> None:
    assert boxes(column(1.0), np.array([True])) == [()]


def test_a_box_keeps_a_twentieth_of_all_runs_exactly() -> None:
    """Of 140 runs 7 are left, though 0.05 × 140 is a little more than 7 in floating point."""
    values = column(*range(140))
    found = boxes(values, np.arange(140) == 139)
    assert int(inside(found[-1], values).sum()) == 7


def test_a_run_without_a_value_is_in_no_box_that_limits_the_parameter() -> None:
    values = column(*range(19), np.nan)
    came = (np.arange(20) >= 8) & (np.arange(20) < 19)
    assert boxes(values, came)[1:3] == [(at_least(0.5),), (at_least(1.5),)]
    assert boxes(column(*[np.nan] * 20), np.arange(20) >= 10) == [()]
    both = np.column_stack([values[:, 0], np.arange(20)])
    came = np.arange(20) == 19  # only the run without a value: its other parameter tells it
    assert {limit.parameter for limit in boxes(both, came)[-1]} == {1}


@pytest.mark.parametrize("seed", SEEDS)
def test_boxes_are_those_of_the_slow_twin(seed: int) -> None:
    values, came = _small(seed)
    found = boxes(values, came)
    assert found == slowly(values, came)
    shares = [came[inside(box, values)].mean() for box in found]
    assert shares == sorted(set(shares))


def test_the_twin_sees_pastes_and_limits_that_they_take_away() -> None:
    pasted, freed = 0, 0
    for values, came in map(_small, SEEDS):
        for before, after in pairwise(boxes(values, came)):
            pasted += int(inside(after, values).sum() > inside(before, values).sum())
            freed += int(len(after) < len(before))
    assert pasted > 0
    assert freed > 0


def test_boxes_do_not_depend_on_the_order_of_runs() -> None:
    values, came = planted.runs(500, 4, seed=4)
    shuffled = np.random.default_rng(4).permutation(500)
    assert boxes(values[shuffled], came[shuffled]) == boxes(values, came)


def test_sixty_outcomes_of_noise_have_no_box() -> None:
    dice = np.random.default_rng(11)
    verdicts = {search(dice.random((450, 3)), dice.random(450) < 0.3, threshold=0.5).verdict for _ in range(60)}
    assert verdicts == {NOTHING}


def _small(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Runs with a few tied values and a few missing ones, and an outcome with a planted box."""
    dice = np.random.default_rng(seed)
    count = int(dice.integers(25, 90))
    values = np.column_stack([dice.random(count), dice.integers(0, 6, count), dice.random(count)])
    came = dice.random(count) < np.where((values[:, 0] > 0.4) & (values[:, 1] < 3), 0.8, 0.2)
    values[dice.random((count, 3)) < 0.02] = np.nan
    return values, came


def slowly(values: np.ndarray, came: np.ndarray) -> list[Box]:
    """The boxes, a run at a time and in fractions; ``ends`` are the limits by (parameter, whether a lower one)."""
    rows = [(tuple(row), bool(hit)) for row, hit in zip(values.tolist(), came, strict=True)]
    found: list[dict[tuple[int, bool], float]] = [{}]
    for moves in (_peels, _pastes):
        while True:
            ends = found[-1]
            now = _in(rows, ends)
            best = None
            for after in moves(rows, ends, values.shape[1]):
                then = _in(rows, after)
                if len(then) == len(now) or Fraction(len(then), len(rows)) < Fraction(str(LEAST)):
                    continue
                gain = (_share(then) - _share(now)) / abs(len(then) - len(now))
                rank = gain, -len({parameter for parameter, _ in after})
                if gain > 0 and (best is None or rank > best[0]):
                    best = rank, after
            if best is None:
                break
            found.append(best[1])
    return [
        tuple(Limit(parameter, ends[parameter, above], above) for parameter, above in sorted(ends, key=_as_read))
        for ends in found
    ]


def _as_read(end: tuple[int, bool]) -> tuple[int, bool]:
    return end[0], not end[1]


def _in(rows, ends):
    return [
        (row, hit)
        for row, hit in rows
        if all(row[one] >= value if above else row[one] <= value for (one, above), value in ends.items())
    ]


def _share(rows) -> Fraction:
    return Fraction(sum(hit for _, hit in rows), len(rows))


def _peels(rows, ends, parameters):
    left = _in(rows, ends)
    for parameter in range(parameters):
        drawn = [row[parameter] for row, _ in left if row[parameter] == row[parameter]]
        for above in (False, True):
            order = sorted(drawn, reverse=not above)
            last = (len(left) - 1) // 20
            rest = [value for value in order[last:] if value != order[last]]
            if rest:
                yield {**ends, (parameter, above): (order[last] + rest[0]) / 2}


def _pastes(rows, ends, parameters):
    few = (len(_in(rows, ends)) - 1) // 20
    for parameter in range(parameters):
        for above in (False, True):
            if (parameter, above) not in ends:
                continue
            end = ends[parameter, above]
            without = {key: value for key, value in ends.items() if key != (parameter, above)}
            beyond = [
                row[parameter]
                for row, _ in _in(rows, without)
                if (row[parameter] < end if above else row[parameter] > end)
            ]
            if not beyond:
                continue
            order = sorted(beyond, reverse=above)
            last = order[min(few, len(order) - 1)]
            rest = [value for value in order if (value < last if above else value > last)]
            yield {**without, (parameter, above): (last + rest[0]) / 2} if rest else without
