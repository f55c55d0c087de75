"""CSV files that people open in a spreadsheet: no cell runs."""

from __future__ import annotations

import csv
import io
import re

import pytest

from sim.ensemble.files import csv_text


def cells(*row: object) -> list[str]:
    """What a program reads of a row."""
    return list(csv.reader(io.StringIO(csv_text(["name"] * len(row), [row]), newline="")))[1]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=", "-", "-1-1", "+1e", "--1"],
)
def test_a_text_that_begins_like_a_formula_has_an_apostrophe_before_it(text: str) -> None:
    assert cells(text) == [f"'{text}"]


@pytest.mark.parametrize(
    "text", ["", "a=1", "p", "us-strike", "'quoted'", "½", "−0.5", "#", "a\n=1", "a\r=1", "a\r\n=1"]
)
def test_other_texts_stay(text: str) -> None:
    assert cells(text) == [text]


@pytest.mark.parametrize(
    "number", [-3.5, -1, 0.25, -1e-300, float("-inf"), "-3.5", "+1", "-.5", "-1e-07", "-inf", "7."]
)
def test_numbers_stay_numbers(number: object) -> None:
    assert cells(number) == [str(number)]


def test_headers_are_cells_too() -> None:
    assert csv_text(["=a", "b"], []) == "'=a,b\n"


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "'", "''", "'a", '=a,"b\n'])
def test_taking_one_apostrophe_off_gives_the_text_again(text: str) -> None:
    [cell] = cells(text)
    assert (cell[1:] if re.match(r"''*\s*[=+@-]", cell) else cell) == text
