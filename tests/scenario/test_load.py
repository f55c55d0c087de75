"""From a path or an id to a description: what is found, what is missing, what a part is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sim.errors import ScenarioError, StorageError, UsageError
from sim.scenario import files
from sim.scenario.load import Changes, examine, find, load, variant_faults
from tests.scenario.conftest import WORLD

HEAD = "brinkline: 1\nscenario: example\nstart: 2024-01-01\nhorizon: 1 d\n"


def test_a_shipped_scenario_is_found_by_its_id():
    assert load("erbil-2024").description.scenario == "erbil-2024"
    assert "erbil-2024" in files.shipped_ids()


def test_a_shipped_scenario_has_no_warnings_and_its_variants_no_errors():
    for name in files.shipped_ids():
        loaded = load(name)
        assert loaded.warnings == []
        assert variant_faults(loaded) == []


def test_a_file_beats_an_id(written, monkeypatch, tmp_path):
    written(HEAD, "erbil-2024")
    monkeypatch.chdir(tmp_path)
    assert load("erbil-2024").description.scenario == "example"


def test_a_folder_with_the_name_of_an_id_is_in_nobodys_way(monkeypatch, tmp_path):
    (tmp_path / "erbil-2024").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load("erbil-2024").description.scenario == "erbil-2024"


@pytest.mark.parametrize("name", ["erbil-2042", "nothing", "\x00", "x" * 5000])
def test_an_unknown_id_is_a_matter_of_usage(name):
    with pytest.raises(UsageError, match="found no file and no scenario"):
        find(name)


def test_the_nearest_id_is_suggested():
    with pytest.raises(UsageError, match="nearest known name: erbil-2024"):
        load("erbil-2042")


@pytest.mark.parametrize("name", ["nowhere.yaml", "no/where", "\x00.yaml", "x" * 5000 + ".yaml", "."])
def test_a_file_that_cannot_be_read_is_a_matter_of_storage(name):
    with pytest.raises(StorageError, match="cannot be read"):
        load(name)


def test_errors_are_raised_with_all_faults_and_the_texts(written):
    path = written(WORLD + "note: 5\ntitle: 6\n")
    with pytest.raises(ScenarioError) as error:
        load(path)
    assert [fault.path for fault in error.value.faults] == ["note", "title"]
    assert path in error.value.texts


def test_the_start_is_a_moment_with_its_zone(written):
    assert load(written(HEAD)).start == datetime(2024, 1, 1, tzinfo=UTC)
    assert load(written(HEAD.replace("2024-01-01", "2024-01-01T00:00+03:00"))).start == datetime(
        2023, 12, 31, 21, tzinfo=UTC
    )


def test_a_path_has_its_spot(loaded):
    assert str(loaded().spot(("actors", "south"))).endswith("case.yaml:6:28")


PART = "brinkline: 1\nrules: {answer: {do: speak, chance: mood, when: {actor: enemies}}}\nactions: {shoot: {tags: x}}\n"


def test_a_part_is_examined_without_what_others_bring(written):
    loaded, faults, _ = examine(written(PART))
    assert loaded is None
    assert faults == []


def test_a_part_alone_cannot_be_played(written):
    with pytest.raises(ScenarioError) as error:
        load(written("brinkline: 1\nactors: {a: {}}\n"))
    assert [fault.path for fault in error.value.faults] == ["horizon", "scenario", "start"]


def test_a_scenario_that_forgot_one_key_of_the_top_is_no_part(written):
    _, faults, _ = examine(written("brinkline: 1\nstart: 2024-01-01\nhorizon: 1 d\n"))
    assert [(fault.code, fault.path) for fault in faults] == [("missing-key", "scenario")]


@pytest.mark.parametrize(
    "slip",
    [
        "actors: {a: {knd: x}}",
        "rules: {r: {chance: 2}}",
        "rules: {r: {chance: 1 +}}",
        "actors: {count: {}}",
        "actors: {a: {}}\ngroups: {a: []}",
        "variables: {v: {range: [1, 0]}}",
    ],
)
def test_a_part_is_told_what_no_other_file_can_mend(written, slip):
    assert len(examine(written(f"brinkline: 1\n{slip}\n"))[1]) == 1


def test_an_include_that_fails_does_not_make_the_rest_look_wrong(written):
    path = written(HEAD + "include: [parts/nothing.yaml]\n" + PART.removeprefix("brinkline: 1\n"))
    assert [fault.code for fault in examine(path)[1]] == ["include"]


def test_an_included_file_that_is_no_yaml_is_the_only_fault(written):
    written("a: b: c\n", "part.yaml")
    path = written(HEAD + "include: [part.yaml]\n" + PART.removeprefix("brinkline: 1\n"))
    assert [(fault.code, fault.spot.line) for fault in examine(path)[1]] == [("yaml-colon", 1)]


def test_a_link_that_leads_outside_is_refused(written, tmp_path):
    outside = written("brinkline: 1\n", "outside/secret.yaml")
    main = written(HEAD + "include: [link.yaml]\n", "inside/main.yaml")
    (tmp_path / "inside" / "link.yaml").symlink_to(outside)
    assert [fault.code for fault in examine(main)[1]] == ["include"]


def test_a_link_that_stays_inside_is_followed(written, tmp_path):
    written("brinkline: 1\ntitle: linked\n", "real.yaml")
    main = written(HEAD + "include: [link.yaml]\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "real.yaml")
    assert load(main).description.title == "linked"


def test_a_link_in_a_circle_is_refused(written, tmp_path):
    main = written(HEAD + "include: [a.yaml]\n")
    (tmp_path / "a.yaml").symlink_to(tmp_path / "b.yaml")
    (tmp_path / "b.yaml").symlink_to(tmp_path / "a.yaml")
    assert [fault.code for fault in examine(main)[1]] == ["include"]


@pytest.mark.parametrize(
    "name", ["x" * 5000, "/dev/zero", "..", ".", "", "~", "a\\0.yaml", "http://example.org/x.yaml"]
)
def test_odd_includes_are_refused(written, name):
    assert [fault.code for fault in examine(written(HEAD + f'include: ["{name}"]\n'))[1]] == ["include"]


def test_more_includes_than_anybody_needs_are_refused(written):
    for number in range(70):
        written("brinkline: 1\n", f"part{number}.yaml")
    path = written(HEAD + f"include: [{', '.join(f'part{number}.yaml' for number in range(70))}]\n")
    assert {fault.code for fault in examine(path)[1]} == {"include"}


def test_the_library_of_the_package_is_shown_where_it_lies(written):
    _, _, texts = examine(written(HEAD + "include: [library/ladder.yaml]\n"))
    assert str(files.shipped_folder().resolve() / "library" / "ladder.yaml") in texts


def test_a_file_of_ones_own_beats_the_library(written):
    written("brinkline: 1\nladder: [{rung: 3}]\n", "library/ladder.yaml")
    assert [rung.rung for rung in load(written(HEAD + "include: [library/ladder.yaml]\n")).description.ladder] == [3]


def test_the_errors_of_variants_name_the_variant(loaded):
    found = variant_faults(
        loaded("variants: {v: {add: {rules: {r: {who: nroth, when: {}, do: speak}}}}, w: {set: {horizon: 0 d}}}\n")
    )
    assert [(fault.code, fault.path) for fault in found] == [
        ("unknown-name", "rules.r.who[0] (in the variant v)"),
        ("wrong-value", "horizon (in the variant w)"),
    ]


def test_what_a_variant_leaves_unused_is_not_warned_of(loaded):
    answer = "answer: {who: south, when: {action: shoot}, do: speak}"
    again = "again: {who: north, when: {origin: answer}, do: speak}"
    found = loaded(
        f"rules: {{{answer}, {again}}}\n" + "variants: {v: {disable: [rules.answer, actors.north]}}\n", variants=("v",)
    )
    assert found.warnings == []


def test_changes_are_nothing_unless_given():
    assert Changes() == Changes((), (), (), None, False)
