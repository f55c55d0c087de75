"""Characters that look like something else: what they are called, where they stand, what was meant.

Texts pasted from a word processor or a web page bring no-break spaces, full-width signs, curly quotes and characters
without a width. In texts for readers they are welcome; elsewhere they are named, each at its own place.
"""

from __future__ import annotations

import re
import unicodedata

_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_UNSEEN = "\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0"
_MEANT = {
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‘’‚‛‹›", "'"),
    "…": "...", "≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "、": ",", "。": ".",
}  # fmt: skip
STRANGE = re.compile(f"[{_SPACES}{_UNSEEN}\uff01-\uff5e{''.join(_MEANT)}]")

_ENCODINGS = (
    (b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"),
)  # fmt: skip
_LOOKED_AT = 4096


def named(character: str) -> str:
    """Return how a message calls a character: ``U+00A0, a no-break space``."""
    name = unicodedata.name(character, "a character without a name").lower()
    if character < " " or "\x7f" <= character < "\xa0":
        name = "control character"
    code = f"U+{ord(character):04X}, {name if name.startswith('a ') else _with_article(name)}"
    return f"'{character}' ({code})" if plain(character).strip() else code


def plain(character: str) -> str:
    """Return what was probably meant by a strange character: a sign of ASCII, a space, or nothing."""
    meant = _MEANT.get(character) or unicodedata.normalize("NFKC", character)
    if meant.isspace():
        return " "
    return meant if meant.isascii() and meant.isprintable() else ""


def expected(character: str) -> str:
    """Return what a message expects instead of a strange character."""
    meant = plain(character)
    return {" ": "a plain space", "": "nothing there"}.get(meant, f"the plain {meant}")


def straightened(text: str) -> str:
    """Return the text with every strange character replaced by what was probably meant; a key's colon has its space."""
    return STRANGE.sub(lambda match: plain(match[0]).replace(":", ": "), text)


def encoding_of(data: bytes) -> str:
    """Return the name of the encoding that bytes which are not UTF-8 are probably in, or an empty text."""
    for mark, name in _ENCODINGS:
        if data.startswith(mark):
            return name
    head = data[:_LOOKED_AT]
    if head.count(0) > len(head) // 4:
        return "UTF-16"
    letters = [byte for byte in head if byte >= 0xC0 or chr(byte).isalpha()]
    foreign = sum(byte >= 0xC0 for byte in letters)
    return "" if 2 * foreign > len(letters) else "Windows-1252"


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}"
