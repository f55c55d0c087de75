"""A study's page: complete, self-contained, printable, and safe from the names of strangers."""

import re
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from test_page import EVIL, PIXEL, Reader

import sim
from sim.ensemble.folder import held
from sim.errors import UsageError
from sim.report.study import Part, Picture, Study, Table, assumptions_of, render_study, write_study

TABLE = Table(
    "shares by restraint", ("restraint", "share"), (("0.1", "62 % (59–65 %)"), ("0.9", "unknown")), "1,000 runs each"
)
STUDY = Study(
    kind="sweep",
    title="A made-up crisis",
    lead="In the model the war is the less likely the more restraint there is.",
    command="brinkline sweep made-up --over restraint=0:1:2",
    facts=(("Scenario", "made-up"), ("Runs", "2 × 1,000")),
    parts=(
        Part("What it shows", ("First.", "Second."), (Table("Thresholds", ("outcome", "at"), (("war", "0.4"),)),)),
        Part("Pictures", pictures=(Picture("curve", "The curve", "Read it from left to right.", TABLE),)),
    ),
    assumptions=("Restraint is one number.",),
)
HOSTILE = """\
brinkline: 1
scenario: hostile
title: {evil}
start: 2024-01-01
horizon: 10 d
sources: {{book: {{title: A book}}}}
card: {{not_for: {evil}}}
actors: {{a: {{name: {evil}}}, b: {{}}}}
parameters:
  p: {{value: 0.5, range: "uniform(0.4, 0.6)", unit: {evil}, note: {evil}, name: {evil}}}
  q: {{value: 0.25, source: book}}
  r: {{value: 2, range: "normal(2, 1)", bounds: [0, 4], unit: d, note: "Nobody knows.", source: assumed}}
actions: {{hit: {{rung: 5}}}}
ladder: [{{rung: 0}}, {{rung: 5}}]
rules:
  back: {{who: b, when: {{action: hit, target: self}}, chance: p * q, do: hit, to: actor, after: r, source: assumed}}
drivers: {{source: {{who: a, do: hit, to: b, rate: 1, source: book}}}}
outcomes: {{blow: {{when: {{action: hit}}}}}}
"""


def shape(page):
    """The page's tags from the body on, without what stands in them."""
    tags = [tag for tag, _ in page.tags]
    return tags[tags.index("body") :]


def test_a_study_page_has_this_structure():
    row, cells = ["tr", "th", "th"], ["tr", "td", "td"]
    assert shape(Reader(render_study(STUDY, {"curve": PIXEL}))) == [
        *["body", "header", "p", "h1", "p", "p", "dl", "div", "dt", "dd", "div", "dt", "dd", "main"],
        *["h2", "p", "p", "h3", "div", "table", "thead", *row, "tbody", *cells],
        *["h2", "h3", "figure", "div", "img", "figcaption"],
        *["details", "summary", "div", "table", "thead", *row, "tbody", *cells, *cells, "p"],
        *["h2", "ul", "li", "h2", "pre", "p", "p", "footer", "p"],
    ]


def test_a_study_page_says_what_it_is_and_how_to_make_it_again():
    text = Reader(render_study(STUDY, {"curve": PIXEL})).text
    for words in (
        "Brinkline: sweep",
        "A made-up crisis A model to think with, never a forecast to act on. In the model",
        "Scenario made-up Runs 2 × 1,000",
        "Read it from left to right. The numbers behind it: shares by restraint restraint share 0.1 62 % (59–65 %)",
        "1,000 runs each What it rests on Restraint is one number.",
        "How to make it again brinkline sweep made-up --over restraint=0:1:2 brinkline",
        f"brinkline {sim.__version__}, python 3.",
    ):
        assert words in text


def test_a_picture_has_an_alternative_text_and_is_inside():
    (image,) = Reader(render_study(STUDY, {"curve": PIXEL})).all("img")
    assert image["src"].startswith("data:image/png;base64,iVBOR")
    assert image["alt"] == "The curve. Read it from left to right."


def test_a_picture_that_was_not_drawn_leaves_its_numbers():
    page = Reader(render_study(STUDY, {}))
    assert not page.all("img")
    assert "62 % (59–65 %)" in page.text


def test_numbers_keep_to_one_line_and_words_do_not():
    html = render_study(STUDY, {})
    assert '<td class="number">62 % (59–65 %)</td>' in html
    assert "<td>unknown</td>" in html


def test_a_study_page_needs_no_script_and_no_network():
    html = render_study(STUDY, {"curve": PIXEL})
    page = Reader(html)
    assert not {"script", "link", "iframe", "object", "a"} & {tag for tag, _ in page.tags}
    assert not re.search(r"url\(|@import|https?:", html)
    assert any("default-src 'none'" in meta.get("content", "") for meta in page.all("meta"))


def test_folded_tables_are_open_in_print():
    style = re.search(r"@media print \{(.*)\}\s*</style>", render_study(STUDY, {}), re.DOTALL)
    assert style is not None
    assert "details::details-content { display: block; content-visibility: visible;" in style[1]


def test_texts_of_strangers_stay_text():
    table = Table(EVIL, (EVIL,), ((EVIL,),), EVIL)
    evil = Study(
        EVIL,
        EVIL,
        EVIL,
        EVIL,
        ((EVIL, EVIL),),
        (Part(EVIL, (EVIL,), (table,), (Picture("p", EVIL, EVIL, table),)),),
        (EVIL,),
    )
    page = Reader(render_study(evil, {"p": PIXEL}))
    assert not page.all("script")
    assert [image["alt"] for image in page.all("img")] == [f"{EVIL}. {EVIL}"]
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert page.text.count(EVIL) >= 14


def written(study, path, figures):
    with held(path, "sweep") as folder:
        folder.begin({})
        return write_study(study, folder, figures)


def test_a_study_is_written_with_its_figures(tmp_path):
    paths = written(STUDY, tmp_path / "new", {"curve": Figure(figsize=(1, 1))})
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "new/figures/curve.png",
        "new/figures/curve.svg",
        "new/report.html",
    ]
    made = sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert made == sorted([*paths, tmp_path / "new" / "manifest.json"])
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert len(Reader(paths[-1].read_text(encoding="utf-8")).all("img")) == 1


def test_a_study_is_the_same_page_each_time(tmp_path):
    pages = [written(STUDY, tmp_path / name, {"curve": Figure(figsize=(1, 1))})[-1] for name in "ab"]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_a_figure_that_is_no_picture_of_the_study_is_refused(tmp_path):
    with pytest.raises(ValueError, match="without a picture in the study: other"):
        written(STUDY, tmp_path, {"other": Figure()})
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_study_that_cannot_be_written_is_said(tmp_path):
    with held(tmp_path / "out", "sweep") as folder:
        folder.begin({})
        (tmp_path / "out" / "report.html").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(UsageError, match="is there already and is not Brinkline's"):
            write_study(STUDY, folder, {})
    assert not (tmp_path / "elsewhere").exists()


def test_assumptions_tell_what_rests_on_no_source(tmp_path):
    path = Path(tmp_path) / "hostile.yaml"
    path.write_text(HOSTILE.format(evil='"Nobody"'), encoding="utf-8")
    model, not_for, counts, *parameters = assumptions_of(sim.load(path))
    assert "share of runs of this model" in model
    assert not_for == "What the scenario is not for, in its author's words: Nobody"
    assert counts == (
        "Marked as assumed, or without a source: 2 of 3 parameters, 1 of 1 rules, 0 of 1 drivers, 1 of 1 actions."
    )
    assert parameters == [
        "Nobody (p): 0.5 Nobody, drawn from uniform(0.4, 0.6), assumed. Nobody",
        "r: 2 d, drawn from normal(2, 1) within 0 to 4, assumed. Nobody knows.",
    ]


def test_assumptions_of_strangers_stay_text(tmp_path):
    path = Path(tmp_path) / "hostile.yaml"
    path.write_text(HOSTILE.format(evil=f"'{EVIL.replace(chr(39), chr(39) * 2)}'"), encoding="utf-8")
    told = assumptions_of(sim.load(path))
    assert sum(text.count(EVIL) for text in told) == 4
    page = Reader(render_study(Study("x", "x", "x", "x", (), (), told), {}))
    assert not page.all("script")
    assert not page.all("img")
