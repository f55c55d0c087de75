"""``brinkline validate --probe``."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.cli.conftest import SMALL, Command

WAR = "  war: {who: b, when: {action: hit, target: self}, chance: 0.05, do: war, to: actor}\n"
SOUND = (
    SMALL.replace("{rung: 5, name: blow}", "{rung: 5, name: blow}, {rung: 6, name: war}")
    .replace("actions: {", "actions: {war: {rung: 6}, ")
    .replace("drivers:", f"{WAR}drivers:")
)


def test_a_sound_scenario_is_silent(brinkline: Command) -> None:
    Path("sound.yaml").write_text(SOUND)
    said = brinkline("validate", "sound.yaml", "--probe")
    assert (said.code, said.err) == (0, "")
    assert said.out == "sound.yaml: no errors, no warnings (probe: 200 runs)\n"


def test_what_fires_in_a_variant_only_is_no_fault(brinkline: Command) -> None:
    Path("calm.yaml").write_text(SOUND.replace("chance: p,", "if: p > 0.7,").replace("set: {p: 0}", "set: {p: 0.9}"))
    said = brinkline("validate", "calm.yaml", "--probe")
    assert said.out == "calm.yaml: no errors, no warnings (probe: 200 runs)\n"


def test_what_a_probe_finds_has_the_form_of_every_warning(brinkline: Command) -> None:
    Path("bad.yaml").write_text(SMALL.replace("chance: p", "chance: p, if: deaths < 0"))
    said = brinkline("validate", "bad.yaml", "--probe", "--probe-runs", "50")
    assert said.code == 0
    assert re.search(
        r"^bad\.yaml:\d+:\d+: warning never-fires: rules\.back: found a rule", said.out, flags=re.MULTILINE
    )
    assert said.out.endswith("bad.yaml: no errors, 2 warnings (probe: 50 runs)\n")
    document = json.loads(brinkline("validate", "bad.yaml", "--probe", "--json").out)
    assert "never-fires" in [fault["code"] for fault in document[0]["faults"]]
    assert document[0]["probe"]["runs"] == 200
    assert "probe" not in json.loads(brinkline("validate", "bad.yaml", "--json").out)[0]


def test_a_scenario_with_errors_is_not_played(brinkline: Command) -> None:
    Path("bad.yaml").write_text(SMALL.replace("do: hit, to: actor", "do: hitt, to: actor"))
    said = brinkline("validate", "bad.yaml", "--probe")
    assert said.code == 2
    assert "probe" not in said.out


def test_runs_without_a_probe_and_no_runs_are_refused(brinkline: Command) -> None:
    said = brinkline("validate", "small.yaml", "--probe-runs", "20")
    assert (said.code, said.out) == (2, "")
    assert "found --probe-runs without --probe" in said.err
    assert "expected 1 to 10,000" in brinkline("validate", "small.yaml", "--probe", "--probe-runs", "0").err
