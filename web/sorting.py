"""The order of Vietnamese words: letters first (a, ă, â, b, c, d, đ, e, ê …), tones only between equal letters."""

import unicodedata
from functools import lru_cache

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Without a tone, huyền, hỏi, ngã, sắc, nặng: the order of dictionaries."""
_ORDER = {letter: f"{n:02}" for n, letter in enumerate(_LETTERS, 10)}


@lru_cache(8192)
def vietnamese(name: str) -> tuple[str, str]:
    """A key by which names sort as in a Vietnamese dictionary."""
    letters, tones = "", ""
    for char in unicodedata.normalize("NFC", name).casefold():
        parts = unicodedata.normalize("NFD", char)
        tone = next((c for c in parts if c in _TONES), "")
        plain = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
        letters += _ORDER.get(plain, f"0{plain}")
        tones += str(_TONES.find(tone) + 1) if tone else "0"
    return letters, tones
