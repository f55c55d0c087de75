"""A stranger's file may act on a terminal, never end, or lead elsewhere: it is shown as it is, refused, or let be."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

import sim
from sim.engines.simpy_engine import SimPyEngine
from sim.errors import ScenarioError, StorageError, UsageError
from sim.escapes import visible
from sim.model.build import build
from sim.scenario import files
from sim.scenario.faults import CODES, with_excerpt
from sim.scenario.load import examine, load
from sim.scenario.texts import LARGEST_BYTES
from tests.scenario.conftest import WORLD

ACTING = "\x1b[31m", "\x07", "\u202e", "\u2066", "\u200b", "\u2028", "\x9b"
ESCAPED = {"\x1b": r"\e", "\x07": r"\a", "\x9b": r"\x9b"}


def yaml_of(text: str) -> str:
    return '"' + "".join(ESCAPED.get(sign, sign if sign < "\x7f" else f"\\u{ord(sign):04x}") for sign in text) + '"'


TEXT = yaml_of("a" + "b".join(ACTING) + "c")
MARKED = (
    WORLD.replace("name: calm", f"name: {TEXT}").replace("north: {}", f"north: {{name: {TEXT}, kind: {TEXT}}}")
    + f"title: {TEXT}\ndescription: {TEXT}\nnote: {TEXT}\nsources: {{s: {{title: {TEXT}, url: {TEXT}}}}}\nsource: s\n"
    + f"parameters: {{p: {{value: 1, unit: {TEXT}}}}}\noutcomes: {{o: {{name: {TEXT}, if: level > p}}}}\n"
    + f"variants: {{v: {{note: {TEXT}, add: {{actors: {{north: {{name: {TEXT}}}}}}}}}}}\n"
)


def strings(value: object) -> list[str]:
    """All texts of a description."""
    if isinstance(value, BaseModel):
        return [text for name in type(value).model_fields for text in strings(getattr(value, name))]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (*strings(key), *strings(item))]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def test_what_a_terminal_would_obey_is_escaped_in_every_text(written):
    loaded = load(written(MARKED))
    found = strings(loaded.description)
    assert sum(r"\x1b[31m" in text for text in found) >= 11
    assert all(text == visible(text) for text in found)
    assert loaded.description.title == visible(loaded.description.title)


def test_a_name_is_one_line_and_forges_none(written):
    loaded = load(written(WORLD + 'title: "good\\nerror: all is lost"\nnote: "one\\ntwo"\n'))
    assert loaded.description.title == r"good\nerror: all is lost"
    assert loaded.description.note == "one\ntwo"


def test_a_folded_title_loses_the_break_that_yaml_puts_behind_it(written):
    assert load(written(WORLD + "title: >\n  two\n  words\n")).description.title == "two words"


def test_the_resolved_scenario_shows_and_says_the_same_again_and_again(written):
    first = load(written(MARKED))
    assert first.resolved == visible(first.resolved)
    again = load(written(first.resolved, "again.yaml"))
    assert again.hash == first.hash
    assert again.resolved == first.resolved
    assert again.description.title == first.description.title
    assert SimPyEngine(build(again)).play(1, 0).rows == SimPyEngine(build(first)).play(1, 0).rows


def test_letters_of_every_script_stay_as_they_are(written):
    name = "أربيل میان‌رودان हिन्दी 中文 👩‍👩‍👧"
    loaded = load(written(WORLD + f"title: {name}\n"))
    assert loaded.description.title == name
    assert name in loaded.resolved


@pytest.mark.parametrize(
    "slip",
    [
        f"{TEXT}: 1",
        f"actors: {{{TEXT}: {{}}}}",
        f"rules: {{r: {{who: {TEXT}, when: {{action: {TEXT}}}, do: {TEXT}, if: {TEXT}, after: {TEXT}}}}}",
        f"include: [{TEXT}]",
        f"level: {{window: {TEXT}}}",
        f"variants: {{v: {{set: {{{TEXT}: 1}}, disable: [{TEXT}]}}}}",
        f"variables: {{v: {{scope: {TEXT}}}}}",
        f"max_events: {TEXT}",
    ],
)
def test_faults_quote_it_escaped_and_briefly(written, slip):
    path = written(WORLD.replace("actors", "actors " if "actors" in slip else "actors") + slip + "\n")
    _, faults, texts = examine(path)
    assert [fault for fault in faults if fault.severity == "error"]
    for fault in faults:
        told = with_excerpt(fault, texts)
        assert told == visible(told)
        assert all(part == visible(part) for part in (fault.found, fault.path, fault.nearest, fault.expected))


def test_an_excerpt_shows_what_acts_and_its_mark_stands_below_the_column(written):
    path = written(WORLD + "outcomes: {o: {name: \u202ex, if: lvl > 1}}\n")
    _, faults, texts = examine(path)
    line, mark = with_excerpt(faults[0], texts).splitlines()[1:]
    assert r"\u202ex" in line
    assert line[mark.index("^") :].startswith("lvl")


def test_file_names_in_faults_are_escaped(tmp_path):
    path = tmp_path / "a\x1b[31mb\n.yaml"
    path.write_text("brinkline: 2\n", encoding="utf-8")
    assert all(str(fault) == visible(str(fault)) and "\n" not in str(fault) for fault in examine(path)[1])
    with pytest.raises(UsageError) as error:
        load("\x1b[31m")
    assert "\x1b" not in str(error.value)


def test_no_break_spaces_in_texts_for_readers_are_welcome(written):
    loaded = load(written(WORLD + "title: Qui répond\u00a0?\nnote: «\u00a0non\u00a0»\n"))
    assert loaded.description.title == "Qui répond\u00a0?"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("cp1252", "in Windows-1252 is 'é'"), ("utf-16", "probably UTF-16"), ("utf-32", "probably UTF-32")],
)
def test_another_encoding_is_named_at_the_first_byte(tmp_path, encoding, said):
    path = tmp_path / "other.yaml"
    path.write_bytes((WORLD + "note: répond\n").encode(encoding))
    (fault,) = examine(path)[1]
    assert fault.code == "unreadable"
    assert said in fault.found
    if encoding == "cp1252":
        assert (fault.spot.line, fault.spot.column) == (13, 8)


def test_cyrillic_in_an_old_encoding_is_not_called_western(tmp_path):
    path = tmp_path / "other.yaml"
    path.write_bytes("заметка: это не то\n".encode("cp1251"))
    (fault,) = examine(path)[1]
    assert "another encoding" in fault.found


@pytest.mark.parametrize("data", ["a: 1\n".encode("utf-16-le"), b"a: \xed\xa0\x80\n", b"a: \0\n"])
def test_text_of_zero_bytes_or_half_characters_is_one_fault(tmp_path, data):
    path = tmp_path / "odd.yaml"
    path.write_bytes(data)
    assert len(examine(path)[1]) == 1


def test_a_byte_order_mark_is_nothing_to_speak_of(tmp_path):
    path = tmp_path / "marked.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + WORLD.encode())
    assert examine(path)[1] == []


def standard_input(monkeypatch, text: bytes | str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(text.encode() if isinstance(text, str) else text), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", stream)


def test_a_dash_is_standard_input_as_often_as_it_is_asked_for(monkeypatch, written):
    standard_input(monkeypatch, WORLD)
    first, again = sim.load("-"), load("-")
    assert first.hash == again.hash == load(written(WORLD)).hash


def test_its_faults_stand_in_stdin(monkeypatch):
    standard_input(monkeypatch, WORLD + "note: 5\n")
    with pytest.raises(ScenarioError) as error:
        load("-")
    assert str(error.value).startswith("<stdin>:13:7: error wrong-type: note:")


def test_it_includes_from_the_library_alone(monkeypatch, written, tmp_path):
    written("brinkline: 1\n", "part.yaml")
    monkeypatch.chdir(tmp_path)
    standard_input(monkeypatch, WORLD + "include: [library/ladder.yaml, part.yaml]\n")
    assert [(fault.code, fault.path) for fault in examine("-")[1] if fault.severity == "error"] == [
        ("include", "include[1]")
    ]


def test_a_shipped_scenario_may_come_from_standard_input(monkeypatch):
    text = (files.shipped_folder() / "erbil-2024.yaml").read_text(encoding="utf-8")
    standard_input(monkeypatch, text)
    assert load("-").hash == load("erbil-2024").hash


def test_too_much_on_standard_input_is_not_read(monkeypatch):
    standard_input(monkeypatch, b"#" * (2 * LARGEST_BYTES))
    assert [fault.found for fault in examine("-")[1]] == ["found a file over 1 MiB"]
    assert sys.stdin.buffer.tell() <= LARGEST_BYTES + 1


def test_nothing_on_standard_input_is_one_error(monkeypatch):
    standard_input(monkeypatch, "")
    with pytest.raises(StorageError, match="nothing on standard input"):
        load("-")
    standard_input(monkeypatch, WORLD)
    sys.stdin.close()
    with pytest.raises(StorageError, match="is closed"):
        load("-")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(StorageError, match="is closed"):
        load("-")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    return path


def test_a_pipe_is_refused_and_not_waited_for(pipe):
    with pytest.raises(StorageError, match="it is a pipe; expected a regular file"):
        load(pipe)


def test_a_device_is_refused():
    with pytest.raises(StorageError, match="it is a device"):
        load("/dev/zero")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(StorageError, match="it is a folder"):
        load(f"{tmp_path}/.")


@pytest.mark.parametrize("name", ["pipe.yaml", "loop.yaml", "folder", "p" * 300 + "/x.yaml", "p" * 300, "a/" * 3000])
def test_an_include_that_cannot_be_read_is_a_fault_at_its_place(written, tmp_path, pipe, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    path = written(WORLD + f'include: ["{name}"]\n')
    assert [(str(fault.spot).rsplit("/", 1)[-1], fault.code) for fault in examine(path)[1]] == [
        ("case.yaml:13:11", "include")
    ]


def test_an_include_that_may_not_be_read_is_a_fault_at_its_place(written, monkeypatch):
    part = written("brinkline: 1\n", "part.yaml")
    opened = os.open

    def refuse(path, flags, *rest):
        if str(path) == part:
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, *rest)

    monkeypatch.setattr(os, "open", refuse)
    (fault,) = examine(written(WORLD + "include: [part.yaml]\n"))[1]
    assert (fault.code, fault.spot.line, fault.path) == ("include", 13, "include[0]")
    assert "Permission denied" in fault.found


def test_files_that_are_large_together_are_refused(written):
    for number in range(3):
        written("brinkline: 1\nnote: " + "x" * 900_000 + "\n", f"part{number}.yaml")
    _, faults, _ = examine(written(WORLD + "include: [part0.yaml, part1.yaml, part2.yaml]\n"))
    assert [fault.code for fault in faults] == ["too-large"]


def test_a_scenario_is_a_line_when_printed_and_a_card_in_a_notebook(written):
    loaded = load(written(WORLD + "title: <b>bold</b>\n"))
    assert repr(loaded) == str(loaded) == "<Scenario example: 2 actors, 0 rules, 10 d from 2024-01-01>"
    assert repr(loaded.description) == str(loaded.description) == repr(loaded)
    assert len(repr(loaded.root)) < 300
    card = loaded._repr_html_()
    assert "&lt;b&gt;bold&lt;/b&gt;" in card
    assert "<b>bold" not in card


def test_one_variant_may_be_a_text(written):
    path = written(
        WORLD + "parameters: {p: {value: 1}}\noutcomes: {o: {if: level > p}}\nvariants: {mute: {set: {p: 2}}}\n"
    )
    assert sim.load(path, variants="mute").hash == sim.load(path, variants=["mute"]).hash


@pytest.mark.parametrize(
    "asked",
    [
        {"variants": 3}, {"variants": [1]}, {"variants": None}, {"variants": {"mute": 1}}, {"settings": [1]},
        {"settings": 0}, {"settings": {1: 2}}, {"settings": {"p": float("nan")}}, {"settings": {"p": object()}},
        {"settings": {"p": {1, 2}}}, {"injects": 5}, {"injects": [None]}, {"fixed": "yes"},
    ],
)  # fmt: skip
def test_arguments_of_another_type_are_a_matter_of_usage(asked):
    with pytest.raises(UsageError, match=r"found .* expected"):
        sim.load("erbil-2024", **asked)


@pytest.mark.parametrize("scenario", [None, 5, b"erbil-2024", ["erbil-2024"]])
def test_a_scenario_of_another_type_is_a_matter_of_usage(scenario):
    with pytest.raises(UsageError, match="expected a path or an id"):
        sim.load(scenario)


def test_an_inject_may_be_a_path(written):
    inject = written("- {id: again, at: +3 d, who: north, do: shoot, to: south}\n", "inject.yaml")
    world = written(WORLD)
    assert len(sim.load(world, injects=inject).description.timeline) == 3
    assert len(sim.load(world, injects=[Path(inject)]).description.timeline) == 3


def test_the_codes_of_this_are_documented():
    assert {"strange-character", "too-large"} <= set(CODES)
