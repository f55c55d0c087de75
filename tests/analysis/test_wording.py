"""Probabilities as people read them."""

import doctest

import pytest

from sim.analysis import wording
from sim.analysis.wording import (
    confidence,
    interval_text,
    likelihood,
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


@pytest.mark.parametrize(
    ("share", "interval", "text"),
    [
        (0.62, (0.59, 0.65), "62 % (59-65 %), likely"),
        (0.2, (0.17, 0.23), "20 % (17-23 %), unlikely"),
        (0.1999, (0.17, 0.23), "20 % (17-23 %), very unlikely"),
        (0.003, (0.001, 0.0087), "0.3 % (0.1-0.9 %), less than 1 in 100"),
        (0.995, (0.99, 0.998), "99.5 % (99.0-99.8 %), at least 99 in 100"),
        (0.0, (0.0, 0.0038), "fewer than 1 in 260"),
        (1.0, (0.9962, 1.0), "more than 99.6 %"),
        (0.0, (0.0, 0.8), "unknown"),
        (float("nan"), (0.0, 1.0), "unknown"),
        (None, (None, None), "unknown"),
    ],
)
def test_a_likelihood_has_its_interval_and_words_or_a_bound(share, interval, text):
    assert plain(likelihood(share, interval)) == text


@pytest.mark.parametrize(
    ("share", "width", "assumed", "level"),
    [
        (0.5, 0.1499, 2, "high"),
        (0.5, 0.15, 2, "moderate"),
        (0.5, 0.3999, 2, "moderate"),
        (0.5, 0.4, 2, "low"),
        (0.5, 0.1, 3, "moderate"),
        (0.5, 0.3, 3, "low"),
        (0.5, 0.9, 4, "low"),
        (0.05, 0.01, 0, "high"),
        (0.0499, 0.01, 0, "moderate"),
        (0.95, 0.01, 0, "moderate"),
        (0.01, 0.01, 4, "low"),
        (0.5, None, 0, "not known"),
    ],
)
def test_confidence_falls_with_the_range_and_with_what_is_assumed(share, width, assumed, level):
    found = confidence(share, width, assumed=assumed, of=4)
    assert found.level == level
    assert f" {level}: " in found.text


def test_confidence_and_likelihood_never_share_a_sentence():
    words = ["likely", "no chance", "even chance", "almost certain"]
    for assumed in range(3):
        told = confidence(0.6, 0.2, assumed=assumed, of=2).text
        assert not any(word in told for word in words)
        assert "onfidence" not in likelihood(0.6, (0.5, 0.7))


def test_confidence_says_why():
    told = confidence(0.6, 0.237, assumed=2, of=5, which="parameters that clearly move it").text
    assert told == (
        "Confidence in the model is moderate: in nine of ten draws of the uncertain parameters the probability lies "
        "within a range of up to 24 points. Of the parameters that clearly move it (5) 2 are merely assumed."
    )
