"""Two texts side by side, word by word: what stayed, what is gone, what is new."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Stretch(NamedTuple):
    """A run of words: "same", "gone" (only before) or "new" (only after)."""

    kind: str
    text: str


def word_diff(old: str, new: str) -> list[Stretch]:
    """The new text with what is gone from the old one, in reading order."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    out: list[Stretch] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            out.append(Stretch("same", "".join(before[a:b])))
            continue
        out += [Stretch("gone", "".join(before[a:b]))] if b > a else []
        out += [Stretch("new", "".join(after[c:d]))] if d > c else []
    return out
