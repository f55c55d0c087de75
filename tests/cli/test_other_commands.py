"""``validate schema list describe trace plot report`` and the frame around them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli.commands import _HOMES
from tests.cli.conftest import Command

QUICK = ("--runs", "12", "--no-figures", "--workers", "1")


@pytest.mark.parametrize("command", _HOMES)
def test_every_command_has_help_with_an_example(brinkline: Command, command: str) -> None:
    said = brinkline(command, "--help")
    assert said.code == 0
    assert f"brinkline {command}" in said.out.split("Options:")[0].split("Usage:")[1].split("\n", 1)[1]


def test_the_program_lists_its_commands(brinkline: Command) -> None:
    said = brinkline("--help")
    assert said.code == 0
    assert all(f"\n  {command} " in said.out for command in _HOMES)


def test_an_unknown_command_names_the_nearest(brinkline: Command) -> None:
    said = brinkline("validat")
    assert said.code == 2
    assert "Nearest known name: validate" in said.err


def test_validate_says_that_a_file_is_right(brinkline: Command) -> None:
    said = brinkline("validate", "small.yaml")
    assert (said.code, said.out) == (0, "small.yaml: no errors, no warnings\n")


def test_validate_prints_every_fault_of_every_file(brinkline: Command, tmp_path: Path) -> None:
    text = (tmp_path / "small.yaml").read_text()
    (tmp_path / "one.yaml").write_text(text.replace("do: hit, to: actor", "do: hitt, to: actor"))
    (tmp_path / "two.yaml").write_text(text.replace("when: {deaths", "wen: {deaths"))
    said = brinkline("validate", "one.yaml", "small.yaml", "two.yaml")
    assert said.code == 2
    lines = said.out.splitlines()
    assert lines[0] == (
        "one.yaml:11:68: error unknown-name: rules.back.do: found the action 'hitt'; expected a known action; "
        "nearest known name: hit"
    )
    assert lines[2].index("^") == lines[1].index("hitt")
    assert "small.yaml: no errors, no warnings" in lines
    assert any(line.startswith("two.yaml:14:20: error unknown-key: outcomes.death.wen") for line in lines)


def test_validate_as_json(brinkline: Command, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text((tmp_path / "small.yaml").read_text().replace("do: hit, to: actor", "do: hitt"))
    said = brinkline("validate", "one.yaml", "--json")
    (document,) = json.loads(said.out)
    assert said.code == 2
    assert document["faults"][0]["nearest"] == "hit"


def test_validate_names_the_faults_of_a_variant(brinkline: Command, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text((tmp_path / "small.yaml").read_text().replace("set: {p: 0}", "set: {q: 0}"))
    said = brinkline("validate", "one.yaml")
    assert said.code == 2
    assert "bad-path" in said.out


def test_validate_of_a_missing_file_is_exit_3(brinkline: Command) -> None:
    assert brinkline("validate", "none.yaml").code == 3


def test_warnings_alone_are_no_failure(brinkline: Command, tmp_path: Path) -> None:
    text = (tmp_path / "small.yaml").read_text().replace("actions: {", "actions: {nod: {rung: 0}, ")
    (tmp_path / "one.yaml").write_text(text)
    said = brinkline("validate", "one.yaml")
    assert said.code == 0
    assert "warning unused: actions.nod" in said.out


def test_the_schema_is_json(brinkline: Command) -> None:
    said = brinkline("schema")
    assert json.loads(said.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_list_names_the_scenarios(brinkline: Command) -> None:
    assert "erbil-2024" in brinkline("list").out
    listed = [one["id"] for one in json.loads(brinkline("list", "--json").out)]
    assert listed == ["erbil-2022", "erbil-2023", "erbil-2024", "erbil-2024-strike", "soleimani-2020"]


def test_list_of_a_scenario_names_what_it_offers(brinkline: Command) -> None:
    said = brinkline("list", "small.yaml")
    assert all(word in said.out for word in ("calm", "Nobody answers", "death", "0.5"))
    assert json.loads(brinkline("list", "small.yaml", "--json").out)["outcomes"][0]["id"] == "death"


def test_describe_in_four_forms(brinkline: Command) -> None:
    assert "A small quarrel" in brinkline("describe", "small.yaml").out
    assert brinkline("describe", "small.yaml", "--markdown").out.startswith("# ")
    assert "digraph" in brinkline("describe", "small.yaml", "--dot").out
    assert json.loads(brinkline("describe", "small.yaml", "--json").out)
    assert brinkline("describe", "small.yaml", "--json", "--dot").code == 2


def test_trace_tells_a_run(brinkline: Command) -> None:
    said = brinkline("trace", "small.yaml", "--run", "3", "--seed", "5")
    assert said.code == 0
    assert "Run 3 under seed 5" in said.out
    assert "Aland" in said.out


def test_trace_of_a_results_folder_tells_its_run(brinkline: Command) -> None:
    brinkline("run", "small.yaml", *QUICK, "--seed", "9", "--out", "out")
    assert (
        brinkline("trace", "out", "--run", "4").out == brinkline("trace", "small.yaml", "--run", "4", "--seed", "9").out
    )
    assert brinkline("trace", "out", "--run", "12").code == 2


def test_trace_as_json_holds_the_events(brinkline: Command) -> None:
    document = json.loads(brinkline("trace", "small.yaml", "--json").out)
    assert document["events"]


def test_trace_refuses_a_time_it_cannot_read(brinkline: Command) -> None:
    said = brinkline("trace", "small.yaml", "--from", "tomorrow")
    assert said.code == 2
    assert "tomorrow" in said.err


@pytest.mark.parametrize("day", ["9" * 30, "-5000000", "9999-12-31"])
def test_trace_refuses_a_day_that_the_calendar_does_not_reach(brinkline: Command, day: str) -> None:
    said = brinkline("trace", "small.yaml", f"--to={day}")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"brinkline: found '{day}', which the calendar does not reach; expected a nearer one\n"


def test_plot_draws_the_figures_that_are_named(brinkline: Command, tmp_path: Path) -> None:
    brinkline("run", "small.yaml", *QUICK, "--out", "out")
    said = brinkline("plot", "out", "level-fan", "--out", "pictures")
    assert said.code == 0
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == ["level-fan.png", "level-fan.svg"]


def test_plot_names_the_nearest_figure(brinkline: Command) -> None:
    brinkline("run", "small.yaml", *QUICK, "--out", "out")
    said = brinkline("plot", "out", "level-fam")
    assert said.code == 2
    assert "nearest known name: level-fan" in said.err


def test_report_makes_the_page_anew(brinkline: Command, tmp_path: Path) -> None:
    brinkline("run", "small.yaml", *QUICK, "--out", "out")
    said = brinkline("report", "out")
    assert said.code == 0
    page = (tmp_path / "out" / "report.html").read_text()
    assert "A small quarrel" in page


@pytest.mark.parametrize("command", ["plot", "report"])
def test_what_is_no_results_folder_is_refused(brinkline: Command, command: str) -> None:
    said = brinkline(command, "small.yaml")
    assert said.code == 2
    assert "no results folder" in said.err
