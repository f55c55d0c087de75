"""Durations and instants."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import times

START = datetime(2024, 1, 17, tzinfo=timezone(timedelta(hours=3)))


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("30 min", 1_800_000), ("8 h", 28_800_000), ("2 d", 172_800_000), ("1 w", 604_800_000), ("1.5h", 5_400_000),
        (".5 d", 43_200_000), (" 0 ", 0), ("0 d", 0), ("1e1 min", 600_000),
    ],
)  # fmt: skip
def test_durations(text, ms):
    assert times.duration_ms(text) == ms


@pytest.mark.parametrize(
    "text", ["", "5", "d", "-1 d", "+1 d", "1 day", "1 d 2 h", "1,5 d", "٣ d", "1 s", "nan d", "inf d", "999999 w"]
)
def test_texts_that_are_no_durations(text):
    with pytest.raises(ValueError, match="found"):
        times.duration_ms(text)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2024-01-17", 0), ("2024-01-18", 86_400_000), ("2024-01-16T23:30", -1_800_000),
        ("2024-01-17T00:00:00Z", 10_800_000), ("2024-01-17T00:00:00+03:00", 0), ("+12 h", 43_200_000),
        ("-30 d", -2_592_000_000), ("+ 0", 0), ("2024-01-17T00:00:00.0019", 1),
    ],
)  # fmt: skip
def test_instants_from_the_start(text, ms):
    assert times.instant_ms(text, START) == ms


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "5 d", "2024-13-01", "2024-02-30", "+", "+5", "24-01-17", "2024-01-17 at noon", "end"]
)
def test_texts_that_are_no_instants(text):
    with pytest.raises(ValueError, match="found"):
        times.instant_ms(text, START)


def test_a_start_without_a_zone_is_in_utc():
    assert times.parse_start("2024-01-17") == datetime(2024, 1, 17, tzinfo=UTC)
    assert times.parse_start("2024-01-17T06:00").utcoffset() == timedelta(0)


def test_a_start_keeps_its_zone():
    assert times.parse_start("2024-01-17T00:00:00+03:00").utcoffset() == timedelta(hours=3)


@given(st.integers(-(10**12), 10**12))
def test_a_moment_leads_back_to_its_milliseconds(ms):
    assert times.instant_ms(times.moment_of(ms, START).isoformat(), START) == ms


@given(st.text())
def test_garbage_raises_nothing_but_a_value_error(text):
    for read in (times.duration_ms, times.parse_start, lambda one: times.instant_ms(one, START)):
        with suppress(ValueError):
            read(text)


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0"), (1_800_000, "30 min"), (43_200_000, "12 h"), (216_000_000, "2.5 d"), (604_800_000, "7 d")],
)
def test_lengths_as_people_read_them(ms, text):
    assert times.length_text(ms) == text
