"""``brinkline contagion``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_it_tells_numbers_and_writes_everything(brinkline: Command) -> None:
    said = brinkline("contagion", "small.yaml", "--runs", "200")
    assert said.code == 0, said.err
    assert "dies out by itself" in " ".join(said.out.split())
    assert "never a forecast" in said.out
    folder = Path("contagion/small")
    assert sorted(path.name for path in folder.iterdir()) == [
        "contagion.json", "figures", "kinds.csv", "links.csv", "manifest.json", "report.html",
    ]  # fmt: skip
    assert len(list((folder / "figures").iterdir())) == 6
    assert "brinkline contagion small.yaml --runs 200" in (folder / "report.html").read_text()
    document = json.loads((folder / "contagion.json").read_text())
    of_a = next(one for one in document["actors"] if one["actor"] == "a")
    assert of_a["interval"][0] < 0.5 < of_a["interval"][1]  # a's blow is answered with the chance p, 0.5 on average
    assert document["spectral_radius"]["value"] == 0  # nobody answers an answer
    assert document["verdict"] == "dies out"


def test_a_results_folder_gives_what_its_scenario_gives(brinkline: Command) -> None:
    assert brinkline("run", "small.yaml", "--runs", "30", "--out", "results", "--quiet", "--no-figures").code == 0
    of_folder = brinkline("contagion", "results", "--json", "--no-figures")
    played = brinkline("contagion", "small.yaml", "--runs", "30", "--json", "--no-figures")
    assert json.loads(of_folder.out) == json.loads(played.out)


WRONG = {
    ("small.yaml", "--runs", "1"): "found 1 runs; expected 2 to 20,000",
    ("smal",): "found no file and no scenario 'smal'",
    ("small.yaml", "--variant", "clam"): "nearest known name: calm",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_requests_are_refused(brinkline: Command, words: tuple[str, ...]) -> None:
    said = brinkline("contagion", *words)
    assert (said.code, said.out) == (2, "")
    assert WRONG[words] in said.err
