"""Probabilities as people read them."""

import doctest

import pytest

from sim.analysis import wording
from sim.analysis.wording import (
    interval_text,
    likelihood_words,
    number_text,
    percent_text,
    precision_text,
    probability_text,
    rate_text,
)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN DASH}", "-")


def test_examples_of_the_module_run():
    assert doctest.testmod(wording).failed == 0


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (9, "less than 1 in 100"),
        (10, "almost no chance"),
        (49, "almost no chance"),
        (50, "very unlikely"),
        (200, "unlikely"),
        (450, "roughly even chance"),
        (549, "roughly even chance"),
        (550, "likely"),
        (800, "very likely"),
        (950, "almost certain"),
        (989, "almost certain"),
        (990, "at least 99 in 100"),
    ],
)
def test_words_change_at_the_lower_edge_of_each_row(count, words):
    assert likelihood_words(count, 1000) == words


def test_what_no_run_or_every_run_shows_gets_no_word_of_likelihood():
    assert plain(likelihood_words(0, 40)) == "in none of 40 runs"
    assert plain(likelihood_words(40, 40)) == "in every one of 40 runs"
    assert likelihood_words(0, 0) == "unknown"


@pytest.mark.parametrize(
    ("count", "of", "text"),
    [
        (0, 1000, "fewer than 1 in 260"),
        (1000, 1000, "more than 99.6 %"),
        (0, 1, "none of 1 run"),
        (2, 2, "all of 2 runs"),
        (0, 0, "unknown"),
        (620, 1000, "62 %"),
        (1, 1000, "0.1 %"),
        (1, 170, "0.6 %"),
        (999, 1000, "99.9 %"),
    ],
)
def test_probabilities_have_no_more_digits_than_their_error_allows(count, of, text):
    assert plain(probability_text(count, of)) == text


def test_an_interval_has_the_digits_of_its_share():
    assert plain(interval_text(0.62, low=0.589, high=0.65)) == "59-65 %"
    assert plain(interval_text(0.006, low=0.001, high=0.033)) == "0.1-3.3 %"


def test_a_rare_share_keeps_one_digit():
    assert plain(percent_text(0.0004, low=0.0, high=0.05)) == "0.04 %"


def test_numbers_have_significant_digits_and_no_exponent():
    assert [number_text(value) for value in (0.0, 1234.5, 0.000123, None)] == ["0", "1,234", "0.000123", "unknown"]


def test_rates_of_like_size_have_like_length():
    assert [rate_text(value) for value in (12.3, 5.0, 0.5, 0.001)] == ["12", "5.0", "0.50", "<0.01"]


@pytest.mark.parametrize(
    ("reached", "text"),
    [
        (True, "the 95 % intervals are as narrow as asked"),
        (False, "the limit of 5,000 runs came before the 95 % intervals were as narrow as asked"),
        (None, "stopped before the 95 % intervals were as narrow as asked"),
    ],
)
def test_precision_says_whether_the_intervals_are_narrow_enough(reached, text):
    told = plain(precision_text({"war": 0.005, "*": 0.02}, reached=reached, max_runs=5000))
    assert told == f"{text}, in percentage points: 0.5 for war, 2 for every other outcome"
