"""Texts in every script: letters in their order and joined, in fonts that have them, or said to have none.

The fonts are those that come with matplotlib, so that these tests are the same wherever they run.
"""

from __future__ import annotations

import random
import warnings
from dataclasses import replace
from pathlib import Path

import matplotlib
import pytest
import synthetic
from matplotlib.font_manager import FontEntry, FontPath, FontProperties, fontManager, get_font
from matplotlib.mathtext import MathTextParser
from matplotlib.textpath import TextToPath

from sim import figures
from sim.figures import fonts as module
from sim.figures import style
from sim.figures.fonts import USUAL, VARIABLE, Fonts, fonts
from sim.scenario.schema import Actor

WITH_MATPLOTLIB = [one for one in fontManager.ttflist if one.fname.startswith(matplotlib.get_data_path())]
SCRIPT, ARROW = "\N{MATHEMATICAL SCRIPT CAPITAL A}", "\N{UPWARDS ARROW FROM BAR}"
NOWHERE = "北南"


def named(name: str) -> FontEntry:
    return next(one for one in WITH_MATPLOTLIB if one.name == name and one.style == "normal" and one.weight == 400)


def has(name: str, sign: str) -> bool:
    entry = named(name)
    return bool(get_font(FontPath(entry.fname, entry.index)).get_char_index(ord(sign)))


@pytest.fixture
def only_those(monkeypatch: pytest.MonkeyPatch) -> Fonts:
    """The fonts that come with matplotlib, as if there were no others."""
    found = Fonts(WITH_MATPLOTLIB)
    for home in (module, style):
        monkeypatch.setattr(home, "fonts", lambda: found)
    style._points.cache_clear()
    style._fit.cache_clear()
    return found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch):
    """A function from what BRINKLINE_FONT says to the fonts that follow."""

    def fonts_of(text: str) -> Fonts:
        monkeypatch.setenv(VARIABLE, text)
        monkeypatch.setattr(fontManager, "ttflist", list(WITH_MATPLOTLIB))
        fonts.cache_clear()
        return fonts()

    yield fonts_of
    fonts.cache_clear()


def glyphs(text: str) -> list[str]:
    """The glyphs of a text from left to right, as hexadecimal numbers of the usual font."""
    font = get_font([named(USUAL).fname])
    font.set_size(100, 72)
    drawn = sorted(TextToPath().get_glyphs_with_font(font, text)[0], key=lambda item: item[1])
    return [name.rsplit("-", 1)[1] for name, *_ in drawn]


def of(*signs: int) -> list[str]:
    font = get_font([named(USUAL).fname])
    return [f"{font.get_char_index(sign):x}" for sign in signs]


def test_hebrew_runs_from_right_to_left() -> None:
    mem, vav, lamed, shin = 0x5DD, 0x5D5, 0x5DC, 0x5E9
    assert glyphs("שלום") == of(mem, vav, lamed, shin)
    assert glyphs("a שלום") == of(ord("a"), ord(" "), mem, vav, lamed, shin)


def test_arabic_runs_from_right_to_left_and_is_joined() -> None:
    """Alef, lam, sheen, meem, alef, lam: each as it looks beside its neighbours."""
    lam_alone, alef_after, meem_within, sheen_within, lam_first, alef_alone = (
        0x644, 0xFE8E, 0xFEE4, 0xFEB8, 0xFEDF, 0x627,
    )  # fmt: skip
    assert glyphs("الشمال") == of(lam_alone, alef_after, meem_within, sheen_within, lam_first, alef_alone)


def test_a_name_that_is_cut_short_keeps_its_beginning() -> None:
    cut = style.fit("الشمال " * 40, 2.0)
    assert cut.startswith("الشمال")
    assert cut.endswith("…")


@pytest.mark.parametrize("text", ["calm", "Львів", "Αθήνα", "الشمال", "שלום", "Đà Nẵng", "− × ½ …"])
def test_what_the_usual_font_has_it_draws_alone(text: str) -> None:
    assert Fonts(WITH_MATPLOTLIB).families(text) == (USUAL,)


def test_a_character_comes_from_a_font_that_has_it() -> None:
    assert (has(USUAL, SCRIPT), has("STIXGeneral", SCRIPT)) == (False, True)
    few = [named(USUAL), named("DejaVu Serif"), named("STIXGeneral")]
    assert Fonts(few).families(f"A {SCRIPT}") == (USUAL, "STIXGeneral")
    assert Fonts(few[:2]).families(SCRIPT) == (USUAL,)


def test_one_font_for_a_text_goes_before_several(monkeypatch: pytest.MonkeyPatch) -> None:
    having = {"Noto Sans Few": "北", "Any Hei": "北南", "Serif": "北南は"}
    monkeypatch.setattr(module, "_had", lambda entry, signs: signs & set(having.get(entry.name, "")))
    found = Fonts([named(USUAL), *(replace(named(USUAL), name=name) for name in having)])
    assert found.families("北") == (USUAL, "Noto Sans Few")
    assert found.families("北南") == (USUAL, "Any Hei")
    assert found.families("北南は") == (USUAL, "Serif")
    assert found.families("北南はअ") == (USUAL, "Serif")


def test_the_choice_depends_neither_on_the_order_of_fonts_nor_on_earlier_texts() -> None:
    texts = [SCRIPT, ARROW, NOWHERE, f"{SCRIPT}{ARROW}", f"{SCRIPT}{NOWHERE}"]
    expected = [Fonts(WITH_MATPLOTLIB).families(text) for text in texts]
    for seed in range(5):
        dice = random.Random(seed)
        found = Fonts(dice.sample(WITH_MATPLOTLIB, len(WITH_MATPLOTLIB)))
        for text in dice.sample(texts, len(texts)):
            assert found.families(text) == expected[texts.index(text)]


def test_boxes_pictures_and_pieces_of_formulas_are_no_letters() -> None:
    assert Fonts([one for one in WITH_MATPLOTLIB if one.name == USUAL or "Last" in one.name]).families("北") == (USUAL,)
    assert not [one.name for one in Fonts(WITH_MATPLOTLIB)._others if one.name.startswith(("cm", "STIXSize"))]


def test_a_font_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "bad.ttf").write_bytes(b"no font")
    broken = [replace(named(USUAL), name=name, fname=str(tmp_path / f"{name}.ttf")) for name in ("bad", "gone")]
    assert Fonts([*WITH_MATPLOTLIB, *broken]).families(NOWHERE) == (USUAL,)


def test_what_no_font_has_is_said_once() -> None:
    said: list[str] = []
    found = Fonts(WITH_MATPLOTLIB)
    for text in ("calm", SCRIPT, "南A北", "北"):
        found.families(text)
    for _ in range(2):
        found.tell(said.append)
    assert said == [
        "no installed font has 北 南; figures show boxes; BRINKLINE_FONT names a font, or the path of its file"
    ]
    found.families("".join(map(chr, range(0x4E00, 0x4E00 + 100))))
    found.tell(said.append)
    assert "and 70 more; figures show boxes" in said[1]


@pytest.mark.parametrize("how", ["stixgeneral", named("STIXGeneral").fname])
def test_the_user_names_a_font_or_its_file(asked, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    unasked = Fonts(WITH_MATPLOTLIB)
    signs = (sign for sign in map(chr, range(0x2100, 0x2C00)) if has("STIXGeneral", sign) and not has(USUAL, sign))
    both = next(sign for sign in signs if unasked.families(sign) != (USUAL, "STIXGeneral"))
    assert asked(how).families(both) == (USUAL, "STIXGeneral")
    assert capsys.readouterr().err == ""


def test_a_named_font_that_is_not_there_is_said(asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked("STIXGenera").families(SCRIPT) == Fonts(WITH_MATPLOTLIB).families(SCRIPT)
    assert "no font is called STIXGenera; nearest known name: STIXGeneral; figures do" in capsys.readouterr().err
    (tmp_path / "bad.ttf").write_bytes(b"no font")
    asked(str(tmp_path / "bad.ttf"))
    assert "is no font that can be read; figures do without it" in capsys.readouterr().err


def chinese() -> synthetic.FakeEnsemble:
    ensemble = synthetic.make(20, actors=2, outcomes=1, horizon="5 d")
    actors = dict(zip(ensemble.description.actors, (Actor(name=name) for name in ("北方", "南方")), strict=True))
    description = ensemble.description.model_copy(update={"actors": actors})
    return replace(ensemble, description=description, manifest=ensemble.manifest | {"title": f"边境 {SCRIPT}"})


def test_one_line_tells_what_all_figures_of_an_ensemble_lack(
    only_those: Fonts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figures.save_all(chinese(), tmp_path, names=["ladder-heatmap", "who-against-whom", "swimlanes"])
    assert [line.split(";")[0] for line in capsys.readouterr().err.splitlines()] == [
        "brinkline: no installed font has 北 南 境 方 边"
    ]


def test_each_text_of_a_figure_has_the_fonts_that_it_needs(only_those: Fonts) -> None:
    figure = figures.draw(chinese(), "who-against-whom")
    figure.draw_without_rendering()
    families = {text.get_text(): tuple(text.get_fontfamily()) for text in figure.texts}
    assert families["Who acts against whom"] == (USUAL,)
    (about,) = (text for text in families if text.startswith("边境"))
    assert families[about] == only_those.families(about)
    assert len(families[about]) == 2


def test_a_width_is_that_of_the_fonts_that_draw(only_those: Fonts) -> None:
    alone = FontProperties(family=only_those.families(SCRIPT), size=100)
    width = TextToPath().get_text_width_height_descent(SCRIPT, alone, False)[0]
    assert style.text_width(SCRIPT, 72) == pytest.approx(width * 72 / 100 / 72)


def test_names_are_never_read_as_formulas(only_those: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a name was read as a formula")

    monkeypatch.setattr(MathTextParser, "parse", refuse)
    ensemble = chinese()
    actors = {key: Actor(name=f"$x$ {key} \\$ $$ \\frac{{1}}") for key in ensemble.description.actors}
    of_strangers = replace(
        ensemble,
        description=ensemble.description.model_copy(update={"actors": actors}),
        manifest=ensemble.manifest | {"title": "$x^2$", "scenario": "$id$"},
    )
    for name in ("who-against-whom", "network", "swimlanes"):
        figures.draw(of_strangers, name).draw_without_rendering()
    with style.look():
        style.frame(of_strangers, "How it comes about: $x^2$").draw_without_rendering()


def test_what_would_be_obeyed_is_shown_as_an_escape() -> None:
    assert style.fit("a\u202eb\x1b", 5.0) == r"a\u202eb\x1b"
    assert style.fit("two\nlines\t here", 5.0) == "two lines here"
