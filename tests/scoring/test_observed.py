"""What an observed file may say, and everything that it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.ensemble.results import Ensemble
from sim.errors import StorageError
from sim.scoring import RecordError, read_base_rates, read_observed
from sim.scoring.cells import MOST_BYTES
from tests.scoring.conftest import Write

OUTCOMES, EVENTS = "outcome,happened,day\n", "date,actor,action,target\n"


def told(ensemble: Ensemble, *files: Path) -> list[str]:
    """What is said of wrong files."""
    with pytest.raises(RecordError) as caught:
        read_observed(files, ensemble)
    return str(caught.value).splitlines()


def test_outcomes_and_events_in_one_file(quarrel: Ensemble, write: Write) -> None:
    text = """\ufeff# what the papers said
Outcome, Happened ,day,date,actor,action,target,note
struck,YES,2.5,,,,,"a comma, ""quotes"" too"
answered,1,,2024-01-14T12:00,,,,
spoken,true,,,,,,

many,No
,,,2024-01-12,a,hit,b,
,,,2024-01-12T21:00Z,a,hit,nobody,
"""
    found = read_observed([write(text)], quarrel)
    assert [(one.outcome, one.happened, one.day) for one in found.outcomes] == [
        ("struck", True, 2.5),
        ("answered", True, 4.5),
        ("spoken", True, None),
        ("many", False, None),
    ]
    assert [(one.day, one.actor, one.action, one.target) for one in found.events] == [
        (2.5, "a", "hit", "b"),
        (3.0, "a", "hit", None),
    ]
    assert found.files[0][0] == "seen.csv"


def test_yes_and_no_as_spreadsheets_and_data_frames_write_them(quarrel: Ensemble, write: Write) -> None:
    rows = {"struck": "TRUE", "answered": "1.0", "spoken": "0.0", "many": "False"}
    found = read_observed([write("outcome,happened\n" + "".join(f"{k},{v}\n" for k, v in rows.items()))], quarrel)
    assert [one.happened for one in found.outcomes] == [True, True, False, False]


def test_each_kind_in_a_file_of_its_own(quarrel: Ensemble, write: Write) -> None:
    files = [write(OUTCOMES + "struck,no,\n"), write("date,actor,action\r\n2024-01-10,a,hit\r\n", "deeds.csv")]
    found = read_observed(files, quarrel)
    assert (len(found.outcomes), len(found.events)) == (1, 1)
    assert found.events[0].day == 0.5


def test_a_date_alone_is_that_day_in_the_zone_of_the_start(quarrel: Ensemble, write: Write) -> None:
    found = read_observed(
        [write("outcome,happened,day,date\nstruck,yes,2,2024-01-12\nspoken,yes,,2024-01-30\n")], quarrel
    )
    assert [one.day for one in found.outcomes] == [2.0, 20.0]


LINES = {
    "struk,yes,": "1: error: found the outcome 'struk'; expected the id of a known outcome; nearest known name: struck",
    "A strikes,yes,": "1: error: found the outcome 'A strikes'; expected the id of a known outcome; "
    "nearest known name: struck",
    "struck,maybe,": "8: error: found 'maybe' under happened; expected yes or no; leave the row out if it is not known",
    "struck,,": "8: error: found nothing under happened; expected yes or no",
    "struck,yes,soon": "12: error: found 'soon'; expected a number: days from the start, such as 0.5",
    "struck,yes,nan": "12: error: found 'nan'; expected a number",
    "struck,yes,-1": "12: error: found '-1'; expected days from the start, from 0 to 20",
    "struck,yes,20.5": "12: error: found '20.5'; expected days from the start, from 0 to 20",
    "struck,no,4": "11: error: found '4' for an outcome that did not happen; expected no day and no date",
    "struck,yes,4,5": "14: error: found a cell beyond the header, '5'; expected 3 cells",
    ",yes,": "2: error: found a row without an outcome; expected an outcome in each row",
}


@pytest.mark.parametrize("line", LINES)
def test_a_wrong_outcome_is_refused(quarrel: Ensemble, write: Write, line: str) -> None:
    (said,) = told(quarrel, write(OUTCOMES + line + "\n"))
    assert said.startswith(f"seen.csv:2:{LINES[line]}")


DEEDS = {
    "2024-01-09,a,hit,b": "1: error: found the date '2024-01-09', before the start; expected a date from "
    "2024-01-10 00:00 to before 2024-01-30 00:00 (times are UTC+0300)",
    "2024-01-30,a,hit,b": "1: error: found the date '2024-01-30', at or after the horizon's end",
    "2024-01-09T20:59Z,a,hit,b": "1: error: found the date '2024-01-09T20:59Z', before the start",
    "1 May,a,hit,b": "1: error: found the date '1 May'; expected an ISO date or date-time",
    ",a,hit,b": "1: error: found no date; expected an ISO date",
    "2024-01-12,aa,hit,b": "12: error: found the actor 'aa'; expected the id of a known actor; nearest known name: a",
    "2024-01-12,Aland,hit,b": "12: error: found the actor 'Aland'; expected the id of a known actor; "
    "nearest known name: a",
    "2024-01-12,both,hit,b": "12: error: found the group 'both'; expected the id of a known actor",
    "2024-01-12,a,hitt,b": "14: error: found the action 'hitt'; expected the id of a known action; "
    "nearest known name: hit",
    "2024-01-12,a,kinetic,b": "14: error: found the tag 'kinetic'; expected the id of a known action",
    "2024-01-12,a,,b": "14: error: found no action; expected the id of a known action",
    "2024-01-12,a,hit,d": "18: error: found the target 'd'; expected the id of a known actor",
}


@pytest.mark.parametrize("line", DEEDS)
def test_a_wrong_event_is_refused(quarrel: Ensemble, write: Write, line: str) -> None:
    (said,) = told(quarrel, write(EVENTS + line + "\n"))
    assert said.startswith(f"seen.csv:2:{DEEDS[line]}")


WHOLE = {
    "": "1:1: error: found nothing; expected a header",
    OUTCOMES: "1:1: error: found a header alone; expected at least one row below it",
    "struck,yes,3\n": "1:1: error: found no header; expected a first line with the columns outcome, happened or date",
    "outcome;happened\nstruck;yes\n": "1:1: error: found semicolons between the columns; expected commas",
    "outcome,day\nstruck,3\n": "1:1: error: found no column 'happened'; expected outcome, happened",
    "outcome,hapened\nstruck,yes\n": "1:9: error: found the column 'hapened'; expected a known column; "
    "nearest known name: happened",
    "outcome,happened,days\nstruck,yes,3\n": "1:18: error: found the column 'days'; expected a known column; "
    "nearest known name: day",
    "actor,action\na,hit\n": "1:1: error: found no column 'date'; expected date, actor, action",
    "when,actor,action\n2024-01-12,a,hit\n": "1:1: error: found no column 'date'; expected date, actor, action",
    "outcome,happened,outcome\nstruck,yes,\n": "1:18: error: found the column 'outcome' twice; expected it once",
    'outcome,happened\n"struck,yes\n': "2:1: error: found a quote that is not closed",
    'outcome,happened\n"struck"x,yes\n': "2:9: error: found 'x'; expected a comma or the end of the line",
    b"outcome,happened\nstr\xfcck,yes\n": "2:4: error: found the byte 0xfc; expected text in UTF-8",
    "outcome,happened\n".encode("utf-16"): "1:1: error: found the byte 0xff; expected text in UTF-8",
    "outcome,happened\n".encode("utf-16-le"): "1:1: error: found a zero byte; expected text in UTF-8",
}


@pytest.mark.parametrize("text", WHOLE)
def test_a_wrong_file_is_refused(quarrel: Ensemble, write: Write, text: str | bytes) -> None:
    (said,) = told(quarrel, write(text))
    assert said.startswith(f"seen.csv:{WHOLE[text]}")


def test_contradictions_are_refused(quarrel: Ensemble, write: Write) -> None:
    header = "outcome,happened,day,date,actor,action\n"
    rows = "struck,yes,3,,,\nstruck,yes,3,,,\nstruck,no,,,,\nspoken,yes,3,2024-01-20,,\nmany,no,,,a,\n"
    assert told(quarrel, write(header + rows)) == [
        "seen.csv:3:1: error: found the outcome 'struck' a second time; expected it once: it is in seen.csv:2:1",
        "seen.csv:4:1: error: found the outcome 'struck' with the other answer; "
        "expected it once: it is in seen.csv:2:1",
        "seen.csv:5:12: error: found day 3 and the date 2024-01-20, which is day 10; "
        "expected the same moment, or one of the two",
        "seen.csv:6:11: error: found 'a' in the row of an outcome; expected an outcome or an event, not both",
    ]


def test_an_outcome_in_two_files_is_there_twice(quarrel: Ensemble, write: Write) -> None:
    files = [write(OUTCOMES + "struck,no,\n"), write(OUTCOMES + "struck,no,\n", "more.csv")]
    assert told(quarrel, *files)[0].startswith("more.csv:2:1: error: found the outcome 'struck' a second time")


def test_everything_is_told_at_once(quarrel: Ensemble, write: Write) -> None:
    files = [write(OUTCOMES + "x,yes,\nstruck,yes,99\n"), write(EVENTS + "2023-01-01,x,y,z\n", "deeds.csv")]
    said = told(quarrel, *files)
    assert [line.rsplit(": error")[0] for line in said] == [
        "seen.csv:2:1",
        "seen.csv:3:12",
        "deeds.csv:2:1",
        "deeds.csv:2:12",
        "deeds.csv:2:14",
        "deeds.csv:2:16",
    ]


def test_what_is_wrong_with_a_row_is_told_from_left_to_right(quarrel: Ensemble, write: Write) -> None:
    said = told(quarrel, write("outcome,happened,day,date,actor,action\n,yes,4,soon,aa,hitt\n"))
    assert [line.split(": error")[0] for line in said] == [f"seen.csv:2:{column}" for column in (2, 6, 8, 13, 16)]


def test_a_file_that_is_too_large_is_not_read_further(quarrel: Ensemble, write: Write) -> None:
    (said,) = told(quarrel, write(b"x" * (MOST_BYTES + 1)))
    assert said == "seen.csv:1:1: error: found more than 10 MiB; expected a CSV file of at most 10 MiB"


def test_a_file_that_is_not_there_cannot_be_read(quarrel: Ensemble) -> None:
    with pytest.raises(StorageError, match=r"none\.csv could not be read"):
        read_observed(["none.csv"], quarrel)


def test_base_rates_have_a_file_of_their_own(quarrel: Ensemble, write: Write) -> None:
    assert read_base_rates(write("outcome,probability\nstruck,0.3\nmany,1\n"), quarrel) == {"struck": 0.3, "many": 1.0}
    with pytest.raises(RecordError) as caught:
        read_base_rates(write("outcome,probability\nstruk,0.3\nmany,1.5\nmany,0\nmany,0\n"), quarrel)
    assert [line.split(": error: ")[1].split(";")[0] for line in str(caught.value).splitlines()] == [
        "found the outcome 'struk'",
        "found '1.5'",
        "found the outcome 'many' a second time",
    ]
