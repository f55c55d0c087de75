"""Which fonts draw a text: the one that comes with matplotlib, and installed ones for what it does not have.

DejaVu Sans has Latin, Greek, Cyrillic, Arabic, Hebrew and more, and is the same everywhere. Chinese, Japanese, Korean,
Hindi or Thai it does not have: there the font that BRINKLINE_FONT names comes first, then the first installed font that
has all of a text's missing characters. The order is the same for the same fonts: those made for many scripts and those
without serifs before others, by name. The choice depends on the text and the fonts alone, not on what was drawn before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache

from matplotlib.font_manager import FontEntry, FontPath, fontManager, get_font

from sim.engines.choice import to_stderr
from sim.scenario.faults import hint

USUAL = "DejaVu Sans"
VARIABLE = "BRINKLINE_FONT"
"""The environment variable that names a font, or the path of its file, for what the usual one does not have."""

_NO_TEXT = re.compile(r"\.?Last ?Resort|.*Color|STIX(Size|NonUni)|cm[a-z]+\d+$")
"""How fonts are called that have boxes, pictures or pieces of formulas at the place of letters."""


class Fonts:
    """The fonts that are there, in the order in which they are asked for what the usual one does not have.

    Parameters
    ----------
    entries : sequence of FontEntry
        The installed fonts.
    named : str
        The family of the one that the user prefers; none if empty.
    """

    def __init__(self, entries: Sequence[FontEntry], named: str = "") -> None:
        best: dict[str, FontEntry] = {}
        for entry in sorted(entries, key=_plainness):
            best.setdefault(entry.name, entry)
        self._usual = best.pop(USUAL)
        self._preferred = [entry for entry in best.values() if entry.name == named]
        others = [one for one in best.values() if one.name != named and not _NO_TEXT.match(one.name)]
        self._others = sorted(others, key=_order)
        self._nowhere: set[str] = set()
        self._told: set[str] = set()
        self.families = lru_cache(maxsize=16384)(self._families)

    def _families(self, text: str) -> tuple[str, ...]:
        """The families that draw a text, each for what those before it do not have."""
        lacking = {sign for sign in text if not sign.isascii()} - self._nowhere
        lacking -= _had(self._usual, lacking)
        found = [USUAL]
        for entries in (self._preferred, self._others):
            while lacking and (best := _best(entries, lacking)) is not None:
                found.append(best.name)
                lacking -= _had(best, lacking)
        self._nowhere |= lacking
        return tuple(found)

    def meet(self, texts: Iterable[str]) -> None:
        """Look at all texts of several figures before the first, so that what is missing is said in one line."""
        self.families("".join(sorted(set().union(*texts))))

    def tell(self, say: Callable[[str], None] = to_stderr) -> None:
        """Say in a line which characters of the texts so far no font has, each of them once."""
        missing = sorted(self._nowhere - self._told)
        if missing:
            self._told |= self._nowhere
            shown = " ".join(missing[:30]) + (f" and {len(missing) - 30:,} more" if len(missing) > 30 else "")
            say(f"no installed font has {shown}; figures show boxes; {VARIABLE} names a font, or the path of its file")


@cache
def fonts(named: str | None = None) -> Fonts:
    """The fonts of this machine, with the one that BRINKLINE_FONT names unless another is given."""
    named = os.environ.get(VARIABLE, "") if named is None else named
    return Fonts(fontManager.ttflist, _family(named) if named else "")


def _family(named: str) -> str:
    """The family of that name, or of that file; if there is none the name, and it is said."""
    if os.path.isfile(named):
        try:
            fontManager.addfont(named)
        except (OSError, RuntimeError, NotImplementedError):
            to_stderr(f"{VARIABLE}: {named} is no font that can be read; figures do without it")
            return named
        return next(one.name for one in reversed(fontManager.ttflist) if one.fname == named)
    families = {one.name for one in fontManager.ttflist}
    known = {name.lower(): name for name in families}.get(named.lower())
    if known is None:
        to_stderr(f"{VARIABLE}: no font is called {named}{hint(named, families)}; figures do without it")
    return known or named


def _plainness(entry: FontEntry) -> tuple[bool, bool, str, int]:
    """Orders the fonts of a family, upright ones of normal weight first."""
    return entry.style != "normal", str(entry.weight) not in ("400", "normal", "regular"), entry.fname, entry.index


def _order(entry: FontEntry) -> tuple[bool, bool, str]:
    """Orders families: those made for many scripts, those without serifs, the others; by name."""
    plain = any(word in entry.name for word in ("Sans", "Gothic", "Hei"))
    return not entry.name.startswith("Noto Sans"), not plain, entry.name


def _best(entries: Iterable[FontEntry], lacking: set[str]) -> FontEntry | None:
    """The first font that has all of the characters, else the first of those that have most; None if none has any."""
    best, most = None, 0
    for entry in entries:
        had = len(_had(entry, lacking))
        if had > most:
            best, most = entry, had
        if had == len(lacking):
            break
    return best


def _had(entry: FontEntry, signs: set[str]) -> set[str]:
    """Those of the characters that a font has; none if it cannot be read."""
    try:
        font = get_font(FontPath(entry.fname, entry.index))
    except (OSError, RuntimeError):
        return set()
    return {sign for sign in signs if font.get_char_index(ord(sign))}
